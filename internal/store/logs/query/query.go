// Package query runs whole queries over the log store: it plans the search, runs the pipes over what the search
// emits, and holds the query to its bounds.
package query

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// Searcher finds rows; *logs.Store is one.
type Searcher interface {
	Search(ctx context.Context, req logs.Search, emit logs.Emit) (logs.Stats, error)
}

// Options are what a query runs under.
type Options struct {
	Scope model.Scope
	// Min and Max bound the event time besides what the query says, in ns since the epoch, both included; both
	// 0 is no bound.
	Min, Max int64
	// TimeOffset is how much earlier than the query says rows are read, and later they are shown, in ns.
	TimeOffset int64
	// Page asks for the first rows of an order, of those that match the filter; nil leaves that to the pipes.
	Page     *model.Page
	Progress *model.Progress // how far the search has come; may be nil
	// Explain is filled with how the query was answered, the queries within it left out; nil is not.
	Explain  *model.Explain
	Limits   Limits
	Patterns model.Patterns // for the pipe of this name; may be nil
	Workers  int            // goroutines that search; 0 is one for each core
}

// Limits bound one query. Zero is no bound.
type Limits struct {
	MaxMemory   int64 // bytes that its pipes hold between rows
	MaxDuration time.Duration
	Shared      *pipe.Budget // of all queries together; may be nil
}

// Stats says what a query cost.
type Stats struct {
	logs.Stats
	RowsOut  int64
	Duration time.Duration
}

// Run runs a query and hands its result to emit, one batch at a time; a batch is valid during the call.
//
// Rows come in no set order, except behind sort, top and the like, and except that a limit without a sort gives
// the newest rows, the newest first; rows of a page come in its order. Errors: *model.LimitError when a bound is reached, ctx's error, emit's
// error, or the store's.
func Run(ctx context.Context, store Searcher, q *logsql.Query, opts Options, emit func(*logsql.Batch) error) (Stats, error) {
	began := time.Now()
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	outer := ctx
	if opts.Limits.MaxDuration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opts.Limits.MaxDuration)
		defer cancel()
	}
	out := &sink{ctx: ctx, emit: emit}
	budget := opts.Limits.Shared.Part(opts.Limits.MaxMemory)
	defer budget.End()
	r := &runner{ctx: ctx, store: store, opts: opts, budget: budget}
	var stats Stats
	var err error
	stats.Stats, err = r.run(q, &opts, out)
	addCost(&stats.Stats, &r.stats)
	stats.RowsOut, stats.Duration = out.rows, time.Since(began)
	if err != nil && outer.Err() == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && errors.Is(err, ctx.Err()) {
		err = &model.LimitError{
			Code:  "query.too_long",
			Bound: fmt.Sprintf("limits.query_time (%s)", opts.Limits.MaxDuration),
			Hint:  "shorten the time range, add a filter by stream or word, or count instead of listing",
		}
	}
	return stats, err
}

func neverAny(f logsql.Filter) bool {
	_, ok := f.(logsql.None)
	return ok
}

// sink is the end of the pipes: it hands batches on one after the other.
type sink struct {
	ctx  context.Context
	mu   sync.Mutex
	rows int64
	emit func(*logsql.Batch) error
}

func (s *sink) Write(_ int, b *logsql.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	s.rows += int64(b.N)
	return s.emit(b)
}

func (s *sink) Flush() error { return nil }
