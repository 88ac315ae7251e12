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

// deletions runs what was asked for, one after the other, those first whose rows have come to segments; it implements
// api.Deletions.
type deletions struct {
	a    *app
	wake chan struct{} // has a token when something was asked for

	mu      sync.Mutex // a change is stored and in effect before the next one begins
	stale   bool       // a change is stored and not in effect
	running string     // id of the one that runs, "" for none
	cancel  context.CancelFunc
	done    int
	total   int
	faults  map[string]string // what holds those up that run, by id
	seen    []store.Deletion  // as follow has last found them
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
	d.renew(ctx)
	d.look()
	return d.describe(del), nil
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
	d.renew(ctx)
	d.look()
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return api.Deletion{}, err
	}
	i := slices.IndexFunc(list, func(del store.Deletion) bool { return del.ID == id })
	d.a.audit(by, "deletion cancelled", slog.String("deletion", id), slog.String("asked_by", list[i].By), slog.String("query", list[i].Query))
	return d.describe(list[i]), nil
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
	for {
		again, err := d.round(ctx)
		if err != nil && ctx.Err() == nil {
			d.a.log.Warn("cannot go on with deletions; trying again", "component", "deletions", "error", err)
			again = deleteAgain
		}
		var next <-chan time.Time // never, unless something is left to do
		if again > 0 {
			next = time.After(again)
		}
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-next:
		}
	}
}

// round brings what can run to its end, the oldest first, and looks what the queue still holds; again says when to look
// at what is left to do, 0 when nothing is.
func (d *deletions) round(ctx context.Context) (again time.Duration, err error) {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return deleteAgain, err
	}
	d.mu.Lock()
	if d.stale {
		d.renew(ctx)
	}
	stale := d.stale
	d.mu.Unlock()
	var faults []error
	waits := false
	for _, del := range slices.Backward(list) {
		if del.State == store.DeletionRunning {
			later, err := d.one(ctx, del)
			waits = waits || later
			faults = append(faults, err)
		}
	}
	open, err := d.gone(ctx)
	switch err = errors.Join(append(faults, err)...); {
	case waits:
		return sealedEvery, err
	case open || stale || err != nil:
		return deleteAgain, err
	}
	return 0, nil
}

// gone notes which deletions have no copy in the queue any more, and has the queue let go of the others; open says
// that some are left.
func (d *deletions) gone(ctx context.Context) (open bool, err error) {
	list, err := d.a.meta.Deletions(ctx)
	if err != nil {
		return true, err
	}
	var faults []error
	for _, del := range list {
		if del.QueueGone != 0 {
			continue
		}
		if d.queueLeft(del) == 0 && del.State != store.DeletionRunning {
			d.mu.Lock()
			faults = append(faults, d.a.meta.QueueGone(ctx, del.ID, time.Now().UnixNano()))
			d.renew(ctx)
			d.mu.Unlock()
			continue
		}
		open = true
		if q, ok := d.a.queue.(interface{ Rotate(below map[int]int64) }); ok && del.State != store.DeletionRunning {
			q.Rotate(del.Below)
		}
	}
	return open, errors.Join(faults...)
}

// one runs a deletion; waits says that its rows have not all come to segments. After an error it runs, and is tried
// again.
func (d *deletions) one(ctx context.Context, del store.Deletion) (waits bool, err error) {
	one, fault := compileDeletion(del)
	if fault == nil && !d.a.store.Sealed(one) {
		return true, nil
	}
	_, err = d.a.turns.take(ctx, logs.JobDelete, func(ctx context.Context) error { return d.finish(ctx, del, one, fault) })
	return false, err
}

// finish runs a deletion whose rows are all in segments, or ends one that is not understood.
func (d *deletions) finish(ctx context.Context, del store.Deletion, one *logs.Deletion, fault error) error {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if runs, err := d.begin(ctx, del.ID, cancel); !runs || err != nil {
		return err
	}
	state, reason := store.DeletionDone, ""
	var damaged []string
	var err error
	if fault != nil {
		state, reason = store.DeletionFailed, fmt.Sprintf("the query is not understood any more; ask for the deletion again: %v", fault)
	} else {
		damaged, err = d.a.store.Delete(ctx, one, d.tell)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = ""
	delete(d.faults, del.ID)
	if err != nil {
		if ctx.Err() != nil && outer.Err() == nil {
			return nil // it was cancelled
		}
		d.faults[del.ID] = err.Error()
		return err
	}
	if err := d.a.meta.EndDeletion(outer, del.ID, state, reason, damaged, time.Now().UnixNano()); err != nil {
		if errors.Is(err, model.ErrNotFound) { // cancelled at the last moment
			return nil
		}
		return err
	}
	d.ended(outer, del.ID)
	d.renew(outer)
	return nil
}

// tell notes how far the deletion that runs has come.
func (d *deletions) tell(done, total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done, d.total = done, total
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
	d.running, d.cancel, d.done, d.total = id, cancel, 0, 0
	return true, nil
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
			out.Phase, out.SegmentsDone, out.SegmentsTotal = "segments", d.done, d.total
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
