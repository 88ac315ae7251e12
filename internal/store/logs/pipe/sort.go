package pipe

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/haetae/haetae/internal/logsql"
)

// sorter sorts all rows, or keeps the first of them when it has a limit; with partitions, each of them by itself.
type sorter struct {
	pipe    *logsql.PipeSort
	workers []*sortWorker
	next    Processor

	mu     sync.Mutex
	places map[string]int // of the fields in the keys of a sort by whole rows, in the order in which they came
}

// sortWorker holds the rows of one worker.
type sortWorker struct {
	s      *sorter
	parts  map[string]*sortPart
	seq    int
	keeper keeper
	acct   *account
	fields []field
	places []int // of fields in the key
	by     []field
	key    []sortKey
	part   []byte
}

// sortPart holds the rows of one partition. With a limit it is a heap whose top is the row that would go first.
type sortPart struct {
	values []string // of the partition's fields
	most   int      // rows to keep, 0 is all
	desc   func(k int) bool
	rows   []sortRow
}

type sortRow struct {
	keptRow
	key []sortKey
	seq int
}

// sortKey is one value to sort by, read once. The zero key is that of a missing value.
type sortKey struct {
	kind   keyKind
	number float64
	time   int64
	text   string
}

type keyKind uint8

const (
	keyMissing keyKind = iota
	keyNumber
	keyTime
	keyText
)

func newSort(p *logsql.PipeSort, opts Options, next Processor) *sorter {
	s := &sorter{pipe: p, next: next, workers: make([]*sortWorker, opts.Workers), places: map[string]int{}}
	names := make([]string, len(p.By))
	for i, f := range p.By {
		names[i] = f.Name
	}
	name := "sort"
	if len(names) > 0 {
		name += " by " + strings.Join(names, ", ")
	}
	for i := range s.workers {
		s.workers[i] = &sortWorker{s: s, parts: map[string]*sortPart{}, acct: &account{
			budget: opts.Budget, pipe: name, holds: "rows",
			narrow: "add a limit to sort, keep fewer fields before it, add a filter, or shorten the time range",
		}}
	}
	return s
}

// desc reports whether a field of the key is sorted the largest first.
func (s *sorter) desc(k int) bool {
	if len(s.pipe.By) == 0 {
		return s.pipe.Desc
	}
	return s.pipe.By[k].Desc
}

func (s *sorter) Write(worker int, b *logsql.Batch) error {
	w := s.workers[worker]
	w.keeper.begin(b)
	w.begin(b)
	w.by = lookupAll(w.by[:0], b, s.pipe.Partition)
	for i := range b.N {
		if err := w.offer(b, i); err != nil {
			return err
		}
	}
	return nil
}

