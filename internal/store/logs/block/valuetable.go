package block

// valueTable numbers different values in the order in which they come.
type valueTable struct {
	data []byte // the values
	ends []uint32

	table  []uint32 // open addressing: number+1
	hashes []uint64
}

const minTable = 16

// reset empties the table and keeps its memory.
func (d *valueTable) reset() {
	d.data, d.ends, d.hashes = d.data[:0], d.ends[:0], d.hashes[:0]
	clear(d.table)
}

// find returns the number of a value, new or known.
func (d *valueTable) find(v string) int {
	if d.table == nil {
		d.table = make([]uint32, minTable)
	}
	h := hashText(mix3, v)
	mask := uint64(len(d.table) - 1)
	i := h & mask
	for ; d.table[i] != 0; i = (i + 1) & mask {
		n := int(d.table[i]) - 1
		if d.hashes[n] == h && string(d.at(n)) == v {
			return n
		}
	}
	n := len(d.ends)
	d.table[i] = uint32(n) + 1
	d.data = append(d.data, v...)
	d.ends = append(d.ends, uint32(len(d.data)))
	d.hashes = append(d.hashes, h)
	if 2*len(d.ends) > len(d.table) {
		d.grow()
	}
	return n
}

// drop forgets the value that came last, and returns its bytes.
func (d *valueTable) drop() int {
	n := len(d.ends) - 1
	mask := uint64(len(d.table) - 1)
	i := d.hashes[n] & mask
	for d.table[i] != uint32(n)+1 {
		i = (i + 1) & mask
	}
	d.table[i] = 0 // nothing lies behind it that had to pass it
	size := len(d.at(n))
	d.data, d.ends, d.hashes = d.data[:len(d.data)-size], d.ends[:n], d.hashes[:n]
	return size
}

func (d *valueTable) at(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return d.data[start:d.ends[i]]
}

func (d *valueTable) grow() {
	d.table = make([]uint32, 2*len(d.table))
	mask := uint64(len(d.table) - 1)
	for n, h := range d.hashes {
		i := h & mask
		for d.table[i] != 0 {
			i = (i + 1) & mask
		}
		d.table[i] = uint32(n) + 1
	}
}
