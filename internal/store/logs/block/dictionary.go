package block

import "github.com/cespare/xxhash/v2"

// dictionary finds the different values of a column while there are at most maxDistinct.
type dictionary struct {
	data []byte
	ends []uint32
	// slots is an open-addressing table of value number + 1; hashes are those of the values.
	slots  [4 * maxDistinct]uint16
	hashes [maxDistinct]uint64
}

func (d *dictionary) len() int { return len(d.ends) }

// build reads all values and appends the number of each row's to index. When there are too many it gives up
// and the dictionary is empty.
func (d *dictionary) build(index, data []byte, ends []uint32) []byte {
	d.data, d.ends = d.data[:0], d.ends[:0]
	clear(d.slots[:])
	start, last, lastIndex := uint32(0), "", -1
	for _, end := range ends {
		v := alias(data[start:end])
		start = end
		if lastIndex < 0 || v != last {
			last, lastIndex = v, d.find(v)
			if lastIndex < 0 {
				d.data, d.ends = d.data[:0], d.ends[:0]
				return index
			}
		}
		index = append(index, byte(lastIndex))
	}
	return index
}

// find returns the number of a value, new or known; -1 when there is no room for a new one.
func (d *dictionary) find(v string) int {
	h := xxhash.Sum64String(v)
	for slot := h % uint64(len(d.slots)); ; slot = (slot + 1) % uint64(len(d.slots)) {
		i := int(d.slots[slot]) - 1
		if i < 0 {
			i = len(d.ends)
			if i == maxDistinct {
				return -1
			}
			d.data = append(d.data, v...)
			d.ends = append(d.ends, uint32(len(d.data)))
			d.hashes[i], d.slots[slot] = h, uint16(i+1)
			return i
		}
		if d.hashes[i] == h && d.at(i) == v {
			return i
		}
	}
}

func (d *dictionary) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return alias(d.data[start:d.ends[i]])
}
