package logs

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
)

// viewColumn holds a view of all rows of a block. The cache keeps it, so that a view that is asked for again and again
// costs what a stored column does.
type viewColumn interface {
	at(row int) string
	// narrow drops the rows whose value does not match.
	narrow(n *fieldNode, rows bitmap)
	column(name string, rows []uint32) logsql.Column
	// keys and numbers return the values as such; false when they are not all of one form, or some have a unit.
	keys(name string, rows []uint32) (logsql.Column, bool)
	numbers(name string, rows []uint32) (logsql.Column, bool)
	codes() (codes, bool)
	// size returns the bytes that it holds.
	size() int
}

// newViewColumn returns nil when there are too many different values that are not of one form.
func newViewColumn(c *captured) viewColumn {
	if len(c.texts) <= math.MaxUint16+1 {
		return newViewDictionary(c)
	}
	form, keys := keysOfTexts(c.texts)
	if form == logsql.NoKeys {
		return nil
	}
	v := &viewIntegers{form: form, of: make([]int64, len(c.index))}
	for row, code := range c.index {
		v.of[row] = keys[code]
	}
	return v
}

// column returns a view of all rows of the block: from the cache, or made and kept there when it was asked for before
// and a good part of the rows is wanted. It is made at once when all of these rows will be looked at, and templates
// tell where they have it. nil when the lines of the rows are to be parsed.
func (v *viewReader) column(name string, rows bitmap, all bool) (viewColumn, error) {
	if v.e.segment.segment == "" {
		return nil, nil
	}
	key := v.e.segment
	key.view = name
	part, keep := v.e.cache.load(key)
	if part != nil {
		v.e.cacheHits++
		return part.(viewColumn), nil
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
