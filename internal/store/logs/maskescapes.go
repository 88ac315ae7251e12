package logs

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescaped reads the escapes that senders write texts with: those of JSON and of most languages (\n, \", \u003c, \x3c) and those
// of URLs (%3c). What is no escape stays.
func unescaped(text string) string {
	at := strings.IndexAny(text, `\%`)
	if at < 0 {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:at]...)
	for at < len(text) {
		switch rest := text[at:]; {
		case rest[0] == '%':
			if c, ok := hexOf(rest, 1, 2); ok {
				out, at = append(out, byte(c)), at+3
				continue
			}
		case rest[0] == '\\' && len(rest) > 1:
			var n int
			out, n = appendEscaped(out, rest)
			at += n
			continue
		}
		out, at = append(out, text[at]), at+1
	}
	return string(out)
}

// appendEscaped appends what the escape says that a text begins with, whose length it returns.
func appendEscaped(out []byte, text string) ([]byte, int) {
	switch c := text[1]; c {
	case 'n':
		return append(out, '\n'), 2
	case 't':
		return append(out, '\t'), 2
	case 'r':
		return append(out, '\r'), 2
	case 'b':
		return append(out, '\b'), 2
	case 'f':
		return append(out, '\f'), 2
	case 'x':
		if v, ok := hexOf(text, 2, 2); ok {
			return append(out, byte(v)), 4
		}
	case 'u':
		v, ok := hexOf(text, 2, 4)
		if !ok {
			break
		}
		if utf16.IsSurrogate(v) && strings.HasPrefix(text[6:], `\u`) {
			if low, ok := hexOf(text, 8, 4); ok {
				return utf8.AppendRune(out, utf16.DecodeRune(v, low)), 12
			}
		}
		return utf8.AppendRune(out, v), 6
	}
	return append(out, text[1]), 2
}

func hexOf(text string, from, digits int) (rune, bool) {
	if len(text) < from+digits {
		return 0, false
	}
	v, err := strconv.ParseUint(text[from:from+digits], 16, 32)
	return rune(v), err == nil
}
