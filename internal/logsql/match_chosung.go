package logsql

import (
	"strings"
	"unicode/utf8"
)

// initials are the consonants that a Hangul syllable can begin with, in the order of Unicode 3.12.
var initials = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")

// syllablesPerInitial is how many syllables of U+AC00 to U+D7A3 begin with the same consonant.
const syllablesPerInitial = 588

// initialOf returns the consonant that a syllable begins with; any other character stands for itself.
func initialOf(r rune) rune {
	if isSyllable(r) {
		return initials[(r-0xac00)/syllablesPerInitial]
	}
	return r
}

func isInitial(r rune) bool {
	for _, c := range initials {
		if c == r {
			return true
		}
	}
	return false
}

// chosung matches Hangul by initial consonants: chosung(ㅈㅂㄱ) finds 장비가. What is no consonant in it stands for
// itself.
type chosung struct {
	text string
	want []rune
}

func (m chosung) Match(v string) bool {
	for i, r := range v {
		if (r == m.want[0] || initialOf(r) == m.want[0]) && m.begins(v[i:]) {
			return true
		}
	}
	return false
}

// begins reports whether v begins with what is looked for.
func (m chosung) begins(v string) bool {
	for _, want := range m.want {
		r, n := utf8.DecodeRuneInString(v)
		if n == 0 || r != want && initialOf(r) != want {
			return false
		}
		v = v[n:]
	}
	return true
}

func (m chosung) Words() []string { return nil }
func (m chosung) String() string  { return "chosung(" + quoteValue(m.text) + ")" }

// chosung reads chosung(ㅈㅂㄱ).
func (p *parser) chosung(field string) (Filter, error) {
	p.space()
	start := p.pos + 1
	text, _, err := p.argument("initial consonants such as ㅈㅂㄱ", false)
	if err != nil {
		return nil, err
	}
	m := chosung{text: text, want: []rune(text)}
	some := false
	for _, r := range m.want {
		some = some || isInitial(r)
	}
	if !some {
		fix := strings.Map(initialOf, text)
		if fix == text {
			fix = ""
		}
		return nil, p.errorAt(badConsonants, start, p.pos-1, fix, "chosung() takes initial consonants, such as ㅈㅂㄱ, got %q", text)
	}
	return &FieldFilter{field, m}, nil
}
