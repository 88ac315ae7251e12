package logsql

import (
	"errors"
	"regexp/syntax"
	"strings"
)

// fieldValue reads a matcher for a field: a word, "phrase", prefix*, *substring*, =exact, ~"regexp", a
// comparison or a function.
func (p *parser) fieldValue(field string) (Filter, error) {
	switch c := p.peek(); c {
	case '=':
		p.pos++
		return p.exactly(field)
	case '~':
		p.pos++
		return p.regexp(field)
	case '!':
		p.pos++
		negative := p.exactly
		if p.here() == '~' {
			negative = p.regexp
		}
		p.pos++
		f, err := negative(field)
		if err != nil {
			return nil, err
		}
		return negate(f), nil
	case '<', '>':
		op := string(c)
		p.pos++
		if p.here() == '=' {
			op += "="
			p.pos++
		}
		v, err := p.fieldText("a value to compare with")
		if err != nil {
			return nil, err
		}
		return &FieldFilter{field, compare(op, v)}, nil
	case '*':
		return p.star(field)
	}
	start := p.pos
	text, quoted, err := p.quoted()
	if err != nil {
		return nil, err
	}
	if !quoted {
		if text = p.word(); text == "" {
			return nil, p.unexpected("a value")
		}
		p.pos += len(text)
		if p.peekCall(text) {
			return p.function(field, text, start)
		}
		// Behind a field, further colons belong to the value: url:http://x, at:12:34:56.
		text = strings.TrimRight(p.text[start:p.restOfWord()], ":")
		p.pos = start + len(text)
	}
	if p.here() == '*' {
		p.pos++
		if err := p.endOfStar(start); err != nil {
			return nil, err
		}
		return &FieldFilter{field, prefix{text}}, nil
	}
	if p.here() == ':' {
		return nil, p.errorAt(needsQuotes, start, p.pos+1, quoteString(p.text[start:p.pos+1]), `a value that ends in ":" needs quotes`)
	}
	switch field {
	case "_stream_id", "_record_id", datasetField:
		return &FieldFilter{field, exact{text}}, nil
	}
	return &FieldFilter{field, phrase{text}}, nil
}

// restOfWord returns the end of the run of bare words and colons at the position.
func (p *parser) restOfWord() int {
	end := p.pos
	for end < len(p.text) && (bareByte[p.text[end]] || p.text[end] == ':') {
		end++
	}
	return end
}

// exactly reads what stands behind "=".
func (p *parser) exactly(field string) (Filter, error) {
	p.space()
	start := p.pos
	v := ""
	if p.here() != '*' {
		var err error
		if v, err = p.fieldText("a value behind ="); err != nil {
			return nil, err
		}
	}
	if p.here() == '*' {
		p.pos++
		if err := p.endOfStar(start); err != nil {
			return nil, err
		}
		if v == "" { // what every value begins with, the empty one too
			return All{}, nil
		}
		return &FieldFilter{field, exactPrefix{v}}, nil
	}
	return &FieldFilter{field, exact{v}}, nil
}

// regexp reads what stands behind "~".
func (p *parser) regexp(field string) (Filter, error) {
	p.space()
	start := p.pos
	v, err := p.expression()
	if err != nil {
		return nil, err
	}
	m, err := newRegex(v)
	if err != nil {
		return nil, p.badRegexp(start, err)
	}
	return &FieldFilter{field, m}, nil
}

// expression takes a quoted expression, or a bare one that holds * too: error.*file.
func (p *parser) expression() (string, error) {
	if v, ok, err := p.quoted(); ok || err != nil {
		return v, err
	}
	start := p.pos
	for p.pos < len(p.text) && (bareByte[p.text[p.pos]] || p.text[p.pos] == '*' || p.text[p.pos] == ':') {
		p.pos++
	}
	if p.pos == start {
		return "", p.unexpected("a regular expression")
	}
	return p.text[start:p.pos], nil
}

// badRegexp makes the syntax error of an expression that was read from start on.
func (p *parser) badRegexp(start int, err error) *SyntaxError {
	var bad *syntax.Error
	if errors.As(err, &bad) {
		return p.errorAt(badRegexp, start, p.pos, "", "bad regular expression: %s in %q", bad.Code, bad.Expr)
	}
	return p.errorAt(badRegexp, start, p.pos, "", "bad regular expression: %v", err)
}

// starWord reports whether the * at the position begins a *substring*.
func (p *parser) starWord() bool {
	if p.pos+1 >= len(p.text) {
		return false
	}
	c := p.text[p.pos+1]
	return bareByte[c] || strings.IndexByte("\"'`*", c) >= 0
}

// star reads * and *substring*.
func (p *parser) star(field string) (Filter, error) {
	start := p.pos
	p.pos++
	text, quoted := "", false
	if c := p.here(); c == '"' || c == '\'' || c == '`' {
		var err error
		if text, quoted, err = p.quoted(); err != nil {
			return nil, err
		}
	} else if bareByte[c] {
		text = p.word()
		p.pos += len(text)
	}
	if text == "" && !quoted {
		if p.here() == '*' {
			return nil, p.errorAt(badWildcard, start, p.pos+1, "*", "** is not a filter")
		}
		return &FieldFilter{field, anyValue{}}, nil
	}
	if p.here() != '*' {
		return nil, p.errorAt(badWildcard, start, p.pos, p.text[start:p.pos]+"*", "* before a word needs one behind it too")
	}
	p.pos++
	if err := p.endOfStar(start); err != nil {
		return nil, err
	}
	return &FieldFilter{field, substring{text}}, nil
}

// endOfStar fails when a word goes on behind its "*".
func (p *parser) endOfStar(start int) error {
	c := p.here()
	if c == '*' || bareByte[c] || c == '"' || c == '\'' || c == '`' {
		return p.errorAt(badWildcard, start, p.pos+1, "", `* must end the word; use ~"regexp" for a wildcard within`)
	}
	return nil
}
