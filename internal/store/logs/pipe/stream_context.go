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
	behind   *logsql.Batch // the delimiter behind the last run, which the next one writes; nil before the first
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
			if err := s.emit(stream, *w.times[stream], w.acct, write); err != nil {
				return err
			}
		}
		return nil
	})
}

// emit writes the contexts of the rows of one stream.
func (s *streamContext) emit(stream string, matches []int64, acct *account, write func(*logsql.Batch) error) error {
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
	for _, r := range ranges {
		// Rows of other ranges would be direct neighbours here that they are not in the stream.
		part := rows[searchRow(rows, r[0]):searchRow(rows, r[1]+1)]
		times = times[:0]
		for i := range part {
			times = append(times, part[i].time)
		}
		near := matches[sort.Search(len(matches), func(i int) bool { return matches[i] >= r[0] }):]
		near = near[:sort.Search(len(near), func(i int) bool { return near[i] > r[1] })]
		for _, c := range s.chunks(times, near) {
			if err := s.emitRun(stream, part[c[0]:c[1]], write); err != nil {
				return err
			}
		}
	}
	for _, r := range rows {
		acct.give(r.bytes)
	}
	return nil
}

// searchRow returns the number of sorted rows before a time.
func searchRow(rows []keptRow, ns int64) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].time >= ns })
}

// emitRun writes rows that follow one another in a stream, and before them what parts them from the run before.
func (s *streamContext) emitRun(stream string, rows []keptRow, write func(*logsql.Batch) error) error {
	if s.behind != nil {
		if err := write(s.behind); err != nil {
			return err
		}
	}
	s.behind = delimiter(stream, &rows[len(rows)-1])
	return emitKept(rows, write)
}

// delimiter is the row behind a run.
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

// chunks returns the runs of rows that the contexts make, as first and behind the last, for sorted times of rows and of
// matches. Contexts that overlap or touch are one run.
func (s *streamContext) chunks(times, matches []int64) [][2]int {
	search := func(ns int64) int {
		return sort.Search(len(times), func(i int) bool { return times[i] >= ns })
	}
	var out [][2]int
	for _, at := range matches {
		first, behind := search(at), search(at+1)
		if first == behind {
			continue
		}
		lo := max(first-s.pipe.Before, search(at-s.pipe.Window))
		hi := min(behind+s.pipe.After, search(at+s.pipe.Window+1))
		if n := len(out); n > 0 && lo <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], hi)
			continue
		}
		out = append(out, [2]int{lo, hi})
	}
	return out
}
