package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/fair"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Appender is the queue as the intake needs it, see queue.Queue.
type Appender interface {
	Partitions() int
	Partition(dataset string, key uint64) int
	// Append makes all batches durable, one for each partition, and returns when they are. They are not kept after return.
	Append(ctx context.Context, batches []*record.Batch) error
}

// IntakeOptions says what an Intake needs.
type IntakeOptions struct {
	Queue     Appender
	MaxLine   int           // longest record in bytes: message, fields and stream together
	Memory    int64         // bytes of records that may be under way at once
	Wait      time.Duration // how long a Write waits for memory before the sender is told; default 2 s
	Masks     []string      // see Config.Masks
	Quotas    []Quota
	OverQuota func(OverQuota) // hears of what is over a quota; nil tells nobody
	Metrics   *Metrics
	Now       func() time.Time
}

func (o *IntakeOptions) validate() error {
	switch {
	case o.Queue == nil:
		return errors.New("no queue")
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
	masks   atomic.Pointer[masks]  // nil when there are none
	quotas  atomic.Pointer[quotas] // nil when there are none
	judged  sync.Pool              // of *judgement
	memory  *fair.Memory
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
	if opts.OverQuota == nil {
		opts.OverQuota = func(OverQuota) {}
	}
	in := &Intake{opts: opts, memory: fair.NewMemory(opts.Memory)}
	in.masks.Store(m)
	in.judged.New = func() any { return &judgement{} }
	if err := in.SetQuotas(opts.Quotas); err != nil {
		return nil, fmt.Errorf("cannot build the intake: %w", err)
	}
	in.sets.New = func() any {
		s := &batchSet{batches: make([]*record.Batch, opts.Queue.Partitions())}
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

// SetQuotas replaces the quotas for records that come from now on. What sources have saved up or owe is forgotten.
func (in *Intake) SetQuotas(list []Quota) error {
	rules, _, err := parseQuotas(list)
	if err != nil {
		return err
	}
	in.quotas.Store(newQuotas(rules))
	return nil
}

// Stop makes every later Write fail with model.ErrStopping.
func (in *Intake) Stop() { in.stopped.Store(true) }

// Memory returns the bytes of records that are under way, and their bound.
func (in *Intake) Memory() (used, bound int64) { return in.held.Load(), in.opts.Memory }

// Write makes records durable. It returns nil when all of them are, but for those that a quota leaves out (see OverQuota); on an
// error none may be acknowledged. *model.QuotaError means that a source has to wait for its quota (model.PatienceOf says whether
// it can); model.ErrTooLarge that one of them is longer than limits.line, or beyond another bound (*model.LargeError), and
// that none was stored;
// *model.BusyError that memory or the queue is at its bound; model.ErrStopping that the server ends.
func (in *Intake) Write(ctx context.Context, records []model.Record) error {
	return in.write(ctx, records, in.quotas.Load())
}

// WriteAgain is Write for records that have been through the intake before: they have no quota.
func (in *Intake) WriteAgain(ctx context.Context, records []model.Record) error {
	return in.write(ctx, records, nil)
}

func (in *Intake) write(ctx context.Context, records []model.Record, quotas *quotas) error {
	if in.stopped.Load() {
		return model.ErrStopping
	}
	if len(records) == 0 {
		return nil
	}
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
	if quotas == nil {
		return in.store(ctx, records, size, nil)
	}
	j := in.judged.Get().(*judgement)
	defer func() {
		j.record = model.Record{} // do not hold on to texts
		clear(j.fields)
		in.judged.Put(j)
	}()
	if w := quotas.judge(j, records, model.PatienceOf(ctx), in.opts.Now().UnixNano()); w != nil {
		in.opts.Metrics.quotaWaits.WithLabelValues(w.quota).Inc()
		in.opts.OverQuota(OverQuota{Quota: w.quota, Input: w.input, Peer: w.peer, Waits: true})
		return w.err()
	}
	if err := in.store(ctx, records, size-j.leftBytes, j); err != nil {
		quotas.giveBack(j)
		return err
	}
	j.tell(records, in.opts.Metrics, in.opts.OverQuota)
	return nil
}

// store appends the records of a write, without those that j leaves out; j may be nil.
func (in *Intake) store(ctx context.Context, records []model.Record, size int64, j *judgement) error {
	stored := len(records)
	if j != nil {
		stored -= j.left
	}
	if stored == 0 {
		return nil
	}
	began := in.opts.Now()
	held := min(size, in.opts.Memory) // one write that is larger than the bound goes alone
	if err := in.acquire(ctx, &records[0], held); err != nil {
		return err
	}
	in.held.Add(held)
	defer func() {
		in.held.Add(-held)
		in.memory.Release(held)
	}()

	set := in.sets.Get().(*batchSet)
	defer in.release(set)
	in.encode(set, records, j)
	if err := in.opts.Queue.Append(ctx, set.batches); err != nil {
		return fmt.Errorf("cannot append to the queue: %w", err)
	}
	in.opts.Metrics.durable.Observe(in.opts.Now().Sub(began).Seconds())
	in.opts.Metrics.received.Add(float64(stored))
	in.opts.Metrics.receivedBytes.Add(float64(size))
	return nil
}

// acquire takes memory for a write; while there is none, sources take turns. A write of several counts for its first.
func (in *Intake) acquire(ctx context.Context, first *model.Record, n int64) error {
	if in.memory.TryAcquire(n) {
		return nil
	}
	wait, cancel := context.WithTimeout(ctx, in.opts.Wait)
	defer cancel()
	if in.memory.Acquire(wait, fair.Source{Input: first.Input, Peer: first.Peer}, n) == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("gave up waiting for memory: %w", err)
	}
	in.opts.Metrics.busy.Inc()
	return &model.BusyError{Bound: "limits.memory", RetryAfter: time.Second}
}

func (in *Intake) encode(set *batchSet, records []model.Record, j *judgement) {
	now := in.opts.Now().UnixNano()
	masks := in.masks.Load()
	for i := range records {
		r := &records[i]
		if j != nil && j.verdicts[i] != 0 {
			if r = j.kept(i, r); r == nil {
				continue
			}
		}
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
		set.batches[in.opts.Queue.Partition(r.Dataset, stream)].Add(r, stream)
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
