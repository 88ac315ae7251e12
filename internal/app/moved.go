package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
)

// checkMoved refuses to leave acknowledged records behind: a queue on disk must be stored to its end before its place is
// taken by Kafka.
func (a *app) checkMoved(ctx context.Context) error {
	dir := filepath.Join(a.cfg.Data, "queue")
	if _, err := os.Stat(filepath.Join(dir, "queue.json")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	q, err := wal.Open(wal.Options{Dir: dir, Partitions: a.cfg.partitions(), MaxBytes: int64(a.cfg.Queue.MaxSize), Log: a.log})
	if err != nil {
		return fmt.Errorf("cannot look whether the queue on disk is stored: %w", err)
	}
	left, err := a.notStored(ctx, q)
	if err := errors.Join(err, q.Close()); err != nil {
		return fmt.Errorf("cannot look whether the queue on disk is stored: %w", err)
	}
	if left > 0 {
		return a.cfg.tree.Wrong("queue.type", fmt.Errorf(
			"the queue in %s holds %d records that are not in the store; start with queue.type wal, stop the senders, wait until the queue's lag is 0, stop, and start with kafka again",
			dir, left))
	}
	return nil
}

// notStored counts the records of a queue that lie behind the stored offsets.
func (a *app) notStored(ctx context.Context, q queue.Queue) (left int64, err error) {
	stored, err := a.storedOffsets(ctx, q.ID())
	if err != nil {
		return 0, err
	}
	for _, p := range q.Stats() {
		left += max(p.End-max(stored[p.Partition], p.Oldest), 0)
	}
	return left, nil
}

// storedOffsets are those below which everything is in the store, by partition of a queue.
func (a *app) storedOffsets(ctx context.Context, queue string) (map[int]int64, error) {
	now, err := a.meta.Snapshot(ctx, store.NoChanges)
	if err != nil {
		return nil, err
	}
	stored := map[int]int64{}
	for _, p := range now.Partitions {
		if p.Queue == queue {
			stored[p.Partition] = p.Offset
		}
	}
	return stored, nil
}
