package logsql

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// regex matches a value in which the RE2 expression is found: ~"GET|POST".
type regex struct {
	text  string
	match matchFunc
	words []string
}

func newRegex(text string) (Matcher, error) {
	match, words, err := compileRegexp(text, false)
	if err != nil {
		return nil, err
	}
	return regex{text, match, words}, nil
}

func (m regex) Match(v string) bool { return m.match(v) }
func (m regex) Words() []string     { return m.words }
func (m regex) String() string      { return "~" + quoteString(m.text) }

// compileRegexp returns the test of an expression, anchored at both ends when it must match whole, and the words
// that every match contains. Plain texts and alternatives of them are compared without the regexp machine; other
// expressions run it only where the longest text that every match contains is found.
func compileRegexp(text string, whole bool) (matchFunc, []string, error) {
	const flags = syntax.Perl | syntax.DotNL
	tree, err := syntax.Parse(text, flags)
	if err != nil {
		return nil, nil, err
	}
	if texts, ok := plainTexts(tree.Simplify()); ok {
		match, words := plainMatcher(texts, whole)
		return match, words, nil
	}
	if whole {
		text = "^(?:" + tree.String() + ")$" // as written, \Q could run over the end
	}
	re, err := regexp.Compile("(?s)" + text)
	if err != nil {
		return nil, nil, err
	}
	if tree, err = syntax.Parse(text, flags); err != nil {
		return nil, nil, err
	}
	tree = tree.Simplify()
	var longest string
	var words []string
	for _, part := range requiredTexts(tree) {
		if len(part.text) > len(longest) {
			longest = part.text
		}
		words = append(words, innerWords(part.text, part.atStart)...)
	}
	if longest == "" {
		return re.MatchString, nil, nil
	}
	return func(v string) bool { return strings.Contains(v, longest) && re.MatchString(v) }, words, nil
}

// plainMatcher looks for one of some texts, or compares with them when the whole value must match.
func plainMatcher(texts []string, whole bool) (matchFunc, []string) {
	if whole {
		return func(v string) bool { return slices.Contains(texts, v) }, commonWords(texts, wordsOf)
	}
	return func(v string) bool {
		for _, lit := range texts {
			if strings.Contains(v, lit) {
				return true
			}
		}
		return false
	}, commonWords(texts, func(lit string) []string { return innerWords(lit, false) })
}

// requiredText is a text that every match of an expression contains.
type requiredText struct {
	text    string
	atStart bool // stands at the start of the value
}

// requiredTexts collects the texts of a concatenation that cannot be left out.
func requiredTexts(re *syntax.Regexp) []requiredText {
	switch re.Op {
	case syntax.OpLiteral:
		if lit, ok := literal(re); ok {
			return []requiredText{{text: lit}}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return stripStart(requiredTexts(re.Sub[0]))
	case syntax.OpRepeat:
		if re.Min > 0 {
			return stripStart(requiredTexts(re.Sub[0]))
		}
	case syntax.OpConcat:
		var out []requiredText
		anchored := false
		run := requiredText{}
		flush := func() {
			if run.text != "" {
				out = append(out, run)
			}
			run = requiredText{}
		}
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpBeginText {
				flush()
				anchored = true
				continue
			}
			if lit, ok := literal(sub); ok {
				if run.text == "" {
					run.atStart = anchored
				}
				run.text += lit
				anchored = false
				continue
			}
			flush()
			out = append(out, requiredTexts(sub)...)
			anchored = false
		}
		flush()
		return out
	}
	return nil
}

// stripStart forgets that texts stand at the start: what is repeated or captured may stand elsewhere.
func stripStart(parts []requiredText) []requiredText {
	for i := range parts {
		parts[i].atStart = false
	}
	return parts
}

// literal returns the text of a literal that matches bytes exactly.
func literal(re *syntax.Regexp) (string, bool) {
	if re.Op != syntax.OpLiteral || re.Flags&syntax.FoldCase != 0 {
		return "", false
	}
	for _, r := range re.Rune {
		if r == utf8.RuneError {
			return "", false
		}
	}
	return string(re.Rune), true
}

// maxPlainTexts bounds the alternatives that are compared one by one.
const maxPlainTexts = 64

// plainTexts returns the alternatives of an expression that is nothing but literal texts. The parser has put
// equal beginnings of alternatives together, PUT|POST as P(?:UT|OST) and a|b as [ab]; here they part again.
func plainTexts(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpCapture:
		return plainTexts(re.Sub[0])
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		lit, ok := literal(re)
		return []string{lit}, ok
	case syntax.OpCharClass:
		var out []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if len(out) == maxPlainTexts || r == utf8.RuneError {
					return nil, false
				}
				out = append(out, string(r))
			}
		}
		return out, len(out) > 0
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			texts, ok := plainTexts(sub)
			if !ok || len(out)+len(texts) > maxPlainTexts {
				return nil, false
			}
			out = append(out, texts...)
		}
		return out, true
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			texts, ok := plainTexts(sub)
			if !ok || len(out)*len(texts) > maxPlainTexts {
				return nil, false
			}
			var longer []string
			for _, head := range out {
				for _, tail := range texts {
					longer = append(longer, head+tail)
				}
			}
			out = longer
		}
		return out, true
	}
	return nil, false
}
