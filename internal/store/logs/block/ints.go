package block

import (
	"encoding/binary"
	"fmt"
)

// In version 1 integer columns (times, offsets) are stored as the differences of neighbours, divided by the largest of 10^9,
// 10^6, 10^3 and 1 that divides all of them:
//
//	byte  which of them
//	z     first value
//	z     difference divided by it, for each further value

var scales = [...]int64{1e9, 1e6, 1e3, 1}

// decodeInts fills dst, whose length is the number of values.
func decodeInts(dst []int64, in []byte) error {
	if len(dst) == 0 {
		return nil
	}
	if len(in) == 0 || int(in[0]) >= len(scales) {
		return fmt.Errorf("%w: scale of numbers", ErrCorrupt)
	}
	by := scales[in[0]]
	in = in[1:]
	last, n := binary.Varint(in)
	if n <= 0 {
		return fmt.Errorf("%w: first number", ErrCorrupt)
	}
	in = in[n:]
	dst[0] = last
	for i := 1; i < len(dst); i++ {
		var u uint64
		if len(in) > 0 && in[0] < 0x80 {
			u, in = uint64(in[0]), in[1:]
		} else {
			var n int
			if u, n = binary.Uvarint(in); n <= 0 {
				return fmt.Errorf("%w: number %d", ErrCorrupt, i)
			}
			in = in[n:]
		}
		last += (int64(u>>1) ^ -int64(u&1)) * by
		dst[i] = last
	}
	if len(in) != 0 {
		return fmt.Errorf("%w: %d bytes behind the numbers", ErrCorrupt, len(in))
	}
	return nil
}

// appendLengths appends the length of each value of the ends.
func appendLengths(dst []byte, ends []uint32) []byte {
	start := uint32(0)
	for _, end := range ends {
		dst = binary.AppendUvarint(dst, uint64(end-start))
		start = end
	}
	return dst
}

// decodeLengths fills ends, whose sum must be size.
func decodeLengths(ends []uint32, in []byte, size int) error {
	sum := uint64(0)
	for i := range ends {
		var u uint64
		if len(in) > 0 && in[0] < 0x80 {
			u, in = uint64(in[0]), in[1:]
		} else {
			var n int
			if u, n = binary.Uvarint(in); n <= 0 {
				return fmt.Errorf("%w: length %d", ErrCorrupt, i)
			}
			in = in[n:]
		}
		if u > uint64(size)-sum {
			return fmt.Errorf("%w: length %d", ErrCorrupt, i)
		}
		sum += u
		ends[i] = uint32(sum)
	}
	if len(in) != 0 || sum != uint64(size) {
		return fmt.Errorf("%w: lengths make %d bytes, not %d", ErrCorrupt, sum, size)
	}
	return nil
}
