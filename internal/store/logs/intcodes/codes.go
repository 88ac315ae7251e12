// Package intcodes numbers different integers.
package intcodes

// Codes numbers different integers: open addressing, at most half full. The zero value has none.
type Codes struct {
	entries []entry
	n       int
}

type entry struct {
	key  int64
	code uint32 // + 1; 0 is free
}

// Find returns the code of a value; a new one gets the code next, and known is false.
func (c *Codes) Find(key int64, next uint32) (code uint32, known bool) {
	if 2*c.n >= len(c.entries) {
		c.grow()
	}
	e := c.at(key)
	if e.code != 0 {
		return e.code - 1, true
	}
	*e = entry{key, next + 1}
	c.n++
	return next, false
}

// at returns the entry where a value is or will be.
func (c *Codes) at(key int64) *entry {
	const odd = 0x9e3779b97f4a7c15 // 2^64 / golden ratio: neighbouring numbers land far apart
	mask := uint64(len(c.entries) - 1)
	h := uint64(key) * odd
	for i := (h ^ h>>32) & mask; ; i = (i + 1) & mask {
		if e := &c.entries[i]; e.code == 0 || e.key == key {
			return e
		}
	}
}

func (c *Codes) grow() {
	const least = 64
	old := c.entries
	c.entries = make([]entry, max(least, 2*len(old)))
	for _, e := range old {
		if e.code != 0 {
			*c.at(e.key) = e
		}
	}
}
