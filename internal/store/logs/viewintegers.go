package logs

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
)

// viewIntegers is a viewColumn of so many different values that each row has its own, all of one form of keys.
type viewIntegers struct {
	form logsql.KeyForm
	of   []int64 // by row
}

func (v *viewIntegers) size() int { return 8 * len(v.of) }

func (v *viewIntegers) at(row int) string { return string(v.form.Append(nil, v.of[row])) }

func (v *viewIntegers) narrow(n *fieldNode, rows bitmap) {
	var buf []byte
	rows.keep(func(row int) bool {
		buf = v.form.Append(buf[:0], v.of[row])
		return n.matcher.Match(textOf(buf))
	})
}

func (v *viewIntegers) column(name string, rows []uint32) logsql.Column {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = v.at(int(row))
	}
	return logsql.PlainColumn(name, texts)
}

func (v *viewIntegers) keys(name string, rows []uint32) (logsql.Column, bool) {
	keys := make([]int64, len(rows))
	for i, row := range rows {
		keys[i] = v.of[row]
	}
	return logsql.Column{Name: name, Keys: keys, Form: v.form}, true
}

func (v *viewIntegers) numbers(name string, rows []uint32) (logsql.Column, bool) {
	numbers := make([]float64, len(rows))
	for i, row := range rows {
		numbers[i] = math.NaN() // an address is none
		if v.form == logsql.IntKeys {
			numbers[i] = float64(v.of[row])
		}
	}
	return logsql.Column{Name: name, Numbers: numbers, Text: func(i int) string { return v.at(int(rows[i])) }}, true
}

func (v *viewIntegers) codes() (codes, bool) { return codes{}, false }
