package logs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// Deletion says which rows to remove: those that a search finds and that the queue held at a time. Those of the audit trail
// stay, whatever the search says.
type Deletion struct {
	ID     string
	Search Search // of which the scope, the datasets, the filter and the times count
	// Rows of Queue count below these offsets of its partitions, those of other queues all.
	Queue string
	Below map[int]int64
	// Ended deletions are only applied to what is read from the queue again, and count nothing.
	Ended bool
}

// covers reports whether a deletion is about rows of a partition from an offset on.
func (d *Deletion) covers(queue string, partition int, offset int64) bool {
	return queue != d.Queue || offset < d.Below[partition]
}

// Sealed reports whether every row that the deletion covers has come to a segment, and otherwise makes the writers
// hurry. Delete finds them all once it has said so.
func (s *Store) Sealed(d *Deletion) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sealed := true
	for partition, below := range d.Below {
		if below == 0 || d.Queue != s.opts.Queue {
			continue
		}
		w := s.writers[partition]
		if w != nil && w.stored >= below {
			continue
		}
		if p, ok := partitionOf(&s.shared.seen, d.Queue, partition); ok && p.Offset >= below { // another process's
			continue
		}
		sealed = false
		if w == nil {
			continue
		}
		if soonest := w.hurry.Load(); soonest <= w.stored || below < soonest { // another deletion may wait for fewer rows
			w.hurry.Store(below)
		}
	}
	return sealed
}

// Delete removes the rows of a deletion from the segments, one after the other, each in a transaction that counts
// what it removes. Rows that cannot be read are left, and when the disk refuses a block all rows of its segment; the
// segments that hold them are returned. tell is given the numbers of segments that were looked at, and of those known to
// be left. Called again after an error or in another process it goes on where it was.
func (s *Store) Delete(ctx context.Context, d *Deletion, tell func(done, total int)) (damaged []string, err error) {
	if !d.Search.Scope.All() {
		return nil, nil
	}
	m := s.newDeleter(d)
	seen := map[string]bool{} // that are not looked at any more, the new ones among them
	for done := 0; ; done++ {
		if err := s.settleSwap(ctx); err != nil {
			return damaged, err
		}
		seg, left := s.nextFor(d, seen)
		tell(done, done+left)
		if left == 0 {
			return damaged, nil
		}
		rest, whole, err := m.segment(ctx, seg)
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return damaged, fmt.Errorf("cannot delete rows of segment %q: %w", seg.ID, err)
		}
		// After a conflict it was joined or has expired meanwhile; what came in its place is looked at.
		seen[seg.ID], seen[rest] = true, true
		if err == nil && !whole {
			damaged = append(damaged, rest)
		}
	}
}

// nextFor chooses a segment that may hold rows of the deletion and was not seen yet, and counts these segments.
func (s *Store) nextFor(d *Deletion, seen map[string]bool) (next store.Segment, left int) {
	req := d.Search.withDefaults()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, ref := range s.segments {
		if ref.Dataset == model.DatasetAudit || !slices.Contains(req.Datasets, ref.Dataset) || ref.MinTime > req.Max || ref.MaxTime < req.Min || seen[ref.ID] {
			continue
		}
		if left++; left == 1 || ref.ID < next.ID {
			next = ref.Segment
		}
	}
	return next, left
}

// deleter finds the rows of one deletion. It is used by one goroutine.
type deleter struct {
	*Deletion
	store *Store
	plan  node
	eval  *eval
}

func (s *Store) newDeleter(d *Deletion) *deleter {
	run := s.newRun(d.Search.withDefaults(), &snapshot{})
	e := run.newEval()
	e.cache = newRegionCache(0) // what is not undone reads the file itself, and leaves the cache to searches
	return &deleter{Deletion: d, store: s, plan: run.plan, eval: e}
}

// rows returns the rows of a block that are to go; the set is valid until the next call.
func (m *deleter) rows(u unit) (bitmap, error) {
	info := u.info()
	if !m.covers(info.Queue, info.Partition, info.MinOffset) {
		return nil, nil
	}
	m.eval.scratch.Reset()
	rows := u.rows(m.eval)
	gone, err := m.eval.match(m.plan, 0, info.Rows)
	if err != nil || gone.empty() || m.covers(info.Queue, info.Partition, info.MaxOffset) {
		return gone, err
	}
	offsets, err := rows.Offsets()
	if err != nil {
		return nil, err
	}
	gone.keep(func(row int) bool { return m.covers(info.Queue, info.Partition, offsets[row]) })
	return gone, nil
}

