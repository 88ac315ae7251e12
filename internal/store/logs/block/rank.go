package block

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxSparse bounds the span of offsets for each row, up to which a set of bits finds their ranks.
const maxSparse = 512

// ranks writes for each row how many offsets are below its own; equal ones count by row. lo and hi bound the offsets.
func ranks(dst []uint32, offsets []int64, lo, hi int64) {
	span := uint64(hi - lo)
	if hi < lo || span > uint64(len(offsets))*maxSparse || !ranksByBits(dst, offsets, lo, span) {
		ranksBySort(dst, offsets)
	}
}

// ranksByBits counts the bits below each offset's. It reports false when offsets are equal or out of bounds, which
// blocks that were not damaged never have.
func ranksByBits(dst []uint32, offsets []int64, lo int64, span uint64) bool {
	set := make([]uint64, span/64+1)
	for _, o := range offsets {
		at := uint64(o - lo)
		if at > span || set[at/64]&(1<<(at%64)) != 0 {
			return false
		}
		set[at/64] |= 1 << (at % 64)
	}
	below := make([]uint32, len(set))
	n := 0
	for i, w := range set {
		below[i] = uint32(n)
		n += bits.OnesCount64(w)
	}
	for row, o := range offsets {
		at := uint64(o - lo)
		dst[row] = below[at/64] + uint32(bits.OnesCount64(set[at/64]&(1<<(at%64)-1)))
	}
	return true
}

func ranksBySort(dst []uint32, offsets []int64) {
	order := make([]uint32, len(offsets))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(offsets[a], offsets[b]) })
	for rank, row := range order {
		dst[row] = uint32(rank)
	}
}
