package audit

import (
	"context"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// folds counts repeats of what somebody may cause as often as he likes: what fails, requests that are denied, pages of the trail
// that are read. The first is written at once; those that follow within foldFor become one entry with their count.
type folds struct {
	mu   sync.Mutex
	open map[fold]*folded
}

// Bounds of folding: beyond so many different ones at a time all others count as one, and beyond so many targets at which one
// fails with the same all other targets, and beyond so many addresses from which the same comes all other addresses.
const (
	foldFor      = time.Minute
	maxFolds     = 1000
	maxTargets   = 10
	maxAddresses = 100
)

// fold is what repeats have in common.
type fold struct{ action, outcome, by, target, address string }

type folded struct {
	last  model.AuditEntry
	since time.Time
	count int // behind the first
}

// ActionRead is the action of which repeats are folded whatever their outcome.
const ActionRead = "audit.read"

// takes reports whether an entry was counted and need not be written.
func (f *folds) takes(e *model.AuditEntry, now time.Time) bool {
	if e.Ends || e.Action != ActionRead && e.Outcome != model.AuditDenied && e.Outcome != model.AuditFailed {
		return false
	}
	key := fold{e.Action, e.Outcome, short(e.By.ID + e.By.Name), short(e.Target), e.Address}
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.open[key]
	if known == nil && e.Outcome == model.AuditFailed && f.targets(key) >= maxTargets {
		key.target = ""
		known = f.open[key]
	}
	if known == nil && f.addresses(key) >= maxAddresses {
		key.address = ""
		known = f.open[key]
	}
	if known == nil && len(f.open) >= maxFolds {
		key = fold{action: e.Action, outcome: e.Outcome}
		known = f.open[key]
	}
	if known == nil {
		f.open[key] = &folded{last: *e, since: now}
		return false
	}
	known.last = *e
	known.last.Address = key.address
	known.count += max(1, e.Count)
	return true
}

// targets counts what is open of the same but for its target.
func (f *folds) targets(like fold) (n int) {
	for key := range f.open {
		if key.target = like.target; key == like {
			n++
		}
	}
	return n
}

// addresses counts what is open of the same but for its address.
func (f *folds) addresses(like fold) (n int) {
	for key := range f.open {
		if key.address = like.address; key == like {
			n++
		}
	}
	return n
}

// due takes out what was open long enough, and returns those that repeated.
func (f *folds) due(now time.Time) (list []model.AuditEntry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, one := range f.open {
		if now.Sub(one.since) < foldFor {
			continue
		}
		delete(f.open, key)
		if one.count > 0 {
			one.last.Count = one.count
			list = append(list, one.last)
		}
	}
	return list
}

// tellFolds writes what was counted.
func (t *Trail) tellFolds(ctx context.Context, now time.Time) {
	var list []*request
	for _, e := range t.folds.due(now) {
		list = append(list, &request{entry: e, done: make(chan error, 1)})
	}
	if len(list) == 0 {
		return
	}
	t.link(ctx, list)
	for _, r := range list {
		if err := <-r.done; err != nil {
			t.failed.Inc()
			t.opts.Problem(ProblemWrite, "cannot write the audit trail: "+err.Error())
			t.opts.Log.Error("repeats are not written to the audit trail", "action", r.entry.Action, "count", r.entry.Count, "error", err)
		}
	}
}
