package pipe

import "github.com/haetae/haetae/internal/logsql"

// filter passes on the rows that match.
type filter struct {
	of      logsql.Filter
	workers []filterWorker
	next    Processor
}

type filterWorker struct {
	matches evaluator
	rows    []int32
	out     Selection
}

func newFilter(p *logsql.PipeFilter, opts Options, next Processor) *filter {
	f := &filter{of: p.Filter, workers: make([]filterWorker, opts.Workers), next: next}
	for i := range f.workers {
		f.workers[i].matches.columns = opts.Columns
	}
	return f
}

func (f *filter) Write(worker int, b *logsql.Batch) error {
	w := &f.workers[worker]
	w.rows = w.rows[:0]
	for i, ok := range w.matches.evaluate(f.of, b) {
		if ok {
			w.rows = append(w.rows, int32(i))
		}
	}
	if len(w.rows) == 0 {
		return nil
	}
	return f.next.Write(worker, w.out.Rows(b, w.rows))
}

func (f *filter) Flush() error { return f.next.Flush() }

// evaluator decides a filter for all rows of a batch at once: once for a constant, once for each value of a
// dictionary. Its slices are reused.
type evaluator struct {
	columns bool // as Options.Columns

	free  [][]bool
	rows  []bool
	codes []bool
}

// evaluate returns one decision a row, valid until the next call.
func (e *evaluator) evaluate(f logsql.Filter, b *logsql.Batch) []bool {
	e.rows = resize(e.rows, b.N)
	e.eval(f, b, e.rows)
	return e.rows
}

func resize(s []bool, n int) []bool {
	if cap(s) < n {
		return make([]bool, n)
	}
	return s[:n]
}

func (e *evaluator) eval(f logsql.Filter, b *logsql.Batch, out []bool) {
	switch f := f.(type) {
	case *logsql.And:
		e.eval(f.Of[0], b, out)
		e.combine(f.Of[1:], b, out, func(x, y bool) bool { return x && y })
	case *logsql.Or:
		e.eval(f.Of[0], b, out)
		e.combine(f.Of[1:], b, out, func(x, y bool) bool { return x || y })
	case *logsql.Not:
		e.eval(f.Of, b, out)
		for i := range out {
			out[i] = !out[i]
		}
	case *logsql.FieldFilter:
		if dict, ok := logsql.ColumnType(f.Matcher); ok {
			e.columnType(lookup(b, f.Field), dict, out)
			return
		}
		e.values(lookup(b, f.Field), f.Matcher.Match, out)
	case *logsql.FieldsFilter:
		if _, ok := logsql.ColumnType(f.Matcher); ok && !e.columns {
			fill(out, false)
			return
		}
		e.byRow(f, b, out)
	case *logsql.TimeFilter:
		e.times(f, b, out)
	case *logsql.StreamFilter:
		e.values(lookup(b, "_stream"), func(stream string) bool {
			return f.MatchStream(func(name string) string { return logsql.StreamValue(stream, name) })
		}, out)
	default:
		e.byRow(f, b, out)
	}
}

func (*evaluator) byRow(f logsql.Filter, b *logsql.Batch, out []bool) {
	row := batchRow{b: b}
	for row.i = range out {
		out[row.i] = f.Match(&row)
	}
}

// combine decides further filters and joins their decisions to out.
func (e *evaluator) combine(of []logsql.Filter, b *logsql.Batch, out []bool, join func(x, y bool) bool) {
	var scratch []bool
	if n := len(e.free); n > 0 {
		scratch, e.free = e.free[n-1], e.free[:n-1]
	}
	scratch = resize(scratch, len(out))
	for _, f := range of {
		e.eval(f, b, scratch)
		for i, ok := range scratch {
			out[i] = join(out[i], ok)
		}
	}
	e.free = append(e.free, scratch)
}

// values decides by the value of one field.
func (e *evaluator) values(f field, match func(string) bool, out []bool) {
	if v, ok := f.constant(); ok {
		fill(out, match(v))
		return
	}
	if f.times == nil && f.col.Index != nil {
		e.codes = resize(e.codes, len(f.col.Values))
		for k, v := range f.col.Values {
			e.codes[k] = match(v)
		}
		for i := range out {
			out[i] = e.codes[f.col.Index[i]]
		}
		return
	}
	for i := range out {
		out[i] = match(f.at(i))
	}
}

func (e *evaluator) times(f *logsql.TimeFilter, b *logsql.Batch, out []bool) {
	if b.Times != nil {
		for i, t := range b.Times {
			out[i] = f.Min <= t && t <= f.Max
		}
		return
	}
	e.values(lookup(b, timeField), func(v string) bool {
		t, ok := logsql.ParseTimeText(v)
		return ok && f.Min <= t && t <= f.Max
	}, out)
}

// columnType decides by how the rows hold a field: as one value, or as a dictionary.
func (e *evaluator) columnType(f field, dict bool, out []bool) {
	if !e.columns {
		fill(out, false)
		return
	}
	_, constant := f.constant()
	indexed := !constant && f.times == nil && f.col.Index != nil
	for i := range out {
		out[i] = (dict && indexed || !dict && constant) && f.at(i) != ""
	}
}

func fill(out []bool, v bool) {
	for i := range out {
		out[i] = v
	}
}
