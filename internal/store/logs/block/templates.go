package block

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// Templates is a column as templates and variables. A template is static text with slots; the value of a row is
// piece 0 of its template, the value in slot 0, piece 1, and so on to the last piece. Each word (logsql.Tokenize)
// of a value lies wholly in one piece or wholly in one slot. It is used by one goroutine and valid as long as what
// its Reader returns.
type Templates struct {
	r *Reader
	h *columnHeader

	rows      []uint32 // of each template
	firstSlot []uint32 // slots of the templates before, and of all
	variable  []uint32 // of each slot
	pieces    []uint32 // of each template, one more than it has slots: numbers of its texts
	static    string   // the texts, one behind the other
	ends      []uint32 // of the texts
	headers   []variableHeader

	start     []uint32 // of each slot: the position of its first value; with stride nil until place
	stride    []uint32 // of each slot: the distance of its values
	counts    []StreamRows
	countEnds []uint32 // of the counts of each template; nil until they are read
	of        []uint16
	first     []uint32 // in order, of each template
	order     []uint32 // rows by template
	rank      []uint32
	variables []*Variable
}

// StreamRows counts rows of one stream.
type StreamRows struct {
	Stream int // index in Rows.Streams
	Rows   int
}

// Templates implements Rows.
func (r *Reader) Templates(name string) (*Templates, error) {
	if t := r.templates[name]; t != nil {
		return t, nil
	}
	h := r.header.column(name)
	if h == nil || h.kind != Templated {
		return nil, nil
	}
	t, err := cached(r, h.data, (*Templates).size, func() (*Templates, error) {
		directory, err := r.read(h.data)
		t := &Templates{r: r, h: h}
		if err == nil {
			err = t.parse(directory)
		}
		return t, err
	}, (*Templates).own)
	if err != nil {
		return nil, fmt.Errorf("cannot read the templates of column %q: %w", name, err)
	}
	if t.r != r { // the cache's, which nobody writes to
		mine := *t
		mine.r, mine.h, mine.variables = r, h, make([]*Variable, len(t.headers))
		t = &mine
	}
	if r.templates == nil {
		r.templates = map[string]*Templates{}
	}
	r.templates[name] = t
	return t, nil
}

// own returns a copy of the directory alone, without the reader and what was read through it.
func (c *Templates) own() *Templates {
	return &Templates{
		rows: slices.Clone(c.rows), firstSlot: slices.Clone(c.firstSlot), variable: slices.Clone(c.variable),
		pieces: slices.Clone(c.pieces), static: strings.Clone(c.static), ends: slices.Clone(c.ends), headers: c.headers,
	}
}

// size is what own returns, in bytes.
func (c *Templates) size() int {
	n := 4*(len(c.rows)+len(c.firstSlot)+len(c.variable)+len(c.pieces)+len(c.ends)) + len(c.static)
	for i := range c.headers {
		h := &c.headers[i]
		n += int(unsafe.Sizeof(*h)) + int(unsafe.Sizeof(region{}))*(len(h.index)+len(h.ints.planes))
	}
	return n
}

// Len returns the number of templates.
func (c *Templates) Len() int { return len(c.rows) }

// Rows returns the number of rows of a template; templates are numbered by falling rows.
func (c *Templates) Rows(t int) int { return int(c.rows[t]) }

// Slots returns the number of the variable of each slot. Slots in similar surroundings share one.
func (c *Templates) Slots(t int) []uint32 { return c.variable[c.firstSlot[t]:c.firstSlot[t+1]] }

// FirstPiece returns the number of the template's first piece; it has one more than slots.
func (c *Templates) FirstPiece(t int) int { return int(c.firstSlot[t]) + t }

// Piece returns the static text before slot i, or behind the last slot.
func (c *Templates) Piece(t, i int) string { return c.text(c.pieces[c.FirstPiece(t)+i]) }

// Pieces returns the numbers of the template's pieces among the texts of all.
func (c *Templates) Pieces(t int) []uint32 { return c.pieces[c.FirstPiece(t):c.FirstPiece(t+1)] }

// Texts returns the texts of the pieces one behind the other, and where each ends. Equal pieces share one, mostly.
func (c *Templates) Texts() (text string, ends []uint32) { return c.static, c.ends }

func (c *Templates) text(n uint32) string {
	start := uint32(0)
	if n > 0 {
		start = c.ends[n-1]
	}
	return c.static[start:c.ends[n]]
}

// Variables returns the number of variables.
func (c *Templates) Variables() int { return len(c.headers) }

// VariableInfo describes a variable without reading it.
func (c *Templates) VariableInfo(v int) VariableInfo { return c.headers[v].VariableInfo }

