package logs

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
)

// viewDictionary is a viewColumn of up to 2^16 different values.
type viewDictionary struct {
	values []string
	index  []byte    // row -> value; nil when a byte cannot say it
	wide   []uint16  // then this is
	number []float64 // of each value, NaN of one that is none; nil when some have a unit
	key    []int64   // of many values that are all of one form
	form   logsql.KeyForm
}

func newViewDictionary(c *captured) *viewDictionary {
	v := &viewDictionary{values: c.texts, number: numbersOfTexts(c.texts)}
	if len(c.texts) <= math.MaxUint8+1 {
		v.index = narrowed[byte](c.index)
		return v
	}
	v.wide = narrowed[uint16](c.index)
	v.form, v.key = keysOfTexts(v.values)
	return v
}

func narrowed[T byte | uint16](index []uint32) []T {
	out := make([]T, len(index))
	for i, code := range index {
		out[i] = T(code)
	}
	return out
}

func (d *viewDictionary) size() int {
	const stringSize = 16
	n := len(d.index) + 2*len(d.wide) + 8*len(d.number) + 8*len(d.key)
	for _, v := range d.values {
		n += stringSize + len(v)
	}
	return n
}

func (d *viewDictionary) at(row int) string {
	if d.index != nil {
		return d.values[d.index[row]]
	}
	return d.values[d.wide[row]]
}

// narrow looks at each value once.
func (d *viewDictionary) narrow(n *fieldNode, rows bitmap) {
	match := make([]bool, len(d.values))
	matching := 0
	for i, v := range d.values {
		if match[i] = n.matcher.Match(v); match[i] {
			matching++
		}
	}
	switch {
	case matching == 0:
		clear(rows)
	case matching == len(match):
	case d.index != nil:
		rows.keep(func(row int) bool { return match[d.index[row]] })
	default:
		rows.keep(func(row int) bool { return match[d.wide[row]] })
	}
}

func (d *viewDictionary) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	if d.index != nil {
		for i, row := range rows {
			index[i] = uint32(d.index[row])
		}
		return logsql.DictColumn(name, d.values, index)
	}
	for i, row := range rows {
		index[i] = uint32(d.wide[row])
	}
	return logsql.DictColumn(name, d.values, index)
}

func (d *viewDictionary) keys(name string, rows []uint32) (logsql.Column, bool) {
	if d.form == logsql.NoKeys {
		return logsql.Column{}, false
	}
	return logsql.Column{Name: name, Keys: gathered(d, d.key, rows), Form: d.form}, true
}

func (d *viewDictionary) numbers(name string, rows []uint32) (logsql.Column, bool) {
	if d.number == nil {
		return logsql.Column{}, false
	}
	text := func(i int) string { return d.at(int(rows[i])) }
	return logsql.Column{Name: name, Numbers: gathered(d, d.number, rows), Text: text}, true
}

// gathered returns what the values of some rows have.
func gathered[T any](d *viewDictionary, of []T, rows []uint32) []T {
	out := make([]T, len(rows))
	if d.index != nil {
		for i, row := range rows {
			out[i] = of[d.index[row]]
		}
		return out
	}
	for i, row := range rows {
		out[i] = of[d.wide[row]]
	}
	return out
}

func (d *viewDictionary) codes() (codes, bool) {
	return codes{values: d.values, index: d.index, wide: d.wide}, true
}

// numbersOfTexts returns the numbers of texts, NaN of one that is none; nil when one has a unit, which a number does not
// tell.
func numbersOfTexts(texts []string) []float64 {
	numbers := make([]float64, 0, len(texts))
	for _, text := range texts {
		n, is := logsql.ParseNumber(text)
		if is && !endsInDigit(text) {
			return nil
		}
		if !is {
			n = math.NaN()
		}
		numbers = append(numbers, n)
	}
	return numbers
}
