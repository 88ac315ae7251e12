package block

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
)

// VariableKind is the form in which the values of a variable are stored.
type VariableKind uint8

// Forms of a variable.
const (
	VarText  VariableKind = iota // any text, one a value
	VarDict                      // any text, of few different values
	VarInt                       // decimal numbers, with a sign, a point or zeros in front
	VarTime                      // times of one layout
	VarIPv4                      // dotted addresses
	VarHex                       // lower-case hex digits, two a byte
	VarUUID                      // lower-case UUIDs
	varKinds = iota
)

var variableKindNames = [varKinds]string{"text", "dict", "int", "time", "ipv4", "hex", "uuid"}

func (k VariableKind) String() string {
	if int(k) < len(variableKindNames) {
		return variableKindNames[k]
	}
	return fmt.Sprintf("VariableKind(%d)", uint8(k))
}

// VariableInfo describes a variable from the directory of its column alone.
type VariableInfo struct {
	Kind   VariableKind
	Values int // of all templates and slots together
	// Lo and Hi are the bounds of VarInt, scaled by 10^Scale, and of VarIPv4 as big-endian numbers.
	Lo, Hi   int64
	Scale    int // VarInt: digits behind the point
	Width    int // VarInt: zero-padded to so many digits; 0 means not padded. VarHex: bytes of each value; 0 means that they differ
	Distinct int // VarDict
	layout   layout
}

// Variable holds the values of one variable: template by template, in each slot by slot, and there in the order of rows.
type Variable struct {
	VariableInfo
	// Ints are the values of VarInt (scaled), of VarIPv4 (big-endian), and of VarTime: ns since the epoch, or since
	// midnight for times of day.
	Ints []int64
	// Data[Ends[i-1]:Ends[i]] is value i of VarDict, VarText, VarHex and VarUUID; the last two as bytes, not digits.
	Data  []byte
	Ends  []uint32
	Index []uint16 // VarDict: position -> value
}

// Len returns the number of values.
func (v *Variable) Len() int { return v.Values }

// Value returns entry i of Data; for VarDict it is not that of a position.
func (v *Variable) Value(i int) string {
	start := uint32(0)
	if i > 0 {
		start = v.Ends[i-1]
	}
	return alias(v.Data[start:v.Ends[i]])
}

// Append appends the text of the value at a position.
func (v *Variable) Append(dst []byte, at int) []byte {
	switch v.Kind {
	case VarDict:
		return append(dst, v.Value(int(v.Index[at]))...)
	case VarInt:
		return v.appendInt(dst, v.Ints[at])
	case VarTime:
		return v.layout.append(dst, v.Ints[at])
	case VarIPv4:
		return appendIPv4(dst, v.Ints[at])
	case VarHex:
		return appendHex(dst, []byte(v.Value(at)))
	case VarUUID:
		return appendUUID(dst, []byte(v.Value(at)))
	}
	return append(dst, v.Value(at)...)
}

func (v *Variable) appendInt(dst []byte, n int64) []byte {
	switch {
	case v.Scale > 0:
		return appendDecimal(dst, n, v.Scale)
	case v.Width > 0:
		return appendPadded(dst, uint64(n), v.Width)
	}
	return strconv.AppendInt(dst, n, 10)
}

// AppendAlike appends a text that differs from each value of the variable in digits and names of months alone, and in how
// many digits stand beside each other when that does not count; false when the directory does not tell that there is one.
func (v *VariableInfo) AppendAlike(dst []byte, lengths bool) ([]byte, bool) {
	one := Variable{VariableInfo: *v}
	switch {
	case v.Kind == VarTime:
		return v.layout.append(dst, 0), true
	case v.Kind == VarInt && (v.Width > 0 || lengthClass(v.Lo) == lengthClass(v.Hi) || !lengths && v.Lo < 0 == (v.Hi < 0)):
		return one.appendInt(dst, v.Lo), true
	case v.Kind == VarIPv4 && !lengths:
		return appendIPv4(dst, v.Lo), true
	}
	return dst, false
}

// LengthClasses returns how many classes of values VarInt or VarIPv4 has.
func (v *VariableInfo) LengthClasses() int {
	if v.Kind == VarIPv4 {
		return 1 << 8
	}
	return 2 * (MaxDigits + 1)
}

// LengthClass returns the class of the value at a position of VarInt or VarIPv4, less than LengthClasses: values of one
// differ in digits alone.
func (v *Variable) LengthClass(at int) int {
	n := v.Ints[at]
	if v.Kind == VarIPv4 {
		a, b, c, d := octetDigits[byte(n>>24)], octetDigits[byte(n>>16)], octetDigits[byte(n>>8)], octetDigits[byte(n)]
		return int(a)<<6 | int(b)<<4 | int(c)<<2 | int(d)
	}
	return lengthClass(n)
}

