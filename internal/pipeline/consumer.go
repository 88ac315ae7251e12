package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Reader is one partition of the queue, see queue.Reader.
type Reader interface {
	Partition() int
	Epoch() int64
	From(offset int64) error
	Next(ctx context.Context) (record.Chunk, error)
	Stored(offset int64) error
}

// Writer is the store's end of one partition.
type Writer interface {
	// Offset is that of the next record to append.
	Offset() int64
	// Append copies the record. Records below Offset and below their source's mark are passed over.
	Append(offset int64, r *model.Record)
	// Advance says that every record below offset was appended or is not to be stored.
	Advance(offset int64)
	// Publish makes what was appended visible.
	Publish()
	// Due reports whether it is time for a checkpoint.
	Due() bool
	// Checkpoint makes everything durable and returns the offset below which it is. model.ErrStoreFull: nothing
	// was done, call again later. model.ErrConflict: the position moved, open a new writer.
	Checkpoint(ctx context.Context) (stored int64, err error)
	Close()
}

// Problem codes that a consumer reports.
const (
	ProblemStoreFull = "store.full" // the store has no room, the partition waits
	ProblemStore     = "store.failed"
	ProblemQueue     = "queue.failed"
	ProblemGone      = "queue.gone" // records are gone from the queue, the partition stands still
)

// ConsumerOptions says what consumers need.
type ConsumerOptions struct {
	Queue string // id of the queue, for dead letters
	// Place returns where a partition is on Kafka, for dead letters: the topic and its partition; nil on disk.
	Place  func(partition int) (topic string, at int)
	Open   func(ctx context.Context, partition int, epoch int64) (Writer, error)
	Inputs map[string]InputSettings // by configured name; inputs that are missing have the zero settings
	Rules  []Rule
	Local  *time.Location // zone of inputs without one; default time.Local
	// Problem is told what holds a partition up, and with an empty text that it is over. May be nil.
	Problem func(partition int, code, text string)
	Metrics *Metrics
	Log     *slog.Logger
	Now     func() time.Time
	// Idle is how often a partition without new records looks whether a checkpoint is due; default 500 ms.
	Idle time.Duration
	// Drain bounds the last checkpoint when the server stops; default 20 s.
	Drain time.Duration
}

// Consumers runs the pipeline behind the queue.
type Consumers struct {
	opts   ConsumerOptions
	inputs map[string]*inputRules
	rules  atomic.Pointer[ruleSet]
}

// NewConsumers checks settings and rules.
func NewConsumers(opts ConsumerOptions) (*Consumers, error) {
	if opts.Open == nil {
		return nil, errors.New("cannot build the pipeline: no store")
	}
	if opts.Local == nil {
		opts.Local = time.Local
	}
	if opts.Metrics == nil {
		opts.Metrics = NewMetrics(nil)
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Idle == 0 {
		opts.Idle = 500 * time.Millisecond
	}
	if opts.Drain == 0 {
		opts.Drain = 20 * time.Second
	}
	if opts.Problem == nil {
		opts.Problem = func(int, string, string) {}
	}
	c := &Consumers{opts: opts, inputs: map[string]*inputRules{}}
	for name, s := range opts.Inputs {
		in, err := compileInput(s, opts.Local)
		if err != nil {
			return nil, fmt.Errorf("input %s: %w", name, err)
		}
		c.inputs[name] = &in
	}
	if err := c.SetRules(opts.Rules); err != nil {
		return nil, err
	}
	return c, nil
}

// consumer is the state of one partition.
type consumer struct {
	*Consumers
	log       *slog.Logger
	reader    Reader
	writer    Writer
	processor *processor
	told      map[string]bool // reasons of dead letters that were logged
	handed    int64           // records below it were given to the writer
	began     int64           // ns since the epoch; what was received before was read by an earlier consumer, or waited for one
	shown     int64           // records below it were visible to searches once
	stored    int64           // records below it are durable in the store
	suspects  suspicion
	lastFault string        // what the store's last panic said
	wait      time.Duration // the pause behind the next error
}

// Run consumes one partition until ctx ends; the queue calls it for each partition that this process owns. At
// the end it makes a last checkpoint. Faults are reported and tried again; the error is always nil.
func (c *Consumers) Run(ctx context.Context, r Reader) error {
	p := &consumer{
		Consumers: c, reader: r,
		log:  c.opts.Log.With("partition", r.Partition()),
		told: map[string]bool{}, began: c.opts.Now().UnixNano(),
	}
	defer p.clearAll()
	for p.wait = firstPause; ctx.Err() == nil; {
		err := p.session(ctx)
		var gone *model.GoneError
		var fault *storeFault
		switch {
		case errors.As(err, &fault):
			if !p.faulted(fault) {
				p.backOff(ctx)
			}
		case err == nil || ctx.Err() != nil:
		case errors.As(err, &gone):
			p.standStill(ctx, gone)
		case errors.Is(err, model.ErrConflict):
			p.log.Warn("the stored position moved, reading it anew", "error", err)
			p.backOff(ctx)
		default:
			p.report(ProblemQueue, "cannot read the queue, trying again", err)
			p.backOff(ctx)
		}
	}
	return nil
}

// session opens the store at its position and consumes from there.
func (p *consumer) session(ctx context.Context) error {
	w, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer w.Close()
	p.writer = w
	p.handed, p.stored = w.Offset(), w.Offset()
	p.suspects.narrow(p.stored)
	p.processor = newProcessor(p.Consumers)
	if err := p.reader.From(w.Offset()); err != nil {
		return err
	}
	if err := p.reader.Stored(w.Offset()); err != nil {
		return err
	}
	for {
		chunk, err := p.next(ctx)
		if err != nil {
			if ctx.Err() != nil {
				p.drain(ctx)
				return nil
			}
			return err
		}
		p.clear(ProblemQueue)
		if len(chunk.Records) == 0 {
			p.wait = firstPause // the queue is read to its end
		}
		if err := p.take(ctx, chunk); err != nil {
			var fault *storeFault
			if ctx.Err() != nil && !errors.As(err, &fault) {
				p.drain(ctx)
				return nil
			}
			return err
		}
	}
}

// take hands a chunk to the store and makes the checkpoints that are due.
func (p *consumer) take(ctx context.Context, chunk record.Chunk) error {
	for {
		part, rest, cut := p.suspects.split(chunk)
		err := p.guard(func() error {
			p.consume(part)
			if cut {
				p.writer.Advance(part.Base + int64(len(part.Records))) // a part may end among lost offsets
			}
			return nil
		})
		if err != nil {
			return err
		}
		if cut || p.writer.Due() {
			if err := p.checkpoint(ctx); err != nil {
				return err
			}
		}
		if len(rest.Records) == 0 {
			return nil
		}
		chunk = rest
	}
}

// open waits for a store that is not ready.
func (p *consumer) open(ctx context.Context) (Writer, error) {
	failed := false
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		w, err := p.opts.Open(ctx, p.reader.Partition(), p.reader.Epoch())
		if err == nil {
			if failed {
				p.clear(ProblemStore)
			}
			return w, nil
		}
		if ctx.Err() != nil || errors.Is(err, model.ErrConflict) {
			return nil, err
		}
		failed = true
		p.report(ProblemStore, "cannot open the store", err)
		p.pause(ctx, wait)
	}
}