// Position returns where in the slot's variable the value of the template's k-th row is. It follows RowsOf or Rank.
func (c *Templates) Position(t, slot, k int) int {
	slot += int(c.firstSlot[t])
	return int(c.start[slot] + uint32(k)*c.stride[slot])
}

// Stride is the distance of the positions of neighbouring rows. It follows RowsOf or Rank.
func (c *Templates) Stride(t, slot int) int { return int(c.stride[int(c.firstSlot[t])+slot]) }

// StreamRows counts the template's rows by stream; false when the block does not keep these counts.
func (c *Templates) StreamRows(t int) ([]StreamRows, bool, error) {
	if c.h.lengths.size == 0 {
		return nil, false, nil
	}
	if c.countEnds == nil {
		if err := c.readCounts(); err != nil {
			return nil, false, c.failed("the counts by stream", err)
		}
	}
	start := uint32(0)
	if t > 0 {
		start = c.countEnds[t-1]
	}
	return c.counts[start:c.countEnds[t]], true, nil
}

func (c *Templates) readCounts() error {
	data, err := c.r.cachedBytes(c.h.lengths)
	if err != nil {
		return err
	}
	d := decoder{in: data}
	c.counts = make([]StreamRows, 0, len(data)/2)
	ends := c.r.scratch.ends.take(len(c.rows))
	for t := range ends {
		stream, rows := 0, uint64(0)
		for range d.count(2) {
			stream += d.length()
			n := d.length()
			rows += uint64(n)
			c.counts = append(c.counts, StreamRows{stream, n})
		}
		if rows != uint64(c.rows[t]) || stream >= c.r.header.info.Rows {
			d.fail("counts by stream")
		}
		ends[t] = uint32(len(c.counts))
	}
	if d.err == nil && len(d.in) != 0 {
		d.fail("counts by stream")
	}
	c.countEnds = ends
	return d.err
}

// TemplateOf returns the template of each row.
func (c *Templates) TemplateOf() ([]uint16, error) {
	if c.of != nil {
		return c.of, nil
	}
	if len(c.rows) == 1 {
		c.of = c.r.scratch.shorts.take(c.r.header.info.Rows)
		clear(c.of)
		return c.of, nil
	}
	low, err := c.r.cachedBytes(c.h.index)
	if err != nil {
		return nil, c.failed("the templates of the rows", err)
	}
	of := c.r.scratch.shorts.take(len(low))
	for i, b := range low {
		of[i] = uint16(b)
	}
	if c.h.high.raw > 0 {
		high, err := c.r.cachedBytes(c.h.high)
		if err != nil {
			return nil, c.failed("the templates of the rows", err)
		}
		for i, b := range high {
			of[i] |= uint16(b) << 8
		}
	}
	if t := slices.Max(of); int(t) >= len(c.rows) {
		return nil, c.failed("the templates of the rows", fmt.Errorf("%w: template %d of %d", ErrCorrupt, t, len(c.rows)))
	}
	c.of = of
	return of, nil
}

// RowsOf returns the rows of a template, rising.
func (c *Templates) RowsOf(t int) ([]uint32, error) {
	if err := c.sort(); err != nil {
		return nil, err
	}
	return c.order[c.first[t]:][:c.rows[t]], nil
}

// Rank returns which of its template's rows a row is: the index at which RowsOf lists it.
func (c *Templates) Rank(row int) (int, error) {
	err := c.sort()
	if err != nil {
		return 0, err
	}
	return int(c.rank[row]), nil
}

// sort lists the rows by template, and finds where the values of each are.
func (c *Templates) sort() error {
	if c.order != nil {
		return nil
	}
	if err := c.place(); err != nil {
		return c.failed("the places of the variables", err)
	}
	of, err := c.TemplateOf()
	if err != nil {
		return err
	}
	pool := &c.r.scratch.ends
	order, rank := pool.take(len(of)), pool.take(len(of))
	first, next := pool.take(len(c.rows)), pool.take(len(c.rows))
	sum := uint32(0)
	for t, n := range c.rows {
		first[t], next[t] = sum, sum
		sum += n
	}
	for row, t := range of {
		if rank[row] = next[t] - first[t]; rank[row] == c.rows[t] {
			return c.failed("the templates of the rows", fmt.Errorf("%w: rows of template %d", ErrCorrupt, t))
		}
		order[next[t]] = uint32(row)
		next[t]++
	}
	c.first, c.order, c.rank = first, order, rank
	return nil
}

// AppendValue appends the value of a row.
func (c *Templates) AppendValue(dst []byte, row int) ([]byte, error) {
	if err := c.sort(); err != nil {
		return dst, err
	}
	t, start, limit := int(c.of[row]), len(dst), c.r.header.maxText()
	for i, number := range c.Slots(t) {
		v, err := c.Variable(int(number))
		if err != nil {
			return dst, err
		}
		dst = append(dst, c.Piece(t, i)...)
		if dst = v.Append(dst, c.Position(t, i, int(c.rank[row]))); len(dst)-start > limit {
			return dst, c.tooLong(row)
		}
	}
	return append(dst, c.Piece(t, len(c.Slots(t)))...), nil
}

