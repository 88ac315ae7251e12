package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/query"
)

// How often the background work of deletions looks again.
const (
	sealedEvery = 200 * time.Millisecond // while rows come to segments
	deleteAgain = 2 * time.Second        // after an error, and for what is left in the queue
)

// deletions runs what was asked for, one after the other; it implements api.Deletions.
type deletions struct {
	a    *app
	wake chan struct{} // has a token when something was asked for

	mu      sync.Mutex // a change is stored and in effect before the next one begins
	running string     // id of the one that runs, "" for none
	cancel  context.CancelFunc
	phase   string
	done    int
	total   int
	faults  map[string]string // what holds those up that run, by id
}

// openDeletions puts deletions in effect before the first record is read from the queue.
func (a *app) openDeletions(ctx context.Context) error {
	a.deletions = &deletions{a: a, wake: make(chan struct{}, 1), faults: map[string]string{}}
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

// Delete implements api.Deletions.
func (d *deletions) Delete(ctx context.Context, o api.DeletionOrder) (api.Deletion, error) {
	del := store.Deletion{
		ID: rand.Text(), Query: o.Query, Asked: o.Asked.UnixNano(), Min: o.Min, Max: o.Max, Reason: o.Reason, By: o.By,
		Queue: d.a.queue.ID(), Below: map[int]int64{}, State: store.DeletionRunning,
	}
	for _, p := range d.a.queue.Stats() {
		del.Below[p.Partition] = p.End
	}
	if _, err := compileDeletion(del); err != nil {
		return api.Deletion{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.a.meta.AddDeletion(ctx, del); err != nil {
		return api.Deletion{}, err
	}
	d.a.audit(o.By, "deletion asked for", slog.String("deletion", del.ID), slog.String("query", o.Query), slog.String("reason", o.Reason))
	select {
	case d.wake <- struct{}{}:
	default: // it is going to look anyway
	}
	return d.describe(del), d.apply(ctx)
}

// Deletions implements api.Deletions.
func (d *deletions) Deletions(ctx context.Context) ([]api.Deletion, error) {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]api.Deletion, len(list))
	for i, del := range list {
		out[i] = d.describe(del)
	}
	return out, nil
}

// CancelDeletion implements api.Deletions.
func (d *deletions) CancelDeletion(ctx context.Context, id, by string) (api.Deletion, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.a.meta.EndDeletion(ctx, id, store.DeletionCancelled, "", nil, time.Now().UnixNano()); err != nil {
		return api.Deletion{}, err
	}
	if d.running == id {
		d.cancel()
	}
	d.a.audit(by, "deletion cancelled", slog.String("deletion", id))
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return api.Deletion{}, err
	}
	i := slices.IndexFunc(list, func(del store.Deletion) bool { return del.ID == id })
	return d.describe(list[i]), d.apply(ctx)
}

// startDeletions goes on with what an earlier process has begun.
func (a *app) startDeletions(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.deletions.run(ctx)
	}()
	a.life.onStop("deletions", 20*time.Second, func(ctx context.Context) error {
		cancel()
		return wait(ctx, ended)
	})
	return nil
}

func (d *deletions) run(ctx context.Context) {
	again := time.NewTicker(deleteAgain)
	defer again.Stop()
	for {
		open, err := d.round(ctx)
		if err != nil && ctx.Err() == nil {
			d.a.log.Warn("cannot go on with deletions; trying again", "component", "deletions", "error", err)
		}
		next := again.C
		if !open && err == nil {
			next = nil
		}
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-next:
		}
	}
}

// round brings what runs to its end, the oldest first, and looks what the queue still holds; open says that something
// is left to do.
func (d *deletions) round(ctx context.Context) (open bool, err error) {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return true, err
	}
	var faults []error
	for _, del := range slices.Backward(list) {
		if del.State == store.DeletionRunning {
			open = true
			faults = append(faults, d.one(ctx, del))
		}
	}
	if open { // what has just ended is looked at too
		if list, err = d.a.meta.Deletions(ctx); err != nil {
			return true, err
		}
	}
	open = false
	for _, del := range list {
		if del.QueueGone != 0 {
			continue
		}
		if d.queueLeft(del) == 0 && del.State != store.DeletionRunning {
			faults = append(faults, d.a.meta.QueueGone(ctx, del.ID, time.Now().UnixNano()), d.apply(ctx))
			continue
		}
		open = true
		if q, ok := d.a.queue.(interface{ Rotate(below map[int]int64) }); ok && del.State != store.DeletionRunning {
			q.Rotate(del.Below)
		}
	}
	return open, errors.Join(faults...)
}

