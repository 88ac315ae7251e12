package logs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/haetae/haetae/internal/store"
)

// swap replaces segments in one transaction, and in one step as searches see it. It is the only one to remove
// segments; joining, deletion and retention take turns. After an error the files of the new segments are removed, unless the
// transaction may have happened all the same: then the old ones stay in searches until settleSwap has found out.
func (s *Store) swap(ctx context.Context, swap store.Swap) error {
	s.swapping.Lock()
	defer s.swapping.Unlock()
	if _, err := s.settleSwapLocked(ctx); err != nil {
		s.removeNew(swap.Add)
		return err
	}
	swap.Lease = store.LeaseOf(ctx)
	err := s.opts.Meta.Swap(ctx, swap)
	switch {
	case err == nil:
		s.swapped(ctx, swap)
		return nil
	case errors.Is(err, store.ErrConflict):
		s.removeNew(swap.Add)
		return err
	}
	s.pending = &swap
	happened, unknown := s.settleSwapLocked(ctx)
	switch {
	case unknown != nil:
		return errors.Join(err, unknown)
	case happened:
		return nil
	}
	return err
}

// settleSwap finds out whether the last swap happened if that is not known, and acts accordingly. Until it has
// succeeded no segments are chosen to be removed: they may be gone.
func (s *Store) settleSwap(ctx context.Context) error {
	s.swapping.Lock()
	defer s.swapping.Unlock()
	_, err := s.settleSwapLocked(ctx)
	return err
}

// settleSwapLocked is settleSwap with the lock of swaps held; it reports whether a pending swap happened.
func (s *Store) settleSwapLocked(ctx context.Context) (happened bool, err error) {
	if s.pending == nil {
		_, err := s.refresh(ctx)
		return false, err
	}
	known, err := s.opts.Meta.Segments(ctx)
	if err != nil {
		return false, fmt.Errorf("cannot find out whether the last swap of segments happened: %w", err)
	}
	p := s.pending
	s.pending = nil
	if s.opts.Sharing != nil {
		return s.settleShared(ctx, p, known)
	}
	if slices.ContainsFunc(known, func(seg store.Segment) bool { return slices.Contains(p.Remove, seg.ID) }) {
		s.removeNew(p.Add)
		return false, nil
	}
	s.swapped(ctx, *p)
	return true, nil
}

// settleShared is settleSwapLocked where other processes may have replaced the new segments already, or the old ones.
func (s *Store) settleShared(ctx context.Context, p *store.Swap, known []store.Segment) (happened bool, err error) {
	if _, err := s.refresh(ctx); err != nil {
		return false, err
	}
	happened = !slices.ContainsFunc(known, func(seg store.Segment) bool { return slices.Contains(p.Remove, seg.ID) })
	for _, seg := range p.Add {
		if !slices.ContainsFunc(known, func(k store.Segment) bool { return k.ID == seg.ID }) {
			happened = false
			s.doom(seg.ID)
		}
	}
	return happened, nil
}

// swapped shows searches the new segments in place of the old.
func (s *Store) swapped(ctx context.Context, swap store.Swap) {
	if s.opts.Sharing != nil {
		if _, err := s.refresh(ctx); err != nil { // searches do it again; until then they see the old ones
			s.opts.Log.Debug("cannot see what was swapped", "err", err)
		}
		return
	}
	s.mu.Lock()
	for _, seg := range swap.Add {
		s.segments[seg.ID] = &segmentRef{Segment: seg}
	}
	files := s.removeSegmentsLocked(swap.Remove)
	s.mu.Unlock()
	s.removeFiles(files)
}

// removeNew removes the files of segments that no transaction added.
func (s *Store) removeNew(segments []store.Segment) {
	for _, seg := range segments {
		_ = s.opts.FS.Remove(s.path(seg.ID)) // else removed at the next start
	}
}
