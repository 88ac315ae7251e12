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
		c.headers[i] = d.variable(c.r.header.size, info)
		if d.err != nil {
			return d.err
		}
	}
	pool := &c.r.scratch.ends
	c.rows, c.firstRow, c.firstSlot = pool.take(templates), pool.take(templates), pool.take(templates+1)
	sum := 0
	for t := range c.rows {
		n := d.length()
		c.rows[t], c.firstRow[t] = uint32(n), uint32(sum)
		if n > info.Rows-sum {
			d.fail("rows of templates")
		}
		sum += n
	}
	if sum != info.Rows {
		d.fail("rows of templates")
	}
	slots := 0
	for t := range c.rows {
		c.firstSlot[t] = uint32(slots)
		slots += d.count(1)
	}
	c.firstSlot[templates] = uint32(slots)
	if slots > len(d.in) {
		d.fail("number of slots")
	}
	if d.err != nil {
		return d.err
	}
	c.variable, c.start, c.stride = pool.take(slots), pool.take(slots), pool.take(slots)
	for i := range c.variable {
		c.variable[i] = uint32(d.length())
	}
	c.pieces = pool.take(slots + templates)
	if err := d.pieces(c.pieces); err != nil {
		return err
	}
	c.static = alias(d.in)
	return c.place()
}

// pieces reads lengths of pieces as their ends. What is left is the text.
func (d *decoder) pieces(ends []uint32) error {
	sum := uint64(0)
	for i := range ends {
		sum += uint64(d.length())
		ends[i] = uint32(min(sum, 1<<32-1))
	}
	if d.err == nil && sum != uint64(len(d.in)) {
		d.fail("length of static text")
	}
	return d.err
}

// place computes where in its variable the values of each slot are.
func (c *Templates) place() error {
	next, inTemplate := c.r.scratch.ends.take(len(c.headers)), c.r.scratch.ends.take(len(c.headers))
	clear(next)
	clear(inTemplate)
	for t, rows := range c.rows {
		first, last := c.firstSlot[t], c.firstSlot[t+1]
		for slot := first; slot < last; slot++ {
			v := c.variable[slot]
			if int(v) >= len(c.headers) {
				return fmt.Errorf("%w: variable %d of %d", ErrCorrupt, v, len(c.headers))
			}
			c.start[slot] = next[v] + inTemplate[v]
			inTemplate[v]++
		}
		for slot := first; slot < last; slot++ {
			c.stride[slot] = inTemplate[c.variable[slot]]
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
	return nil
}

// variable reads a variable's entry in the directory of a column of a block with that body.
func (d *decoder) variable(body int, info *Info) variableHeader {
	var h variableHeader
	h.Kind = VariableKind(d.byte())
	h.Values = d.length()
	if h.Values == 0 || int64(h.Values) > info.Raw { // each has a byte at least
		d.fail("number of values")
		return h
	}
	switch h.Kind {
	case VarInt:
		h.Scale, h.Width = d.length(), d.length()
		if h.Scale > maxDigits || h.Width > maxDigits {
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
