package pipe

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// tally counts rows by the combination of values of some fields. Rows that lack all of the fields do not count.
type tally struct {
	names   []string
	workers []*tallyWorker
}

type tallyWorker struct {
	groups *groups
	hits   []uint64
	acct   *account
}

func newTally(name string, names []string, opts Options) *tally {
	t := &tally{names: names, workers: make([]*tallyWorker, opts.Workers)}
	for i := range t.workers {
		acct := &account{
			budget: opts.Budget, pipe: name + " by " + strings.Join(names, ", "), holds: "values",
			narrow: "add a filter, use fewer fields, or shorten the time range",
		}
		t.workers[i] = &tallyWorker{groups: newGroups(namesBy(names), acct), acct: acct}
	}
	return t
}

// write counts the rows of a batch.
func (t *tally) write(worker int, b *logsql.Batch) error {
	w := t.workers[worker]
	ids, err := w.groups.assign(b)
	if err != nil {
		return err
	}
	if err := growTo(&w.hits, w.groups.count, w.acct, 8); err != nil {
		return err
	}
	if b.Repeat == nil {
		for _, id := range ids {
			w.hits[id]++
		}
		return nil
	}
	for i, id := range ids {
		w.hits[id] += uint64(b.Repeat[i])
	}
	return nil
}

// merge joins the workers and returns the groups that have a value.
func (t *tally) merge() (*tallyWorker, []uint32, error) {
	w := t.workers[0]
	for _, from := range t.workers[1:] {
		for group := range uint32(from.groups.count) {
			to, err := w.groups.adopt(from.groups, group)
			if err != nil {
				return nil, nil, err
			}
			if err := growTo(&w.hits, w.groups.count, w.acct, 8); err != nil {
				return nil, nil, err
			}
			w.hits[to] += from.hits[group]
		}
	}
	var order []uint32
	for group := range uint32(w.groups.count) {
		if !w.groups.missing(group) {
			order = append(order, group)
		}
	}
	return w, order, nil
}

// byHits orders groups by their rows, most first, and equal ones by their values.
func (w *tallyWorker) byHits(x, y uint32) int {
	if d := cmp.Compare(w.hits[y], w.hits[x]); d != 0 {
		return d
	}
	return w.groups.compare(x, y)
}

// emit writes groups with their rows and places where these have names.
func (t *tally) emit(w *tallyWorker, order []uint32, hits, rank string, write func(*logsql.Batch) error) error {
	place := 0
	for part := range slices.Chunk(order, emitRows) {
		out := logsql.Batch{N: len(part)}
		for k, name := range t.names {
			values := make([]string, len(part))
			for i, g := range part {
				values[i] = w.groups.value(g, k)
			}
			setColumn(&out, logsql.PlainColumn(name, values))
		}
		if hits != "" {
			values := make([]string, len(part))
			for i, g := range part {
				values[i] = strconv.FormatUint(w.hits[g], 10)
			}
			setColumn(&out, logsql.PlainColumn(hits, values))
		}
		if rank != "" {
			values := make([]string, len(part))
			for i := range part {
				place++
				values[i] = strconv.Itoa(place)
			}
			setColumn(&out, logsql.PlainColumn(rank, values))
		}
		if err := write(&out); err != nil {
			return err
		}
	}
	return nil
}

// uniq runs uniq with fields, top and field_values, which differ in order, bound and what they show.
type uniq struct {
	*tally
	sorted     bool // by rows, else by value
	limit      int
	hits, rank string
	next       Processor
}

func newUniq(p *logsql.PipeUniq, opts Options, next Processor) Processor {
	if len(p.By) == 0 {
		return newUniqRows(&uniqRows{name: "uniq", limit: p.Limit, hits: p.Hits}, opts, next)
	}
	return &uniq{tally: newTally("uniq", p.By, opts), limit: p.Limit, hits: p.Hits, next: next}
}

func newTop(p *logsql.PipeTop, opts Options, next Processor) Processor {
	if len(p.By) == 0 {
		return newUniqRows(&uniqRows{name: "top", sorted: true, limit: p.N, hits: p.Hits, rank: p.Rank}, opts, next)
	}
	return &uniq{tally: newTally("top", p.By, opts), sorted: true, limit: p.N, hits: p.Hits, rank: p.Rank, next: next}
}

func newFieldValues(p *logsql.PipeFieldValues, opts Options, next Processor) *uniq {
	hits := "hits"
	if p.Field == hits {
		hits = "hitss"
	}
	return &uniq{
		tally: newTally("field_values", []string{p.Field}, opts), sorted: true, limit: p.Limit, hits: hits, next: next,
	}
}

