package logsql

import "strings"

// phrase matches a value that holds text with word boundaries at both ends; a word is a phrase of one word.
type phrase struct{ text string }

func (m phrase) Match(v string) bool {
	if m.text == "" {
		return v == ""
	}
	return indexPhrase(v, m.text, true) >= 0
}

func (m phrase) Words() []string { return wordsOf(m.text) }
func (m phrase) String() string  { return quoteValue(m.text) }

// indexPhrase finds text in v behind a word boundary, and before one unless a prefix is searched. A boundary is
// only asked for where text itself has a word byte at that end; none is where it begins or ends with Hangul, which is
// found within longer runs of it.
func indexPhrase(v, text string, whole bool) int {
	from := 0
	first, last := edges(text, whole)
	for {
		i := strings.Index(v[from:], text)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(text)
		if (!first || Boundary(v, i)) && (!last || Boundary(v, end)) {
			return i
		}
		from = i + 1
	}
}

// edges reports whether a text must begin and, when it is whole, end at a word boundary.
func edges(text string, whole bool) (first, last bool) {
	first = wordByte[text[0]] && !syllableAt(text, 0)
	last = whole && wordByte[text[len(text)-1]] && !syllableAt(text, len(text)-syllableBytes)
	return first, last
}

// prefix matches a value that holds text behind a word boundary: err*, "cannot op"*.
type prefix struct{ text string }

func (m prefix) Match(v string) bool {
	if m.text == "" {
		return v != ""
	}
	return indexPhrase(v, m.text, false) >= 0
}

func (m prefix) Words() []string { return wordsOfPrefix(m.text) }
func (m prefix) String() string  { return quoteValue(m.text) + "*" }

// exact matches the value as a whole: ="text".
type exact struct{ text string }

func (m exact) Match(v string) bool { return v == m.text }
func (m exact) Words() []string     { return wordsOf(m.text) }
func (m exact) String() string      { return "=" + quoteValue(m.text) }

// exactPrefix matches a value that begins with text: ="text"*.
type exactPrefix struct{ text string }

func (m exactPrefix) Match(v string) bool {
	return len(v) > 0 && strings.HasPrefix(v, m.text)
}
func (m exactPrefix) Words() []string { return wordsOfPrefix(m.text) }
func (m exactPrefix) String() string  { return "=" + quoteValue(m.text) + "*" }

// substring matches a value that holds text anywhere: *text*.
type substring struct{ text string }

func (m substring) Match(v string) bool { return strings.Contains(v, m.text) }
func (m substring) Words() []string     { return innerWords(m.text, false) }
func (m substring) String() string      { return "*" + quoteValue(m.text) + "*" }

// anyValue matches a field that is there: field:*.
type anyValue struct{}

func (anyValue) Match(v string) bool { return v != "" }
func (anyValue) Words() []string     { return nil }
func (anyValue) String() string      { return "*" }

// wordsOf returns the tokens of text.
func wordsOf(text string) []string { return TokensWithin(text, false, false) }

// wordsOfPrefix returns the tokens of text without a last one that may go on behind it.
func wordsOfPrefix(text string) []string { return TokensWithin(text, false, true) }

// innerWords returns the tokens of text that have a boundary on both sides within it; the start of text counts
// as one when it is the start of the value.
func innerWords(text string, atStart bool) []string { return TokensWithin(text, !atStart, true) }
