package pipe

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
)

// stats runs functions over groups of rows.
type stats struct {
	pipe    *logsql.PipeStats
	workers []*statsWorker
	next    Processor
}

// statsWorker holds the groups of one worker and what its functions have gathered of each.
type statsWorker struct {
	groups *groups
	funcs  []function
}

// function is one function of one worker with its condition.
type function struct {
	accumulator
	cond    logsql.Filter
	matches evaluator
}

// accumulator gathers one function over groups.
type accumulator interface {
	// grow makes room for groups 0 to n-1.
	grow(n int) error
	// begin takes a batch; add refers to its rows.
	begin(b *logsql.Batch)
	// add takes rows lo to hi-1, all of one group.
	add(group uint32, lo, hi int) error
	// merge takes what another worker gathered of its group.
	merge(group uint32, other accumulator, otherGroup uint32) error
	// result returns the value of a group as text.
	result(group uint32) string
}

func newStats(p *logsql.PipeStats, opts Options, next Processor) (*stats, error) {
	// A rate is that of the time bucket where rows are put into buckets, else that of the whole time range.
	for _, g := range p.By {
		if g.Name == timeField && g.Bucket.Kind == logsql.BucketTime {
			opts.Seconds = float64(g.Bucket.Step) / 1e9
		}
	}
	s := &stats{pipe: p, next: next, workers: make([]*statsWorker, opts.Workers)}
	for i := range s.workers {
		acct := &account{
			budget: opts.Budget, pipe: "stats" + byText(p.By), holds: "groups",
			narrow: "add a filter, use fewer by fields or larger buckets, or shorten the time range",
		}
		w := &statsWorker{groups: newGroups(p.By, acct)}
		for k := range p.Funcs {
			a, err := newAccumulator(&p.Funcs[k], opts, acct)
			if err != nil {
				return nil, err
			}
			w.funcs = append(w.funcs, function{accumulator: a, cond: p.Funcs[k].Filter, matches: evaluator{columns: opts.Columns}})
		}
		s.workers[i] = w
	}
	return s, nil
}

func byText(by []logsql.GroupField) string {
	if len(by) == 0 {
		return ""
	}
	text := " by "
	for i := range by {
		if i > 0 {
			text += ", "
		}
		text += by[i].String()
	}
	return text
}

func (s *stats) Write(worker int, b *logsql.Batch) error {
	w := s.workers[worker]
	var ids []uint32
	if len(s.pipe.By) > 0 {
		var err error
		if ids, err = w.groups.assign(b); err != nil {
			return err
		}
	}
	for k := range w.funcs {
		f := &w.funcs[k]
		if err := f.grow(w.groups.count); err != nil {
			return err
		}
		f.begin(b)
		if err := f.addRuns(b, ids); err != nil {
			return err
		}
	}
	return nil
}

// addRuns adds runs of rows that are of one group; ids is nil when all rows are of group 0.
func (f *function) addRuns(b *logsql.Batch, ids []uint32) error {
	var matched []bool
	if f.cond != nil {
		matched = f.matches.evaluate(f.cond, b)
	}
	for lo := 0; lo < b.N; {
		if matched != nil && !matched[lo] {
			lo++
			continue
		}
		hi := lo + 1
		for hi < b.N && (ids == nil || ids[hi] == ids[lo]) && (matched == nil || matched[hi]) {
			if ids == nil && matched == nil {
				hi = b.N
				break
			}
			hi++
		}
		group := uint32(0)
		if ids != nil {
			group = ids[lo]
		}
		if err := f.add(group, lo, hi); err != nil {
			return err
		}
		lo = hi
	}
	return nil
}

func (s *stats) Flush() error {
	to, err := s.merge()
	if err != nil {
		return err
	}
	return flushInto(s.next, func(write func(*logsql.Batch) error) error { return s.emit(to, write) })
}

// merge joins the workers and returns the one that has all groups.
func (s *stats) merge() (*statsWorker, error) {
	to := s.workers[0]
	for _, from := range s.workers[1:] {
		if err := to.mergeFrom(from); err != nil {
			return nil, err
		}
	}
	for k := range to.funcs {
		if err := to.funcs[k].grow(to.groups.count); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func (w *statsWorker) mergeFrom(from *statsWorker) error {
	for k := range from.funcs {
		if err := from.funcs[k].grow(from.groups.count); err != nil {
			return err
		}
	}
	for group := range uint32(from.groups.count) {
		to, err := w.groups.adopt(from.groups, group)
		if err != nil {
			return err
		}
		for k := range w.funcs {
			if err := w.funcs[k].grow(w.groups.count); err != nil {
				return err
			}
			if err := w.funcs[k].merge(to, from.funcs[k].accumulator, group); err != nil {
				return err
			}
		}
	}
	return nil
}

// emit writes one row a group, in the order of the groups' values.
func (s *stats) emit(w *statsWorker, write func(*logsql.Batch) error) error {
	order := w.groups.ordered()
	for part := range slices.Chunk(order, emitRows) {
		out := logsql.Batch{N: len(part)}
		for k := range s.pipe.By {
			values := make([]string, len(part))
			for i, g := range part {
				values[i] = w.groups.value(g, k)
			}
			setColumn(&out, logsql.PlainColumn(s.pipe.By[k].Name, values))
		}
		for k := range w.funcs {
			values := make([]string, len(part))
			for i, g := range part {
				values[i] = w.funcs[k].result(g)
			}
			setColumn(&out, logsql.PlainColumn(s.pipe.Funcs[k].As, values))
		}
		if err := write(&out); err != nil {
			return err
		}
	}
	return nil
}

// compare orders groups by their values.
func (g *groups) compare(x, y uint32) int {
	for k := range g.by {
		if d := logsql.CompareValues(g.value(x, k), g.value(y, k)); d != 0 {
			return d
		}
	}
	return 0
}
