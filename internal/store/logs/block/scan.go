package block

import (
	"encoding/binary"
	"math/bits"

	"github.com/haetae/haetae/internal/logsql"
)

// span is one variable of a text, from start up to end.
type span struct{ start, end uint32 }

// Classes of bytes.
const (
	isDigit    = 1 << iota // 0-9
	isHex                  // a-f
	isOther                // any other byte of words (logsql.IsWordByte)
	isWord     = isDigit | isHex | isOther
	digitsOnly = isDigit
)

var byteClass = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case '0' <= c && c <= '9':
			t[c] = isDigit
		case 'a' <= c && c <= 'f':
			t[c] = isHex
		case logsql.IsWordByte(byte(c)):
			t[c] = isOther
		}
	}
	return t
}()

// scanner finds the variables of texts. A variable is a word with a digit, widened over the bytes between words
// where several make one thing: a time, an address, a UUID, a decimal or negative number. So each word lies wholly
// in one variable or wholly outside of all; searches rely on it. The words of a control sequence such as a colour
// (ECMA-48, section 5.4: ESC [, numbers between semicolons, a letter) are static text.
type scanner struct {
	spans  []span
	shapes []shape
}

// scan appends the variables of a text to spans and what they look like to shapes.
func (s *scanner) scan(text []byte) {
	done := 0 // end of the last variable
	next := 0 // end of the last word that was looked at
	for i := nextDigit(text, 0); i < len(text); i = nextDigit(text, next) {
		start, end := i, i+1
		class := uint8(isDigit)
		for start > done && byteClass[text[start-1]] != 0 {
			start--
			class |= byteClass[text[start]]
		}
		for end < len(text) && byteClass[text[end]] != 0 {
			class |= byteClass[text[end]]
			end++
		}
		if start >= 2 && behindControl(text[start-2], text[start-1]) && inControl(text, start, end) {
			next = end
			continue
		}
		var sh shape
		start, end, sh = widen(text, done, start, end, class)
		s.spans = append(s.spans, span{uint32(start), uint32(end)})
		s.shapes = append(s.shapes, sh)
		done, next = end, end
	}
}

// behindControl is the quick look before inControl: the two bytes before a word may belong to a control sequence.
func behindControl(first, second byte) bool { return second == ';' || second == '[' && first == escape }

// inControl reports whether a word with digits, behindControl, is a number of a control sequence, or its last one with the
// letter and the letters that follow it. A word that has further digits behind that is not: they vary.
func inControl(text []byte, start, end int) bool {
	digits := start
	for digits < end && byteClass[text[digits]] == isDigit {
		digits++
	}
	switch {
	case digits == start:
		return false
	case digits == end:
		if end == len(text) || text[end] != ';' {
			return false
		}
	case nextDigit(text[:end], digits) < end:
		return false
	}
	open := start - 1
	for open > 0 && (byteClass[text[open]] == isDigit || text[open] == ';') {
		open--
	}
	return open > 0 && text[open] == '[' && text[open-1] == escape
}

// escape begins a control sequence.
const escape = 0x1b

// nextDigit returns where the first digit from that place on is, or the end. It looks at eight bytes at a time: the
// lowest byte below 10 after the digits' high half is taken away (Anderson, "Bit Twiddling Hacks", hasless).
func nextDigit(text []byte, from int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := from
	for ; i+8 <= len(text); i += 8 {
		v := binary.LittleEndian.Uint64(text[i:]) ^ '0'*ones
		if hit := (v - 10*ones) & ^v & tops; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(text) && byteClass[text[i]] != isDigit; i++ {
	}
	return i
}

// widen takes in what belongs to the word text[start:end], whose bytes are of that class. It may reach back to
// done.
func widen(text []byte, done, start, end int, class uint8) (int, int, shape) {
	if end < len(text) {
		switch text[end] {
		case '-':
			if end-start == 8 {
				if to := uuidEnd(text, start); to > 0 {
					return start, to, shape{can: canUUID}
				}
			}
			if to, layout := timeEnd(text, start, end); to > 0 {
				return start, to, shape{can: canTime, layout: layout}
			}
		case '/', ':':
			if to, layout := timeEnd(text, start, end); to > 0 {
				return start, to, shape{can: canTime, layout: layout}
			}
		case '.':
			if class == digitsOnly {
				if to := ipv4End(text, start); to > 0 && !dotBefore(text, start) {
					return start, to, shape{can: canIPv4}
				}
				if to := decimalEnd(text, end); to > 0 && !dotBefore(text, start) {
					from := signStart(text, done, start)
					return from, to, decimalShape(text[from:to])
				}
			}
		}
	}
	if start-done >= 9 && text[start-1] == '-' && wordStart(text, start-9) {
		if to := uuidEnd(text, start-9); to > 0 { // its first part has no digit
			return start - 9, to, shape{can: canUUID}
		}
	}
	if class == digitsOnly {
		start = signStart(text, done, start)
	}
	return start, end, wordShape(text[start:end], class)
}

// signStart returns where a minus before a number begins, or the number itself: a dash between words is none.
func signStart(text []byte, done, start int) int {
	if start > done && text[start-1] == '-' && (start == 1 || byteClass[text[start-2]] == 0 && text[start-2] != '-') {
		return start - 1
	}
	return start
}

// dotBefore reports whether a number is a further part of 1.2.3.
func dotBefore(text []byte, start int) bool {
	return start >= 2 && text[start-1] == '.' && byteClass[text[start-2]]&isDigit != 0
}

func wordStart(text []byte, at int) bool { return at == 0 || byteClass[text[at-1]] == 0 }

// boundary reports whether a word that ends at this place ends there.
func boundary(text []byte, end int) bool { return end == len(text) || byteClass[text[end]] == 0 }

// decimalEnd returns the end of the number whose point is at that place, 0 when it is none: more parts follow, or
// letters do.
func decimalEnd(text []byte, point int) int {
	end := point + 1
	for end < len(text) && byteClass[text[end]] == isDigit {
		end++
	}
	if end == point+1 || !boundary(text, end) || end+1 < len(text) && text[end] == '.' && byteClass[text[end+1]] != 0 {
		return 0
	}
	return end
}

// ipv4End returns the end of the dotted address that begins at start, 0 when there is none.
func ipv4End(text []byte, start int) int {
	i := start
	for part := range 4 {
		value, first := 0, i
		for i < len(text) && byteClass[text[i]] == isDigit && i-first < 4 {
			value = value*10 + int(text[i]-'0')
			i++
		}
		switch {
		case i == first || value > 255 || i-first > 1 && text[first] == '0':
			return 0
		case part == 3:
			if !boundary(text, i) || i+1 < len(text) && text[i] == '.' && byteClass[text[i+1]] != 0 {
				return 0
			}
			return i
		case i == len(text) || text[i] != '.':
			return 0
		}
		i++
	}
	return 0
}

const uuidSize = 36

// uuidEnd returns the end of the lower-case UUID that begins at start, 0 when there is none.
func uuidEnd(text []byte, start int) int {
	if start+uuidSize > len(text) || !boundary(text, start+uuidSize) {
		return 0
	}
	for i, c := range text[start : start+uuidSize] {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return 0
			}
		default:
			if byteClass[c]&(isDigit|isHex) == 0 {
				return 0
			}
		}
	}
	return start + uuidSize
}
