// Package deletion runs deletions by query until nothing that they cover is left, in segments or in the queue.
package deletion

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/query"
	"github.com/haetae/haetae/internal/store/meta"
)

// Options are what a runner works on.
type Options struct {
	Queue queue.Queue
	Meta  *meta.Meta
	Store *logs.Store
	// Turn runs f unless another process does the same job, with a context that ends when another may have taken it over.
	Turn func(ctx context.Context, job string, f func(ctx context.Context) error) (ran bool, err error)
	// Audit is told what a deletion has removed. Who did it is for the receiver to say.
	Audit func(ctx context.Context, e model.AuditEntry)
	Log   *slog.Logger
}

// Runner runs what was asked for, one after the other, those first whose rows have come to segments; it implements
// api.Deletions.
type Runner struct {
	opts Options
	wake chan struct{} // has a token when something was asked for

	mu      sync.Mutex // a change is stored and in effect before the next one begins
	stale   bool       // a change is stored and not in effect
	running string     // id of the one that runs, "" for none
	cancel  context.CancelFunc
	reached map[string]reached // how far those have come that this process ran, by id
	faults  map[string]string  // what holds those up that run, by id
	seen    []store.Deletion   // as Follow has last found them
}

// reached is how far a deletion has come.
type reached struct{ segments, of int }

// New returns a runner, with the deletions that there are in effect. It comes before the first record is read from the queue.
func New(ctx context.Context, o Options) (*Runner, error) {
	d := &Runner{opts: o, wake: make(chan struct{}, 1), faults: map[string]string{}, reached: map[string]reached{}}
	return d, d.apply(ctx)
}

// apply hands the store the deletions that rows of the queue are held against.
func (d *Runner) apply(ctx context.Context) error {
	list, err := d.opts.Meta.Deletions(ctx)
	if err != nil {
		return err
	}
	var in []logs.Deletion
	for _, del := range list {
		if del.QueueGone != 0 || del.State != store.DeletionRunning && del.State != store.DeletionDone {
			continue
		}
		one, err := compile(del)
		if err != nil {
			d.opts.Log.Error("a deletion is not understood any more; rows that it removed may come back if the queue is read again",
				"deletion", del.ID, "error", err)
			continue
		}
		in = append(in, *one)
	}
	d.opts.Store.SetDeletions(in)
	return nil
}

// renew puts a change in effect that is stored. When that fails it is said, and made good by the next round. The lock
// is held.
func (d *Runner) renew(ctx context.Context) {
	err := d.apply(context.WithoutCancel(ctx)) // who asked may be gone
	d.stale = err != nil
	if err != nil {
		d.opts.Log.Warn("a change of deletions is not in effect yet; trying again", "component", "deletions", "error", err)
	}
}

// Follow puts in effect what other processes have changed.
func (d *Runner) Follow(ctx context.Context) error {
	list, err := d.opts.Meta.Deletions(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.EqualFunc(list, d.seen, sameDeletion) {
		return nil
	}
	d.renew(ctx)
	if !d.stale {
		d.seen = list
	}
	if d.running != "" && !slices.ContainsFunc(list, func(del store.Deletion) bool { return del.ID == d.running && del.State == store.DeletionRunning }) {
		d.cancel()
	}
	d.look()
	return nil
}

// sameDeletion reports whether nothing has changed of what a deletion asks for.
func sameDeletion(a, b store.Deletion) bool {
	return a.ID == b.ID && a.State == b.State && a.QueueGone == b.QueueGone
}

// look makes the background work look what there is to do.
func (d *Runner) look() {
	select {
	case d.wake <- struct{}{}:
	default: // it is going to look anyway
	}
}

func compile(d store.Deletion) (*logs.Deletion, error) {
	q, err := logsql.Parse(d.Query, logsql.Options{Now: d.Asked})
	if err != nil {
		return nil, err
	}
	return &logs.Deletion{
		ID: d.ID, Queue: d.Queue, Below: d.Below, Ended: d.State != store.DeletionRunning,
		Search: query.Select(q, query.Options{Scope: model.Everything, Min: d.Min, Max: d.Max}),
	}, nil
}
