package block

import "fmt"

// variableHeader is a variable's entry in the directory.
type variableHeader struct {
	VariableInfo
	ints          intsHeader
	data, lengths region
	index         []region
}

// regions lists all that the variable is stored in.
func (h *variableHeader) regions() []region {
	list := append([]region{h.data, h.lengths}, h.ints.planes...)
	return append(list, h.index...)
}

// regions lists what the variables are stored in.
func (c *Templates) regions() (list []namedRegion) {
	for v := range c.headers {
		name := fmt.Sprintf("variable %d (%s) of column %q", v, c.headers[v].Kind, c.h.name)
		for _, r := range c.headers[v].regions() {
			list = append(list, namedRegion{name, r})
		}
	}
	return list
}

// parse reads the directory. It takes memory only for what the directory's own bytes, or the block's, can hold.
func (c *Templates) parse(directory []byte) error {
	info := &c.r.header.info
	d := decoder{in: directory}
	templates := d.count(3)
	variables := d.count(2)
	if templates == 0 || templates > maxTemplates || templates > info.Rows {
		d.fail("number of templates")
	}
	if d.err != nil {
		return d.err
	}
	c.headers = make([]variableHeader, variables)
	c.variables = make([]*Variable, variables)
	for i := range c.headers {
		c.headers[i] = d.variable(c.r.header.size)
		if d.err != nil {
			return d.err
		}
	}
	pool := &c.r.scratch.ends
	c.rows, c.firstSlot = pool.take(templates), pool.take(templates+1)
	d.lengths(c.rows)
	sum := 0
	for _, n := range c.rows {
		if int(n) > info.Rows-sum {
			d.fail("rows of templates")
			break
		}
		sum += int(n)
	}
	if sum != info.Rows {
		d.fail("rows of templates")
	}
	d.lengths(c.firstSlot[:templates])
	slots := 0
	for t, n := range c.firstSlot[:templates] {
		c.firstSlot[t] = uint32(slots)
		slots += int(n)
	}
	c.firstSlot[templates] = uint32(slots)
	if slots > len(d.in) {
		d.fail("number of slots")
	}
	if d.err != nil {
		return d.err
	}
	c.variable = pool.take(slots)
	d.lengths(c.variable)
	for _, v := range c.variable {
		if int(v) >= variables {
			d.fail("number of a variable")
			break
		}
	}
	c.readPieces(&d, slots+templates)
	return d.err
}

// readPieces reads the static text of so many pieces.
func (c *Templates) readPieces(d *decoder, pieces int) {
	pool := &c.r.scratch.ends
	c.pieces = pool.take(pieces)
	different := d.count(1)
	if different == 0 { // each is one of its own
		for i := range c.pieces {
			c.pieces[i] = uint32(i)
		}
		c.ends = pool.take(pieces)
		c.static = d.pieces(c.ends)
		return
	}
	d.lengths(c.pieces)
	for _, n := range c.pieces {
		if int(n) >= different {
			d.fail("number of a piece")
			break
		}
	}
	c.ends = pool.take(different)
	c.static = d.pieces(c.ends)
}

// pieces reads lengths of pieces as their ends. What is left is their text.
func (d *decoder) pieces(ends []uint32) string {
	sum := uint64(0)
	d.lengths(ends)
	for i, n := range ends {
		sum += uint64(n)
		ends[i] = uint32(min(sum, 1<<32-1))
	}
	if d.err == nil && sum != uint64(len(d.in)) {
		d.fail("length of static text")
	}
	return alias(d.in)
}

// place computes where in its variable the values of each slot are, once.
func (c *Templates) place() error {
	if c.start != nil {
		return nil
	}
	pool := &c.r.scratch.ends
	start, stride := pool.take(len(c.variable)), pool.take(len(c.variable))
	next, inTemplate := pool.take(len(c.headers)), pool.take(len(c.headers))
	clear(next)
	clear(inTemplate)
	for t, rows := range c.rows {
		first, last := c.firstSlot[t], c.firstSlot[t+1]
		for slot := first; slot < last; slot++ {
			v := c.variable[slot]
			start[slot] = next[v] + inTemplate[v]
			inTemplate[v]++
		}
		for slot := first; slot < last; slot++ {
			stride[slot] = inTemplate[c.variable[slot]]
		}
		for slot := first; slot < last; slot++ {
			v := c.variable[slot]
			if n := inTemplate[v]; n > 0 {
				if uint64(next[v])+uint64(rows)*uint64(n) > uint64(c.headers[v].Values) {
					return fmt.Errorf("%w: variable %d has too few values", ErrCorrupt, v)
				}
				next[v] += rows * n
				inTemplate[v] = 0
			}
		}
	}
	for v := range c.headers {
		if int(next[v]) != c.headers[v].Values {
			return fmt.Errorf("%w: variable %d has %d values, not %d", ErrCorrupt, v, c.headers[v].Values, next[v])
		}
	}
	c.start, c.stride = start, stride
	return nil
}

// variable reads a variable's entry in the directory of a column of a block with that body.
func (d *decoder) variable(body int) variableHeader {
	var h variableHeader
	h.Kind = VariableKind(d.byte())
	h.Values = d.length()
	if h.Values == 0 || h.Values > maxValues {
		d.fail("number of values")
		return h
	}
	switch h.Kind {
	case VarInt:
		h.Scale, h.Width = d.length(), d.length()
		if h.Scale > MaxDigits || h.Width > MaxDigits {
			d.fail("width of numbers")
		}
		h.ints = d.ints(body, h.Values)
	case VarTime:
		h.layout = layout(d.length())
		if !h.layout.valid() {
			d.fail("layout of times")
		}
		h.ints = d.ints(body, h.Values)
	case VarIPv4:
		h.ints = d.ints(body, h.Values)
	case VarUUID:
		h.Width = uuidBytes
		h.data = d.sized(body, h.Values*h.Width)
	case VarHex:
		if h.Width = d.length(); h.Width > 0 {
			h.data = d.sized(body, h.Values*h.Width)
		} else {
			h.data, h.lengths = d.region(body), d.region(body)
		}
	case VarDict:
		h.Distinct = d.length()
		if h.Distinct == 0 || h.Distinct > maxWide || h.Distinct > h.Values {
			d.fail("size of a dictionary")
			return h
		}
		h.lengths, h.data = d.region(body), d.region(body)
		for range planesOf(uint64(h.Distinct - 1)) {
			h.index = append(h.index, d.sized(body, h.Values))
		}
	case VarText:
		h.lengths, h.data = d.region(body), d.region(body)
	default:
		d.fail("kind of a variable")
	}
	if h.Kind == VarInt || h.Kind == VarIPv4 {
		h.Lo, h.Hi = h.ints.lo, h.ints.hi
	}
	return h
}
