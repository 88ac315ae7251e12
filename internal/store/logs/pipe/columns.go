package pipe

import (
	"unsafe"

	"github.com/haetae/haetae/internal/logsql"
)

const timeField = "_time"

// field is one field of a batch, native times included. The zero field is missing in all rows.
type field struct {
	col   *logsql.Column
	times []int64
}

// lookup finds a field in a batch.
func lookup(b *logsql.Batch, name string) field {
	if name == timeField && b.Times != nil {
		return field{times: b.Times}
	}
	return field{col: b.Column(name)}
}

// missing reports whether no row has the field.
func (f field) missing() bool { return f.col == nil && f.times == nil }

// at returns the value of row i. The text of a native time is made anew.
func (f field) at(i int) string {
	switch {
	case f.times != nil:
		return logsql.TimeText(f.times[i])
	case f.col != nil:
		return f.col.At(i)
	}
	return ""
}

// constant returns the value when it is the same in all rows.
func (f field) constant() (string, bool) {
	switch {
	case f.missing():
		return "", true
	case f.times == nil && f.col.Const:
		return f.col.Values[0], true
	}
	return "", false
}

// timeColumn returns native times as a column of texts.
func timeColumn(times []int64, name string) logsql.Column {
	text := make([]byte, 0, len(times)*len("2006-01-02T15:04:05.123456789Z"))
	ends := make([]int, len(times))
	for i, ns := range times {
		text = logsql.AppendTime(text, ns)
		ends[i] = len(text)
	}
	all := string(text)
	values := make([]string, len(times))
	start := 0
	for i, end := range ends {
		values[i] = all[start:end]
		start = end
	}
	return logsql.PlainColumn(name, values)
}

// Selection holds rows of a batch as a batch of its own; it is reused from one batch to the next.
type Selection struct {
	out     logsql.Batch
	times   []int64
	columns []gathered
}

// gathered holds the values of one column of a Selection.
type gathered struct {
	values []string
	index  []uint32
}

// Rows returns the rows of b with the given numbers; the batch is valid until the next call, and as long as b is.
func (s *Selection) Rows(b *logsql.Batch, rows []int32) *logsql.Batch {
	if len(rows) == b.N {
		return b
	}
	return s.gather(b, rows)
}

// gather is Rows for numbers that may come in any order and more than once.
func (s *Selection) gather(b *logsql.Batch, rows []int32) *logsql.Batch {
	s.out.N = len(rows)
	s.out.Times = nil
	if b.Times != nil {
		s.times = s.times[:0]
		for _, r := range rows {
			s.times = append(s.times, b.Times[r])
		}
		s.out.Times = s.times
	}
	s.out.Columns = append(s.out.Columns[:0], b.Columns...)
	for len(s.columns) < len(b.Columns) {
		s.columns = append(s.columns, gathered{})
	}
	for k := range s.out.Columns {
		c, g := &s.out.Columns[k], &s.columns[k]
		switch {
		case c.Const:
		case c.Index != nil:
			g.index = g.index[:0]
			for _, r := range rows {
				g.index = append(g.index, c.Index[r])
			}
			c.Index = g.index
		default:
			g.values = g.values[:0]
			for _, r := range rows {
				g.values = append(g.values, c.Values[r])
			}
			c.Values = g.values
		}
	}
	return &s.out
}

// span returns the rows lo..hi-1 of b.
func (s *Selection) span(b *logsql.Batch, lo, hi int) *logsql.Batch {
	s.out.N = hi - lo
	s.out.Times = nil
	if b.Times != nil {
		s.out.Times = b.Times[lo:hi]
	}
	s.out.Columns = append(s.out.Columns[:0], b.Columns...)
	for k := range s.out.Columns {
		c := &s.out.Columns[k]
		switch {
		case c.Const:
		case c.Index != nil:
			c.Index = c.Index[lo:hi]
		default:
			c.Values = c.Values[lo:hi]
		}
	}
	return &s.out
}

// setColumn puts a column into a batch in the place of one with the same name, or at the end.
func setColumn(b *logsql.Batch, c logsql.Column) {
	if c.Name == timeField {
		b.Times = nil
	}
	if old := b.Column(c.Name); old != nil {
		*old = c
		return
	}
	b.Columns = append(b.Columns, c)
}

// arena keeps copies of strings in large pieces, which are let go of all at once.
type arena struct{ piece []byte }

const arenaPiece = 16 << 10

// copy returns a copy of s that lives as long as the arena.
func (a *arena) copy(s string) string { return a.copyBytes(unsafe.Slice(unsafe.StringData(s), len(s))) }

// copyBytes is copy for bytes.
func (a *arena) copyBytes(s []byte) string {
	if len(s) == 0 {
		return ""
	}
	if len(s) > arenaPiece/4 {
		return string(s)
	}
	if len(a.piece)+len(s) > cap(a.piece) {
		a.piece = make([]byte, 0, arenaPiece)
	}
	start := len(a.piece)
	a.piece = append(a.piece, s...)
	// The bytes behind start are not written again before the arena is emptied, so a string may share them.
	return unsafe.String(&a.piece[start], len(s))
}
