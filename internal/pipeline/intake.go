package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Appender is the queue as the intake needs it: it makes all batches durable, one for each partition, and
// returns when they are. Batches are not kept after return.
type Appender interface {
	Append(ctx context.Context, batches []*record.Batch) error
}

// IntakeOptions says what an Intake needs.
type IntakeOptions struct {
	Queue      Appender
	Partitions int
	MaxLine    int           // longest record in bytes: message, fields and stream together
	Memory     int64         // bytes of records that may be under way at once
	Wait       time.Duration // how long a Write waits for memory before the sender is told; default 2 s
	Masks      []string      // see Config.Masks
	Metrics    *Metrics
	Now        func() time.Time
}

func (o *IntakeOptions) validate() error {
	switch {
	case o.Queue == nil:
		return errors.New("no queue")
	case o.Partitions < 1:
		return fmt.Errorf("%d partitions", o.Partitions)
	case o.MaxLine < 1:
		return fmt.Errorf("longest record of %d bytes", o.MaxLine)
	case o.Memory < int64(o.MaxLine):
		return fmt.Errorf("%d bytes of memory cannot hold a record of %d", o.Memory, o.MaxLine)
	}
	return nil
}

// Intake takes records from inputs into the queue. It is safe for concurrent use.
type Intake struct {
	opts    IntakeOptions
	masks   atomic.Pointer[masks] // nil when there are none
	memory  *semaphore.Weighted
	held    atomic.Int64 // bytes of memory in use
	sets    sync.Pool    // of *batchSet
	stopped atomic.Bool
}

// batchSet is one batch for each partition.
type batchSet struct{ batches []*record.Batch }

// NewIntake returns an intake in front of a queue.
func NewIntake(opts IntakeOptions) (*Intake, error) {
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("cannot build the intake: %w", err)
	}
	m, err := compileMasks(opts.Masks)
	if err != nil {
		return nil, fmt.Errorf("cannot build the intake: %w", err)
	}
	if opts.Wait == 0 {
		opts.Wait = 2 * time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Metrics == nil {
		opts.Metrics = NewMetrics(nil)
	}
	in := &Intake{opts: opts, memory: semaphore.NewWeighted(opts.Memory)}
	in.masks.Store(m)
	in.sets.New = func() any {
		s := &batchSet{batches: make([]*record.Batch, opts.Partitions)}
		for i := range s.batches {
			s.batches[i] = &record.Batch{}
		}
		return s
	}
	return in, nil
}

// SetMasks replaces the masks for records that come from now on.
func (in *Intake) SetMasks(names []string) error {
	m, err := compileMasks(names)
	if err != nil {
		return err
	}
	in.masks.Store(m)
	return nil
}

// Stop makes every later Write fail with model.ErrStopping.
func (in *Intake) Stop() { in.stopped.Store(true) }

// Memory returns the bytes of records that are under way, and their bound.
func (in *Intake) Memory() (used, bound int64) { return in.held.Load(), in.opts.Memory }

// Write makes records durable. It returns nil when all of them are; on an error none may be acknowledged.
// model.ErrTooLarge means that one of them is longer than limits.line, or beyond another bound (*model.LargeError), and
// that none was stored;
// *model.BusyError that memory or the queue is at its bound; model.ErrStopping that the server ends.
func (in *Intake) Write(ctx context.Context, records []model.Record) error {
	if in.stopped.Load() {
		return model.ErrStopping
	}
	if len(records) == 0 {
		return nil
	}
	began := in.opts.Now()
	var size int64
	for i := range records {
		if err := checkNames(&records[i]); err != nil {
			in.opts.Metrics.tooLarge.Inc()
			return fmt.Errorf("record %d of %d: %w", i+1, len(records), err)
		}
		n := recordSize(&records[i])
		if n > in.opts.MaxLine {
			in.opts.Metrics.tooLarge.Inc()
			return fmt.Errorf("record %d of %d has %d bytes: %w", i+1, len(records), n, model.ErrTooLarge)
		}
		size += int64(n)
	}
	held := min(size, in.opts.Memory) // one write that is larger than the bound goes alone
	if err := in.acquire(ctx, held); err != nil {
		return err
	}
	in.held.Add(held)
	defer func() {
		in.held.Add(-held)
		in.memory.Release(held)
	}()

	set := in.sets.Get().(*batchSet)
	defer in.release(set)
	in.encode(set, records)
	if err := in.opts.Queue.Append(ctx, set.batches); err != nil {
		return fmt.Errorf("cannot append to the queue: %w", err)
	}
	in.opts.Metrics.durable.Observe(in.opts.Now().Sub(began).Seconds())
	in.opts.Metrics.received.Add(float64(len(records)))
	in.opts.Metrics.receivedBytes.Add(float64(size))
	return nil
}

func (in *Intake) acquire(ctx context.Context, n int64) error {
	if in.memory.TryAcquire(n) {
		return nil
	}
	wait, cancel := context.WithTimeout(ctx, in.opts.Wait)
	defer cancel()
	if in.memory.Acquire(wait, n) == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("gave up waiting for memory: %w", err)
	}
	in.opts.Metrics.busy.Inc()
	return &model.BusyError{Bound: "limits.memory", RetryAfter: time.Second}
}

func (in *Intake) encode(set *batchSet, records []model.Record) {
	now := in.opts.Now().UnixNano()
	masks := in.masks.Load()
	for i := range records {
		r := &records[i]
		if masks != nil || r.Observed == 0 {
			changed := *r // the sender's record stays as it is
			r = &changed
			if r.Observed == 0 {
				r.Observed = now
			}
			if masks != nil && masks.apply(r) {
				in.opts.Metrics.masked.Inc()
			}
		}
		stream := record.StreamHash(r.Stream)
		set.batches[stream%uint64(in.opts.Partitions)].Add(r, stream)
	}
}

// release takes a set back; memory that one large write has needed is not kept.
func (in *Intake) release(set *batchSet) {
	const keep = 4 << 20
	for i, b := range set.batches {
		if b.Bytes() > keep {
			set.batches[i] = &record.Batch{}
		} else {
			b.Reset()
		}
	}
	in.sets.Put(set)
}

// recordSize is what a record weighs: its texts, without what the encoding adds.
func recordSize(r *model.Record) int {
	n := len(r.Msg)
	for i := range r.Fields {
		n += len(r.Fields[i].Name) + len(r.Fields[i].Value)
	}
	for i := range r.Stream {
		n += len(r.Stream[i].Name) + len(r.Stream[i].Value)
	}
	return n
}
