package logs

import (
	"math"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// viewColumn holds a view of all rows of a block, as a dictionary. The cache keeps it, so that a view that is asked
// for again and again costs what a stored column does.
type viewColumn struct {
	values []string
	index  []uint16
}

// column returns a view of all rows of the block: from the cache, or made and kept there when it was asked for before
// and a good part of the rows is wanted. nil when only parsing lines tells.
func (v *viewReader) column(name string, rows bitmap) *viewColumn {
	if v.e.segment.segment == "" {
		return nil
	}
	key := v.e.segment
	key.view = name
	part, keep := v.e.cache.load(key)
	if part != nil {
		v.e.cacheHits++
		return part.(*viewColumn)
	}
	const share = 4
	n := v.e.rows.Info().Rows
	if !keep || rows.count() < n/share {
		return nil
	}
	all := newBitmap(nil, n)
	all.addRange(0, n)
	if v.prepare(all) != nil { // whoever parses the rows that he wants gets the error
		return nil
	}
	c := newViewColumn(n, func(row int) string { return v.at(name, row) })
	if c != nil {
		v.e.cache.keep(key, c.size(), c)
	}
	return c
}

// newViewColumn copies values into a dictionary; nil when there are too many different ones.
func newViewColumn(rows int, at func(row int) string) *viewColumn {
	c := &viewColumn{index: make([]uint16, rows)}
	known := map[string]uint16{}
	last, lastCode := "", -1
	for row := range c.index {
		value := at(row)
		if lastCode < 0 || value != last {
			code, ok := known[value]
			if !ok {
				if len(c.values) > math.MaxUint16 {
					return nil
				}
				code = uint16(len(c.values))
				value = strings.Clone(value)
				known[value] = code
				c.values = append(c.values, value)
			}
			last, lastCode = value, int(code)
		}
		c.index[row] = uint16(lastCode)
	}
	return c
}

func (c *viewColumn) size() int {
	const stringSize = 16
	n := 2 * len(c.index)
	for _, v := range c.values {
		n += stringSize + len(v)
	}
	return n
}

func (c *viewColumn) at(row int) string { return c.values[c.index[row]] }

// narrow drops the rows whose value does not match, each value looked at once.
func (c *viewColumn) narrow(n *fieldNode, rows bitmap) {
	match := make([]bool, len(c.values))
	matching := 0
	for i, v := range c.values {
		if match[i] = n.matcher.Match(v); match[i] {
			matching++
		}
	}
	switch matching {
	case 0:
		clear(rows)
		return
	case len(match):
		return
	}
	rows.keep(func(row int) bool { return match[c.index[row]] })
}

func (c *viewColumn) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = uint32(c.index[row])
	}
	return logsql.DictColumn(name, c.values, index)
}
