package pipe

import (
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// batchRow shows one row of a batch to filters that decide row by row.
type batchRow struct {
	b *logsql.Batch
	i int
}

// Value implements logsql.Row.
func (r *batchRow) Value(name string) string { return r.b.Value(r.i, name) }

// Time implements logsql.Row.
func (r *batchRow) Time() int64 {
	if r.b.Times != nil {
		return r.b.Times[r.i]
	}
	ns, _ := logsql.ParseTimeText(r.Value(timeField))
	return ns
}

// StreamField implements logsql.Row.
func (r *batchRow) StreamField(name string) string {
	return logsql.StreamValue(r.Value(model.FieldStream), name)
}

// Each implements logsql.Row.
func (r *batchRow) Each(prefix string, visit func(value string) bool) {
	for k := range r.b.Columns {
		c := &r.b.Columns[k]
		if strings.HasPrefix(c.Name, prefix) && (c.Name == model.FieldMsg || !model.ReservedName(c.Name)) && !visit(c.At(r.i)) {
			return
		}
	}
}
