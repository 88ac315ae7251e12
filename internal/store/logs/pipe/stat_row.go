package pipe

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// rowExtreme is row_min and row_max: the fields of the row that has the smallest or largest value of one field.
type rowExtreme struct {
	by   extreme
	args args
	rows []string // JSON, of each group
}

func newRowExtreme(f *logsql.StatsFunc, acct *account, sign int) *rowExtreme {
	return &rowExtreme{by: extreme{args: argsOf(f.Args[:1]), acct: acct, sign: sign}, args: argsOf(f.Args[1:])}
}

func (r *rowExtreme) grow(n int) error {
	if err := growTo(&r.rows, n, r.by.acct, 16); err != nil {
		return err
	}
	return r.by.grow(n)
}

func (r *rowExtreme) begin(b *logsql.Batch) {
	r.by.begin(b)
	r.args.begin(b)
}

func (r *rowExtreme) add(group uint32, lo, hi int) error {
	best, at := extremeState{}, lo
	for k, f := range r.by.args.fields {
		for i := lo; i < hi; i++ {
			if s, wins := winner(f, &r.by.nums[k], i, &best, r.by.sign); wins {
				best, at = s, i
			}
		}
	}
	if best.kind == extremeNone || !best.beats(&r.by.best[group], r.by.sign) {
		return nil
	}
	return r.keep(group, best, string(r.args.appendJSON(nil, at)))
}

// keep replaces the row of a group.
func (r *rowExtreme) keep(group uint32, s extremeState, row string) error {
	r.by.acct.give(len(r.rows[group]))
	r.rows[group] = row
	if err := r.by.acct.add(len(row)); err != nil {
		return err
	}
	return r.by.offer(group, s)
}

func (r *rowExtreme) merge(group uint32, other accumulator, otherGroup uint32) error {
	from := other.(*rowExtreme)
	if s := from.by.best[otherGroup]; s.kind != extremeNone && s.beats(&r.by.best[group], r.by.sign) {
		return r.keep(group, s, from.rows[otherGroup])
	}
	return nil
}

func (r *rowExtreme) result(group uint32) string {
	if r.rows[group] == "" {
		return "{}"
	}
	return r.rows[group]
}

// rowList is json_values: the fields of each row, by name, as JSON texts in a JSON array, in the order of some of them
// when one is asked for.
type rowList struct {
	args  args
	acct  *account
	sort  []logsql.SortField
	limit int
	by    []field
	lists [][]listedRow
}

type listedRow struct {
	key   []sortKey
	json  string
	bytes int
}

func (l *rowList) grow(n int) error { return growTo(&l.lists, n, l.acct, 24) }

func (l *rowList) begin(b *logsql.Batch) {
	l.args.begin(b)
	l.args.sortByName()
	l.by = l.by[:0]
	for _, f := range l.sort {
		l.by = append(l.by, lookup(b, f.Name))
	}
}

func (l *rowList) add(group uint32, lo, hi int) error {
	for i := lo; i < hi; i++ {
		if len(l.sort) == 0 && l.limit > 0 && len(l.lists[group]) >= l.limit {
			return nil
		}
		r := listedRow{json: string(l.args.appendJSON(nil, i))}
		r.bytes = 48 + len(r.json)
		for _, f := range l.by {
			key := keyOf(f, i)
			key.text = strings.Clone(key.text)
			r.key = append(r.key, key)
			r.bytes += 48 + len(key.text)
		}
		if err := l.put(group, r); err != nil {
			return err
		}
	}
	return nil
}

// put adds a row, and lets go of those behind the limit from time to time.
func (l *rowList) put(group uint32, r listedRow) error {
	l.lists[group] = append(l.lists[group], r)
	if err := l.acct.add(r.bytes); err != nil {
		return err
	}
	if list := l.lists[group]; l.limit > 0 && len(list) >= 2*l.limit+emitRows {
		l.lists[group] = slices.Clone(l.first(group))
		for i := range list[l.limit:] {
			l.acct.give(list[l.limit+i].bytes)
		}
	}
	return nil
}

// first returns the rows of a group that its limit leaves, in order.
func (l *rowList) first(group uint32) []listedRow {
	list := l.lists[group]
	order := sortPart{desc: func(k int) bool { return l.sort[k].Desc }}
	slices.SortStableFunc(list, func(a, b listedRow) int { return order.compareKeys(a.key, b.key) })
	if l.limit > 0 && len(list) > l.limit {
		list = list[:l.limit]
	}
	return list
}

func (l *rowList) merge(group uint32, other accumulator, otherGroup uint32) error {
	for _, r := range other.(*rowList).lists[otherGroup] {
		if err := l.put(group, r); err != nil {
			return err
		}
	}
	return nil
}

func (l *rowList) result(group uint32) string {
	rows := l.first(group)
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.json
	}
	return string(appendJSONArray(nil, list))
}
