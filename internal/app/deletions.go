package app

import (
	"context"
	"slices"
	"sync"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/query"
)

// deletions runs what was asked for, one after the other, those first whose rows have come to segments; it implements
// api.Deletions.
type deletions struct {
	a    *app
	wake chan struct{} // has a token when something was asked for

	mu      sync.Mutex // a change is stored and in effect before the next one begins
	stale   bool       // a change is stored and not in effect
	running string     // id of the one that runs, "" for none
	cancel  context.CancelFunc
	reached map[string]reached // how far those have come that this process ran, by id
	faults  map[string]string  // what holds those up that run, by id
	seen    []store.Deletion   // as follow has last found them
}

// reached is how far a deletion has come.
type reached struct{ segments, of int }

// openDeletions puts deletions in effect before the first record is read from the queue.
func (a *app) openDeletions(ctx context.Context) error {
	a.deletions = &deletions{a: a, wake: make(chan struct{}, 1), faults: map[string]string{}, reached: map[string]reached{}}
	return a.deletions.apply(ctx)
}

// apply hands the store the deletions that rows of the queue are held against.
func (d *deletions) apply(ctx context.Context) error {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return err
	}
	var in []logs.Deletion
	for _, del := range list {
		if del.QueueGone != 0 || del.State != store.DeletionRunning && del.State != store.DeletionDone {
			continue
		}
		one, err := compileDeletion(del)
		if err != nil {
			d.a.log.Error("a deletion is not understood any more; rows that it removed may come back if the queue is read again",
				"deletion", del.ID, "error", err)
			continue
		}
		in = append(in, *one)
	}
	d.a.store.SetDeletions(in)
	return nil
}

// renew puts a change in effect that is stored. When that fails it is said, and made good by the next round. The lock
// is held.
func (d *deletions) renew(ctx context.Context) {
	err := d.apply(context.WithoutCancel(ctx)) // who asked may be gone
	d.stale = err != nil
	if err != nil {
		d.a.log.Warn("a change of deletions is not in effect yet; trying again", "component", "deletions", "error", err)
	}
}

// follow puts in effect what other processes have changed.
func (d *deletions) follow(ctx context.Context) error {
	list, err := d.a.meta.Deletions(ctx)
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
func (d *deletions) look() {
	select {
	case d.wake <- struct{}{}:
	default: // it is going to look anyway
	}
}

func compileDeletion(d store.Deletion) (*logs.Deletion, error) {
	q, err := logsql.Parse(d.Query, logsql.Options{Now: d.Asked})
	if err != nil {
		return nil, err
	}
	return &logs.Deletion{
		ID: d.ID, Queue: d.Queue, Below: d.Below, Ended: d.State != store.DeletionRunning,
		Search: query.Select(q, query.Options{Scope: model.Everything, Min: d.Min, Max: d.Max}),
	}, nil
}
