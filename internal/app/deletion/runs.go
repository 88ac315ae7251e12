package deletion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
)

// How often the background work of deletions looks again.
const (
	sealedEvery = 200 * time.Millisecond // while rows come to segments
	deleteAgain = 2 * time.Second        // after an error, and for what is left in the queue
)

// Run goes on with what was begun, by an earlier process too, until ctx ends.
func (d *Runner) Run(ctx context.Context) {
	for {
		again, err := d.round(ctx)
		if err != nil && ctx.Err() == nil {
			d.opts.Log.Warn("cannot go on with deletions; trying again", "component", "deletions", "error", err)
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
func (d *Runner) round(ctx context.Context) (again time.Duration, err error) {
	list, err := d.opts.Meta.Deletions(ctx)
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
func (d *Runner) gone(ctx context.Context) (open bool, err error) {
	list, err := d.opts.Meta.Deletions(ctx)
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
			faults = append(faults, d.opts.Meta.QueueGone(ctx, del.ID, time.Now().UnixNano()))
			d.renew(ctx)
			d.mu.Unlock()
			continue
		}
		open = true
		if q, ok := d.opts.Queue.(interface{ Rotate(below map[int]int64) }); ok && del.State != store.DeletionRunning {
			q.Rotate(del.Below)
			d.hurry()
		}
	}
	return open, errors.Join(faults...)
}

// hurry has what is in the queue stored soon: what came behind a deletion, such as the audit entry that tells of it, would
// otherwise keep the file of the queue that holds both.
func (d *Runner) hurry() {
	ends := map[int]int64{}
	for _, p := range d.opts.Queue.Stats() {
		ends[p.Partition] = p.End
	}
	d.opts.Store.Sealed(&logs.Deletion{Queue: d.opts.Queue.ID(), Below: ends})
}

// one runs a deletion; waits says that its rows have not all come to segments. After an error it runs, and is tried
// again.
func (d *Runner) one(ctx context.Context, del store.Deletion) (waits bool, err error) {
	one, fault := compile(del)
	if fault == nil && !d.opts.Store.Sealed(one) {
		return true, nil
	}
	_, err = d.opts.Turn(ctx, logs.JobDelete, func(ctx context.Context) error { return d.finish(ctx, del, one, fault) })
	return false, err
}

// finish runs a deletion whose rows are all in segments, or ends one that is not understood.
func (d *Runner) finish(ctx context.Context, del store.Deletion, one *logs.Deletion, fault error) error {
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
		damaged, err = d.opts.Store.Delete(ctx, one, d.tell)
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
	if err := d.opts.Meta.EndDeletion(outer, del.ID, state, reason, damaged, time.Now().UnixNano()); err != nil {
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
func (d *Runner) tell(done, total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reached[d.running] = reached{done, total}
}

// begin makes a deletion the one that runs, which cancelling it then ends; false when it was cancelled while it waited.
func (d *Runner) begin(ctx context.Context, id string, cancel context.CancelFunc) (runs bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	list, err := d.opts.Meta.Deletions(ctx)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(list, func(del store.Deletion) bool { return del.ID == id && del.State == store.DeletionRunning }) {
		return false, nil
	}
	d.running, d.cancel = id, cancel
	delete(d.reached, id)
	return true, nil
}

// ended writes down what a deletion has removed.
func (d *Runner) ended(ctx context.Context, id string) {
	list, err := d.opts.Meta.Deletions(ctx)
	if err != nil {
		d.opts.Log.Warn("cannot tell what a deletion removed", "deletion", id, "error", err)
		return
	}
	for _, del := range list {
		if del.ID != id {
			continue
		}
		outcome := model.AuditOK
		if del.State == store.DeletionFailed {
			outcome = model.AuditFailed
		}
		d.opts.Audit(ctx, model.AuditEntry{
			Action: "logs.deleted", Target: del.Query, Outcome: outcome,
			After: map[string]any{
				"deletion": id, "asked_by": del.By, "reason": del.Reason, "removed": d.describe(del).Removed, "segments": del.Rewritten,
				"damaged": len(del.Damaged), "error": del.Error,
			},
		})
	}
}

// queueLeft counts the records that the queue still holds of those that a deletion covers, removed or not.
func (d *Runner) queueLeft(del store.Deletion) int64 {
	if del.Queue != d.opts.Queue.ID() {
		return 0
	}
	left := int64(0)
	for _, p := range d.opts.Queue.Stats() {
		left += max(0, del.Below[p.Partition]-p.Oldest)
	}
	return left
}
