package block

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// ErrCorrupt means that bytes are not a block of a known version, or that a checksum is wrong.
var ErrCorrupt = errors.New("not a valid block")

// decoder reads the fields of a header. After the first failure it yields zero values; err says what failed.
type decoder struct {
	in  []byte
	err error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrCorrupt, what)
	}
	d.in = nil
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.in)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.in = d.in[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.in)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.in = d.in[n:]
	return v
}

// count reads the number of things that take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.in)/size) {
		d.fail("count")
		return 0
	}
	return int(n)
}

// length reads a number of bytes or rows that fits into an int32.
func (d *decoder) length() int {
	n := d.uvarint()
	if n > math.MaxInt32 {
		d.fail("length")
		return 0
	}
	return int(n)
}

// lengths reads as many lengths as dst has places.
func (d *decoder) lengths(dst []uint32) {
	in := d.in
	for i := range dst {
		switch {
		case len(in) > 0 && in[0] < 0x80:
			dst[i], in = uint32(in[0]), in[1:]
		case len(in) > 1 && in[1] < 0x80:
			dst[i], in = uint32(in[0]&0x7f)|uint32(in[1])<<7, in[2:]
		default:
			d.in = in
			dst[i] = uint32(d.length())
			in = d.in
		}
	}
	d.in = in
}

func (d *decoder) byte() byte {
	if len(d.in) == 0 {
		d.fail("end of data")
		return 0
	}
	b := d.in[0]
	d.in = d.in[1:]
	return b
}

func (d *decoder) uint32() uint32 {
	if len(d.in) < 4 {
		d.fail("end of data")
		return 0
	}
	v := binary.LittleEndian.Uint32(d.in)
	d.in = d.in[4:]
	return v
}

func (d *decoder) float() float64 {
	if len(d.in) < 8 {
		d.fail("end of data")
		return 0
	}
	v := binary.LittleEndian.Uint64(d.in)
	d.in = d.in[8:]
	return math.Float64frombits(v)
}

// text returns a string that aliases the input.
func (d *decoder) text() string {
	n := d.count(1)
	s := alias(d.in[:n])
	d.in = d.in[n:]
	return s
}

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// alias returns the bytes as a string without copying; they must not change while it is in use.
func alias(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}
