package logs

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
)

// viewColumn holds a view of all rows of a block, as a dictionary. The cache keeps it, so that a view that is asked
// for again and again costs what a stored column does.
type viewColumn struct {
	values []string
	index  []byte   // row -> value; nil when a byte cannot say it
	wide   []uint16 // then this is
	keys   []int64  // of many values that are all of one form
	form   logsql.KeyForm
}

// column returns a view of all rows of the block: from the cache, or made and kept there when it was asked for before
// and a good part of the rows is wanted. It is made at once when all of these rows will be looked at, and templates
// tell where they have it. nil when the lines of the rows are to be parsed.
func (v *viewReader) column(name string, rows bitmap, all bool) (*viewColumn, error) {
	if v.e.segment.segment == "" {
		return nil, nil
	}
	key := v.e.segment
	key.view = name
	part, keep := v.e.cache.load(key)
	if part != nil {
		v.e.cacheHits++
		return part.(*viewColumn), nil
	}
	const share = 4
	if rows.count() < len(rows)*64/share {
		return nil, nil
	}
	if !keep {
		if tell, err := v.templatesTell(); !all || !tell || err != nil {
			return nil, err
		}
	}
	values, err := v.allRows(name)
	if err != nil {
		return nil, err
	}
	c := newViewColumn(values)
	if c != nil && keep {
		v.e.cache.keep(key, c.size(), c)
	}
	return c, nil
}

// allRows reads a view of all rows: from variables where the templates tell, else by parsing.
func (v *viewReader) allRows(name string) (*captured, error) {
	n := v.e.rows.Info().Rows
	c := &captured{index: make([]uint32, n)}
	all, rest := newBitmap(nil, n), newBitmap(nil, n)
	all.addRange(0, n)
	rest.addRange(0, n)
	if err := v.fromTemplates(name, c, all, rest); err != nil {
		return nil, err
	}
	if err := v.prepare(rest); err != nil {
		return nil, err
	}
	rest.all(func(row int) { c.index[row] = c.intern(v.at(name, row)) })
	return c, nil
}

// newViewColumn returns nil when there are too many different values.
func newViewColumn(c *captured) *viewColumn {
	switch n := len(c.texts); {
	case n <= math.MaxUint8+1:
		return &viewColumn{values: c.texts, index: narrowed[byte](c.index)}
	case n <= math.MaxUint16+1:
		v := &viewColumn{values: c.texts, wide: narrowed[uint16](c.index)}
		v.form, v.keys = keysOfTexts(v.values)
		return v
	}
	return nil
}

func narrowed[T byte | uint16](index []uint32) []T {
	out := make([]T, len(index))
	for i, code := range index {
		out[i] = T(code)
	}
	return out
}

func (c *viewColumn) size() int {
	const stringSize = 16
	n := len(c.index) + 2*len(c.wide) + 8*len(c.keys)
	for _, v := range c.values {
		n += stringSize + len(v)
	}
	return n
}

func (c *viewColumn) code(row int) int {
	if c.index != nil {
		return int(c.index[row])
	}
	return int(c.wide[row])
}

func (c *viewColumn) at(row int) string { return c.values[c.code(row)] }

// narrow drops the rows whose value does not match, each value looked at once.
func (c *viewColumn) narrow(n *fieldNode, rows bitmap) {
	match := make([]bool, len(c.values))
	matching := 0
	for i, v := range c.values {
		if match[i] = n.matcher.Match(v); match[i] {
			matching++
		}
	}
	switch {
	case matching == 0:
		clear(rows)
	case matching == len(match):
	case c.index != nil:
		rows.keep(func(row int) bool { return match[c.index[row]] })
	default:
		rows.keep(func(row int) bool { return match[c.wide[row]] })
	}
}

func (c *viewColumn) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = uint32(c.code(int(row)))
	}
	return logsql.DictColumn(name, c.values, index)
}
