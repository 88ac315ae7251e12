package logs

import (
	"math"
	"sync"
)

// run is one search under way.
type run struct {
	store *Store
	req   Search
	snap  *snapshot
	plan  node
	// Of a scope with masks: shown is which rows are seen, as they are stored, plan is of the masked ones, and unmasked both,
	// of a block without a masked field.
	shown, unmasked node
	needed          []string
	// skip says that rows between two times are of no interest any more; nil when all are.
	skip func(minTime, maxTime int64) bool

	mu    sync.Mutex
	stats Stats
}

func (s *Store) newRun(req Search, snap *snapshot) *run {
	r := &run{store: s, req: req, snap: snap, plan: compile(req.Filter), needed: req.needed()}
	if req.Min != math.MinInt64 || req.Max != math.MaxInt64 {
		r.plan = andNode{timeNode{req.Min, req.Max}, r.plan}
	}
	if req.masks != nil {
		r.shown = andNode{timeNode{req.Min, req.Max}, compile(req.limit)}
		r.unmasked = andNode{r.shown, r.plan}
	}
	r.stats = Stats{
		SegmentsTotal: len(snap.segments), CompleteUpTo: snap.at, Cursor: snap.cursor, Damaged: snap.damaged,
		Missing: snap.missing, Stale: snap.stale,
	}
	return r
}

func (r *run) newEval() *eval {
	e := newEval(r.store.opts.Views, r.store.cache, r.needed)
	e.plan, e.columns = r.plan, r.req.Scope.Whole()
	if r.store.opts.Patterns != nil {
		e.known = r.store.opts.Patterns.Within(r.req.Scope)
	}
	if r.req.masks != nil {
		e.masker = newMasker(r.req.masks, r.store.opts.Views)
	}
	if r.req.Trace != nil {
		e.trace = newTracer(e, &r.req)
	}
	return e
}

// ended adds what an evaluation traced.
func (r *run) ended(e *eval) {
	if e.trace != nil {
		r.req.Trace.merge(e.trace)
	}
}

// match returns the rows of a block that match, and the step-by-step account of it when one is wanted.
func (r *run) match(e *eval, u *unit) (bitmap, error) {
	if e.trace == nil {
		return e.match(e.plan, 0, e.rows.Info().Rows)
	}
	return e.trace.match(u, timeNode{r.req.Min, r.req.Max}, e.rows.Info().Rows)
}

// merge adds what one worker counted.
func (r *run) merge(w *Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.add(w)
}

// failed passes over what cannot be read of a segment.
func (r *run) failed(id string, err error) {
	r.store.damage(id, err)
	r.store.metrics.damaged.Inc()
	r.passOver(id, err)
}

// passOver names a segment that could not be searched.
func (r *run) passOver(id string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Damaged[id] = err.Error()
}