// segment removes the deletion's rows of a segment and returns the id of what is left of it; whole is false when that
// has rows that could not be read.
func (m *deleter) segment(ctx context.Context, seg store.Segment) (rest string, whole bool, err error) {
	s := m.store
	s.rewriting.Lock()
	defer s.rewriting.Unlock()
	file, err := s.files.acquire(seg.ID)
	if err != nil {
		s.mu.RLock()
		defer s.mu.RUnlock()
		if s.segments[seg.ID] == nil {
			return "", true, store.ErrConflict
		}
		return seg.ID, false, nil
	}
	defer s.files.release(seg.ID)
	gone, found, err := m.find(ctx, seg, file)
	if err != nil && !isDamage(err) {
		return "", false, err
	}
	if !found {
		return seg.ID, err == nil, nil
	}
	swap, damage, fault := m.rewrite(ctx, seg, file, gone)
	if isDamage(fault) { // not even the bytes of a block are there to be copied: then all of it stays
		s.damage(seg.ID, fault)
		return seg.ID, false, nil
	}
	if fault != nil {
		return "", false, fault
	}
	if fault := s.swap(ctx, swap); fault != nil {
		return "", false, fault
	}
	if err = cmp.Or(err, damage); err != nil {
		s.damage(swap.Add[0].ID, err) // it holds what could not be read
	}
	if len(swap.Add) > 0 {
		rest = swap.Add[0].ID
	}
	return rest, err == nil, nil
}

// find returns for each block of a segment the rows that are to go, and whether there are any. The error may be that
// of a block that cannot be read; the others are searched all the same.
func (m *deleter) find(ctx context.Context, seg store.Segment, file *segment.File) (gone []bitmap, found bool, err error) {
	gone = make([]bitmap, len(file.Blocks))
	for i, b := range file.Blocks {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		rows, fault := m.rows(unit{dataset: seg.Dataset, header: b.Header, base: b.Base, file: file, id: seg.ID})
		if fault != nil {
			m.store.damage(seg.ID, fault)
			err = &blockError{file, fault}
			continue
		}
		if !rows.empty() {
			gone[i], found = slices.Clone(rows), true
		}
	}
	return gone, found, err
}

// rewrite writes the rest of a segment, blocks of which nothing goes byte for byte. A block that cannot be read is
// kept as it is; damage tells of it.
func (m *deleter) rewrite(ctx context.Context, seg store.Segment, file *segment.File, gone []bitmap) (swap store.Swap, damage, err error) {
	s := m.store
	swap = store.Swap{Remove: []string{seg.ID}, Deleted: store.Deleted{Deletion: m.ID}}
	key := keyOf(seg)
	rest, err := s.writeSegment(newSegmentID(key, s.originUnder(ctx, "cut")), key, func(add addBlock) error {
		j := joiner{add: add, encoder: block.NewEncoder()}
		for i, b := range file.Blocks {
			if err := ctx.Err(); err != nil {
				return err
			}
			unreadable, err := j.cut(joinBlock{file, b}, gone[i])
			if err != nil {
				return err
			}
			damage = cmp.Or(unreadable, damage)
		}
		return nil
	})
	if err != nil {
		return swap, nil, err
	}
	if rest.Rows > 0 {
		swap.Add = []store.Segment{rest}
	} else {
		s.removeNew([]store.Segment{rest})
		rest.Bytes = 0
	}
	swap.Deleted.Removed = store.Removed{
		Dataset: seg.Dataset, Rows: seg.Rows - rest.Rows, RawBytes: seg.RawBytes - rest.RawBytes, DiskBytes: seg.Bytes - rest.Bytes,
	}
	if err := s.opts.FS.SyncDir(s.opts.Dir); err != nil {
		s.removeNew(swap.Add)
		return swap, nil, fmt.Errorf("cannot sync the folder of the log store: %w", err)
	}
	return swap, damage, nil
}

// cut adds the rows of a block that stay. When they cannot all be read the block stays as it is, and damage says why.
func (j *joiner) cut(b joinBlock, gone bitmap) (damage, err error) {
	rows := b.Header.Info().Rows
	switch {
	case len(gone) == 0:
		return nil, j.bytes(b)
	case gone.count() == rows:
		return nil, nil
	}
	if damage := j.rebuild(b, func(row int) bool { return !gone.has(row) }); damage != nil {
		j.builder, j.streams = nil, nil
		return damage, j.bytes(b)
	}
	return nil, j.flush()
}

// isDamage reports whether an error is about a block that cannot be read.
func isDamage(err error) bool {
	var damaged *blockError
	return errors.As(err, &damaged)
}
