package logs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

const (
	// sweepGrace is how long a file stays in a shared folder that nothing names any more: searches of other processes
	// that began before may open it yet.
	sweepGrace = 5 * time.Minute
	sweepEvery = time.Minute
	// forgetDoomed is when another process, which had the lease, has removed a file for certain. If none had, the names
	// in the folder tell again what can go.
	forgetDoomed = time.Hour
	// followEvery is how often the segments of other processes are taken over when nobody searches.
	followEvery = 2 * time.Second
)

// doom notes that nothing names a file any more, nor ever will.
func (s *Store) doom(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doomLocked(id)
}

func (s *Store) doomLocked(id string) {
	if _, known := s.shared.doomed[id]; !known {
		s.shared.doomed[id] = s.opts.Passed()
	}
}

// Sweep removes, from a shared folder, files that nothing has named for sweepGrace: segments that were replaced or have
// expired, and what a process has left that ended before its transaction. Such a file goes only when its writer cannot
// commit it any more, as of a snapshot that is later than the listing of the folder.
func (s *Store) Sweep(ctx context.Context) error {
	names, err := s.opts.FS.List(s.opts.Dir)
	if err != nil {
		return fmt.Errorf("cannot list the folder of the log store: %w", err)
	}
	if _, err := s.opts.Meta.Segments(ctx); err != nil { // waits for commits of processes that were killed meanwhile
		return err
	}
	now, err := s.opts.Sharing.Snapshot(ctx, store.NoChanges)
	if err != nil {
		return err
	}
	for _, name := range s.due(names, &now) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.opts.FS.Remove(s.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot remove the segment %q, which nothing names: %w", name, err)
		}
	}
	return nil
}

// due returns the files to remove now, and notes those to remove later.
func (s *Store) due(names []string, now *store.Snapshot) (list []string) {
	listed := make(map[string]bool, len(now.Segments))
	for _, seg := range now.Segments {
		listed[seg.ID] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	passed := s.opts.Passed()
	for _, name := range names {
		id := strings.TrimSuffix(name, segment.TempSuffix)
		ref := s.segments[name] // as the last refresh saw it
		if !strings.HasSuffix(id, segmentSuffix) || listed[name] || ref != nil {
			continue
		}
		since, doomed := s.shared.doomed[name]
		switch {
		case doomed && passed-since >= sweepGrace:
			list = append(list, name)
		case !doomed && !canCommit(now, id):
			s.doomLocked(name)
		}
	}
	for id, since := range s.shared.doomed {
		if passed-since >= forgetDoomed {
			delete(s.shared.doomed, id)
		}
	}
	return list
}
