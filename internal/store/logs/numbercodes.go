package logs

import "github.com/haetae/haetae/internal/store/logs/block"

// numberForm says how numbers of variables become texts: numbers of one form have equal texts when they are equal.
type numberForm struct {
	kind         block.VariableKind
	scale, width int
	variable     uint32
}

// numberCodes numbers different values: open addressing, at most half full.
type numberCodes struct {
	keys  []int64
	codes []uint32 // code + 1; 0 is free
	n     int
}

// find returns the code of a value; a new one gets the code next, and known is false.
func (c *numberCodes) find(key int64, next uint32) (code uint32, known bool) {
	if 2*c.n >= len(c.keys) {
		c.grow()
	}
	i := c.slot(key)
	if c.codes[i] != 0 {
		return c.codes[i] - 1, true
	}
	c.keys[i], c.codes[i] = key, next+1
	c.n++
	return next, false
}

// slot returns where a value is or will be.
func (c *numberCodes) slot(key int64) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 / golden ratio: neighbouring numbers land far apart
	mask := uint64(len(c.keys) - 1)
	h := uint64(key) * odd
	for i := (h ^ h>>32) & mask; ; i = (i + 1) & mask {
		if c.codes[i] == 0 || c.keys[i] == key {
			return i
		}
	}
}

func (c *numberCodes) grow() {
	const least = 64
	keys, codes := c.keys, c.codes
	size := max(least, 2*len(keys))
	c.keys, c.codes = make([]int64, size), make([]uint32, size)
	for i, code := range codes {
		if code != 0 {
			at := c.slot(keys[i])
			c.keys[at], c.codes[at] = keys[i], code
		}
	}
}
