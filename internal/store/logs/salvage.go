package logs

import (
	"context"
	"fmt"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Salvage puts a segment of the sound blocks of a damaged one in its place, byte for byte, and returns how many rows
// are lost to searches. keep puts the damaged file elsewhere too; it is removed once the metadata do not name it any more,
// so that a repair that breaks off can be made again. When nothing of it can be read, or it is not there, no segment takes
// its place.
func (s *Store) Salvage(ctx context.Context, id string, keep func() error) (lost int64, err error) {
	s.mu.RLock()
	ref := s.segments[id]
	s.mu.RUnlock()
	if ref == nil {
		return 0, fmt.Errorf("segment %q: %w", id, model.ErrNotFound)
	}
	swap := store.Swap{Remove: []string{id}}
	if file, err := s.files.acquire(id); err == nil {
		rest, err := s.writeSegment(newSegmentID(keyOf(ref.Segment), "salvaged"), keyOf(ref.Segment), func(add addBlock) error {
			j := joiner{add: add, encoder: block.NewEncoder()}
			for _, b := range file.Blocks {
				if err := j.copy(joinBlock{file, b}); err != nil && !isDamage(err) {
					return err
				}
			}
			return nil
		})
		s.files.release(id)
		if err != nil {
			return 0, err
		}
		if rest.Rows > 0 {
			swap.Add = []store.Segment{rest}
		} else {
			s.removeNew([]store.Segment{rest})
		}
		lost = ref.Rows - rest.Rows
	} else {
		lost = ref.Rows
	}
	if err := s.opts.FS.SyncDir(s.opts.Dir); err != nil {
		return 0, fmt.Errorf("cannot sync the folder of the log store: %w", err)
	}
	if err := keep(); err != nil {
		s.removeNew(swap.Add)
		return 0, err
	}
	return lost, s.swap(ctx, swap)
}
