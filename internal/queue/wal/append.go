package wal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
)

// Bounds as senders see them.
const (
	boundSize = "queue.max_size"
	boundDisk = "disk"

	retryAfter = time.Second
)

// appendOp is one Append under way in one or more partitions.
type appendOp struct {
	q    *Queue
	size int64 // laid out, as reserved
	held int64 // of the pending bound

	mu     sync.Mutex
	left   int // partitions that have not answered
	stored int // partitions that have the records
	err    error
	done   chan struct{}
}

// partDone takes one partition's answer. The last one frees what the append held, whether or not its caller
// still waits.
func (op *appendOp) partDone(err error) {
	op.mu.Lock()
	if err == nil {
		op.stored++
	} else if op.err == nil {
		op.err = err
	}
	op.left--
	last := op.left == 0
	op.mu.Unlock()
	if !last {
		return
	}
	if busy := (*model.BusyError)(nil); op.stored > 0 && errors.As(op.err, &busy) {
		// A bound that stores nothing is only half the truth here.
		op.err = fmt.Errorf("%w in all partitions: %w", queue.ErrNotDurable, op.err)
	}
	if op.err == nil {
		op.q.complaints.over()
	}
	op.q.reserved.Add(-op.size)
	op.q.pending.Release(op.held)
	close(op.done)
	op.q.inflight.Done()
}

// Append implements queue.Queue. When ctx ends first its error is returned, and the records may or may not be
// stored. A disk that fills up just now may keep one partition's part of the records; the error is then
// queue.ErrNotDurable as well as the *model.BusyError.
func (q *Queue) Append(ctx context.Context, batches []*queue.Batch) error {
	if len(batches) != len(q.partitions) {
		return fmt.Errorf("append of %d batches to %d partitions", len(batches), len(q.partitions))
	}
	op := &appendOp{q: q, done: make(chan struct{})}
	for _, b := range batches {
		if b.Len() == 0 {
			continue
		}
		if err := checkRecords(b); err != nil {
			return err
		}
		op.left++
		op.size += laidOut(b)
	}
	if op.left == 0 {
		return ctx.Err()
	}
	if op.size > q.maxBytes {
		return fmt.Errorf("append of %d bytes can never fit into %s = %d", op.size, boundSize, q.maxBytes)
	}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return queue.ErrClosed
	}
	q.inflight.Add(1)
	q.mu.Unlock()

	if err := q.admit(ctx, op); err != nil {
		q.inflight.Done()
		return err
	}
	for i, b := range batches {
		if b.Len() > 0 {
			q.partitions[i].enqueue(b, op)
		}
	}
	select {
	case <-op.done:
		return op.err
	case <-ctx.Done():
		return fmt.Errorf("append given up, its records may be stored: %w", ctx.Err())
	}
}

// admit waits for memory and checks the bounds before anything is stored anywhere.
func (q *Queue) admit(ctx context.Context, op *appendOp) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	op.held = min(op.size, q.maxPending) // one append that is larger than the bound goes alone
	if err := q.pending.Acquire(ctx, op.held); err != nil {
		return err
	}
	err := q.checkBounds(op)
	if err != nil {
		q.pending.Release(op.held)
	}
	return err
}

func (q *Queue) checkBounds(op *appendOp) error {
	within := func() bool { return q.reserved.Load()+q.disk.Load() <= q.maxBytes }
	if q.reserved.Add(op.size)+q.disk.Load() > q.maxBytes && !q.fits(within) {
		q.reserved.Add(-op.size)
		return q.busy(boundSize)
	}
	hasRoom := func() bool { return q.room.take(op.size) }
	if !hasRoom() && !q.fits(hasRoom) {
		q.reserved.Add(-op.size)
		return q.busy(boundDisk)
	}
	return nil
}

func checkRecords(b *queue.Batch) error {
	if b.Bytes() <= maxRecord {
		return nil
	}
	for i := range b.Len() {
		if len(b.At(i)) > maxRecord {
			return model.ErrTooLarge
		}
	}
	return nil
}
