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
// only asked for where text itself has a word byte at that end.
func indexPhrase(v, text string, whole bool) int {
	from := 0
	first := wordByte[text[0]]
	last := whole && wordByte[text[len(text)-1]]
	for {
		i := strings.Index(v[from:], text)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(text)
		if (!first || i == 0 || !wordByte[v[i-1]]) && (!last || end == len(v) || !wordByte[v[end]]) {
			return i
		}
		from = i + 1
	}
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

// wordsOf returns the words of text.
func wordsOf(text string) []string {
	var words []string
	Tokenize(text, func(w string) { words = append(words, w) })
	return words
}

// wordsOfPrefix returns the words of text without a last one that may go on behind it.
func wordsOfPrefix(text string) []string {
	words := wordsOf(text)
	if len(words) > 0 && wordByte[text[len(text)-1]] {
		words = words[:len(words)-1]
	}
	return words
}

// innerWords returns the words of text that have a boundary on both sides within it; the start of text counts
// as one when it is the start of the value.
func innerWords(text string, atStart bool) []string {
	from, to := 0, len(text)
	if !atStart {
		for from < to && wordByte[text[from]] {
			from++
		}
	}
	for to > from && wordByte[text[to-1]] {
		to--
	}
	return wordsOf(text[from:to])
}
