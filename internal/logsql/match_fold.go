package logsql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold is the case-insensitive phrase or prefix: i(error), i("cannot open"), i(err*).
type fold struct {
	text   string // as written
	lower  string
	prefix bool
}

func newFold(text string, isPrefix bool) fold {
	return fold{text: text, lower: strings.ToLower(text), prefix: isPrefix}
}

func (m fold) Match(v string) bool {
	if m.lower == "" {
		return (v != "") == m.prefix
	}
	start, _ := indexFold(v, m.lower, 0, !m.prefix)
	return start >= 0
}

// indexFold is indexPhrase in any case, from a position on; lower is in lower case and not empty. It returns where
// what it found begins and ends, -1 when there is nothing.
func indexFold(v, lower string, from int, whole bool) (start, end int) {
	first, last := edges(lower, whole)
	head := lower[0]
	for i := from; i < len(v); i++ {
		// Other bytes below 0x80 are never in the same case class as head.
		if c := v[i]; c < utf8.RuneSelf && c != head && (c|0x20 != head || c < 'A' || c > 'Z') {
			continue
		}
		if first && !Boundary(v, i) {
			continue
		}
		n := foldPrefixLen(v[i:], lower)
		if n >= 0 && (!last || Boundary(v, i+n)) {
			return i, i + n
		}
	}
	return -1, -1
}

func (m fold) Words() []string { return nil }

func (m fold) String() string {
	if m.prefix {
		return "i(" + quoteValue(m.text) + "*)"
	}
	return "i(" + quoteValue(m.text) + ")"
}

// foldPrefixLen returns how many bytes of s equal lower, which is in lower case, but for case; -1 when s does
// not begin with it.
func foldPrefixLen(s, lower string) int {
	i := 0
	for j := 0; j < len(lower); {
		if i >= len(s) {
			return -1
		}
		a, b := s[i], lower[j]
		if a < utf8.RuneSelf && b < utf8.RuneSelf {
			if 'A' <= a && a <= 'Z' {
				a += 'a' - 'A'
			}
			if a != b {
				return -1
			}
			i++
			j++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		q, k := utf8.DecodeRuneInString(lower[j:])
		if r == utf8.RuneError && n == 1 || q == utf8.RuneError && k == 1 {
			if a != b {
				return -1
			}
		} else if unicode.ToLower(r) != q {
			return -1
		}
		i += n
		j += k
	}
	return i
}
