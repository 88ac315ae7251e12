package pipe

import (
	"cmp"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
)

// newRunning returns what sorts rows by time and adds to each the statistics of the rows of its group up to itself.
func newRunning(p *logsql.PipeRunningStats, opts Options, next Processor) (Processor, error) {
	one := opts
	one.Workers = 1 // the rows come sorted, one after the other
	s, err := newStats(&p.Stats, one, next)
	if err != nil {
		return nil, err
	}
	byTime := &logsql.PipeSort{By: []logsql.SortField{{Name: timeField}}}
	return newSort(byTime, opts, &running{pipe: &p.Stats, state: s.workers[0], next: next}), nil
}

type running struct {
	pipe  *logsql.PipeStats
	state *statsWorker
	next  Processor
}

func (r *running) Write(_ int, b *logsql.Batch) error {
	ids, err := r.state.groups.assign(b)
	if err != nil {
		return err
	}
	out := *b
	out.Columns = slices.Clone(b.Columns)
	for k := range r.state.funcs {
		f := &r.state.funcs[k]
		values, err := f.running(b, ids, r.state.groups.count)
		if err != nil {
			return err
		}
		setColumn(&out, logsql.PlainColumn(r.pipe.Funcs[k].As, values))
	}
	return r.next.Write(0, &out)
}

// running adds the rows one by one and returns the result behind each.
func (f *function) running(b *logsql.Batch, ids []uint32, groups int) ([]string, error) {
	if err := f.grow(groups); err != nil {
		return nil, err
	}
	f.begin(b)
	var matched []bool
	if f.cond != nil {
		matched = f.matches.evaluate(f.cond, b)
	}
	values := make([]string, b.N)
	for i, id := range ids {
		if matched == nil || matched[i] {
			if err := f.add(id, i, i+1); err != nil {
				return nil, err
			}
		}
		values[i] = f.result(id)
	}
	return values, nil
}

func (r *running) Flush() error { return r.next.Flush() }

// totals keeps all rows, and adds to each the statistics of its group.
type totals struct {
	pipe    *logsql.PipeStats
	stats   *stats
	workers []totalsWorker
	next    Processor
}

type totalsWorker struct {
	keeper keeper
	rows   []keptRow
	acct   *account
}

func newTotals(p *logsql.PipeRunningStats, opts Options, next Processor) (*totals, error) {
	s, err := newStats(&p.Stats, opts, next)
	if err != nil {
		return nil, err
	}
	t := &totals{pipe: &p.Stats, stats: s, workers: make([]totalsWorker, opts.Workers), next: next}
	for i := range t.workers {
		t.workers[i].acct = &account{
			budget: opts.Budget, pipe: p.Name(), holds: "rows",
			narrow: "keep fewer fields before it, add a filter, or shorten the time range",
		}
	}
	return t, nil
}

func (t *totals) Write(worker int, b *logsql.Batch) error {
	w := &t.workers[worker]
	w.keeper.begin(b)
	for i := range b.N {
		r := w.keeper.keep(b, i)
		w.rows = append(w.rows, r)
		if err := w.acct.add(r.bytes); err != nil {
			return err
		}
	}
	return t.stats.Write(worker, b)
}

func (t *totals) Flush() error {
	to, err := t.stats.merge()
	if err != nil {
		return err
	}
	var rows []keptRow
	for i := range t.workers {
		rows = append(rows, t.workers[i].rows...)
		t.workers[i].rows = nil
	}
	slices.SortStableFunc(rows, func(a, b keptRow) int { return cmp.Compare(a.time, b.time) })
	return flushInto(t.next, func(write func(*logsql.Batch) error) error {
		return emitKept(rows, func(b *logsql.Batch) error {
			ids, err := to.groups.assign(b)
			if err != nil {
				return err
			}
			columns := make([]logsql.Column, len(to.funcs))
			for k := range to.funcs {
				values := make([]string, b.N)
				for i, id := range ids {
					values[i] = to.funcs[k].result(id)
				}
				columns[k] = logsql.PlainColumn(t.pipe.Funcs[k].As, values)
			}
			for _, c := range columns {
				setColumn(b, c)
			}
			return write(b)
		})
	})
}