// next waits for records, and returns an empty chunk now and then so that checkpoints are made while nothing
// comes.
func (p *consumer) next(ctx context.Context) (record.Chunk, error) {
	wait, cancel := context.WithTimeout(ctx, p.opts.Idle)
	defer cancel()
	chunk, err := p.reader.Next(wait)
	if err != nil && ctx.Err() == nil && wait.Err() != nil {
		return record.Chunk{}, nil
	}
	return chunk, err
}

// consume hands the records of a chunk to the store.
func (p *consumer) consume(chunk record.Chunk) {
	for _, d := range chunk.Damaged {
		p.log.Error("damaged records of the queue are skipped", "where", d.Where, "bytes", d.Bytes, "from", d.From, "to", d.To)
		p.opts.Metrics.damagedBytes.Add(float64(d.Bytes))
		p.opts.Metrics.lostRecords.Add(float64(d.To - d.From))
	}
	if len(chunk.Records) == 0 {
		return
	}
	p.processor.rules = p.rules.Load().compiled
	dropped := 0
	oldest := int64(math.MaxInt64) // ns since the epoch
	for i, data := range chunk.Records {
		offset := chunk.Base + int64(i)
		if offset < p.writer.Offset() {
			continue
		}
		r, keep := p.process(offset, data)
		if !keep {
			dropped++
			continue
		}
		if r.Mark.Source != replaySource && r.Observed >= p.began && offset >= p.shown { // else received long ago, or read again
			oldest = min(oldest, r.Observed)
		}
		p.handed = offset + 1
		p.writer.Append(offset, r)
	}
	p.handed = max(p.handed, chunk.Base+int64(len(chunk.Records)))
	p.writer.Advance(chunk.Base + int64(len(chunk.Records)))
	p.writer.Publish()
	p.shown = max(p.shown, p.handed)
	if oldest != math.MaxInt64 {
		p.opts.Metrics.searchable.Observe(p.opts.Now().Sub(time.Unix(0, oldest)).Seconds())
	}
	p.opts.Metrics.consumed.Add(float64(len(chunk.Records)))
	p.opts.Metrics.consumedBytes.Add(float64(chunk.Size()))
	p.opts.Metrics.dropped.Add(float64(dropped))
}

// process takes one record through the steps; whatever goes wrong makes a dead letter of it.
func (p *consumer) process(offset int64, data []byte) (r *model.Record, keep bool) {
	defer func() {
		if fault := recover(); fault != nil {
			r, keep = p.poison(offset, data, reasonPanic, fmt.Errorf("%v", fault)), true
		}
	}()
	switch p.suspects.shapeOf(offset) {
	case asLetter:
		return p.poison(offset, data, reasonStore, errors.New(p.lastFault)), true
	case asBareLetter:
		return p.bareLetter(offset, data), true
	}
	r, keep, err := p.processor.run(data)
	if err != nil {
		return p.poison(offset, data, reasonOf(err), err), true
	}
	return r, keep
}

// reasonOf says why a record could not be taken through the steps.
func reasonOf(err error) string {
	if refused := (*refusalError)(nil); errors.As(err, &refused) {
		return reasonRule
	}
	return reasonDecode
}
