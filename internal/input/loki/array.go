package loki

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// arrayReader walks the elements of a JSON array. What the flattener hands out as an array is valid JSON; text
// that a sender put into quotes instead need not be, and is read as far as it goes.
type arrayReader struct {
	in    string
	first bool
}

// open passes over the opening bracket; false when the value is no array.
func (a *arrayReader) open() bool {
	if a.in == "" || a.in[0] != '[' {
		return false
	}
	a.in, a.first = a.in[1:], true
	return true
}

// more reports whether an element follows, and stands in front of it.
func (a *arrayReader) more() bool {
	a.space()
	if a.in == "" || a.in[0] == ']' {
		return false
	}
	if !a.first && a.in[0] == ',' {
		a.in = a.in[1:]
		a.space()
	}
	a.first = false
	return a.in != ""
}

func (a *arrayReader) space() { a.in = strings.TrimLeft(a.in, " \t\r\n") }

// raw returns the text of the element in front when it begins with kind: '{', '[', '"', or 0 for a number or
// another word.
func (a *arrayReader) raw(kind byte) (string, bool) {
	if a.in == "" {
		return "", false
	}
	c := a.in[0]
	if kind == 0 && (c == '{' || c == '[' || c == '"') || kind != 0 && c != kind {
		return "", false
	}
	depth := 0
	for i := 0; i < len(a.in); i++ {
		switch a.in[i] {
		case '"':
			n := stringLength(a.in[i:])
			if n == 0 {
				return "", false
			}
			i += n - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
			if depth < 0 { // the end of the array behind a number
				return a.take(i)
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return a.take(i)
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return a.take(i + 1)
		}
	}
	return "", false
}

func (a *arrayReader) take(n int) (string, bool) {
	s := a.in[:n]
	a.in = a.in[n:]
	return s, true
}

// stringLength returns the length of the string that s begins with, quotes included; 0 when it has no end.
func stringLength(s string) int {
	for i := 1; i < len(s); {
		n := strings.IndexByte(s[i:], '"')
		if n < 0 {
			break
		}
		i += n
		escapes := 0
		for s[i-1-escapes] == '\\' {
			escapes++
		}
		i++
		if escapes%2 == 0 {
			return i
		}
	}
	return 0
}

// unquote returns the text of a JSON string in its quotes. Text with escapes is put at the end of buf, which is
// returned; text without aliases s.
func unquote(s string, buf []byte) (string, []byte) {
	s = s[1 : len(s)-1]
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s, buf
	}
	start := len(buf)
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		buf = append(buf, s[:i]...)
		c := s[i+1] // the last byte is no backslash: it would have hidden the closing quote
		s = s[i+2:]
		switch c {
		case 'b':
			buf = append(buf, '\b')
		case 'f':
			buf = append(buf, '\f')
		case 'n':
			buf = append(buf, '\n')
		case 'r':
			buf = append(buf, '\r')
		case 't':
			buf = append(buf, '\t')
		case 'u':
			r := hexRune(s)
			s = s[min(len(s), 4):]
			if utf16.IsSurrogate(r) {
				if pair := utf16.DecodeRune(r, lowSurrogate(s)); pair != utf8.RuneError {
					r, s = pair, s[len(`\u0000`):]
				}
			}
			buf = utf8.AppendRune(buf, r) // a lone surrogate becomes U+FFFD
		default:
			buf = append(buf, c)
		}
	}
	buf = append(buf, s...)
	return unsafe.String(unsafe.SliceData(buf[start:]), len(buf)-start), buf
}

func lowSurrogate(s string) rune {
	if len(s) < len(`\u0000`) || s[0] != '\\' || s[1] != 'u' {
		return utf8.RuneError
	}
	return hexRune(s[2:])
}

// hexRune reads four hexadecimal digits.
func hexRune(s string) rune {
	n, err := strconv.ParseUint(s[:min(len(s), 4)], 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
