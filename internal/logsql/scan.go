package logsql

import (
	"strings"
	"time"
)

// parser reads a query from left to right without a separate token stream, because what a character means
// depends on where it stands: ':' parts a field from its value but belongs to a time.
type parser struct {
	text  string
	pos   int
	now   int64
	loc   *time.Location
	depth int
}

// maxDepth bounds how deep parentheses nest, so that a hostile query cannot exhaust the stack.
const maxDepth = 200

// errorAt makes a syntax error for text[from:to].
func (p *parser) errorAt(kind string, from, to int, fix, format string, args ...any) *SyntaxError {
	to = max(from, min(to, len(p.text)))
	e := &SyntaxError{Pos: from, End: to, Kind: kind, Fix: fix}
	if to > from {
		e.Params = map[string]string{"got": p.text[from:to]}
	}
	e.say(format, args)
	return e
}

// unexpected makes a syntax error for what stands at the position.
func (p *parser) unexpected(want string) *SyntaxError {
	p.space()
	if p.pos >= len(p.text) {
		return p.errorAt(unexpectedEnd, p.pos, p.pos, "", "expected %s, but the query ends here", want)
	}
	end := p.pos + 1
	for end < len(p.text) && bareByte[p.text[p.pos]] && bareByte[p.text[end]] {
		end++
	}
	return p.errorAt(unexpectedToken, p.pos, end, "", "expected %s, got %q", want, p.text[p.pos:end])
}

// space skips white space and comments: # to the end of the line.
func (p *parser) space() {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.pos++
		case c == '#':
			end := strings.IndexByte(p.text[p.pos:], '\n')
			if end < 0 {
				p.pos = len(p.text)
				return
			}
			p.pos += end
		default:
			return
		}
	}
}

// peek returns the byte behind white space, 0 at the end.
func (p *parser) peek() byte {
	p.space()
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// here returns the byte at the position, 0 at the end.
func (p *parser) here() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// take skips s when it stands behind white space.
func (p *parser) take(s string) bool {
	p.space()
	if strings.HasPrefix(p.text[p.pos:], s) {
		p.pos += len(s)
		return true
	}
	return false
}

// expect skips s or fails.
func (p *parser) expect(s string) error {
	if !p.take(s) {
		return p.unexpected(`"` + s + `"`)
	}
	return nil
}

// close skips the bracket that ends what began at open, or fails at open when the query ends without it.
func (p *parser) close(s string, open int) error {
	if p.take(s) {
		return nil
	}
	if p.peek() == 0 {
		return p.errorAt(unclosedBracket, open, open+1, "", "%q is never closed with %q", p.text[open:open+1], s)
	}
	return p.unexpected(`"` + s + `"`)
}

// word returns the bare word behind white space without taking it; "" when there is none.
func (p *parser) word() string {
	p.space()
	end := p.pos
	for end < len(p.text) && bareByte[p.text[end]] {
		end++
	}
	return p.text[p.pos:end]
}

// keyword takes one of the words, in any case; "" when none of them stands there.
func (p *parser) keyword(words ...string) string {
	w := p.word()
	for _, k := range words {
		if strings.EqualFold(w, k) {
			p.pos += len(w)
			return k
		}
	}
	return ""
}

// quoted takes a quoted string; ok is false when none stands there.
func (p *parser) quoted() (value string, ok bool, err error) {
	switch p.peek() {
	case '"', '\'', '`':
	default:
		return "", false, nil
	}
	value, n := unquote(p.text[p.pos:])
	if n < 0 {
		q := p.text[p.pos : p.pos+1]
		return "", false, p.errorAt(unclosedQuote, p.pos, p.pos+1, "", "the quote %s is never closed", q)
	}
	p.pos += n
	return value, true, nil
}

// value takes a bare word or a quoted string.
func (p *parser) value(what string) (string, error) {
	if v, ok, err := p.quoted(); ok || err != nil {
		return v, err
	}
	w := p.word()
	if w == "" {
		return "", p.unexpected(what)
	}
	p.pos += len(w)
	return w, nil
}

// fieldText takes the value of a filter: a quoted string, or a bare one that may hold colons, which belong to it behind a
// field: 12:34:56.
func (p *parser) fieldText(what string) (string, error) {
	p.space()
	start := p.pos
	if v, ok, err := p.quoted(); ok || err != nil {
		if err == nil && p.here() == ':' {
			err = p.errorAt(needsQuotes, start, p.pos+1, "", `a value that ends in ":" needs quotes`)
		}
		return v, err
	}
	end := p.restOfWord()
	if end == start {
		return "", p.unexpected(what)
	}
	p.pos = end
	return p.text[start:end], nil
}

// name takes a field name, which may end in '*' when patterns are allowed.
func (p *parser) name(patterns bool) (string, error) {
	p.space()
	if patterns && p.here() == '*' {
		p.pos++
		return "*", nil
	}
	start := p.pos
	v, err := p.value("a field name")
	if err != nil {
		return "", err
	}
	if p.here() == '*' {
		if !patterns {
			return "", p.errorAt(badWildcard, start, p.pos+1, "", "a field name without * is needed here")
		}
		p.pos++
		v += "*"
	}
	if v == "" {
		v = msgField
	}
	return v, nil
}

// names takes field names parted by commas.
func (p *parser) names(patterns bool) ([]string, error) {
	var out []string
	for {
		v, err := p.name(patterns)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if !p.take(",") {
			return out, nil
		}
	}
}

// parenNames takes (a, b, c), which may be empty.
func (p *parser) parenNames(patterns bool) ([]string, error) {
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.take(")") {
		return nil, nil
	}
	names, err := p.names(patterns)
	if err != nil {
		return nil, err
	}
	return names, p.close(")", open)
}
