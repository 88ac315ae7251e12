package logsql

import (
	"strings"
	"unicode"
)

// commonCase matches a value that holds one of the phrases, or is one of them, as it stands, in upper case, or with
// any of its capital letters in lower case: VictoriaMetrics, VICTORIAMETRICS, victoriaMetrics, victoriametrics.
type commonCase struct {
	list  []string
	lower []string // of list
	whole bool     // the value as a whole
}

func newCommonCase(list []string, whole bool) Matcher {
	m := commonCase{list: list, whole: whole}
	for _, text := range list {
		m.lower = append(m.lower, strings.ToLower(text))
	}
	return m
}

func (m commonCase) Match(v string) bool {
	for i, text := range m.list {
		if m.whole {
			if isCommonCase(v, text) {
				return true
			}
			continue
		}
		if text == "" {
			if v == "" {
				return true
			}
			continue
		}
		for from := 0; ; {
			start, end := indexFold(v, m.lower[i], from, true)
			if start < 0 {
				break
			}
			if isCommonCase(v[start:end], text) {
				return true
			}
			from = start + 1
		}
	}
	return false
}

func (m commonCase) Words() []string { return nil }

func (m commonCase) String() string {
	name := "contains_common_case("
	if m.whole {
		name = "equals_common_case("
	}
	return name + quoteList(m.list) + ")"
}

// isCommonCase reports whether v is text, text in upper case, or text with some capital letters in lower case.
func isCommonCase(v, text string) bool {
	some, upper := true, true
	for _, want := range text {
		if v == "" {
			return false
		}
		got, n := decodeRune(v)
		if got < 0 {
			got = unicode.ReplacementChar
		}
		v = v[n:]
		some = some && (got == want || got == unicode.ToLower(want))
		upper = upper && got == unicode.ToUpper(want)
	}
	return v == "" && (some || upper)
}
