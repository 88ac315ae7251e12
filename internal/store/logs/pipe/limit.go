package pipe

import (
	"sync/atomic"

	"github.com/haetae/haetae/internal/logsql"
)

// limit passes on the first rows that come, and then stops the search.
type limit struct {
	left    atomic.Int64
	workers []Selection
	next    Processor
}

func newLimit(n int, opts Options, next Processor) *limit {
	l := &limit{workers: make([]Selection, opts.Workers), next: next}
	l.left.Store(int64(n))
	return l
}

func (l *limit) Write(worker int, b *logsql.Batch) error {
	left := l.left.Add(-int64(b.N))
	if left > 0 {
		return l.next.Write(worker, b)
	}
	// The counter goes down by whole batches, so what was left before this one tells how many of its rows
	// still count, whatever other workers do.
	if n := left + int64(b.N); n > 0 {
		if err := l.next.Write(worker, l.workers[worker].span(b, 0, int(n))); err != nil {
			return err
		}
	}
	return ErrStop
}

func (l *limit) Flush() error { return l.next.Flush() }

// offset leaves out the first rows that come.
type offset struct {
	left    atomic.Int64
	workers []Selection
	next    Processor
}

func newOffset(n int, opts Options, next Processor) *offset {
	o := &offset{workers: make([]Selection, opts.Workers), next: next}
	o.left.Store(int64(n))
	return o
}

func (o *offset) Write(worker int, b *logsql.Batch) error {
	if o.left.Load() <= 0 {
		return o.next.Write(worker, b)
	}
	skip := o.left.Add(-int64(b.N)) + int64(b.N)
	switch {
	case skip <= 0:
		return o.next.Write(worker, b)
	case skip >= int64(b.N):
		return nil
	}
	return o.next.Write(worker, o.workers[worker].span(b, int(skip), b.N))
}

func (o *offset) Flush() error { return o.next.Flush() }
