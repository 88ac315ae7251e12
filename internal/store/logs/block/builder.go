package block

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Columns that every builder has, in this order.
const (
	colMsg = iota
	colSeverity
	colSource
	colFormat
	fixedColumns
)

var fixedNames = [fixedColumns]string{model.FieldMsg, model.FieldSeverity, model.FieldSource, model.FieldFormat}

// Builder collects rows of one partition in columns, in memory, in the order in which they come. Its memory
// only grows: a View taken earlier stays valid while rows are appended. It is used by one goroutine.
type Builder struct {
	times, observed, offsets []int64
	streamOf                 []uint32
	streams                  []*Stream
	streamIndex              map[*Stream]uint32
	lastStream               *Stream
	lastIndex                uint32

	cols   []*openColumn
	byName map[string]int
	hint   []int // column of the i-th field of the last row
	source []byte

	raw  int64
	size int64
	info Info // bounds and labels of all rows
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	b := &Builder{streamIndex: map[*Stream]uint32{}, byName: map[string]int{}}
	for _, name := range fixedNames {
		b.addColumn(name)
	}
	b.cols[colMsg].plain = true
	return b
}

// Len returns the number of rows.
func (b *Builder) Len() int { return len(b.times) }

// Columns returns the number of columns.
func (b *Builder) Columns() int { return len(b.cols) }

// Raw returns the bytes of the rows as received: messages, names and values of fields and stream fields.
func (b *Builder) Raw() int64 { return b.raw }

// Size estimates the memory in bytes that the rows hold.
func (b *Builder) Size() int64 { return b.size + b.size/4 }

// Append copies a record into the columns. The record's Stream is not read: s stands for it.
func (b *Builder) Append(offset int64, s *Stream, r *model.Record) {
	b.begin(r.Time, r.Observed, offset, s)
	b.set(colMsg, r.Msg)
	if r.Severity != model.SeverityUnknown {
		b.set(colSeverity, r.Severity.String())
	}
	b.setSource(r.Input, r.Peer)
	if r.Format != "" {
		b.set(colFormat, r.Format)
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Value != "" {
			b.set(b.column(i, f.Name), f.Value)
		}
	}
}

// begin adds a row without fields.
func (b *Builder) begin(time, observed, offset int64, s *Stream) {
	const rowSize = 3*8 + 4
	if len(b.times) == 0 {
		b.info.MinTime, b.info.MaxTime = time, time
		b.info.MinObserved, b.info.MaxObserved = observed, observed
		b.info.MinOffset, b.info.MaxOffset = offset, offset
	} else {
		b.info.MinTime, b.info.MaxTime = min(b.info.MinTime, time), max(b.info.MaxTime, time)
		b.info.MinObserved, b.info.MaxObserved = min(b.info.MinObserved, observed), max(b.info.MaxObserved, observed)
		b.info.MinOffset, b.info.MaxOffset = min(b.info.MinOffset, offset), max(b.info.MaxOffset, offset)
	}
	b.times = push(b.times, time)
	b.observed = push(b.observed, observed)
	b.offsets = push(b.offsets, offset)
	if s != b.lastStream {
		index, ok := b.streamIndex[s]
		if !ok {
			const streamSize = 48 // of the two tables
			index = uint32(len(b.streams))
			b.streams = append(b.streams, s)
			b.streamIndex[s] = index
			b.addLabels(s)
			b.size += int64(s.Size()) + streamSize
		}
		b.lastStream, b.lastIndex = s, index
	}
	b.streamOf = push(b.streamOf, b.lastIndex)
	b.size += rowSize
	b.raw += int64(s.Size())
}

// push appends to a list that grows by half: append alone would copy each value four times.
func push[T any](list []T, v T) []T {
	if len(list) == cap(list) {
		list = slices.Grow(list, len(list)/2+1)
	}
	return append(list, v)
}

// addLabels notes the names of a stream's fields. Views share the old list, so a longer one is a new one.
func (b *Builder) addLabels(s *Stream) {
	for _, f := range s.Fields {
		if at, found := slices.BinarySearch(b.info.Labels, f.Name); !found {
			b.info.Labels = slices.Insert(slices.Clone(b.info.Labels), at, f.Name)
		}
	}
}

// set gives the last row a value; a second value for the same column replaces the first.
func (b *Builder) set(col int, value string) {
	c := b.cols[col]
	b.size += c.set(len(b.times)-1, value)
	b.raw += int64(len(value))
	if col >= fixedColumns {
		b.raw += int64(len(c.name))
	}
}

// setSource writes input and peer as model.Record.Source joins them.
func (b *Builder) setSource(input, peer string) {
	if input == "" && peer == "" {
		return
	}
	b.source = append(b.source[:0], input...)
	if peer != "" {
		if peer[0] != '/' {
			b.source = append(b.source, '/')
		}
		b.source = append(b.source, peer...)
	}
	b.size += b.cols[colSource].set(len(b.times)-1, alias(b.source))
}

// column finds the column of the i-th field of a row. Rows of one application mostly have the same fields in
// the same order, so the last row's columns are tried first.
func (b *Builder) column(i int, name string) int {
	if i < len(b.hint) {
		if col := b.hint[i]; b.cols[col].name == name {
			return col
		}
	}
	col, ok := b.byName[name]
	switch {
	case !ok && model.ReservedName(name):
		return b.column(i, model.SentName(name))
	case !ok:
		col = b.addColumn(strings.Clone(name))
	case col < fixedColumns:
		return b.column(i, model.SentName(name))
	}
	if i < len(b.hint) {
		b.hint[i] = col
	} else if i == len(b.hint) {
		b.hint = append(b.hint, col)
	}
	return col
}

func (b *Builder) addColumn(name string) int {
	const columnSize = 256 // of its structures and the first allocations
	col := len(b.cols)
	b.cols = append(b.cols, &openColumn{name: name})
	b.byName[name] = col
	b.size += int64(len(name)) + columnSize
	return col
}

// Rebuild appends the rows of a block that keep wants to a builder, all when it is nil: small blocks are joined into
// large ones, and rows are left out of a block. streams finds the one pointer under which the builder knows a stream.
func (b *Builder) Rebuild(rows Rows, keep func(row int) bool, streams func(*Stream) *Stream) error {
	from, err := openSource(rows)
	if err != nil {
		return err
	}
	known := make([]*Stream, len(from.streams))
	for i, s := range from.streams {
		known[i] = streams(s)
	}
	target := make([]int, len(from.names))
	for i, name := range from.names {
		target[i] = b.columnOf(name)
	}
	raw := b.raw + rows.Info().Raw
	for row := range from.times {
		if keep != nil && !keep(row) {
			continue
		}
		b.begin(from.times[row], from.observed[row], from.offsets[row], known[from.streamOf[row]])
		for i := range from.cols {
			if v := from.cols[i].At(row); v != "" {
				b.set(target[i], v)
				if target[i] == colSource {
					b.raw -= int64(len(v)) // as setSource has it
				}
			}
		}
	}
	if keep == nil {
		b.raw = raw
	}
	return nil
}
