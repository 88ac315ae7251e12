package logsql

import (
	"regexp/syntax"
	"unicode/utf8"
)

// Literal is a text that every value contains that a matcher matches. At an open end the word that it begins or ends
// with may go on; at the other ends a word ends.
type Literal struct {
	Text                string
	OpenLeft, OpenRight bool
	Fold                bool // Text is in lower case and stands for any case
}

// Literals returns what every value contains that m matches; none when there is nothing to rely on.
func Literals(m Matcher) []Literal {
	switch m := m.(type) {
	case phrase:
		return literals(Literal{Text: m.text})
	case prefix:
		return literals(Literal{Text: m.text, OpenRight: true})
	case exact:
		return literals(Literal{Text: m.text})
	case exactPrefix:
		return literals(Literal{Text: m.text, OpenRight: true})
	case substring:
		return literals(Literal{Text: m.text, OpenLeft: true, OpenRight: true})
	case fold:
		if !isASCII(m.lower) { // case folding beyond ASCII changes lengths
			return nil
		}
		return literals(Literal{Text: m.lower, OpenRight: m.prefix, Fold: true})
	case regex:
		return regexpLiterals(m.text)
	}
	var out []Literal
	for _, w := range m.Words() {
		out = append(out, literals(Literal{Text: w})...)
	}
	return out
}

// literals makes a list of one literal. Words of other scripts than Latin may be found within longer ones, so their
// ends are open.
func literals(l Literal) []Literal {
	if l.Text == "" {
		return nil
	}
	if !isASCII(l.Text) {
		l.OpenLeft, l.OpenRight = true, true
	}
	return []Literal{l}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func regexpLiterals(text string) []Literal {
	tree, err := syntax.Parse(text, syntax.Perl|syntax.DotNL)
	if err != nil {
		return nil
	}
	var out []Literal
	for _, part := range requiredTexts(tree.Simplify()) {
		out = append(out, literals(Literal{Text: part.text, OpenLeft: !part.atStart, OpenRight: true})...)
	}
	return out
}

// Local reports whether a value matches whenever a part of it does that begins and ends where words do: a phrase is
// found in a part as in the whole, a value that must be equal is not.
func Local(m Matcher) bool {
	switch m := m.(type) {
	case phrase:
		return m.text != ""
	case prefix:
		return m.text != ""
	case fold:
		return m.lower != ""
	case substring, anyValue, chosung:
		return true
	case containsAny:
		for _, p := range m.list {
			if p == "" {
				return false
			}
		}
		return true
	case regex:
		tree, err := syntax.Parse(m.text, syntax.Perl|syntax.DotNL)
		return err == nil && !anchored(tree)
	}
	return false
}

// AnyText reports whether all texts match but the empty one.
func AnyText(m Matcher) bool {
	_, any := m.(anyValue)
	return any
}

// anchored reports whether an expression asks what stands around a match.
func anchored(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	for _, sub := range re.Sub {
		if anchored(sub) {
			return true
		}
	}
	return false
}
