package format

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

func skipSpace(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// stringEnd finds the closing quote of a string whose text begins at i, and says whether a backslash stands
// in front of it; -1 when there is none. It looks at eight bytes at a time.
func stringEnd(s string, i int) (end int, escaped bool) {
	const (
		ones        = 0x0101010101010101
		highs       = 0x8080808080808080
		quotes      = '"' * ones
		backslashes = '\\' * ones
	)
	for i < len(s) {
		if i+8 <= len(s) {
			// Cutting s would cost as much as the look.
			eight := (*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
			w := binary.LittleEndian.Uint64(eight[:])
			// The lowest set bit marks the first hit exactly; bits above it may be borrow's.
			hit := (((w ^ quotes) - ones) | ((w ^ backslashes) - ones)) &^ w & highs
			if hit == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(hit) >> 3
		}
		switch s[i] {
		case '"':
			return i, escaped
		case '\\':
			escaped = true
			i++ // what follows is no end
		}
		i++
	}
	return -1, escaped
}

// valueEnd checks the value at i and returns its end, or where and what is wrong.
func valueEnd(s string, i, depth int) (end int, what string) {
	if i >= len(s) {
		return i, "a value is missing"
	}
	switch s[i] {
	case '"':
		end, escaped := stringEnd(s, i+1)
		if end < 0 {
			return i, "a string is not closed"
		}
		if escaped {
			if bad := badEscape(s[i+1 : end]); bad >= 0 {
				return i + 1 + bad, "unknown escape"
			}
		}
		return end + 1, ""
	case '{', '[':
		return nestedEnd(s, i, depth)
	case 't':
		return wordEnd(s, i, "true")
	case 'f':
		return wordEnd(s, i, "false")
	case 'n':
		return wordEnd(s, i, "null")
	}
	return numberEnd(s, i)
}

func wordEnd(s string, i int, word string) (int, string) {
	if len(s)-i < len(word) || s[i:i+len(word)] != word {
		return i, "unknown word"
	}
	return i + len(word), ""
}

// numberEnd checks -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)? (RFC 8259 section 6).
func numberEnd(s string, i int) (int, string) {
	start := i
	if s[i] == '-' {
		i++
	}
	n := countDigits(s, i)
	if n == 0 {
		return start, "a value is expected"
	}
	if n > 1 && s[i] == '0' {
		return start, "a number begins with zero"
	}
	i += n
	if i < len(s) && s[i] == '.' {
		if n = countDigits(s, i+1); n == 0 {
			return i, "a digit is expected"
		}
		i += 1 + n
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if n = countDigits(s, i); n == 0 {
			return i, "a digit is expected"
		}
		i += n
	}
	return i, ""
}

// nestedEnd checks the object or array at i.
func nestedEnd(s string, i, depth int) (end int, what string) {
	if depth >= maxNesting {
		return i, "nested too deep"
	}
	object := s[i] == '{'
	last := byte(']')
	if object {
		last = '}'
	}
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == last {
		return i + 1, ""
	}
	for {
		if object {
			if i >= len(s) || s[i] != '"' {
				return i, "a name in quotes is expected"
			}
			if i, what = valueEnd(s, i, depth); what != "" {
				return i, what
			}
			if i = skipSpace(s, i); i >= len(s) || s[i] != ':' {
				return i, "a colon is expected"
			}
			i = skipSpace(s, i+1)
		}
		if i, what = valueEnd(s, i, depth+1); what != "" {
			return i, what
		}
		i = skipSpace(s, i)
		switch {
		case i >= len(s):
			return i, "an object or array is not closed"
		case s[i] == last:
			return i + 1, ""
		case s[i] != ',':
			return i, "a comma is expected"
		}
		i = skipSpace(s, i+1)
	}
}

// badEscape returns the position of an escape that RFC 8259 section 7 does not know, or -1.
func badEscape(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		i++
		switch s[i] { // a backslash is never the last byte: it would have hidden the quote
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		case 'u':
			if _, ok := hex4(s, i+1); !ok {
				return i - 1
			}
			i += 4
		default:
			return i - 1
		}
	}
	return -1
}

// unescape resolves the escapes of a string's text into f.text. Half a surrogate pair becomes U+FFFD. bad is
// the position of an unknown escape, or -1.
func (f *Flattener) unescape(s string) (text string, bad int) {
	start := len(f.text)
	out := f.text
	for i := 0; i < len(s); {
		plain := i
		if i = strings.IndexByte(s[plain:], '\\'); i < 0 {
			i = len(s) - plain
		}
		i += plain
		out = append(out, s[plain:i]...)
		if i+1 >= len(s) {
			break
		}
		c := s[i+1]
		switch c {
		case '"', '\\', '/':
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, ok := hex4(s, i+2)
			if !ok {
				return "", i
			}
			i += 6
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+1 < len(s) && s[i] == '\\' && s[i+1] == 'u' {
					if low, ok := hex4(s, i+2); ok {
						pair = utf16.DecodeRune(r, low)
					}
				}
				if r = pair; r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		default:
			return "", i
		}
		out = append(out, c)
		i += 2
	}
	f.text = out
	return textOf(out[start:]), -1
}

func hex4(s string, i int) (rune, bool) {
	if i+4 > len(s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case (c|0x20)-'a' <= 'f'-'a':
			r = r<<4 | rune((c|0x20)-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
