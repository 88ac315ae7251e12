package query

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// runner runs a query and the queries within it, which share its context, scope, time range and memory.
type runner struct {
	ctx    context.Context
	store  Searcher
	opts   Options
	budget *pipe.Budget
	stats  logs.Stats // what the queries within it cost
}

// run runs one query and writes its result to a sink.
func (r *runner) run(q *logsql.Query, opts *Options, sink pipe.Processor) (stats logs.Stats, err error) {
	opts = underOptions(q.Options, opts)
	within := r.within(opts.TimeOffset)
	q, err = q.Resolve(func(f *logsql.Subquery) ([]string, error) { return pipe.FieldValues(f, r.budget, within) })
	if err != nil {
		return stats, err
	}
	p := newPlan(q, opts)
	began := time.Now()
	if opts.Explain != nil || asksCost(q) {
		p.search.Trace = &logs.Trace{}
	}
	first, err := pipe.Build(p.withViews(), pipe.Options{
		Workers: opts.Workers, Budget: r.budget, Seconds: p.seconds(), Datasets: p.search.Datasets, Query: within, Ended: r.ctx.Err,
		Min: logsql.AddTime(p.search.Min, opts.TimeOffset), Max: logsql.AddTime(p.search.Max, opts.TimeOffset), Patterns: patternsOf(opts), Columns: opts.Scope.Whole(),
		Cost: func() pipe.Cost { return r.cost(&stats, p.search.Trace, time.Since(began)) },
	}, sink)
	if err != nil {
		return stats, err
	}
	if opts.Explain != nil {
		defer p.explain(opts.Explain)
	}
	if !p.empty && !neverAny(p.search.Filter) {
		stats, err = r.store.Search(r.ctx, p.search, later(opts.TimeOffset, first.Write))
	}
	if err == nil || errors.Is(err, pipe.ErrStop) {
		err = first.Flush()
	}
	if errors.Is(err, pipe.ErrStop) {
		err = nil
	}
	return stats, err
}

// patternsOf returns the patterns that the scope of a query knows.
func patternsOf(opts *Options) model.Patterns {
	if opts.Patterns == nil {
		return nil
	}
	return opts.Patterns.Within(opts.Scope)
}

// underOptions applies what stands in options(...) before the query.
func underOptions(own logsql.QueryOptions, opts *Options) *Options {
	out := *opts
	if own.Concurrency > 0 {
		out.Workers = min(out.Workers, own.Concurrency)
	}
	if own.IgnoreGlobalTimeFilter {
		out.Min, out.Max = 0, 0
	}
	if own.TimeOffset != 0 {
		out.TimeOffset = own.TimeOffset
	}
	return &out
}

// later makes rows be shown as if they were so much later, in ns.
func later(offset int64, emit logs.Emit) logs.Emit {
	if offset == 0 {
		return emit
	}
	return func(worker int, b *logsql.Batch) error {
		moved := *b
		moved.Times = slices.Clone(b.Times) // which may be those of the store's cache
		for i, ns := range moved.Times {
			moved.Times[i] = logsql.AddTime(ns, offset)
		}
		return emit(worker, &moved)
	}
}

// within runs queries within a query, at its time. A page of rows and the plan are asked of the outer one alone.
func (r *runner) within(offset int64) pipe.QueryFunc {
	return func(q *logsql.Query, emit func(*logsql.Batch) error) error {
		opts := r.opts
		opts.TimeOffset = offset
		opts.Page, opts.Progress, opts.Explain = nil, nil, nil
		stats, err := r.run(q, &opts, &sink{ctx: r.ctx, emit: emit})
		addCost(&r.stats, &stats)
		return err
	}
}

// addCost adds what a query within another cost; what the outer one saw, its cursor and places, stays its own.
func addCost(to, from *logs.Stats) {
	to.SegmentsTotal += from.SegmentsTotal
	to.SegmentsRead += from.SegmentsRead
	to.BlocksTotal += from.BlocksTotal
	to.BlocksRead += from.BlocksRead
	to.RowsScanned += from.RowsScanned
	to.BytesRead += from.BytesRead
	if len(from.Missing) > 0 || from.Stale != "" {
		switch {
		case to.Missing == nil && to.Stale == "" && to.CompleteUpTo == 0: // a sum that begins
			to.CompleteUpTo = from.CompleteUpTo
		default:
			to.CompleteUpTo = min(to.CompleteUpTo, from.CompleteUpTo)
		}
		to.Stale = cmp.Or(to.Stale, from.Stale)
	}
	if len(from.Missing) > 0 {
		if to.Missing == nil {
			to.Missing = map[int]string{}
		}
		maps.Copy(to.Missing, from.Missing)
	}
	if len(from.Damaged) > 0 {
		if to.Damaged == nil {
			to.Damaged = map[string]string{}
		}
		maps.Copy(to.Damaged, from.Damaged)
	}
}
