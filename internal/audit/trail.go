package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

// Book is the part of the metadata that keeps the chain, see store/meta.
type Book interface {
	ChainAudit(ctx context.Context, link func(model.AuditBook) (model.AuditBook, []model.AuditSealed, error)) error
	AuditBook(ctx context.Context) (model.AuditBook, error)
	WaitingAudit(ctx context.Context) ([]model.AuditSealed, error)
	ClearAudit(ctx context.Context, entries []model.AuditSealed) error
}

// Options says what a Trail needs.
type Options struct {
	Book Book
	// Source is that of this process's marks: its own for ever, and of no other process.
	Source string
	Queue  string // where its marks hold: another name for each queue, and for each partition that takes the trail
	// Append makes records durable in the queue, in their order.
	Append func(ctx context.Context, records []model.Record) error
	// Stored reports whether the dataset has an entry already. It is asked about entries that went to another queue.
	Stored func(ctx context.Context, link model.AuditLink) (bool, error)
	// Problem is told what keeps entries back, and with an empty text that it is over. May be nil.
	Problem    func(code, text string)
	Log        *slog.Logger
	Registerer prometheus.Registerer // may be nil
	Now        func() time.Time
}

func (o *Options) validate() error {
	switch {
	case o.Book == nil || o.Append == nil || o.Stored == nil:
		return errors.New("no book, queue or dataset")
	case o.Source == "" || o.Queue == "":
		return errors.New("no name of this process or the queue")
	}
	return nil
}

// Trail writes the audit trail. It is safe for concurrent use.
//
// An entry is durable when the metadata have it: in one transaction it gets its place in the chain and waits there. Behind
// that it is appended to the queue with its sequence as mark and then forgotten by the metadata; who dies in between leaves it
// waiting, and it is appended again at the next start, or after a while by another process: the consumer skips what is not
// above the mark. Each process appends its own entries in the order of the chain, with a mark of its own, so that no entry hides
// an earlier one.
type Trail struct {
	opts    Options
	ask     chan *request
	waiting waiting
	folds   folds
	known   int64 // sequence of this process's last entry that it knows to be in the chain
	unsure  bool  // a transaction failed, and may have happened all the same
	written *prometheus.CounterVec
	failed  prometheus.Counter
}

// request is an entry on its way into the chain.
type request struct {
	entry model.AuditEntry
	floor *model.AuditLink // becomes the floor with the entry; may be nil
	done  chan error
}

// Problems that are told.
const (
	ProblemWrite = "audit.write" // entries cannot be written
	ProblemQueue = "audit.queue" // entries wait for the queue
)

// Bounds of what is under way.
const (
	chainAtOnce = 256              // entries of one transaction
	writeWithin = 10 * time.Second // until Write gives up
	maxWaiting  = 10_000           // entries that the queue does not take
	maxHeld     = 16 << 20         // bytes of them
	appendBytes = 1 << 20          // of one append to the queue
)

// New returns a trail; Run makes it work.
func New(opts Options) (*Trail, error) {
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("cannot build the audit trail: %w", err)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Problem == nil {
		opts.Problem = func(string, string) {}
	}
	t := &Trail{
		opts: opts, ask: make(chan *request), waiting: waiting{wake: make(chan struct{}, 1)}, folds: folds{open: map[fold]*folded{}},
		written: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_audit_entries_total", Help: "Entries of the audit trail that this process has written, by outcome of what they tell.",
		}, []string{"outcome"}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_audit_failed_total", Help: "Entries that could not be written to the audit trail.",
		}),
	}
	if opts.Registerer != nil {
		opts.Registerer.MustRegister(t.written, t.failed)
	}
	return t, nil
}

// Write puts an entry into the trail; it is durable when nil is returned. Repeats that anybody could cause without end are
// counted instead and told once a while (see folds).
func (t *Trail) Write(ctx context.Context, e model.AuditEntry) error {
	if t.folds.takes(&e, t.opts.Now()) {
		return nil
	}
	return t.write(ctx, &request{entry: e})
}

// Cut writes that everything up to a link may be removed from now on, and why.
func (t *Trail) Cut(ctx context.Context, e model.AuditEntry, floor model.AuditLink) error {
	e.Action = ActionCut
	return t.write(ctx, &request{entry: e, floor: &floor})
}

