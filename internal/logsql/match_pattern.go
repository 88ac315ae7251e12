package logsql

import (
	"regexp"
	"strings"
)

// patternMatch matches a value that has the form of a pattern, as collapse_nums writes them, somewhere within it, as
// a whole, at its start or at its end.
type patternMatch struct {
	function string
	text     string
	match    matchFunc
	words    []string
}

// Parts of placeholders, as regular expressions.
const (
	patternNumber = `(?:0[xX][0-9a-fA-F]+|[0-9]+|[0-9a-fA-F]{4,})`
	patternDate   = `[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}`
	patternClock  = `[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?`
	patternWord   = `(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\pL\pN_]+)`
)

var placeholders = map[string]string{
	"<N>":        patternNumber,
	"<UUID>":     `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`,
	"<IP4>":      `[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}`,
	"<TIME>":     patternClock,
	"<DATE>":     patternDate,
	"<DATETIME>": patternDate + `[T ]` + patternClock + `(?:Z|[-+][0-9]{2}:?[0-9]{2})?`,
	"<W>":        patternWord,
}

// newPatternMatch makes the matcher of pattern_match(text), or of the function that ends in _full, _prefix or
// _suffix. What stands in angle brackets and is no placeholder stands for itself.
func newPatternMatch(function, text string) Matcher {
	var b strings.Builder
	if function == "pattern_match_prefix" {
		b.WriteString("^")
	}
	for rest := text; rest != ""; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			i = len(rest)
		}
		b.WriteString(regexp.QuoteMeta(rest[:i]))
		if rest = rest[i:]; rest == "" {
			break
		}
		end := strings.IndexByte(rest, '>') + 1
		if expression, ok := placeholders[rest[:end]]; ok {
			b.WriteString(expression)
			rest = rest[end:]
			continue
		}
		b.WriteByte('<')
		rest = rest[1:]
	}
	if function == "pattern_match_suffix" {
		b.WriteString("$")
	}
	match, words, err := compileRegexp(strings.ToValidUTF8(b.String(), "\uFFFD"), function == "pattern_match_full")
	if err != nil { // too long for the regexp machine
		match, words = func(string) bool { return false }, nil
	}
	return patternMatch{function, text, match, words}
}

func (m patternMatch) Match(v string) bool { return m.match(v) }
func (m patternMatch) Words() []string     { return m.words }
func (m patternMatch) String() string      { return m.function + "(" + quoteString(m.text) + ")" }