// octetDigits has the number of digits of each octet.
var octetDigits = func() (t [256]uint8) {
	for n := range t {
		t[n] = uint8(digitsOf(uint64(n)))
	}
	return t
}()

func lengthClass(n int64) int {
	if n < 0 {
		return MaxDigits + digitsOf(-uint64(n))
	}
	return digitsOf(uint64(n)) - 1
}

// digitsOf returns the number of decimal digits.
func digitsOf(n uint64) int {
	digits := bits.Len64(n|1) * 1233 >> 12 // by log10(2), rounded down: exact, or one too few
	if n|1 >= tens[digits] {
		digits++
	}
	return digits
}

// tens are the powers of ten.
var tens = func() (t [20]uint64) {
	t[0] = 1
	for i := range t[1:] {
		t[i+1] = 10 * t[i]
	}
	return t
}()

// openVariable is a variable while it is encoded.
type openVariable struct {
	openSlot
	VariableInfo
	times  timeRange // VarTime: whose words are not in the filter yet
	octets octets    // VarIPv4: the same
	small  []uint64  // VarInt: bit set of the numbers whose words are in the filter; empty when there are few values
	ints   []int64
	data   []byte
	ends   []uint32
}

// Numbers below smallNumbers are looked up in the filter's set once each, where a variable has manyNumbers values.
const (
	smallNumbers = 1 << 16
	manyNumbers  = 1 << 10
)

// reset empties the variable for the values of its Kind.
func (v *openVariable) reset() {
	v.times, v.octets = timeRange{}, octets{}
	v.ints, v.data, v.ends, v.small = v.ints[:0], v.data[:0], v.ends[:0], v.small[:0]
	if v.Kind == VarInt && v.Scale == 0 && v.Values >= manyNumbers {
		v.small = growTo(v.small, smallNumbers/64)
		clear(v.small)
	}
}

// kindOf chooses the form that holds all values of a variable.
func kindOf(s *openSlot) VariableInfo {
	switch {
	case s.can&canInt != 0:
		return VariableInfo{Kind: VarInt}
	case s.can&canPadded != 0 && s.min == s.max:
		return VariableInfo{Kind: VarInt, Width: int(s.max)}
	case s.can&canDecimal != 0:
		return VariableInfo{Kind: VarInt, Scale: int(s.scale)}
	case s.can&canIPv4 != 0:
		return VariableInfo{Kind: VarIPv4}
	case s.can&canTime != 0:
		return VariableInfo{Kind: VarTime, layout: s.layout}
	case s.can&canUUID != 0:
		return VariableInfo{Kind: VarUUID}
	case s.can&canHex != 0 && s.min == s.max:
		return VariableInfo{Kind: VarHex, Width: int(s.max) / 2}
	case s.can&canHex != 0:
		return VariableInfo{Kind: VarHex}
	}
	return VariableInfo{Kind: VarText}
}

// oneWord reports whether each value is one word, but for a minus.
func (v *openVariable) oneWord() bool { return v.Kind == VarInt && v.Scale == 0 || v.Kind == VarHex }

// add appends a value of a row of that time. It reports whether its words were added, or will be with the others of
// the variable.
func (v *openVariable) add(text []byte, time int64) bool {
	switch v.Kind {
	case VarInt:
		n := parseInt(text)
		v.ints = append(v.ints, n)
		return v.seen(n)
	case VarIPv4:
		n := parseIPv4(text)
		v.ints = append(v.ints, n)
		v.octets.take(n)
		return true
	case VarTime:
		first := 2 // bytes of its first word
		if d := v.layout.date(); d == dateDash || d == dateSlash {
			first = 4
		}
		_, _, ns := parseTime(text, 0, first)
		v.ints = append(v.ints, v.layout.relative(ns, time))
		return v.Values >= fewTimes && v.layout.digits() <= enumerable && v.times.take(ns)
	case VarHex:
		v.data = appendUnhex(v.data, text)
		v.ends = append(v.ends, uint32(len(v.data)))
	case VarUUID:
		v.data = appendUnUUID(v.data, text)
		v.ends = append(v.ends, uint32(len(v.data)))
	default:
		v.data = append(v.data, text...)
		v.ends = append(v.ends, uint32(len(v.data)))
		return true
	}
	return false
}

// seen notes a small number. It reports whether it was there before: all numbers of a variable are written alike.
func (v *openVariable) seen(n int64) bool {
	if len(v.small) == 0 || uint64(n) >= smallNumbers {
		return false
	}
	bits, bit := &v.small[n/64], uint64(1)<<(n%64)
	if *bits&bit != 0 {
		return true
	}
	*bits |= bit
	return false
}

