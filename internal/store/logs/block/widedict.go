package block

// maxWide is the largest number of values of a variable's dictionary.
const maxWide = 1 << 16

// wideDictionary finds the different values of a variable. Its memory is used again.
type wideDictionary struct {
	data  []byte // different values in the order in which they come
	ends  []uint32
	index []uint16 // position -> value

	table  []uint32 // open addressing: value+1
	hashes []uint64
}

// build reports false when there are too many different values for a dictionary to be worth it: more than one of two.
func (d *wideDictionary) build(data []byte, ends []uint32) bool {
	most := min(len(ends)/2, maxWide)
	d.data, d.ends, d.index, d.hashes = d.data[:0], d.ends[:0], d.index[:0], d.hashes[:0]
	if d.table == nil {
		d.table = make([]uint32, 1<<10)
	}
	clear(d.table)
	start := uint32(0)
	for _, end := range ends {
		n := d.find(data[start:end])
		if n >= most {
			return false
		}
		d.index = append(d.index, uint16(n))
		start = end
	}
	return true
}

// find returns the number of a value, new or known.
func (d *wideDictionary) find(v []byte) int {
	h := fold(hashText(0, v), mix3)
	mask := uint64(len(d.table) - 1)
	i := h & mask
	for ; d.table[i] != 0; i = (i + 1) & mask {
		n := int(d.table[i]) - 1
		if d.hashes[n] == h && string(d.at(n)) == string(v) {
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

func (d *wideDictionary) at(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return d.data[start:d.ends[i]]
}

func (d *wideDictionary) grow() {
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
