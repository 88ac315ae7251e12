package block

import "slices"

// openColumn holds the values of one field of a Builder: as a dictionary while there are at most maxDistinct different
// ones, which is one byte a row, then one by one. What a View has seen of it never changes. Rows behind the last value
// lack the field.
type openColumn struct {
	name   string
	values valueTable // dictionary
	index  []byte     // dictionary: row -> value
	newest int        // dictionary: the row that brought its last value, plus 1
	plain  bool
	data   []byte // plain: value i is data[ends[i-1]:ends[i]]
	ends   []uint32
}

// set gives a row a value, instead of the one that it may have as the last row of the column. It returns the bytes of
// memory that the column has grown by.
func (c *openColumn) set(row int, value string) int64 {
	var size int64
	if len(c.index)+len(c.ends) != row { // one of the two is empty
		size = c.trim(row)
		size += c.fill(row)
	}
	if !c.plain {
		if row > 0 && value == string(c.values.at(int(c.index[row-1]))) {
			c.index = push(c.index, c.index[row-1])
			return size + 1
		}
		had := len(c.values.ends)
		n := c.values.find(value)
		if n < maxDistinct {
			if n == had {
				c.newest = row + 1
				size += int64(len(value)) + tableBytes
			}
			c.index = push(c.index, byte(n))
			return size + 1
		}
		size += c.spread()
	}
	start := c.end()
	if cap(c.data)-start < len(value) {
		c.data = slices.Grow(c.data[:start], max(len(value), start/2)) // append alone copies each byte four times
	}
	c.data = append(c.data[:start], value...)
	c.appendEnd()
	return size + int64(len(value)) + 4
}

// tableBytes is about what a value takes in a valueTable besides its text.
const tableBytes = 4 + 8 + 4*4

// trim drops the value of the row, if it has one, and with it what the row brought to the dictionary: no view has seen
// it, and an entry that no row has would be a value to those who ask the dictionary alone.
func (c *openColumn) trim(row int) int64 {
	if c.plain && len(c.ends) > row {
		size := len(c.data)
		c.ends = c.ends[:row]
		return int64(c.end()-size) - 4
	}
	if len(c.index) <= row {
		return 0
	}
	n := int(c.index[row])
	c.index = c.index[:row]
	if c.newest != row+1 || n != len(c.values.ends)-1 {
		return -1
	}
	c.newest = 0
	return -1 - tableBytes - int64(c.values.drop())
}

// fill gives all rows before that one which have none the empty value, and returns the bytes that it takes.
func (c *openColumn) fill(row int) int64 {
	var size int64
	if missing := row - len(c.index); !c.plain && missing > 0 {
		n := c.values.find("")
		if n < maxDistinct {
			c.index = slices.Grow(c.index, missing)
			for range missing {
				c.index = append(c.index, byte(n))
			}
			return int64(missing)
		}
		size = c.spread()
	}
	if missing := row - len(c.ends); c.plain && missing > 0 {
		start := uint32(c.end())
		c.ends = slices.Grow(c.ends, missing+1)
		for range missing {
			c.ends = append(c.ends, start)
		}
		size += 4 * int64(missing)
	}
	return size
}

// spread makes a dictionary plain. It returns by how many bytes the column has grown, not counting the table, which
// views may hold.
func (c *openColumn) spread() int64 {
	for _, n := range c.index {
		c.data = append(c.data, c.values.at(int(n))...)
		c.appendEnd()
	}
	c.plain, c.index, c.values = true, nil, valueTable{}
	return int64(len(c.data) + 4*len(c.ends))
}

// end is where the last value of a plain column ends.
func (c *openColumn) end() int {
	if n := len(c.ends); n > 0 {
		return int(c.ends[n-1])
	}
	return 0
}

func (c *openColumn) appendEnd() { c.ends = push(c.ends, uint32(len(c.data))) }

// view returns a picture of the column for that many rows; false when all of its values are empty.
func (c *openColumn) view(rows int) (openColumn, bool) {
	if c.plain {
		return openColumn{name: c.name, plain: true, data: c.data, ends: c.ends}, len(c.data) > 0
	}
	return openColumn{
		name: c.name, index: c.index[:rows:rows],
		values: valueTable{data: c.values.data, ends: c.values.ends},
	}, len(c.values.data) > 0
}

func (c *openColumn) kind() Kind {
	if c.plain {
		return Plain
	}
	return Dict
}

// column shows a view's column as searches read it.
func (c *openColumn) column() Column {
	if c.plain {
		return Column{Kind: Plain, Data: c.data, Ends: c.ends}
	}
	return Column{Kind: Dict, Data: c.values.data, Ends: c.values.ends, Index: c.index}
}
