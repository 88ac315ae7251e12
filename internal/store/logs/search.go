package logs

import (
	"context"
	"math"
	"runtime"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Search says which rows and which of their fields are wanted.
type Search struct {
	Scope    model.Scope   // whose rows are seen, with its masks
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

	limit logsql.Filter // set by narrow: which rows the scope sees; a part of Filter unless there are masks
	masks []string      // set by narrow: fields that are masked
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
	if !req.narrow() {
		return Stats{CompleteUpTo: s.opts.Now().UnixNano()}, nil
	}
	if req.Blocks && !req.Scope.Whole() {
		return Stats{}, errBlocks
	}
	stats, err := s.search(ctx, req, emit)
	if !req.Scope.Whole() {
		if stats.hide(); err != nil { // how far a search came that ended early is as its blocks are
			stats.RowsMatched = 0
		}
	}
	return stats, err
}

func (s *Store) search(ctx context.Context, req Search, emit Emit) (Stats, error) {
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