// write waits for its place in the chain, also when who asked goes away: what it did must be told.
func (t *Trail) write(ctx context.Context, r *request) error {
	r.done = make(chan error, 1)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	var err error
	select {
	case t.ask <- r:
		select {
		case err = <-r.done:
		case <-ctx.Done():
			err = ctx.Err()
		}
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		t.failed.Inc()
		err = fmt.Errorf("cannot write the audit trail: %w", err)
		t.opts.Problem(ProblemWrite, err.Error())
		t.opts.Log.Error("an audit entry is not written", "action", r.entry.Action, "by", r.entry.By.Name, "target", short(r.entry.Target), "error", err)
	}
	return err
}

// Run writes until ctx ends, and then what is left of it. It begins with what an earlier process has left.
func (t *Trail) Run(ctx context.Context) error {
	if err := t.takeUp(ctx); ctx.Err() != nil {
		return nil // ended before it began: what waits is the next run's
	} else if err != nil {
		return err
	}
	var wg sync.WaitGroup
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	wg.Go(func() { t.send(sending) })
	t.chain(ctx)
	stop()
	wg.Wait()
	return nil
}

// takeUp sends what this process has in the chain and has not sent: of an earlier run, or of a transaction of which it was not
// told that it happened. Nothing that is behind it in the chain may be sent before.
func (t *Trail) takeUp(ctx context.Context) error {
	list, err := t.opts.Book.WaitingAudit(ctx)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Source == t.opts.Source && e.Seq > t.known {
			t.waiting.add(e)
			t.known = e.Seq
		}
	}
	t.unsure = false
	return nil
}

// chain gives entries their places until ctx ends.
func (t *Trail) chain(ctx context.Context) {
	tick := time.NewTicker(foldFor / 4)
	defer tick.Stop()
	for {
		select {
		case r := <-t.ask:
			t.link(ctx, t.gather(r))
		case <-tick.C:
			t.tellFolds(ctx, t.opts.Now())
			if t.unsure {
				_ = t.takeUp(ctx) // or by the next entry, which says what is wrong
			}
		case <-ctx.Done():
			t.tellFolds(ctx, t.opts.Now().Add(foldFor))
			return
		}
	}
}

// gather adds those that wait too, so that one transaction serves them all.
func (t *Trail) gather(first *request) []*request {
	list := []*request{first}
	for len(list) < chainAtOnce {
		select {
		case r := <-t.ask:
			list = append(list, r)
		default:
			return list
		}
	}
	return list
}

// link puts entries into the chain.
func (t *Trail) link(ctx context.Context, list []*request) {
	sealed, err := t.seal(ctx, list)
	for _, r := range list {
		r.done <- err
	}
	if err != nil {
		return
	}
	t.opts.Problem(ProblemWrite, "")
	for i, e := range sealed {
		t.written.WithLabelValues(outcomeOf(&list[i].entry)).Inc()
		t.waiting.add(e)
		t.known = e.Seq
	}
}

func outcomeOf(e *model.AuditEntry) string {
	switch e.Outcome {
	case model.AuditBegun, model.AuditDenied, model.AuditFailed:
		return e.Outcome
	}
	return model.AuditOK
}

func (t *Trail) seal(ctx context.Context, list []*request) (sealed []model.AuditSealed, err error) {
	if n, size := t.waiting.len(); n >= maxWaiting || size >= maxHeld {
		return nil, fmt.Errorf("%d entries of %d bytes wait for the queue; /readyz may say why", n, size)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	if t.unsure {
		if err := t.takeUp(ctx); err != nil {
			return nil, err
		}
	}
	err = t.opts.Book.ChainAudit(ctx, func(book model.AuditBook) (model.AuditBook, []model.AuditSealed, error) {
		sealed = sealed[:0]
		for _, r := range list {
			at := max(t.opts.Now().UnixNano(), book.Head.Time+1) // so that the order of times is that of the chain
			e, err := seal(&r.entry, book.Head, at)
			if err != nil {
				return book, nil, err
			}
			e.Source, e.Queue = t.opts.Source, t.opts.Queue
			sealed = append(sealed, e)
			book.Head = e.AuditLink
			if r.floor != nil {
				book.Floor = *r.floor
			}
		}
		return book, sealed, nil
	})
	t.unsure = err != nil
	return sealed, err
}