// relative returns a time in units of its layout against the time of its row, which hardly changes.
func (l layout) relative(ns, row int64) int64 {
	return floorDiv(ns, l.unit()) - l.base(row)
}

// base returns what relative subtracts for a row of that time.
func (l layout) base(row int64) int64 {
	if l.date() == dateNone {
		row -= floorDiv(row, 86400e9) * 86400e9
	}
	return floorDiv(row, l.unit())
}

// absolute is the inverse of relative. Values that no row can have give times that are wrong, but no fault.
func (l layout) absolute(relative, row int64) int64 { return (relative + l.base(row)) * l.unit() }

// Ints of a variable are stored as planes: the lowest bytes of all, the next bytes of all, and so on, each plane a
// region. What is stored is the distance to the smallest, of the values or of the differences of neighbours.
const (
	modeValues = iota
	modeDeltas // zigzag
)

// intsHeader says how ints are stored.
type intsHeader struct {
	lo, hi int64 // bounds of the values
	mode   byte
	first  int64 // modeDeltas: the first value
	planes []region
}

func zigzag(d int64) uint64   { return uint64(d<<1) ^ uint64(d>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// planes stores integers; nothing when all are the same.
func (e *Encoder) planes(values []int64) intsHeader {
	h := intsHeader{lo: slices.Min(values), hi: slices.Max(values)}
	if h.lo == h.hi {
		return h
	}
	span, widest := uint64(h.hi)-uint64(h.lo), uint64(0)
	for i := 1; i < len(values); i++ {
		widest |= zigzag(values[i] - values[i-1])
	}
	if planesOf(widest) < planesOf(span) {
		h.mode, h.first, span = modeDeltas, values[0], widest
	}
	for shift := 0; shift < 8*planesOf(span); shift += 8 {
		e.plane = growTo(e.plane, len(values))
		plane := e.plane[:len(values)]
		if h.mode == modeDeltas {
			last := h.first
			for i, v := range values {
				plane[i] = byte(zigzag(v-last) >> shift)
				last = v
			}
		} else {
			for i, v := range values {
				plane[i] = byte((uint64(v) - uint64(h.lo)) >> shift)
			}
		}
		h.planes = append(h.planes, e.region(e.plane, e.numbers))
	}
	return h
}

// planesOf returns the number of bytes that a number takes.
func planesOf(u uint64) int {
	n := 0
	for ; u > 0; u >>= 8 {
		n++
	}
	return n
}

func (h *intsHeader) append(dst []byte) []byte {
	dst = binary.AppendVarint(dst, h.lo)
	dst = binary.AppendUvarint(dst, uint64(h.hi)-uint64(h.lo))
	dst = append(dst, h.mode|byte(len(h.planes))<<4)
	if h.mode == modeDeltas {
		dst = binary.AppendVarint(dst, h.first)
	}
	for _, r := range h.planes {
		dst = appendRegion(dst, r)
	}
	return dst
}

func (d *decoder) ints(body, values int) intsHeader {
	h := intsHeader{lo: d.varint()}
	h.hi = int64(uint64(h.lo) + d.uvarint())
	b := d.byte()
	h.mode = b & 15
	if h.mode == modeDeltas {
		h.first = d.varint()
	}
	n := int(b >> 4)
	if h.mode > modeDeltas || n > 8 || n == 0 && h.lo != h.hi || h.lo > h.hi {
		d.fail("form of numbers")
		return h
	}
	for range n {
		h.planes = append(h.planes, d.sized(body, values))
	}
	return h
}

// sized reads a region that must decompress to that size.
func (d *decoder) sized(body, size int) region {
	r := d.region(body)
	if r.raw != size {
		d.fail("size of a region")
	}
	return r
}

// readInts reads what Encoder.planes stored.
func (r *Reader) readInts(h *intsHeader, n int) ([]int64, error) {
	values := r.scratch.numbers.take(n)
	if len(h.planes) == 0 {
		for i := range values {
			values[i] = h.lo
		}
		return values, nil
	}
	for k, at := range h.planes {
		plane, err := r.cachedBytes(at)
		if err != nil {
			return nil, err
		}
		shift := 8 * k
		if k == 0 {
			for i, b := range plane {
				values[i] = int64(b)
			}
			continue
		}
		for i, b := range plane {
			values[i] |= int64(b) << shift
		}
	}
	if h.mode == modeDeltas {
		last := h.first
		for i, v := range values {
			last += unzigzag(uint64(v))
			values[i] = last
		}
		return values, nil
	}
	for i, v := range values {
		values[i] = v + h.lo
	}
	return values, nil
}
