package logs

import (
	"math"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// numberValues are those of a templated column whose rows are numbers of a variable, or what a template says without
// one. They are not written as text to be read as numbers again.
type numberValues struct {
	*templatedValues
	numbers []float64 // of each row; NaN where there is none
}

// numbersOf returns the values of a field that the search wants as numbers; nil when they are not stored as such.
func (e *eval) numbersOf(req *Search, name string) (*numberValues, error) {
	if !slices.Contains(req.Numbers, name) || req.Extract.step(name) >= 0 ||
		e.rows.Kind(name) != block.Templated || e.hasLabel(name) || e.hasFallback(name) {
		return nil, nil
	}
	p, err := e.pieces(name)
	if p == nil || err != nil {
		return nil, err
	}
	for t := range p.Len() {
		if !p.numeric(t) {
			return nil, nil
		}
	}
	v := &numberValues{newTemplatedValues(p), e.floats(name)}
	for t := range p.Len() {
		if err := v.fill(t); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// floats returns memory for a number a row of the block, used again for the next one.
func (e *eval) floats(name string) []float64 {
	if e.numbers == nil {
		e.numbers = map[string][]float64{}
	}
	e.numbers[name] = slices.Grow(e.numbers[name][:0], e.rows.Info().Rows)[:e.rows.Info().Rows]
	return e.numbers[name]
}

// numeric reports whether the rows of a template are numbers of one variable, or all have one text without a unit.
func (p *pieces) numeric(t int) bool {
	text, slots := p.Piece(t, 0), p.Slots(t)
	if len(slots) == 0 {
		_, is := logsql.ParseNumber(text)
		return !is || endsInDigit(text)
	}
	return len(slots) == 1 && text == "" && p.Piece(t, 1) == "" && p.VariableInfo(int(slots[0])).Kind == block.VarInt
}

// endsInDigit reports whether a number has no unit.
func endsInDigit(number string) bool {
	last := number[len(number)-1]
	return '0' <= last && last <= '9'
}

// fill reads the numbers of a template's rows.
func (v *numberValues) fill(t int) error {
	rows, err := v.RowsOf(t)
	if err != nil {
		return err
	}
	slots := v.Slots(t)
	if len(slots) == 0 {
		n, ok := logsql.ParseNumber(v.Piece(t, 0))
		if !ok {
			n = math.NaN()
		}
		for _, row := range rows {
			v.numbers[row] = n
		}
		return nil
	}
	variable, err := v.Variable(int(slots[0]))
	if err != nil {
		return err
	}
	at, stride := v.Position(t, 0, 0), v.Stride(t, 0)
	for _, row := range rows {
		v.numbers[row] = numberAt(variable, at)
		at += stride
	}
	return nil
}

// numberAt returns the number at a position of a variable, which is that of its text: whole numbers below 2^53 are exact,
// and so are powers of ten up to 22, so that their quotient is rounded once (Clinger, "How to Read Floating Point
// Numbers Accurately", 1990).
func numberAt(v *block.Variable, at int) float64 {
	n := v.Ints[at]
	switch {
	case v.Scale == 0:
		return float64(n)
	case -1<<53 < n && n < 1<<53:
		return float64(n) / powersOfTen[v.Scale]
	}
	f, _ := logsql.ParseNumber(textOf(v.Append(nil, at)))
	return f
}

var powersOfTen = func() (p [block.MaxDigits + 1]float64) {
	p[0] = 1
	for i := range block.MaxDigits {
		p[i+1] = 10 * p[i]
	}
	return p
}()

func (v *numberValues) column(name string, rows []uint32) logsql.Column {
	numbers := make([]float64, len(rows))
	for i, row := range rows {
		numbers[i] = v.numbers[row]
	}
	return logsql.Column{Name: name, Numbers: numbers, Text: func(i int) string { return v.at(int(rows[i])) }}
}

// viewNumbers are views, as numbers when none has a unit.
type viewNumbers struct{ *mixed }

func (v viewNumbers) column(name string, rows []uint32) logsql.Column {
	if v.whole != nil {
		if c, ok := v.whole.numbers(name, rows); ok {
			return c
		}
	}
	return v.mixed.column(name, rows)
}
