package logs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// Checkpoint puts all rows into segments, and commits these with the partition's position and marks in one
// transaction. It returns the stored offset: everything below it is durable here.
//
// After store.ErrFull nothing was committed: the rows stay searchable in memory, and the call is made again
// later. After store.ErrConflict another owner has moved the partition: the writer is closed, and a new one
// reads its position anew. Another error leaves everything as it was as well.
func (w *Writer) Checkpoint(ctx context.Context) (int64, error) {
	start := w.store.opts.Now()
	offset, err := w.checkpoint(ctx)
	if err != nil {
		if isFull(err) && !errors.Is(err, store.ErrFull) {
			err = fmt.Errorf("%w: %w", store.ErrFull, err)
		}
		w.store.metrics.checkpointFailed(err)
		return w.position.Offset, err
	}
	w.store.metrics.checkpointed(w.store.opts.Now().Sub(start))
	return offset, nil
}

func (w *Writer) checkpoint(ctx context.Context) (int64, error) {
	if err := w.store.settle(ctx, w); err != nil {
		return 0, err
	}
	w.sealAll()
	w.Publish()
	marks := w.dirtyMarks()
	if len(w.parts) == 0 && len(marks) == 0 && w.next == w.position.Offset {
		return w.position.Offset, nil
	}
	added, err := w.writeSegments()
	if err != nil {
		return 0, err
	}
	err = w.store.opts.Meta.Commit(ctx, store.Checkpoint{
		From: w.position, To: w.next, Add: added, Received: w.observed, Marks: marks, Deleted: w.sieve.counted(),
	})
	if err != nil {
		w.uncommitted(added, err)
		return 0, fmt.Errorf("cannot commit the checkpoint of partition %d: %w", w.position.Partition, err)
	}
	w.committed(added, marks)
	return w.position.Offset, nil
}

// isFull reports whether an error means that there is no room.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, store.ErrFull)
}

func (w *Writer) dirtyMarks() map[string]uint64 {
	marks := map[string]uint64{}
	for source, m := range w.marks {
		if m.dirty {
			marks[source] = m.seq
		}
	}
	return marks
}

