package deletion

import (
	"context"
	"crypto/rand"
	"math"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/store"
)

// Delete implements api.Deletions.
func (d *Runner) Delete(ctx context.Context, o api.DeletionOrder) (api.Deletion, error) {
	del := store.Deletion{
		ID: rand.Text(), Query: o.Query, Asked: o.Asked.UnixNano(), Min: o.Min, Max: o.Max, Reason: o.Reason, By: o.By,
		Queue: d.opts.Queue.ID(), Below: map[int]int64{}, State: store.DeletionRunning,
	}
	for _, p := range d.opts.Queue.Stats() {
		del.Below[p.Partition] = p.End
	}
	if _, err := compile(del); err != nil {
		return api.Deletion{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.opts.Meta.AddDeletion(ctx, del); err != nil {
		return api.Deletion{}, err
	}
	d.renew(ctx)
	d.look()
	return d.describe(del), nil
}

// Deletions implements api.Deletions.
func (d *Runner) Deletions(ctx context.Context) ([]api.Deletion, error) {
	list, err := d.opts.Meta.Deletions(ctx)
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
func (d *Runner) CancelDeletion(ctx context.Context, id string) (api.Deletion, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.opts.Meta.EndDeletion(ctx, id, store.DeletionCancelled, "", nil, time.Now().UnixNano()); err != nil {
		return api.Deletion{}, err
	}
	if d.running == id {
		d.cancel()
	}
	d.renew(ctx)
	d.look()
	list, err := d.opts.Meta.Deletions(ctx)
	if err != nil {
		return api.Deletion{}, err
	}
	i := slices.IndexFunc(list, func(del store.Deletion) bool { return del.ID == id })
	return d.describe(list[i]), nil
}

// describe shows a deletion; the lock is held.
func (d *Runner) describe(del store.Deletion) api.Deletion {
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
			out.Phase = "segments"
		}
	}
	r := d.reached[del.ID]
	out.SegmentsDone, out.SegmentsTotal = r.segments, r.of
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
