package logs

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Search says which rows and which of their fields are wanted.
type Search struct {
	Scope    model.Scope   // a scope that is not Everything sees nothing
	Datasets []string      // none means model.DatasetLogs
	Filter   logsql.Filter // nil means all rows
	// Fields are the columns wanted; _time gives Batch.Times. Without any, batches only count rows.
	// All wants every stored field and stream field, and of views and aliases those that Fields names.
	Fields []string
	All    bool
	// Min and Max bound the event time in ns since the epoch, both inclusive; both 0 mean no bounds.
	Min, Max int64
	// Newest wants only the Limit newest rows, by event time, then partition and offset; Oldest the oldest of that
	// order. With Behind only rows that come behind that place.
	Newest, Oldest bool
	Limit          int
	Behind         *model.Place
	// Extract makes some of Fields of the message; nil makes none. The filter sees the stored ones of their names.
	Extract *Extract
	// Repeats lets a batch hold rows that stand for several equal ones (Batch.Repeat), which is how rows are counted
	// without one being looked at. With Bucket their times may be the starts of the buckets that the times fall into.
	Repeats bool
	Bucket  *logsql.Bucket
	// Keys are those of Fields whose columns may have keys in the place of values.
	Keys []string
	// Blocks wants, instead of rows, a batch for each block that has rows which match, with how it keeps its fields.
	Blocks bool
	// Extremes says that of rows only the smallest and largest values of Fields matter: a batch may have these alone.
	Extremes bool
	// Numbers are those of Fields whose columns may have numbers in the place of values.
	Numbers []string
	// Workers bounds the goroutines that call emit; 0 means one for each core.
	Workers int
	// MaxMemory bounds what a search for the newest or oldest rows keeps, in bytes; 0 means 256 MiB.
	MaxMemory int64
	// Sample chooses which rows a tail shows; nil shows all. Its rows are chosen before any field is read.
	Sample *Sampler
	// Trace collects how the search is answered; nil collects nothing.
	Trace *Trace
	// Progress is told how far the search has come; nil is told nothing.
	Progress *model.Progress
}

// Stats says what a search cost and what it saw.
type Stats struct {
	SegmentsTotal, SegmentsRead int
	BlocksTotal, BlocksRead     int // of which any column was read, or rows counted
	RowsScanned, RowsMatched    int64
	BytesRead                   int64
	// CompleteUpTo is when the search began, in ns since the epoch: what was published before was searched. Where partitions
	// are missing it is the time up to which their rows are stored, 0 when none is; with Stale no later than that says.
	CompleteUpTo int64
	// Missing names partitions whose newest rows, those that are in no segment yet, could not be searched, with the reason.
	Missing map[int]string
	// Stale says since when the metadata are away, and why: segments that other processes have stored since could not be
	// searched. "" when all were.
	Stale string
	// Cursor is the place behind the newest row that was searched.
	Cursor Cursor
	// First and Last are the places of the first and last row of a search for the newest or oldest ones.
	First, Last model.Place
	// Damaged names segments that could not be read whole, with the reason.
	Damaged map[string]string
}

// add sums up what one worker did.
func (s *Stats) add(o *Stats) {
	s.BlocksTotal += o.BlocksTotal
	s.BlocksRead += o.BlocksRead
	s.RowsScanned += o.RowsScanned
	s.RowsMatched += o.RowsMatched
	s.BytesRead += o.BytesRead
}

// Emit receives rows. It is called concurrently, but never at once for one worker; 0 <= worker < Workers.
// The batch is valid during the call. Its error ends the search and is returned.
type Emit func(worker int, b *logsql.Batch) error

// batchRows is the largest number of rows in a batch.
const batchRows = 8192

// withDefaults fills what the caller left open.
func (r Search) withDefaults() Search {
	if len(r.Datasets) == 0 {
		r.Datasets = []string{model.DatasetLogs}
	}
	if r.Min == 0 && r.Max == 0 {
		r.Min, r.Max = math.MinInt64, math.MaxInt64
	}
	if r.Workers <= 0 {
		r.Workers = runtime.GOMAXPROCS(0)
	}
	if r.MaxMemory <= 0 {
		r.MaxMemory = 256 << 20
	}
	return r
}

// ranked reports whether only the first rows of an order are wanted.
func (r *Search) ranked() bool { return (r.Newest || r.Oldest) && r.Limit > 0 }