// column materialises all rows.
func (c *Templates) column() (Column, error) {
	if err := c.sort(); err != nil {
		return Column{}, err
	}
	for v := range c.headers {
		if _, err := c.Variable(v); err != nil {
			return Column{}, err
		}
	}
	text, limit := c.r.scratch.text.grow(), c.r.header.maxText()
	data, ends := *text, c.r.scratch.ends.take(len(c.of))
	for row, t := range c.of {
		k, slot, last := c.rank[row], c.firstSlot[t], c.firstSlot[t+1]
		piece := slot + uint32(t) // before the slot
		for ; slot < last && len(data) <= limit; slot, piece = slot+1, piece+1 {
			data = append(data, c.text(c.pieces[piece])...)
			data = c.variables[c.variable[slot]].Append(data, int(c.start[slot]+k*c.stride[slot]))
		}
		if data = append(data, c.text(c.pieces[piece])...); len(data) > limit {
			return Column{}, c.tooLong(row)
		}
		ends[row] = uint32(len(data))
	}
	*text = data
	return Column{Kind: Plain, Data: data, Ends: ends}, nil
}

// tooLong says that values make more text than a block can have: pieces of a damaged directory may repeat without end.
func (c *Templates) tooLong(row int) error {
	return fmt.Errorf("%w: the values of column %q up to row %d have more than %d bytes", ErrCorrupt, c.h.name, row, c.r.header.maxText())
}

func (c *Templates) failed(what string, err error) error {
	return fmt.Errorf("cannot read %s of column %q: %w", what, c.h.name, err)
}

// Variable returns the values of a variable.
func (c *Templates) Variable(v int) (*Variable, error) {
	if c.variables[v] != nil {
		return c.variables[v], nil
	}
	h := &c.headers[v]
	out := &Variable{VariableInfo: h.VariableInfo}
	if err := c.readVariable(out, h, v); err != nil {
		return nil, c.failed(fmt.Sprintf("variable %d (%s)", v, h.Kind), err)
	}
	c.variables[v] = out
	return out, nil
}

func (c *Templates) readVariable(v *Variable, h *variableHeader, number int) (err error) {
	switch h.Kind {
	case VarInt, VarIPv4, VarTime:
		if v.Ints, err = c.r.readInts(&h.ints, h.Values); err != nil || h.Kind != VarTime {
			return err
		}
		return c.toAbsolute(v, uint32(number))
	case VarHex, VarUUID:
		if v.Data, err = c.r.cachedBytes(h.data); err != nil {
			return err
		}
		if h.Width > 0 {
			v.Ends = c.r.scratch.ends.take(h.Values)
			for i := range v.Ends {
				v.Ends[i] = uint32((i + 1) * h.Width)
			}
			return nil
		}
		v.Ends, err = c.r.readEnds(h.lengths, h.Values, len(v.Data))
		return err
	case VarDict:
		if v.Data, err = c.r.cachedBytes(h.data); err != nil {
			return err
		}
		if v.Ends, err = c.r.readEnds(h.lengths, h.Distinct, len(v.Data)); err != nil {
			return err
		}
		v.Index = c.r.scratch.shorts.take(h.Values)
		clear(v.Index)
		for k, at := range h.index {
			plane, err := c.r.cachedBytes(at)
			if err != nil {
				return err
			}
			for i, b := range plane {
				v.Index[i] |= uint16(b) << (8 * k)
			}
		}
		if len(v.Index) > 0 && int(slices.Max(v.Index)) >= h.Distinct {
			return fmt.Errorf("%w: index of dictionary", ErrCorrupt)
		}
		return nil
	}
	if v.Data, err = c.r.cachedBytes(h.data); err != nil {
		return err
	}
	v.Ends, err = c.r.readEnds(h.lengths, h.Values, len(v.Data))
	return err
}

// toAbsolute adds the times of the rows.
func (c *Templates) toAbsolute(v *Variable, number uint32) error {
	times, err := c.r.Times()
	if err != nil {
		return err
	}
	for t := range c.rows {
		for slot, of := range c.Slots(t) {
			if of != number {
				continue
			}
			rows, err := c.RowsOf(t)
			if err != nil {
				return err
			}
			at, stride := c.Position(t, slot, 0), c.Stride(t, slot)
			for _, row := range rows {
				v.Ints[at] = v.layout.absolute(v.Ints[at], times[row])
				at += stride
			}
		}
	}
	return nil
}
