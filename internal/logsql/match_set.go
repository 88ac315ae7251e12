package logsql

import (
	"slices"
	"strings"
)

// inSet matches a value that equals one of a list: in(a, "b c").
type inSet struct {
	list []string // as written
	set  map[string]struct{}
}

func newInSet(list []string) Matcher {
	set := make(map[string]struct{}, len(list))
	for _, v := range list {
		set[v] = struct{}{}
	}
	return inSet{list, set}
}

func (m inSet) Match(v string) bool {
	_, ok := m.set[v]
	return ok
}
func (m inSet) Words() []string { return commonWords(m.list, wordsOf) }
func (m inSet) String() string  { return "in(" + quoteList(m.list) + ")" }

// containsAny matches a value that holds one of the phrases.
type containsAny struct{ list []string }

func (m containsAny) Match(v string) bool {
	for _, p := range m.list {
		if (phrase{p}).Match(v) {
			return true
		}
	}
	return false
}
func (m containsAny) Words() []string { return commonWords(m.list, wordsOf) }
func (m containsAny) String() string  { return "contains_any(" + quoteList(m.list) + ")" }

// containsAll matches a value that holds each of the phrases.
type containsAll struct{ list []string }

func (m containsAll) Match(v string) bool {
	for _, p := range m.list {
		// An empty phrase is in every value, unlike the filter field:"".
		if p != "" && indexPhrase(v, p, true) < 0 {
			return false
		}
	}
	return true
}
func (m containsAll) Words() []string { return wordsOf(strings.Join(m.list, " ")) }
func (m containsAll) String() string  { return "contains_all(" + quoteList(m.list) + ")" }

// sequence matches a value that holds the phrases one behind the other: seq(error, "open file").
type sequence struct{ list []string }

func (m sequence) Match(v string) bool {
	from := 0
	for _, p := range m.list {
		if p == "" {
			continue
		}
		i := indexPhraseFrom(v, p, from)
		if i < 0 {
			return false
		}
		from = i + len(p)
	}
	return true
}
func (m sequence) Words() []string { return wordsOf(strings.Join(m.list, " ")) }
func (m sequence) String() string  { return "seq(" + quoteList(m.list) + ")" }

// indexPhraseFrom is indexPhrase from a position that need not be a word boundary.
func indexPhraseFrom(v, p string, from int) int {
	for from < len(v) {
		i := indexPhrase(v[from:], p, true)
		if i < 0 {
			return -1
		}
		if first, _ := edges(p, true); i > 0 || !first || Boundary(v, from) {
			return from + i
		}
		from++
	}
	return -1
}

// commonWords returns the words that each text of a list holds.
func commonWords(list []string, wordsOf func(string) []string) []string {
	if len(list) == 0 {
		return nil
	}
	words := wordsOf(list[0])
	for _, text := range list[1:] {
		if len(words) == 0 {
			return nil
		}
		other := wordsOf(text)
		words = slices.DeleteFunc(words, func(w string) bool { return !slices.Contains(other, w) })
	}
	return words
}