// begin finds the fields to sort by: those that are named, else all of the batch.
func (w *sortWorker) begin(b *logsql.Batch) {
	w.fields, w.places = w.fields[:0], w.places[:0]
	for i, f := range w.s.pipe.By {
		w.fields, w.places = append(w.fields, lookup(b, f.Name)), append(w.places, i)
	}
	if len(w.s.pipe.By) > 0 {
		return
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	place := func(name string) int {
		at, ok := w.s.places[name]
		if !ok {
			at = len(w.s.places)
			w.s.places[strings.Clone(name)] = at
		}
		return at
	}
	if b.Times != nil {
		w.fields, w.places = append(w.fields, field{times: b.Times}), append(w.places, place(timeField))
	}
	for k := range b.Columns {
		w.fields, w.places = append(w.fields, field{col: &b.Columns[k]}), append(w.places, place(b.Columns[k].Name))
	}
}

// offer keeps row i unless the limit is full of rows that go before it.
func (w *sortWorker) offer(b *logsql.Batch, i int) error {
	w.seq++
	clear(w.key)
	w.key = w.key[:0]
	for k, f := range w.fields {
		for len(w.key) <= w.places[k] {
			w.key = append(w.key, sortKey{})
		}
		w.key[w.places[k]] = keyOf(f, i)
	}
	part, err := w.partOf(i)
	if err != nil {
		return err
	}
	full := part.most > 0 && len(part.rows) == part.most
	if full && part.compareKeys(w.key, part.rows[0].key) >= 0 {
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
		w.acct.give(part.rows[0].bytes)
		part.rows[0] = r
		heap.Fix(part, 0)
	case part.most > 0:
		heap.Push(part, r)
	default:
		part.rows = append(part.rows, r)
	}
	return nil
}

// partOf returns the partition of row i.
func (w *sortWorker) partOf(i int) (*sortPart, error) {
	w.part = appendJoinKey(w.part[:0], w.by, i)
	if part := w.parts[string(w.part)]; part != nil {
		return part, nil
	}
	part := &sortPart{desc: w.s.desc}
	if p := w.s.pipe; p.Limit > 0 {
		part.most = p.Limit + p.Offset
	}
	for _, f := range w.by {
		part.values = append(part.values, strings.Clone(f.at(i)))
	}
	w.parts[string(w.part)] = part
	return part, w.acct.add(2*len(w.part) + 2*setEntryBytes)
}

func keyOf(f field, i int) sortKey {
	if f.times != nil {
		return sortKey{kind: keyTime, time: f.times[i]}
	}
	v := f.at(i)
	if v == "" {
		return sortKey{}
	}
	if n, ok := logsql.ParseNumber(v); ok {
		if n < logsql.ManyTexts && -n < logsql.ManyTexts {
			v = ""
		}
		return sortKey{kind: keyNumber, number: n, text: v}
	}
	if t, ok := logsql.ParseTimeText(v); ok {
		return sortKey{kind: keyTime, time: t}
	}
	return sortKey{kind: keyText, text: v}
}

// compareKeys orders two rows by their keys. Numbers come before text and missing values last in either
// direction: who sorts sizes the largest first wants no "n/a" on top.
func (p *sortPart) compareKeys(a, b []sortKey) int {
	for k := range max(len(a), len(b)) {
		// Keys of whole rows grow when a new field comes, which older rows lack.
		var x, y sortKey
		if k < len(a) {
			x = a[k]
		}
		if k < len(b) {
			y = b[k]
		}
		if x.kind != y.kind {
			switch {
			case x.kind == keyMissing:
				return 1
			case y.kind == keyMissing:
				return -1
			}
			return cmp.Compare(x.kind, y.kind)
		}
		d := 0
		switch x.kind {
		case keyNumber:
			d = logsql.CompareNumbers(x.number, y.number, x.text, y.text)
		case keyTime:
			d = cmp.Compare(x.time, y.time)
		case keyText:
			d = logsql.CompareValues(x.text, y.text)
		}
		if d != 0 {
			if p.desc(k) {
				return -d
			}
			return d
		}
	}
	return 0
}

func (p *sortPart) compare(a, b sortRow) int {
	if d := p.compareKeys(a.key, b.key); d != 0 {
		return d
	}
	return a.seq - b.seq
}

// Len, Less, Swap, Push and Pop make the heap, the last row of the order on top.
func (p *sortPart) Len() int           { return len(p.rows) }
func (p *sortPart) Less(i, j int) bool { return p.compare(p.rows[i], p.rows[j]) > 0 }
func (p *sortPart) Swap(i, j int)      { p.rows[i], p.rows[j] = p.rows[j], p.rows[i] }

// Push adds a sortRow.
func (p *sortPart) Push(r any) { p.rows = append(p.rows, r.(sortRow)) }

// Pop takes the last entry.
func (p *sortPart) Pop() any {
	r := p.rows[len(p.rows)-1]
	p.rows = p.rows[:len(p.rows)-1]
	return r
}

func (s *sorter) Flush() error {
	parts := s.workers[0].parts
	for _, other := range s.workers[1:] {
		for key, from := range other.parts {
			if to := parts[key]; to != nil {
				to.rows = append(to.rows, from.rows...)
			} else {
				parts[key] = from
			}
		}
		other.parts = nil
	}
	s.workers[0].parts = nil
	order := slices.SortedFunc(maps.Values(parts), func(a, b *sortPart) int {
		return slices.CompareFunc(a.values, b.values, logsql.CompareValues)
	})
	return flushInto(s.next, func(write func(*logsql.Batch) error) error {
		for _, part := range order {
			if err := s.emit(part, write); err != nil {
				return err
			}
		}
		return nil
	})
}

// emit writes the rows of a partition in their order.
func (s *sorter) emit(part *sortPart, write func(*logsql.Batch) error) error {
	slices.SortStableFunc(part.rows, part.compare)
	rows := part.rows[min(s.pipe.Offset, len(part.rows)):]
	if s.pipe.Limit > 0 && len(rows) > s.pipe.Limit {
		rows = rows[:s.pipe.Limit]
	}
	kept := make([]keptRow, len(rows))
	for i := range rows {
		kept[i] = rows[i].keptRow
	}
	part.rows = nil
	rank := s.pipe.Offset
	return emitKept(kept, func(b *logsql.Batch) error {
		if s.pipe.Rank != "" {
			values := make([]string, b.N)
			for i := range values {
				rank++
				values[i] = strconv.Itoa(rank)
			}
			setColumn(b, logsql.PlainColumn(s.pipe.Rank, values))
		}
		return write(b)
	})
}
