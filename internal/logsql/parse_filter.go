package logsql

import (
	"strings"
)

// filter reads alternatives: a or b or c. field is the one that bare values are looked for in.
func (p *parser) filter(field string) (Filter, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.errorAt(tooDeep, p.pos, p.pos+1, "", "parentheses nest deeper than %d", maxDepth)
	}
	var of []Filter
	for {
		f, err := p.conjunction(field)
		if err != nil {
			return nil, err
		}
		of = append(of, f)
		if p.keyword("or") == "" {
			return newOr(of), nil
		}
	}
}

// conjunction reads filters that must all match: a and b, or a b.
func (p *parser) conjunction(field string) (Filter, error) {
	var of []Filter
	for {
		f, err := p.negation(field)
		if err != nil {
			return nil, err
		}
		of = append(of, f)
		if p.keyword("and") != "" {
			continue
		}
		switch p.peek() {
		case 0, '|', ')', ']', '}', ',':
			return newAnd(of), nil
		}
		if strings.EqualFold(p.word(), "or") {
			return newAnd(of), nil
		}
	}
}

// negation reads a filter that may have not, ! or - before it.
func (p *parser) negation(field string) (Filter, error) {
	not := false
	for {
		switch c := p.peek(); {
		case c == '!' && !strings.HasPrefix(p.text[p.pos:], "!=") && !strings.HasPrefix(p.text[p.pos:], "!~"):
			p.pos++
		case c == '-':
			p.pos++
			if p.peek() == 0 {
				return nil, p.unexpected("a filter behind -")
			}
		case p.keyword("not") != "":
		default:
			f, err := p.primary(field)
			if err != nil || !not {
				return f, err
			}
			return negate(f), nil
		}
		not = !not
	}
}

// primary reads one filter: a group, a stream filter, field:value or a value for the field at hand.
func (p *parser) primary(field string) (Filter, error) {
	c := p.peek()
	if field == timeField && c != 0 && c != '{' {
		return p.time()
	}
	start := p.pos // behind white space
	switch c {
	case 0:
		return nil, p.unexpected("a filter")
	case '(':
		return p.group(field)
	case '{':
		return p.stream()
	case '*':
		if strings.HasPrefix(p.text[p.pos:], "*:") {
			f, _, err := p.named("")
			return f, err
		}
		// Without a field, * is every row and not every row that has a message.
		if field == msgField && !p.starWord() {
			p.pos++
			return All{}, nil
		}
		return p.star(field)
	case '|', ')', ']', '}', ',':
		return nil, p.unexpected("a filter")
	case ':':
		p.pos++
		return p.fieldFilter(msgField)
	case '"', '\'', '`':
		name, _, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if f, ok, err := p.named(name); ok || err != nil {
			return f, err
		}
		p.pos = start
		return p.fieldValue(field)
	}
	w := p.word()
	switch strings.ToLower(w) {
	case "and", "or":
		return nil, p.errorAt(missingFilter, p.pos, p.pos+len(w), `"`+w+`"`, "%q needs a filter on both sides", w)
	}
	if w != "" {
		p.pos += len(w)
		if f, ok, err := p.named(w); ok || err != nil {
			return f, err
		}
		p.pos = start
	}
	return p.fieldValue(field)
}

// named reads what stands behind a name that has ':', '*:' or a comparison behind it; ok is false when neither does.
func (p *parser) named(name string) (f Filter, ok bool, err error) {
	if p.prefixAhead() {
		f, err = p.prefixFilter(name)
		return f, true, err
	}
	if name == "" {
		name = msgField
	}
	switch p.here() {
	case '=', '~', '<', '>':
		f, err = p.fieldFilter(name)
		return f, true, err
	case '!':
		if strings.HasPrefix(p.text[p.pos:], "!=") || strings.HasPrefix(p.text[p.pos:], "!~") {
			f, err = p.fieldFilter(name)
			return f, true, err
		}
	}
	if p.peek() != ':' {
		return nil, false, nil
	}
	p.pos++
	f, err = p.fieldFilter(name)
	return f, true, err
}

// fieldFilter reads the value behind "field:".
func (p *parser) fieldFilter(field string) (Filter, error) {
	switch field {
	case timeField:
		return p.time()
	case streamField:
		if p.peek() == '{' {
			return p.stream()
		}
	}
	switch c := p.peek(); {
	case c == '(':
		return p.group(field)
	case c == '!' && !strings.HasPrefix(p.text[p.pos:], "!=") && !strings.HasPrefix(p.text[p.pos:], "!~"):
		p.pos++
		return p.fieldNegation(field)
	case c == '-':
		p.pos++
		return p.fieldNegation(field)
	case p.keyword("not") != "":
		return p.fieldNegation(field)
	}
	return p.fieldValue(field)
}

// fieldNegation reads what stands behind field:! and turns it round.
func (p *parser) fieldNegation(field string) (Filter, error) {
	f, err := p.fieldFilter(field)
	if err != nil {
		return nil, err
	}
	return negate(f), nil
}

// group reads a parenthesised filter.
func (p *parser) group(field string) (Filter, error) {
	open := p.pos
	p.pos++
	if p.peek() == ')' {
		return nil, p.errorAt(missingFilter, open, p.pos+1, "", "the parentheses hold no filter")
	}
	f, err := p.filter(field)
	if err != nil {
		return nil, err
	}
	return f, p.close(")", open)
}

// newAnd joins filters, flat and without those that match everything.
func newAnd(of []Filter) Filter {
	var out []Filter
	for _, f := range of {
		switch f := f.(type) {
		case All:
		case None:
			return None{}
		case *And:
			out = append(out, f.Of...)
		default:
			out = append(out, f)
		}
	}
	switch len(out) {
	case 0:
		return All{}
	case 1:
		return out[0]
	}
	return &And{Of: out}
}

// newOr joins alternatives, flat and without those that match nothing.
func newOr(of []Filter) Filter {
	var out []Filter
	for _, f := range of {
		switch f := f.(type) {
		case None:
		case All:
			return All{}
		case *Or:
			out = append(out, f.Of...)
		default:
			out = append(out, f)
		}
	}
	switch len(out) {
	case 0:
		return None{}
	case 1:
		return out[0]
	}
	return &Or{Of: out}
}

// negate turns a filter round.
func negate(f Filter) Filter {
	switch f := f.(type) {
	case All:
		return None{}
	case None:
		return All{}
	case *Not:
		return f.Of
	}
	return &Not{Of: f}
}
