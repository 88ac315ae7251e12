package block

// maxWide is the largest number of values of a variable's dictionary.
const maxWide = 1 << 16

// wideDictionary finds the different values of a variable. Its memory is used again.
type wideDictionary struct {
	valueTable
	index []uint16 // position -> value
}

// build reports false when there are too many different values for a dictionary to be worth it: more than one of two.
func (d *wideDictionary) build(data []byte, ends []uint32) bool {
	most := min(len(ends)/2, maxWide)
	d.index = d.index[:0]
	d.reset()
	start := uint32(0)
	for _, end := range ends {
		n := d.find(alias(data[start:end]))
		if n >= most {
			return false
		}
		d.index = append(d.index, uint16(n))
		start = end
	}
	return true
}
