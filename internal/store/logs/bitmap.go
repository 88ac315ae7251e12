package logs

import "math/bits"

// bitmap is a set of rows of one block.
type bitmap []uint64

// newBitmap returns a set of none of n rows, in the memory of old when it is large enough.
func newBitmap(old bitmap, n int) bitmap {
	words := (n + 63) / 64
	if cap(old) < words {
		return make(bitmap, words)
	}
	old = old[:words]
	clear(old)
	return old
}

func (b bitmap) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bitmap) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitmap) drop(i int)     { b[i/64] &^= 1 << (i % 64) }

// addRange adds the rows from <= i < to.
func (b bitmap) addRange(from, to int) {
	for i := from; i < to; {
		if i%64 == 0 && to-i >= 64 {
			b[i/64] = ^uint64(0)
			i += 64
			continue
		}
		b.add(i)
		i++
	}
}

// dropRange drops the rows from <= i < to.
func (b bitmap) dropRange(from, to int) {
	if from >= to {
		return
	}
	first, last := from/64, (to-1)/64
	head, tail := ^uint64(0)<<(from%64), ^uint64(0)>>(63-(to-1)%64)
	if first == last {
		b[first] &^= head & tail
		return
	}
	b[first] &^= head
	clear(b[first+1 : last])
	b[last] &^= tail
}

func (b bitmap) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func (b bitmap) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// countRange counts the rows from <= i < to.
func (b bitmap) countRange(from, to int) int {
	if from >= to {
		return 0
	}
	first, last := from/64, (to-1)/64
	head, tail := ^uint64(0)<<(from%64), ^uint64(0)>>(63-(to-1)%64)
	if first == last {
		return bits.OnesCount64(b[first] & head & tail)
	}
	n := bits.OnesCount64(b[first]&head) + bits.OnesCount64(b[last]&tail)
	for _, w := range b[first+1 : last] {
		n += bits.OnesCount64(w)
	}
	return n
}

// allRange calls f for each row of the set with from <= row < to, in order.
func (b bitmap) allRange(from, to int, f func(row int)) {
	for i := from / 64; i*64 < to; i++ {
		w := b[i]
		if i*64 < from {
			w &= ^uint64(0) << (from % 64)
		}
		for ; w != 0; w &= w - 1 {
			row := i*64 + bits.TrailingZeros64(w)
			if row >= to {
				return
			}
			f(row)
		}
	}
}

func (b bitmap) and(other bitmap) {
	for i := range b {
		b[i] &= other[i]
	}
}

func (b bitmap) andNot(other bitmap) {
	for i := range b {
		b[i] &^= other[i]
	}
}

func (b bitmap) or(other bitmap) {
	for i := range b {
		b[i] |= other[i]
	}
}

// all calls f for each row of the set, in order; f may drop rows.
func (b bitmap) all(f func(row int)) {
	for i, w := range b {
		for w != 0 {
			f(i*64 + bits.TrailingZeros64(w))
			w &= w - 1
		}
	}
}

// keep drops the rows for which f is false.
func (b bitmap) keep(f func(row int) bool) {
	for i, w := range b {
		for w != 0 {
			if bit := bits.TrailingZeros64(w); !f(i*64 + bit) {
				b[i] &^= 1 << bit
			}
			w &= w - 1
		}
	}
}

// rows appends the rows of the set to dst.
func (b bitmap) rows(dst []uint32) []uint32 {
	for i, w := range b {
		for w != 0 {
			dst = append(dst, uint32(i*64+bits.TrailingZeros64(w)))
			w &= w - 1
		}
	}
	return dst
}
