package pipe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendCollapsed appends a text with <N> in the place of its numbers: runs of decimal digits, or of hexadecimal ones
// where there are at least four and an even count, so that words such as "be" and "face1" stay. A number begins and
// ends at a word boundary, or beside a letter that units and times put there: 10ms, v2, 08T09.
func appendCollapsed(dst []byte, s string) []byte {
	written := 0
	before := rune(-1)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isHexDigit(r) || !numberMayBegin(before) {
			before = r
			i += size
			continue
		}
		end, letters := i, false
		for end < len(s) && isHexDigit(rune(s[end])) {
			letters = letters || s[end] > '9'
			end++
		}
		before = rune(s[end-1])
		n := end - i
		if (!letters || n >= 4 && n%2 == 0) && numberMayEnd(s[end:]) {
			dst = append(dst, s[written:i]...)
			dst = append(dst, "<N>"...)
			written = end
		}
		i = end
	}
	return append(dst, s[written:]...)
}

func isHexDigit(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F'
}

// numberMayBegin reports whether a number can stand behind a character, -1 for the start.
func numberMayBegin(before rune) bool {
	return before < 0 || strings.ContainsRune("TXxvshm", before) || !isWordRune(before)
}

// numberMayEnd reports whether a number can stand before a text.
func numberMayEnd(rest string) bool {
	if rest == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune("TZsmhμun", r) || !isWordRune(r)
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// prettyParts name what consists of several numbers, in the order in which they are looked for; tail returns the length
// of what may follow and belongs to it.
var prettyParts = []struct {
	from, to string
	tail     func(rest string) int
}{
	{"<N>-<N>-<N>-<N>-<N>", "<UUID>", nil},
	{"<N>.<N>.<N>.<N>", "<IP4>", nil},
	{"<N>:<N>:<N>", "<TIME>", fractionLen},
	{"<N>-<N>-<N>", "<DATE>", nil},
	{"<N>/<N>/<N>", "<DATE>", nil},
	{"<DATE>T<TIME>", "<DATETIME>", zoneLen},
	{"<DATE> <TIME>", "<DATETIME>", zoneLen},
}

// appendPretty is appendCollapsed with names for addresses, times and the like.
func appendPretty(dst []byte, s string) []byte {
	text := string(appendCollapsed(nil, s))
	for _, p := range prettyParts {
		if !strings.Contains(text, p.from) {
			continue
		}
		var out strings.Builder
		rest := text
		for {
			i := strings.Index(rest, p.from)
			if i < 0 {
				break
			}
			out.WriteString(rest[:i])
			out.WriteString(p.to)
			rest = rest[i+len(p.from):]
			if p.tail != nil {
				rest = rest[p.tail(rest):]
			}
		}
		out.WriteString(rest)
		text = out.String()
	}
	return append(dst, text...)
}

// fractionLen is the length of the fraction of a second that a text begins with.
func fractionLen(rest string) int {
	if strings.HasPrefix(rest, ".<N>") || strings.HasPrefix(rest, ",<N>") {
		return len(".<N>")
	}
	return 0
}

// zoneLen is the length of the time zone that a text begins with.
func zoneLen(rest string) int {
	switch {
	case strings.HasPrefix(rest, "Z"):
		return 1
	case strings.HasPrefix(rest, "-<N>:<N>"), strings.HasPrefix(rest, "+<N>:<N>"):
		return len("-<N>:<N>")
	}
	return 0
}
