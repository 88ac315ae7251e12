package logs

import "github.com/haetae/haetae/internal/store/logs/block"

// edge is where a part of a template begins or ends: in the static text before a slot, or behind the last one.
type edge struct{ slot, offset int }

// capture is the part of a template from one place to another, and so a part of each of its rows.
type capture struct {
	from, to edge
	slot     int    // that the part is; or
	text     string // that all rows have there
}

// Captures that are not one slot.
const (
	static  = -1 - iota // text alone
	mixture             // slots and text
)

// ofRows returns the template of each row, and which templates some rows have.
func (p *pieces) ofRows(rows bitmap) (of []uint16, templates []bool, err error) {
	if of, err = p.TemplateOf(); err != nil {
		return nil, nil, err
	}
	templates = make([]bool, p.Len())
	rows.all(func(row int) { templates[of[row]] = true })
	return of, templates, nil
}

// between returns the part of a template from one place to another.
func (p *pieces) between(t int, from, to edge) capture {
	c := capture{from: from, to: to, slot: mixture}
	switch {
	case from.slot == to.slot:
		c.slot, c.text = static, p.Piece(t, from.slot)[from.offset:to.offset]
	case to.slot == from.slot+1 && to.offset == 0 && from.offset == len(p.Piece(t, from.slot)):
		c.slot = from.slot
	}
	return c
}

// appendCapture appends the part that the template's k-th row has; its variables were read before.
func (p *pieces) appendCapture(dst []byte, t int, c *capture, k int) []byte {
	from := c.from.offset
	for i := c.from.slot; i < c.to.slot; i++ {
		v, _ := p.Variable(int(p.Slots(t)[i]))
		dst = append(dst, p.Piece(t, i)[from:]...)
		dst = v.Append(dst, p.Position(t, i, k))
		from = 0
	}
	return append(dst, p.Piece(t, c.to.slot)[from:c.to.offset]...)
}

// captured numbers the values that one field has in the rows of a block.
type captured struct {
	dictionary
	index []uint32 // row -> value
}

// fill takes the values of some rows from the captures of their template.
func (f *captured) fill(p *pieces, t int, c *capture, wanted bitmap) error {
	rows, err := p.RowsOf(t)
	if err != nil {
		return err
	}
	if c.slot == static {
		code := f.intern(c.text)
		for _, row := range rows {
			if wanted.has(int(row)) {
				f.index[row] = code
			}
		}
		return nil
	}
	code, err := f.coder(p, t, c)
	if err != nil {
		return err
	}
	for k, row := range rows {
		if wanted.has(int(row)) {
			f.index[row] = code(k)
		}
	}
	return nil
}

// coder returns what numbers the value of a template's k-th row.
func (f *captured) coder(p *pieces, t int, c *capture) (code func(k int) uint32, err error) {
	for _, v := range p.Slots(t)[c.from.slot:c.to.slot] {
		if _, err := p.Variable(int(v)); err != nil {
			return nil, err
		}
	}
	if c.slot == mixture {
		return func(k int) uint32 {
			f.buf = p.appendCapture(f.buf[:0], t, c, k)
			return f.intern(textOf(f.buf))
		}, nil
	}
	number := p.Slots(t)[c.slot]
	values, err := p.Variable(int(number))
	if err != nil {
		return nil, err
	}
	at, stride := p.Position(t, c.slot, 0), p.Stride(t, c.slot)
	switch {
	case values.Ints != nil:
		known := f.numbers(number, values)
		return func(k int) uint32 { return f.number(known, values, at+k*stride) }, nil
	case values.Kind == block.VarDict:
		known := f.entries(number, values)
		return func(k int) uint32 { return known[values.Index[at+k*stride]] }, nil
	}
	return func(k int) uint32 {
		f.buf = values.Append(f.buf[:0], at+k*stride)
		return f.intern(textOf(f.buf))
	}, nil
}