func (u *uniq) Write(worker int, b *logsql.Batch) error { return u.write(worker, b) }

func (u *uniq) Flush() error {
	w, order, err := u.merge()
	if err != nil {
		return err
	}
	compare := w.groups.compare
	if u.sorted {
		compare = w.byHits
	}
	order = firstOf(order, u.limit, compare)
	return flushInto(u.next, func(write func(*logsql.Batch) error) error {
		return u.emit(w, order, u.hits, u.rank, write)
	})
}

// uniqRows runs uniq and top without fields: each row once, whatever the order of its columns.
type uniqRows struct {
	name       string
	sorted     bool // by rows, most first
	limit      int
	hits, rank string
	workers    []*uniqRowsWorker
	next       Processor
}

type uniqRowsWorker struct {
	keeper keeper
	rows   []keptRow
	keys   []string
	hits   []uint64
	byKey  map[string]int
	key    []byte
	order  []int
	acct   *account
}

func newUniqRows(u *uniqRows, opts Options, next Processor) *uniqRows {
	u.next, u.workers = next, make([]*uniqRowsWorker, opts.Workers)
	for i := range u.workers {
		u.workers[i] = &uniqRowsWorker{byKey: map[string]int{}, acct: &account{
			budget: opts.Budget, pipe: u.name, holds: "rows",
			narrow: "name the fields with by, add a filter, or shorten the time range",
		}}
	}
	return u
}

func (u *uniqRows) Write(worker int, b *logsql.Batch) error {
	return u.workers[worker].take(b, func(int) uint64 { return 1 })
}

// take keeps each new row of a batch and counts all; weight tells how many rows one stands for.
func (w *uniqRowsWorker) take(b *logsql.Batch, weight func(i int) uint64) error {
	w.keeper.begin(b)
	w.order = w.order[:0]
	for k := range b.Columns {
		w.order = append(w.order, k)
	}
	slices.SortFunc(w.order, func(x, y int) int { return strings.Compare(b.Columns[x].Name, b.Columns[y].Name) })
	for i := range b.N {
		w.key = w.key[:0]
		if b.Times != nil {
			w.key = strconv.AppendInt(w.key, b.Times[i], 36)
		}
		for _, k := range w.order {
			if v := b.Columns[k].At(i); v != "" {
				w.key = strconv.AppendQuote(append(w.key, b.Columns[k].Name...), v)
			}
		}
		at, ok := w.byKey[string(w.key)]
		if !ok {
			at = len(w.rows)
			r := w.keeper.keep(b, i)
			w.rows = append(w.rows, r)
			w.hits = append(w.hits, 0)
			w.keys = append(w.keys, string(w.key))
			w.byKey[w.keys[at]] = at
			if err := w.acct.add(r.bytes + len(w.key) + setEntryBytes); err != nil {
				return err
			}
		}
		w.hits[at] += weight(i)
	}
	return nil
}

func (u *uniqRows) Flush() error {
	w := u.workers[0]
	for _, from := range u.workers[1:] {
		for i := range from.rows {
			err := w.take(batchOf(from.rows[i:i+1]), func(int) uint64 { return from.hits[i] })
			if err != nil {
				return err
			}
		}
	}
	order := make([]uint32, len(w.rows))
	for i := range order {
		order[i] = uint32(i)
	}
	if u.sorted {
		order = firstOf(order, u.limit, func(x, y uint32) int {
			return cmp.Or(cmp.Compare(w.hits[y], w.hits[x]), strings.Compare(w.keys[x], w.keys[y]))
		})
	} else if u.limit > 0 && len(order) > u.limit {
		order = order[:u.limit]
	}
	rows := make([]keptRow, len(order))
	for i, at := range order {
		rows[i] = w.rows[at]
	}
	at := 0
	return flushInto(u.next, func(write func(*logsql.Batch) error) error {
		return emitKept(rows, func(b *logsql.Batch) error {
			hits, rank := make([]string, b.N), make([]string, b.N)
			for i := range b.N {
				hits[i] = strconv.FormatUint(w.hits[order[at]], 10)
				at++
				rank[i] = strconv.Itoa(at)
			}
			if u.hits != "" {
				setColumn(b, logsql.PlainColumn(u.hits, hits))
			}
			if u.rank != "" {
				setColumn(b, logsql.PlainColumn(u.rank, rank))
			}
			return write(b)
		})
	})
}
