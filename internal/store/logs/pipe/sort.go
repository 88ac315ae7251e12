package pipe

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// sorter sorts all rows, or keeps the first of them when it has a limit.
type sorter struct {
	pipe    *logsql.PipeSort
	workers []*sortWorker
	next    Processor
}

// sortWorker holds the rows of one worker. With a limit it is a heap whose top is the row that would go first.
type sortWorker struct {
	by     []logsql.SortField
	rows   []sortRow
	most   int // rows to keep, 0 is all
	seq    int
	keeper keeper
	acct   *account
	fields []field
	key    []sortKey
}

type sortRow struct {
	keptRow
	key []sortKey
	seq int
}

// sortKey is one value to sort by, read once.
type sortKey struct {
	kind   keyKind
	number float64
	time   int64
	text   string
}

type keyKind uint8

// Kinds of keys in their order: numbers before times and those before other text.
const (
	keyNumber keyKind = iota
	keyTime
	keyText
	keyMissing
)

func newSort(p *logsql.PipeSort, opts Options, next Processor) *sorter {
	s := &sorter{pipe: p, next: next, workers: make([]*sortWorker, opts.Workers)}
	most := 0
	if p.Limit > 0 {
		most = p.Limit + p.Offset
	}
	names := make([]string, len(p.By))
	for i, f := range p.By {
		names[i] = f.Name
	}
	for i := range s.workers {
		s.workers[i] = &sortWorker{by: p.By, most: most, acct: &account{
			budget: opts.Budget, pipe: "sort by " + strings.Join(names, ", "), holds: "rows",
			narrow: "add a limit to sort, keep fewer fields before it, add a filter, or shorten the time range",
		}}
	}
	return s
}

func (s *sorter) Write(worker int, b *logsql.Batch) error {
	w := s.workers[worker]
	w.keeper.begin(b)
	w.fields = w.fields[:0]
	for _, f := range w.by {
		w.fields = append(w.fields, lookup(b, f.Name))
	}
	for i := range b.N {
		if err := w.offer(b, i); err != nil {
			return err
		}
	}
	return nil
}

// offer keeps row i unless the limit is full of rows that go before it.
func (w *sortWorker) offer(b *logsql.Batch, i int) error {
	w.seq++
	w.key = w.key[:0]
	for _, f := range w.fields {
		w.key = append(w.key, keyOf(f, i))
	}
	full := w.most > 0 && len(w.rows) == w.most
	if full && w.compareKeys(w.key, w.rows[0].key) >= 0 {
		return nil
	}
	r := sortRow{keptRow: w.keeper.keep(b, i), key: slices.Clone(w.key), seq: w.seq}
	for k := range r.key {
		r.key[k].text = strings.Clone(r.key[k].text)
		r.bytes += len(r.key[k].text) + 48
	}
	if err := w.acct.add(r.bytes); err != nil {
		return err
	}
	switch {
	case full:
		w.acct.give(w.rows[0].bytes)
		w.rows[0] = r
		heap.Fix(w, 0)
	case w.most > 0:
		heap.Push(w, r)
	default:
		w.rows = append(w.rows, r)
	}
	return nil
}

func keyOf(f field, i int) sortKey {
	if f.times != nil {
		return sortKey{kind: keyTime, time: f.times[i]}
	}
	v := f.at(i)
	if v == "" {
		return sortKey{kind: keyMissing}
	}
	if n, ok := logsql.ParseNumber(v); ok {
		return sortKey{kind: keyNumber, number: n}
	}
	if t, ok := logsql.ParseTimeText(v); ok {
		return sortKey{kind: keyTime, time: t}
	}
	return sortKey{kind: keyText, text: v}
}

// compareKeys orders two rows by their keys. Numbers come before text and missing values last in either
// direction: who sorts sizes the largest first wants no "n/a" on top.
func (w *sortWorker) compareKeys(a, b []sortKey) int {
	for k := range a {
		x, y := &a[k], &b[k]
		d := cmp.Compare(x.kind, y.kind)
		if d != 0 {
			return d
		}
		switch x.kind {
		case keyNumber:
			d = cmp.Compare(x.number, y.number)
		case keyTime:
			d = cmp.Compare(x.time, y.time)
		case keyText:
			d = logsql.CompareValues(x.text, y.text)
		}
		if d != 0 {
			if w.by[k].Desc {
				return -d
			}
			return d
		}
	}
	return 0
}

func (w *sortWorker) compare(a, b sortRow) int {
	if d := w.compareKeys(a.key, b.key); d != 0 {
		return d
	}
	return a.seq - b.seq
}

// Len, Less, Swap, Push and Pop make the heap, the last row of the order on top.
func (w *sortWorker) Len() int           { return len(w.rows) }
func (w *sortWorker) Less(i, j int) bool { return w.compare(w.rows[i], w.rows[j]) > 0 }
func (w *sortWorker) Swap(i, j int)      { w.rows[i], w.rows[j] = w.rows[j], w.rows[i] }

// Push adds a sortRow.
func (w *sortWorker) Push(r any) { w.rows = append(w.rows, r.(sortRow)) }

// Pop takes the last entry.
func (w *sortWorker) Pop() any {
	r := w.rows[len(w.rows)-1]
	w.rows = w.rows[:len(w.rows)-1]
	return r
}

func (s *sorter) Flush() error {
	w := s.workers[0]
	for _, other := range s.workers[1:] {
		w.rows = append(w.rows, other.rows...)
		other.rows = nil
	}
	slices.SortStableFunc(w.rows, w.compare)
	rows := w.rows[min(s.pipe.Offset, len(w.rows)):]
	if s.pipe.Limit > 0 && len(rows) > s.pipe.Limit {
		rows = rows[:s.pipe.Limit]
	}
	kept := make([]keptRow, len(rows))
	for i := range rows {
		kept[i] = rows[i].keptRow
	}
	w.rows = nil
	return flushInto(s.next, func(write func(*logsql.Batch) error) error { return emitKept(kept, write) })
}