// writeSegments writes one segment for each key, or several when one would have too large a footer, and syncs the
// folder. After an error none is left.
func (w *Writer) writeSegments() (added []store.Segment, err error) {
	parts := slices.Clone(w.parts)
	slices.SortStableFunc(parts, func(a, b memoryPart) int { return compareKeys(a.key, b.key) })
	defer func() {
		if err != nil {
			for _, seg := range added {
				_ = w.store.opts.FS.Remove(w.store.path(seg.ID)) // else removed at the next start
			}
		}
	}()
	for len(parts) > 0 {
		key := parts[0].key
		n := slices.IndexFunc(parts, func(p memoryPart) bool { return p.key != key })
		if n < 0 {
			n = len(parts)
		}
		n = fitting(parts[:n])
		seg, err := w.store.writeSegment(newSegmentID(key, w.store.originOf(w.position)), key, func(add addBlock) error {
			for _, p := range parts[:n] {
				if err := add(p.encoded.header, p.encoded.Header, p.encoded.Body); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return added, err
		}
		added = append(added, seg)
		parts = parts[n:]
	}
	if len(added) == 0 {
		return nil, nil
	}
	if err := w.store.opts.FS.SyncDir(w.store.opts.Dir); err != nil {
		return added, fmt.Errorf("cannot sync the folder of the log store: %w", err)
	}
	return added, nil
}

// fitting returns how many of the parts, at least one, have headers that fit into one footer.
func fitting(parts []memoryPart) int {
	size := 0
	for i, p := range parts {
		if size += len(p.encoded.Header); i > 0 && size > maxFooter {
			return i
		}
	}
	return len(parts)
}

// addBlock appends a block to the segment that is being written.
type addBlock func(h *block.Header, header, body []byte) error

// writeSegment writes a segment of the blocks that fill adds. The folder is not synced yet.
func (s *Store) writeSegment(id string, key segment.Key, fill func(add addBlock) error) (store.Segment, error) {
	seg := store.Segment{
		ID: id, Dataset: key.Dataset, Day: key.Day, Received: key.Received, Class: key.Class,
		MinTime: math.MaxInt64, MaxTime: math.MinInt64,
	}
	file, err := segment.Create(s.opts.FS, s.opts.Dir, id)
	if err != nil {
		return seg, err
	}
	err = fill(func(h *block.Header, header, body []byte) error {
		info := h.Info()
		seg.Rows += int64(info.Rows)
		seg.RawBytes += info.Raw
		seg.MinTime, seg.MaxTime = min(seg.MinTime, info.MinTime), max(seg.MaxTime, info.MaxTime)
		seg.MaxReceived = max(seg.MaxReceived, info.MaxObserved)
		return file.Add(header, body)
	})
	if err != nil {
		file.Abort()
		return seg, err
	}
	seg.Bytes, err = file.Finish(key)
	return seg, err
}

// committed moves the rows from memory to the segments in one step, as searches see it.
func (w *Writer) committed(added []store.Segment, marks map[string]uint64) {
	for source := range marks {
		w.marks[source].dirty = false
	}
	w.position.Offset = w.next
	w.encoded, w.since = 0, time.Time{}
	clear(w.kinds)
	clear(w.sieve.counts)
	s := w.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w.parts, w.stored = nil, w.next
	s.addLocked(w.position, added)
}

// uncommitted removes the segments of a commit that did not happen. Unless the store of metadata said so by
// ErrConflict, it may have happened all the same; settle finds out.
func (w *Writer) uncommitted(added []store.Segment, err error) {
	for _, seg := range added {
		if errors.Is(err, store.ErrConflict) {
			_ = w.store.opts.FS.Remove(w.store.path(seg.ID)) // else removed at the next start
		} else {
			w.unsure = append(w.unsure, seg.ID)
		}
	}
}

// settle finds out whether commits happened whose outcome was not known: those of w, or of writers that ended
// when w is nil. If one of w did, the position has moved: its segments hold all that w holds, and more may have
// come to w since, so that w must be closed. If not, the files are removed.
func (s *Store) settle(ctx context.Context, w *Writer) error {
	s.mu.Lock()
	unsure := slices.Clone(s.unsure)
	if w != nil {
		unsure = w.unsure
	}
	s.mu.Unlock()
	if len(unsure) == 0 {
		return nil
	}
	known, err := s.opts.Meta.Segments(ctx)
	if err != nil {
		return fmt.Errorf("cannot find out whether the last checkpoint happened: %w", err)
	}
	happened := slices.DeleteFunc(known, func(seg store.Segment) bool { return !slices.Contains(unsure, seg.ID) })
	if s.opts.Sharing != nil { // which others may have replaced already
		if _, err := s.refresh(ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seg := range happened {
		if s.opts.Sharing == nil {
			s.segments[seg.ID] = &segmentRef{Segment: seg}
		}
	}
	for _, id := range unsure {
		switch {
		case s.segments[id] != nil:
		case s.opts.Sharing != nil:
			s.doomLocked(id)
		default:
			_ = s.opts.FS.Remove(s.path(id)) // else removed at the next start
		}
	}
	if w == nil {
		s.unsure = slices.DeleteFunc(s.unsure, func(id string) bool { return slices.Contains(unsure, id) })
		return nil
	}
	w.unsure = nil
	if len(happened) > 0 {
		w.published, w.parts = map[groupKey]*group{}, nil
		return fmt.Errorf("partition %d: the last checkpoint happened although it failed: %w", w.position.Partition, store.ErrConflict)
	}
	return nil
}

func compareKeys(a, b segment.Key) int {
	return cmp.Or(strings.Compare(a.Dataset, b.Dataset), strings.Compare(a.Day, b.Day),
		strings.Compare(a.Received, b.Received), strings.Compare(a.Class, b.Class))
}
