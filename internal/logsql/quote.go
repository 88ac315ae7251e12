package logsql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// bareByte tells the bytes that a word without quotes may hold. What separates, groups or compares is left out.
var bareByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= utf8.RuneSelf || c > ' ' && c < 0x7f && !strings.ContainsRune("\"'`()[]{},|:=!<>~*", rune(c))
	}
	return t
}()

// isBare reports whether text can be written without quotes wherever a value or a name may stand.
func isBare(text string) bool {
	if text == "" || text[0] == '-' || text[0] == '#' || !utf8.ValidString(text) {
		return false
	}
	for i := range len(text) {
		if !bareByte[text[i]] {
			return false
		}
	}
	return true
}

// quoteValue writes a value of a filter, in quotes where it would be read as something else.
func quoteValue(text string) string {
	if isBare(text) && !reserved(text) {
		return text
	}
	return quoteString(text)
}

// quoteName writes a field name, in quotes where it would be read as something else.
func quoteName(name string) string { return quoteValue(name) }

// namePattern writes a field name that may end in '*'.
func namePattern(name string) string {
	if stem, ok := strings.CutSuffix(name, "*"); ok {
		if stem == "" {
			return "*"
		}
		return quoteName(stem) + "*"
	}
	return quoteName(name)
}

// quoteString writes a string that unquote reads back, byte for byte.
func quoteString(text string) string {
	if strings.ContainsAny(text, `"\`) && !strings.Contains(text, "`") && printable(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

func printable(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

func quoteList(list []string) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = quoteValue(v)
	}
	return strings.Join(out, ",")
}

func nameList(names []string) string {
	out := make([]string, len(names))
	for i, v := range names {
		out[i] = namePattern(v)
	}
	return strings.Join(out, ", ")
}

// reserved reports whether a bare word has a meaning of its own: operators, filter functions, and the words
// that pipes use.
func reserved(word string) bool {
	w := strings.ToLower(word)
	switch w {
	case "and", "or", "not", "by", "as", "asc", "desc", "if", "limit", "offset", "with", "from", "at", "hits",
		"keep_original_fields", "skip_empty_results", "partition", "rank", "result_prefix", "fields":
		return true
	}
	return isFilterFunction(w) || isStatsFunction(w)
}

// Unquote returns the value and the length of the quoted string that s begins with, as queries and _stream write
// them; n is -1 when the closing quote is missing.
func Unquote(s string) (value string, n int) { return unquote(s) }

// unquote returns the value of the quoted string that s begins with, and its length in s; n is -1 when the
// closing quote is missing. Backquoted text is taken as it is; in the other two, the escapes of Go and JSON are
// known and any other backslash stands for itself, so that "\d+" is the expression that it looks like.
func unquote(s string) (value string, n int) {
	q := s[0]
	if q == '`' {
		end := strings.IndexByte(s[1:], '`')
		if end < 0 {
			return "", -1
		}
		return s[1 : 1+end], end + 2
	}
	i := 1
	for i < len(s) && s[i] != q && s[i] != '\\' {
		i++
	}
	if i < len(s) && s[i] == q {
		return s[1:i], i + 1
	}
	b := []byte(s[1:i])
	for i < len(s) {
		c := s[i]
		if c == q {
			return string(b), i + 1
		}
		if c != '\\' || i+1 == len(s) {
			b = append(b, c)
			i++
			continue
		}
		var used int
		b, used = appendEscape(b, s[i:])
		i += used
	}
	return "", -1
}

// appendEscape decodes the escape that s begins with, and returns how many bytes of s it took.
func appendEscape(b []byte, s string) ([]byte, int) {
	digits := 0
	switch c := s[1]; c {
	case '"', '\'', '`', '\\', '/':
		return append(b, c), 2
	case 'a', 'b', 'f', 'n', 'r', 't', 'v':
		return append(b, "\a\b\f\n\r\t\v"[strings.IndexByte("abfnrtv", c)]), 2
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	if digits > 0 && len(s) >= 2+digits {
		if v, err := strconv.ParseUint(s[2:2+digits], 16, 32); err == nil {
			if digits == 2 {
				return append(b, byte(v)), 2 + digits
			}
			return utf8.AppendRune(b, rune(v)), 2 + digits
		}
	}
	return append(b, '\\'), 1
}
