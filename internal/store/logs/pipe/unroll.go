package pipe

import (
	"math/rand/v2"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
)

// unroller makes rows of the items of JSON arrays.
type unroller struct {
	pipe    *logsql.PipeUnroll
	workers []unrollWorker
	next    Processor
}

type unrollWorker struct {
	matches evaluator
	from    []field
	items   [][]string
	rows    []int32
	values  [][]string
	out     Selection
}

func newUnroll(p *logsql.PipeUnroll, opts Options, next Processor) *unroller {
	u := &unroller{pipe: p, workers: make([]unrollWorker, opts.Workers), next: next}
	for i := range u.workers {
		u.workers[i].matches.columns = opts.Columns
	}
	return u
}

func (u *unroller) Write(worker int, b *logsql.Batch) error {
	w := &u.workers[worker]
	var matched []bool
	if u.pipe.If != nil {
		matched = w.matches.evaluate(u.pipe.If, b)
	}
	w.from = lookupAll(w.from[:0], b, u.pipe.Fields)
	if w.values == nil {
		w.items, w.values = make([][]string, len(w.from)), make([][]string, len(w.from))
	}
	for i := range b.N {
		if matched != nil && !matched[i] {
			w.rows = append(w.rows, int32(i))
			for k, f := range w.from {
				w.values[k] = append(w.values[k], f.at(i))
			}
			continue
		}
		most := 1
		for k, f := range w.from {
			w.items[k] = jsonItems(f.at(i))
			most = max(most, len(w.items[k]))
		}
		for at := range most {
			w.rows = append(w.rows, int32(i))
			for k, items := range w.items {
				v := ""
				if at < len(items) {
					v = items[at]
				}
				w.values[k] = append(w.values[k], v)
			}
			if len(w.rows) >= 8*emitRows {
				if err := u.pass(worker, b); err != nil {
					return err
				}
			}
		}
	}
	return u.pass(worker, b)
}

// pass writes the rows that a worker has made.
func (u *unroller) pass(worker int, b *logsql.Batch) error {
	w := &u.workers[worker]
	if len(w.rows) == 0 {
		return nil
	}
	out := w.out.gather(b, w.rows)
	for k, name := range u.pipe.Fields {
		setColumn(out, logsql.PlainColumn(name, w.values[k]))
	}
	err := u.next.Write(worker, out)
	w.rows = w.rows[:0]
	for k := range w.values {
		w.values[k] = w.values[k][:0]
	}
	return err
}

func (u *unroller) Flush() error { return u.next.Flush() }

// chooser passes on some of the rows.
type chooser struct {
	choose  func(b *logsql.Batch, rows []int32) []int32 // appends the numbers of the rows to pass on
	workers []filterWorker
	next    Processor
}

func newSample(p *logsql.PipeSample, opts Options, next Processor) *chooser {
	return &chooser{workers: make([]filterWorker, opts.Workers), next: next, choose: func(b *logsql.Batch, rows []int32) []int32 {
		for i := range b.N {
			if rand.IntN(p.N) == 0 {
				rows = append(rows, int32(i))
			}
		}
		return rows
	}}
}

func newDropEmpty(opts Options, next Processor) *chooser {
	return &chooser{workers: make([]filterWorker, opts.Workers), next: next, choose: func(b *logsql.Batch, rows []int32) []int32 {
		for i := range b.N {
			some := b.Times != nil
			for k := 0; k < len(b.Columns) && !some; k++ {
				some = b.Columns[k].At(i) != ""
			}
			if some {
				rows = append(rows, int32(i))
			}
		}
		return rows
	}}
}

func (c *chooser) Write(worker int, b *logsql.Batch) error {
	w := &c.workers[worker]
	if w.rows = c.choose(b, w.rows[:0]); len(w.rows) == 0 {
		return nil
	}
	return c.next.Write(worker, w.out.Rows(b, w.rows))
}

func (c *chooser) Flush() error { return c.next.Flush() }

// sequence passes on numbers in the place of rows.
type sequence struct {
	n     int
	ended func() error
	next  Processor
}

func (*sequence) Write(int, *logsql.Batch) error { return ErrStop }

func (s *sequence) Flush() error {
	return flushInto(s.next, func(write func(*logsql.Batch) error) error {
		for lo := 0; lo < s.n; lo += emitRows {
			if err := s.ended(); err != nil {
				return err
			}
			values := make([]string, min(emitRows, s.n-lo))
			for i := range values {
				values[i] = strconv.Itoa(lo + i)
			}
			b := &logsql.Batch{N: len(values), Columns: []logsql.Column{logsql.PlainColumn("_msg", values)}}
			if err := write(b); err != nil {
				return err
			}
		}
		return nil
	})
}
