package block

import "encoding/binary"

// shape says in which binary forms a variable can be stored so that its text comes back exactly.
type shape struct {
	can    uint8
	scale  uint8 // canDecimal: digits behind the point
	layout layout
}

const (
	canInt     = 1 << iota // -?digits without needless zeros, of up to MaxDigits
	canPadded              // up to MaxDigits digits, zeros in front; all of the same width
	canDecimal             // -?digits.digits, all of the same scale
	canHex                 // lower-case hex of even length
	canIPv4
	canUUID
	canTime // all of the same layout
)

// MaxDigits is how many digits a number of VarInt has at most: every such number fits into an int64.
const MaxDigits = 18

func wordShape(word []byte, class uint8) shape {
	var s shape
	switch class {
	case digitsOnly:
		digits := word
		if word[0] == '-' {
			digits = word[1:]
		} else {
			if len(word) <= MaxDigits {
				s.can |= canPadded
			}
			if len(word)%2 == 0 {
				s.can |= canHex
			}
		}
		if len(digits) <= MaxDigits && (digits[0] != '0' || len(word) == 1) {
			s.can |= canInt
		}
	case isDigit | isHex:
		if len(word)%2 == 0 {
			s.can |= canHex
		}
	}
	return s
}

func decimalShape(text []byte) shape {
	digits := text
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits)-1 > MaxDigits || digits[0] == '0' && digits[1] != '.' {
		return shape{}
	}
	point := 1
	for digits[point] != '.' {
		point++
	}
	if len(digits) < len(text) && parseDigits(digits[:point])|parseDigits(digits[point+1:]) == 0 {
		return shape{} // -0.0
	}
	return shape{can: canDecimal, scale: uint8(len(digits) - point - 1)}
}

// parseDigits reads decimal digits, up to MaxDigits of them.
func parseDigits(digits []byte) int64 {
	var v int64
	for _, c := range digits {
		v = v*10 + int64(c-'0')
	}
	return v
}

// parseInt reads a number of the forms canInt, canPadded and canDecimal without its point.
func parseInt(text []byte) int64 {
	if text[0] == '-' {
		return -parseInt(text[1:])
	}
	var v int64
	for _, c := range text {
		if c != '.' {
			v = v*10 + int64(c-'0')
		}
	}
	return v
}

func parseIPv4(text []byte) int64 {
	var v, part int64
	for _, c := range text {
		if c == '.' {
			v, part = v<<8|part, 0
			continue
		}
		part = part*10 + int64(c-'0')
	}
	return v<<8 | part
}

// appendPadded appends a number that is not negative with at least that many digits.
func appendPadded(dst []byte, v uint64, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for v > 0 || width > 0 || i == len(buf) {
		i--
		buf[i] = '0' + byte(v%10)
		v /= 10
		width--
	}
	return append(dst, buf[i:]...)
}

// appendDecimal appends a number with a point before its last scale digits.
func appendDecimal(dst []byte, v int64, scale int) []byte {
	u := uint64(v)
	if v < 0 {
		dst, u = append(dst, '-'), -u
	}
	dst = appendPadded(dst, u, scale+1)
	at := len(dst) - scale
	dst = append(dst, 0)
	copy(dst[at+1:], dst[at:])
	dst[at] = '.'
	return dst
}

func appendIPv4(dst []byte, v int64) []byte {
	for shift := 24; shift >= 0; shift -= 8 {
		dst = appendPadded(dst, uint64(v>>shift)&0xff, 1)
		if shift > 0 {
			dst = append(dst, '.')
		}
	}
	return dst
}

// appendUnhex appends the bytes that lower-case hex digits stand for, two a byte: eight digits at a time, whose values
// are put together by halves (Warren, "Hacker's Delight", 7-4).
func appendUnhex(dst, text []byte) []byte {
	const ones = 0x01_01_01_01_01_01_01_01
	for ; len(text) >= 8; text = text[8:] {
		w := binary.LittleEndian.Uint64(text)
		w = w&(15*ones) + w>>6&ones*9
		w = (w<<4 | w>>8) & 0x00ff_00ff_00ff_00ff
		w = (w | w>>8) & 0x0000_ffff_0000_ffff
		dst = binary.LittleEndian.AppendUint32(dst, uint32(w|w>>16))
	}
	for ; len(text) >= 2; text = text[2:] {
		high, low := text[0]&15+text[0]>>6*9, text[1]&15+text[1]>>6*9
		dst = append(dst, high<<4|low)
	}
	return dst
}

// appendUnUUID does the same for a UUID.
func appendUnUUID(dst, text []byte) []byte {
	var digits [2 * uuidBytes]byte
	n := copy(digits[:], text[:8])
	n += copy(digits[n:], text[9:13])
	n += copy(digits[n:], text[14:18])
	n += copy(digits[n:], text[19:23])
	copy(digits[n:], text[24:])
	return appendUnhex(dst, digits[:])
}

const uuidBytes = 16

const hexDigits = "0123456789abcdef"

func appendHex(dst, bytes []byte) []byte {
	for _, c := range bytes {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&0xf])
	}
	return dst
}

func appendUUID(dst, bytes []byte) []byte {
	for i, c := range bytes {
		switch i {
		case 4, 6, 8, 10:
			dst = append(dst, '-')
		}
		dst = append(dst, hexDigits[c>>4], hexDigits[c&0xf])
	}
	return dst
}
