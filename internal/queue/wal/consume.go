package wal

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/haetae/haetae/internal/queue"
)

var errConsumed = errors.New("the queue is being consumed already")

// beginConsume makes this caller the owner of all partitions and returns its epoch, higher than any before.
func (q *Queue) beginConsume() (int64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return 0, queue.ErrClosed
	case q.consuming:
		return 0, errConsumed
	}
	next := q.identity
	next.Epoch++
	if err := next.save(q.fs, q.dir); err != nil {
		if !errors.Is(err, syscall.ENOSPC) {
			return 0, fmt.Errorf("cannot note the new owner of the queue: %w", err)
		}
		// Records must stay readable on a full disk. The owner that was here before has ended, so an epoch
		// that is given out again after a restart cannot let a stale one in.
		q.log.Warn("cannot note the new owner of the queue, the disk is full", "epoch", next.Epoch)
	}
	q.identity, q.consuming = next, true
	return next.Epoch, nil
}

func (q *Queue) consume(ctx context.Context, epoch int64, own func(ctx context.Context, r queue.Reader) error) error {
	g, owned := errgroup.WithContext(ctx)
	for _, p := range q.partitions {
		g.Go(func() error {
			r := newReader(p, epoch)
			defer r.close()
			return own(owned, r)
		})
	}
	if err := g.Wait(); err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return nil
		}
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-q.done:
		return queue.ErrClosed
	}
}
