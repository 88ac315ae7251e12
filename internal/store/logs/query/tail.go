package query

import (
	"context"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// Tailer follows new rows; *logs.Store is one.
type Tailer interface {
	Searcher
	Tail(ctx context.Context, req logs.Search, from logs.Cursor, emit func(logs.TailChunk) error) error
}

// tailMemory bounds what the pipes of a tail and the queries within it hold, in bytes.
const tailMemory = 64 << 20

// CheckTail says whether a query can be followed: a *logsql.SyntaxError names the first pipe that needs all
// rows before it shows any, or the options that ask for other rows.
func CheckTail(q *logsql.Query) error {
	if q.Options.TimeOffset != 0 {
		return q.OptionsError(logsql.OptionNotLive, "a query with time_offset cannot be followed live: what comes is new")
	}
	for i, p := range q.Pipes {
		if !pipe.Streams(p) {
			return q.ErrorAt(i, logsql.PipeNotLive, "pipe %q cannot be followed live: it needs all rows before it shows any", p.Name())
		}
	}
	return nil
}

// Tail hands rows that match the query to emit as they come, from a cursor on (the zero cursor is now), until
// ctx ends or emit fails. sample chooses those that are shown; nil shows all. Time filters at the top of the query do not apply: what comes is new. A chunk is valid
// during the call; its Rows are nil when none of its rows is left.
func Tail(ctx context.Context, store Tailer, q *logsql.Query, scope model.Scope, from logs.Cursor, sample *logs.Sampler, emit func(logs.TailChunk) error) error {
	if err := CheckTail(q); err != nil {
		return err
	}
	opts := Options{Scope: scope, Workers: 1}
	r := &runner{ctx: ctx, store: store, opts: opts, budget: pipe.NewBudget(tailMemory)}
	within := r.within(0)
	// Once: a list of values is that of when the tail began.
	q, err := q.Resolve(func(f *logsql.Subquery) ([]string, error) { return pipe.FieldValues(f, r.budget, within) })
	if err != nil {
		return err
	}
	p := newPlan(q, &opts)
	var choose *logs.Sampler // behind the pipes, where a filter among them decides which rows match
	if slices.ContainsFunc(p.pipes, func(one logsql.Pipe) bool { return !pipe.KeepsRows(one) }) {
		choose = sample
	} else {
		p.search.Sample = sample
	}
	var out *logsql.Batch
	var shown pipe.Selection
	first, err := pipe.Build(p.pipes, pipe.Options{Workers: 1, Budget: r.budget, Columns: scope.Whole()},
		pipe.Sink(func(_ int, b *logsql.Batch) error {
			out = b
			return nil
		}))
	if err != nil {
		return err
	}
	return store.Tail(ctx, p.search, from, func(c logs.TailChunk) error {
		out = nil
		if c.Rows != nil && c.Rows.N > 0 {
			if err := first.Write(0, c.Rows); err != nil {
				return err
			}
		}
		if c.Rows = out; out != nil && choose != nil {
			chosen := choose.Choose(out.N)
			c.Sampled = int64(out.N - len(chosen))
			c.Rows = shown.Rows(out, chosen)
		}
		return emit(c)
	})
}