// one runs a deletion. After an error it runs, and is tried again.
func (d *deletions) one(ctx context.Context, del store.Deletion) error {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if runs, err := d.begin(ctx, del.ID, cancel); !runs || err != nil {
		return err
	}
	damaged, state, err := d.delete(ctx, del)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = ""
	delete(d.faults, del.ID)
	if err != nil && state == "" {
		if ctx.Err() != nil && outer.Err() == nil {
			return nil // it was cancelled
		}
		d.faults[del.ID] = err.Error()
		return err
	}
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	if err := d.a.meta.EndDeletion(outer, del.ID, state, reason, damaged, time.Now().UnixNano()); err != nil {
		if errors.Is(err, model.ErrNotFound) { // cancelled at the last moment
			return nil
		}
		return err
	}
	d.ended(outer, del.ID)
	return d.apply(outer)
}

// begin makes a deletion the one that runs, which cancelling it then ends; false when it was cancelled while it waited.
func (d *deletions) begin(ctx context.Context, id string, cancel context.CancelFunc) (runs bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(list, func(del store.Deletion) bool { return del.ID == id && del.State == store.DeletionRunning }) {
		return false, nil
	}
	d.running, d.cancel, d.phase, d.done, d.total = id, cancel, "waiting", 0, 0
	return true, nil
}

// delete does the work of one deletion; state is how it ended, "" when it has not.
func (d *deletions) delete(ctx context.Context, del store.Deletion) (damaged []string, state string, err error) {
	one, err := compileDeletion(del)
	if err != nil {
		return nil, store.DeletionFailed, fmt.Errorf("the query is not understood any more; ask for the deletion again: %w", err)
	}
	tick := time.NewTicker(sealedEvery)
	defer tick.Stop()
	for !d.a.store.Sealed(one) {
		select {
		case <-ctx.Done():
			return nil, "", ctx.Err()
		case <-tick.C:
		}
	}
	damaged, err = d.a.store.Delete(ctx, one, func(done, total int) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.phase, d.done, d.total = "segments", done, total
	})
	if err != nil {
		return damaged, "", err
	}
	return damaged, store.DeletionDone, nil
}

// ended writes down what a deletion has removed.
func (d *deletions) ended(ctx context.Context, id string) {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		d.a.log.Warn("cannot tell what a deletion removed", "deletion", id, "error", err)
		return
	}
	for _, del := range list {
		if del.ID != id {
			continue
		}
		rows, bytes := int64(0), int64(0)
		for _, r := range del.Removed {
			rows, bytes = rows+r.Rows, bytes+r.RawBytes
		}
		d.a.audit(del.By, "deletion "+del.State, slog.String("deletion", id), slog.String("query", del.Query),
			slog.String("reason", del.Reason), slog.Int64("rows", rows), slog.Int64("bytes", bytes),
			slog.Int64("segments", del.Rewritten), slog.Int("damaged", len(del.Damaged)))
	}
}

// queueLeft counts the records that the queue still holds of those that a deletion covers, removed or not.
func (d *deletions) queueLeft(del store.Deletion) int64 {
	if del.Queue != d.a.queue.ID() {
		return 0
	}
	left := int64(0)
	for _, p := range d.a.queue.Stats() {
		left += max(0, del.Below[p.Partition]-p.Oldest)
	}
	return left
}

// describe shows a deletion; the lock is held.
func (d *deletions) describe(del store.Deletion) api.Deletion {
	out := api.Deletion{
		ID: del.ID, Query: del.Query, Reason: del.Reason, By: del.By, Asked: time.Unix(0, del.Asked).UTC(),
		Finished: instant(del.Finished, 0), State: del.State, Rewritten: del.Rewritten, Removed: []api.DeletionRemoved{},
		Damaged: append([]string{}, del.Damaged...), Error: del.Error, QueueGone: instant(del.QueueGone, 0),
		Start: instant(del.Min, math.MinInt64),
	}
	if del.Max != math.MaxInt64 {
		out.End = instant(del.Max+1, 0)
	}
	for _, r := range del.Removed {
		out.Removed = append(out.Removed, api.DeletionRemoved(r))
	}
	if out.QueueGone == nil {
		out.QueueLeft = d.queueLeft(del)
	}
	if del.State == store.DeletionRunning {
		out.Phase, out.Error = "waiting", d.faults[del.ID]
		if d.running == del.ID {
			out.Phase, out.SegmentsDone, out.SegmentsTotal = d.phase, d.done, d.total
		}
	}
	return out
}

// instant is a time in ns since the epoch, nil for the one that stands for none.
func instant(ns, none int64) *time.Time {
	if ns == none {
		return nil
	}
	t := time.Unix(0, ns).UTC()
	return &t
}
