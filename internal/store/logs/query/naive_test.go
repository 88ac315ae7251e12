package query

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unsafe"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// layout is how the naive store cuts its rows into batches, so that each pipe meets every shape of column.
type layout struct {
	name    string
	workers int
	rows    int  // a batch
	dicts   bool // constant and dictionary columns where values repeat
}

var layouts = []layout{
	{"one batch of plain columns", 1, 1000, false},
	{"one batch of dictionaries", 1, 1000, true},
	{"batches of two rows on two workers", 2, 2, true},
	{"single rows on three workers", 3, 1, false},
}

// naive is a store that scans rows one by one.
type naive struct {
	rows []row
	layout
	lent [][]byte
}

// lend returns a copy of a string that spoil overwrites, so that who keeps a string of a batch behind the call
// that it is valid in gets a wrong result.
func (n *naive) lend(s string) string {
	if s == "" {
		return ""
	}
	b := []byte(s)
	n.lent = append(n.lent, b)
	return unsafe.String(&b[0], len(b))
}

func (n *naive) spoil() {
	for _, b := range n.lent {
		for i := range b {
			b[i] = '?'
		}
	}
	n.lent = nil
}

// row is a record of a script; _time is RFC 3339.
type row map[string]string

func (r row) Value(field string) string { return patternField(r, field) }

func (r row) Time() int64 {
	ns, _ := logsql.ParseTimeText(r["_time"])
	return ns
}

func (r row) StreamField(name string) string { return logsql.StreamValue(r["_stream"], name) }

func (r row) Each(prefix string, visit func(string) bool) {
	for name, v := range r {
		if strings.HasPrefix(name, prefix) && (name == model.FieldMsg || !model.ReservedName(name)) && !visit(v) {
			return
		}
	}
}

func (n *naive) Search(ctx context.Context, req logs.Search, emit logs.Emit) (logs.Stats, error) {
	var found []row
	for _, r := range n.rows {
		dataset := cmp.Or(r["_dataset"], "logs")
		if t := r.Time(); t >= req.Min && t <= req.Max && slices.Contains(req.Datasets, dataset) && req.Filter.Match(r) {
			found = append(found, r)
		}
	}
	if req.Newest {
		slices.SortStableFunc(found, func(a, b row) int { return cmp.Compare(b.Time(), a.Time()) })
		found = found[:min(req.Limit, len(found))]
	}
	worker := 0
	for part := range slices.Chunk(found, n.layout.rows) {
		if err := ctx.Err(); err != nil {
			return logs.Stats{}, err
		}
		err := emit(worker, n.batch(part, &req))
		n.spoil()
		if err != nil {
			return logs.Stats{}, err
		}
		if !req.Newest {
			worker = (worker + 1) % n.workers
		}
	}
	return logs.Stats{RowsScanned: int64(len(n.rows)), RowsMatched: int64(len(found))}, nil
}

func (n *naive) batch(rows []row, req *logs.Search) *logsql.Batch {
	b := &logsql.Batch{N: len(rows)}
	names := slices.Clone(req.Fields)
	if req.All {
		for _, r := range rows {
			for name := range r {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name == "_time" {
			for _, r := range rows {
				b.Times = append(b.Times, r.Time())
			}
			continue
		}
		var values []string
		for _, r := range rows {
			values = append(values, n.lend(made(r, name, req)))
		}
		b.Columns = append(b.Columns, n.column(n.lend(name), values))
	}
	return b
}

func (n *naive) column(name string, values []string) logsql.Column {
	if !n.dicts {
		return logsql.PlainColumn(name, values)
	}
	var dict []string
	var index []uint32
	for _, v := range values {
		k := slices.Index(dict, v)
		if k < 0 {
			k = len(dict)
			dict = append(dict, v)
		}
		index = append(index, uint32(k))
	}
	switch {
	case len(dict) == 1:
		return logsql.ConstColumn(name, dict[0])
	case len(dict) < len(values):
		return logsql.DictColumn(name, dict, index)
	}
	return logsql.PlainColumn(name, values)
}

// made is the field of a row, or what the search makes of its message.
func made(r row, name string, req *logs.Search) string {
	if req.Extract == nil {
		return patternField(r, name)
	}
	for k, field := range req.Extract.Fields() {
		if field != name {
			continue
		}
		if found := req.Extract.Match()(r["_msg"]); k < len(found) {
			return found[k]
		}
		return ""
	}
	return patternField(r, name)
}
