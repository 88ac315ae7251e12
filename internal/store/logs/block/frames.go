package block

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Times, times of receipt and offsets are stored as the differences of neighbours, divided by the largest of 10^9,
// 10^6, 10^3 and 1 that divides all of them, in frames of frameSize with few exceptions (Zukowski et al.,
// "Super-Scalar RAM-CPU Cache Compression", 2006):
//
//	byte  which of the divisors
//	z     first value
//	then for each frame of differences:
//	byte  bits of each, width; +128 when they are zigzag codes, else what they exceed the base by
//	byte  number of exceptions
//	u     base, unless zigzag
//	the lowest width bits of each, little-endian, in full bytes
//	byte, u for each exception: its place, and its bits above the width
//
// Streams that report evenly have differences that are all the same, and take no bits.
const (
	frameSize    = 128
	zigzagFlag   = 0x80
	maxNegatives = 4 // in a frame with a base, where each is an exception of ten bytes
	// A width up to which eight bytes from any bit on hold a value; wider ones are all exceptions.
	maxWidth = 56
)

// appendFrames appends the encoded values.
func appendFrames(dst []byte, values []int64) []byte {
	if len(values) == 0 {
		return dst
	}
	scale := 0
	for i := 1; i < len(values) && scale < len(scales)-1; i++ {
		d := values[i] - values[i-1] // may wrap around; adding it back wraps as well
		for d%scales[scale] != 0 {
			scale++
		}
	}
	dst = binary.AppendVarint(append(dst, byte(scale)), values[0])
	var frame [frameSize]int64
	for at := 1; at < len(values); at += frameSize {
		n := min(frameSize, len(values)-at)
		for i := range n {
			frame[i] = values[at+i] - values[at+i-1]
		}
		if by := scales[scale]; by != 1 {
			for i := range n {
				frame[i] /= by
			}
		}
		dst = appendFrame(dst, frame[:n])
	}
	return dst
}

func appendFrame(dst []byte, deltas []int64) []byte {
	negatives, base := 0, int64(-1)
	for _, d := range deltas {
		if d < 0 {
			negatives++
		} else if base < 0 || d < base {
			base = d
		}
	}
	base = max(base, 0)
	flag := byte(0)
	var codes [frameSize]uint64
	if negatives > maxNegatives {
		flag = zigzagFlag
		for i, d := range deltas {
			codes[i] = zigzag(d)
		}
	} else {
		for i, d := range deltas {
			codes[i] = uint64(d - base)
		}
	}
	width, exceptions := frameWidth(codes[:len(deltas)])
	dst = append(dst, byte(width)|flag, byte(exceptions))
	if flag == 0 {
		dst = binary.AppendUvarint(dst, uint64(base))
	}
	return appendPacked(dst, codes[:len(deltas)], width)
}

// frameWidth chooses the width that makes a frame smallest, and counts the codes that do not fit.
func frameWidth(codes []uint64) (width, exceptions int) {
	var lengths [65]int
	for _, c := range codes {
		lengths[bits.Len64(c)]++
	}
	longest := len(lengths) - 1
	for longest > 0 && lengths[longest] == 0 {
		longest--
	}
	best := -1
	for w := 0; w <= min(longest, maxWidth); w++ {
		size, over := len(codes)*w, 0
		for above, n := range lengths[w+1 : longest+1] {
			over += n
			size += n * exceptionBits[above]
		}
		if best < 0 || size < best {
			best, width, exceptions = size, w, over
		}
	}
	return width, exceptions
}

// exceptionBits is what an exception takes whose bits above the width are one more than the index.
var exceptionBits = func() (t [64]int) {
	for i := range t {
		t[i] = 8 * (1 + (i+7)/7)
	}
	return t
}()

func appendPacked(dst []byte, codes []uint64, width int) []byte {
	var word uint64
	used := 0
	mask := uint64(1)<<width - 1
	for _, c := range codes {
		c &= mask
		word |= c << used
		if used += width; used >= 64 {
			dst = binary.LittleEndian.AppendUint64(dst, word)
			used -= 64
			word = c >> (width - used)
		}
	}
	for ; used > 0; used -= 8 {
		dst = append(dst, byte(word))
		word >>= 8
	}
	for i, c := range codes {
		if c > mask {
			dst = binary.AppendUvarint(append(dst, byte(i)), c>>width)
		}
	}
	return dst
}

// decodeFrames fills dst, whose length is the number of values.
func decodeFrames(dst []int64, in []byte) error {
	if len(dst) == 0 {
		return nil
	}
	if len(in) == 0 || int(in[0]) >= len(scales) {
		return fmt.Errorf("%w: scale of numbers", ErrCorrupt)
	}
	by := scales[in[0]]
	last, n := binary.Varint(in[1:])
	if n <= 0 {
		return fmt.Errorf("%w: first number", ErrCorrupt)
	}
	in = in[1+n:]
	dst[0] = last
	for at := 1; at < len(dst); at += frameSize {
		frame := dst[at:min(at+frameSize, len(dst))]
		var ok bool
		if in, ok = decodeFrame(frame, in); !ok {
			return fmt.Errorf("%w: frame at number %d", ErrCorrupt, at)
		}
		for i, d := range frame {
			last += d * by
			frame[i] = last
		}
	}
	if len(in) != 0 {
		return fmt.Errorf("%w: %d bytes behind the numbers", ErrCorrupt, len(in))
	}
	return nil
}

// decodeFrame reads one frame of differences and returns what is behind it.
func decodeFrame(frame []int64, in []byte) ([]byte, bool) {
	if len(in) < 2 {
		return nil, false
	}
	width, zigzagged, exceptions := int(in[0]&^zigzagFlag), in[0]&zigzagFlag != 0, int(in[1])
	in = in[2:]
	base := uint64(0)
	if !zigzagged {
		var n int
		if base, n = binary.Uvarint(in); n <= 0 {
			return nil, false
		}
		in = in[n:]
	}
	size := (len(frame)*width + 7) / 8
	if width > maxWidth || size > len(in) {
		return nil, false
	}
	unpack(frame, in, width, size)
	in = in[size:]
	for range exceptions {
		if len(in) == 0 || int(in[0]) >= len(frame) {
			return nil, false
		}
		high, n := binary.Uvarint(in[1:])
		if n <= 0 {
			return nil, false
		}
		frame[in[0]] |= int64(high << width)
		in = in[1+n:]
	}
	if zigzagged {
		for i, c := range frame {
			frame[i] = unzigzag(uint64(c))
		}
		return in, true
	}
	for i, c := range frame {
		frame[i] = c + int64(base)
	}
	return in, true
}

// unpack reads values of that width from the first size bytes.
func unpack(frame []int64, in []byte, width, size int) {
	if width == 0 {
		clear(frame)
		return
	}
	mask := uint64(1)<<width - 1
	i, bit := 0, 0
	for ; i < len(frame) && bit>>3+8 <= len(in); i++ {
		frame[i] = int64(binary.LittleEndian.Uint64(in[bit>>3:]) >> (bit & 7) & mask)
		bit += width
	}
	if i == len(frame) {
		return
	}
	var tail [16]byte // the last values, where eight bytes would reach behind the end
	from := bit >> 3
	copy(tail[:], in[from:size])
	for bit -= 8 * from; i < len(frame); i++ {
		frame[i] = int64(binary.LittleEndian.Uint64(tail[bit>>3:]) >> (bit & 7) & mask)
		bit += width
	}
}