// needed lists the fields that filter or output name, and what answers in their place.
func (r *Search) needed() []string {
	var names []string
	add := func(name string) {
		for _, n := range [...]string{name, alias(name)} {
			if n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for _, name := range r.Fields {
		add(name)
	}
	logsql.WalkFields(r.Filter, add)
	return names
}

// Search hands the rows that match to emit, in any order; with Newest or Oldest in their order, as worker 0.
// Segments that cannot be read are passed over and named in Stats. ctx ends the search between two blocks.
func (s *Store) Search(ctx context.Context, req Search, emit Emit) (Stats, error) {
	req = req.withDefaults()
	if !req.Scope.All() {
		return Stats{CompleteUpTo: s.opts.Now().UnixNano()}, nil
	}
	s.metrics.searches.Inc()
	snap, err := s.everywhere(ctx, &req, nil)
	if err != nil {
		return Stats{}, err
	}
	req.Progress.Begin(len(snap.segments))
	defer s.release(snap)
	run := s.newRun(req, snap)
	if req.Trace != nil {
		all := s.snapshot(req.Datasets, math.MinInt64, math.MaxInt64)
		req.Trace.begin(&req, snap, all)
		s.release(all)
	}
	if req.ranked() {
		return run.ranked(ctx, emit)
	}
	return run.all(ctx, emit)
}

// run is one search under way.
type run struct {
	store  *Store
	req    Search
	snap   *snapshot
	plan   node
	needed []string
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
	r.stats = Stats{
		SegmentsTotal: len(snap.segments), CompleteUpTo: snap.at, Cursor: snap.cursor, Damaged: snap.damaged,
		Missing: snap.missing, Stale: snap.stale,
	}
	return r
}

func (r *run) newEval() *eval {
	e := newEval(r.store.opts.Views, r.store.cache, r.needed)
	e.known = r.store.opts.Patterns
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
		return e.match(r.plan, 0, e.rows.Info().Rows)
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

// all emits every row that matches.
func (r *run) all(ctx context.Context, emit Emit) (Stats, error) {
	group, ctx := errgroup.WithContext(ctx)
	units := make(chan unit)
	group.Go(func() error {
		defer close(units)
		return r.units(ctx, func(u unit) error {
			select {
			case units <- u:
				return nil
			case <-ctx.Done():
				u.release()
				return ctx.Err()
			}
		})
	})
	for worker := range r.req.Workers {
		group.Go(func() (err error) {
			defer notPanicked(&err)
			w := emitter{run: r, eval: r.newEval(), worker: worker, emit: emit}
			defer w.end()
			for u := range units {
				if err := ctx.Err(); err != nil {
					u.release()
					return err
				}
				err := w.unit(u)
				w.told.tell(r.req.Progress, w.eval.scratch.BytesRead(), w.stats.RowsMatched)
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	for u := range units { // when all workers failed
		u.release()
	}
	return r.stats, err
}

// notPanicked makes an error of a panic: what one query runs into ends that query and not the process, which stores
// records beside it.
func notPanicked(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("the search failed, which is a fault of Haetae: %v\n%s", value, debug.Stack())
	}
}

// emitter is one worker of a search for all rows.
type emitter struct {
	run    *run
	eval   *eval
	worker int
	emit   Emit
	stats  Stats
	told   told
	rows   []uint32
}

// told is what one worker has told of its progress: once for each block, so that it costs nothing.
type told struct{ bytes, rows int64 }

func (t *told) tell(p *model.Progress, bytes, rows int64) {
	p.Add(bytes-t.bytes, rows-t.rows)
	t.bytes, t.rows = bytes, rows
}

func (w *emitter) end() {
	w.stats.BytesRead = w.eval.scratch.BytesRead()
	w.run.merge(&w.stats)
	w.run.ended(w.eval)
}

func (w *emitter) unit(u unit) error {
	defer u.release()
	if u.counted > 0 {
		if t := w.eval.trace; t != nil {
			t.counted += u.counted
			t.time.Rows += u.counted
		}
		w.stats.RowsMatched += u.counted
		return w.emit(w.worker, &logsql.Batch{N: int(u.counted)})
	}
	w.eval.scratch.Reset()
	rows := u.rows(w.eval)
	w.stats.BlocksTotal++
	w.stats.RowsScanned += int64(rows.Info().Rows)
	w.eval.trace.read("token_filter")
	b, n, err := w.eval.counted(w.run.plan, &w.run.req)
	if err != nil {
		return w.run.readError(u, err)
	}
	if b != nil {
		w.eval.trace.count(&u, n)
		if n == 0 {
			return nil
		}
		w.stats.BlocksRead++
		w.stats.RowsMatched += int64(n)
		return w.emit(w.worker, b)
	}
	alive, err := w.run.match(w.eval, &u)
	if err != nil {
		return w.run.readError(u, err)
	}
	matched := alive.count()
	if matched == 0 {
		return nil
	}
	w.stats.BlocksRead++
	w.stats.RowsMatched += int64(matched)
	w.eval.trace.rows(matched)
	if w.run.req.Blocks {
		b, err := blockStats(&u, rows)
		if err != nil {
			return w.run.readError(u, err)
		}
		return w.emit(w.worker, b)
	}
	if w.run.req.Repeats {
		b, err := w.eval.repeats(&w.run.req, alive)
		if err != nil {
			return w.run.readError(u, err)
		}
		if b != nil {
			return w.emit(w.worker, b)
		}
	}
	return w.emitRows(u, alive)
}

// emitRows hands the matching rows of a block on, in batches.
func (w *emitter) emitRows(u unit, alive bitmap) error {
	out, err := w.eval.output(&w.run.req, alive)
	if err != nil {
		return w.run.readError(u, err)
	}
	w.rows = alive.rows(w.rows[:0])
	for rows := range slices.Chunk(w.rows, batchRows) {
		if err := w.emit(w.worker, out.batch(rows)); err != nil {
			return err
		}
	}
	return nil
}
