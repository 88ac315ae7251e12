package pipe

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// streamContext remembers where rows match, and then asks for the rows around them, one stream after the other: first
// for their times alone, which say how far the context of each reaches.
type streamContext struct {
	pipe     *logsql.PipeStreamContext
	datasets []string
	run      QueryFunc
	workers  []contextWorker
	next     Processor
}

type contextWorker struct {
	times map[string]*[]int64 // of matching rows, by stream
	acct  *account
}

func newStreamContext(p *logsql.PipeStreamContext, opts Options, next Processor) *streamContext {
	s := &streamContext{pipe: p, datasets: opts.Datasets, run: opts.Query, workers: make([]contextWorker, opts.Workers), next: next}
	for i := range s.workers {
		s.workers[i] = contextWorker{times: map[string]*[]int64{}, acct: &account{
			budget: opts.Budget, pipe: p.Name(), holds: "rows",
			narrow: "add a filter so that fewer rows match, ask for fewer rows around them, or for a smaller time_window",
		}}
	}
	return s
}

func (s *streamContext) Write(worker int, b *logsql.Batch) error {
	w := &s.workers[worker]
	stream, at := lookup(b, model.FieldStreamID), lookup(b, timeField)
	for i := range b.N {
		ns := int64(0)
		if at.times != nil {
			ns = at.times[i]
		} else if t, ok := logsql.ParseTimeText(at.at(i)); ok {
			ns = t
		}
		if err := w.add(stream.at(i), ns); err != nil {
			return err
		}
	}
	return nil
}

func (w *contextWorker) add(stream string, ns ...int64) error {
	times := w.times[stream]
	if times == nil {
		times = &[]int64{}
		w.times[strings.Clone(stream)] = times
		if err := w.acct.add(len(stream) + setEntryBytes); err != nil {
			return err
		}
	}
	*times = append(*times, ns...)
	return w.acct.add(8 * len(ns))
}

func (s *streamContext) Flush() error {
	w := &s.workers[0]
	for _, from := range s.workers[1:] {
		for stream, times := range from.times {
			if err := w.add(stream, *times...); err != nil {
				return err
			}
		}
	}
	for _, times := range w.times {
		slices.Sort(*times)
		*times = slices.Compact(*times)
	}
	streams := slices.SortedFunc(maps.Keys(w.times), func(a, b string) int {
		return cmp.Or(cmp.Compare((*w.times[a])[0], (*w.times[b])[0]), strings.Compare(a, b))
	})
	return flushInto(s.next, func(write func(*logsql.Batch) error) error {
		for _, stream := range streams {
			if err := s.emit(stream, *w.times[stream], len(streams) > 1, w.acct, write); err != nil {
				return err
			}
		}
		return nil
	})
}

// emit writes the contexts of the rows of one stream.
func (s *streamContext) emit(stream string, matches []int64, delimit bool, acct *account, write func(*logsql.Batch) error) error {
	times, err := s.timesAround(stream, matches, acct)
	if err != nil {
		return err
	}
	var ranges [][2]int64
	for _, c := range s.chunks(times, matches) {
		ranges = append(ranges, [2]int64{times[c[0]], times[c[1]-1]})
	}
	acct.give(8 * len(times))
	if len(ranges) == 0 {
		return nil // the rows have gone meanwhile
	}
	rows, err := s.rowsWithin(stream, ranges, acct)
	if err != nil {
		return err
	}
	times = times[:0]
	for _, r := range rows {
		times = append(times, r.time)
	}
	chunks := s.chunks(times, matches)
	for _, c := range chunks {
		part := rows[c[0]:c[1]]
		if err := emitKept(part, write); err != nil {
			return err
		}
		if delimit || len(chunks) > 1 {
			if err := write(delimiter(stream, &part[len(part)-1])); err != nil {
				return err
			}
		}
	}
	for _, r := range rows {
		acct.give(r.bytes)
	}
	return nil
}

// delimiter is the row behind a context.
func delimiter(stream string, last *keptRow) *logsql.Batch {
	text := ""
	if k := slices.Index(last.schema.names, model.FieldStream); k >= 0 {
		text = last.values[k]
	}
	return &logsql.Batch{N: 1, Times: []int64{last.time + 1}, Columns: []logsql.Column{
		logsql.ConstColumn(model.FieldStreamID, stream), logsql.ConstColumn(model.FieldStream, text), logsql.ConstColumn("_msg", "---"),
	}}
}

// timesAround returns the times of all rows of a stream near matching ones, sorted.
func (s *streamContext) timesAround(stream string, matches []int64, acct *account) ([]int64, error) {
	var ranges [][2]int64
	for _, at := range matches {
		r := [2]int64{at, at}
		if s.pipe.Before > 0 {
			r[0] = max(at-s.pipe.Window, math.MinInt64+1)
		}
		if s.pipe.After > 0 {
			r[1] = at + s.pipe.Window
		}
		if n := len(ranges); n > 0 && ranges[n-1][1] >= r[0] {
			ranges[n-1][1] = r[1]
		} else {
			ranges = append(ranges, r)
		}
	}
	var times []int64
	q := s.pipe.Around(s.datasets, stream, ranges).With(&logsql.PipeFields{Fields: []string{timeField}})
	err := s.run(q, func(b *logsql.Batch) error {
		times = append(times, b.Times...)
		return acct.add(8 * b.N)
	})
	slices.Sort(times)
	return times, err
}

// rowsWithin returns the rows of a stream within ranges of time, in the order of time.
func (s *streamContext) rowsWithin(stream string, ranges [][2]int64, acct *account) ([]keptRow, error) {
	var rows []keptRow
	var k keeper
	err := s.run(s.pipe.Around(s.datasets, stream, ranges), func(b *logsql.Batch) error {
		k.begin(b)
		for i := range b.N {
			r := k.keep(b, i)
			rows = append(rows, r)
			if err := acct.add(r.bytes); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(rows, func(a, b keptRow) int { return cmp.Compare(a.time, b.time) })
	return rows, err
}

// chunks returns the rows of each context, as first and behind the last, for sorted times of rows and of matches. A
// context ends before the next match, and holds no row that the one before it holds.
func (s *streamContext) chunks(times, matches []int64) [][2]int {
	search := func(ns int64) int {
		return sort.Search(len(times), func(i int) bool { return times[i] >= ns })
	}
	var out [][2]int
	done := 0
	for i, at := range matches {
		first, behind := search(at), search(at+1)
		if first == behind {
			continue
		}
		lo := max(first-s.pipe.Before, done, search(at-s.pipe.Window))
		hi := min(behind+s.pipe.After, search(at+s.pipe.Window+1))
		if i+1 < len(matches) {
			hi = min(hi, search(matches[i+1]))
		}
		hi = max(hi, behind)
		out = append(out, [2]int{lo, hi})
		done = hi
	}
	return out
}
