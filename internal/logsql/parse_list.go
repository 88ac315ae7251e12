package logsql

import "slices"

// valuesOrQuery reads the list of in(a, "b c") and its like, or the query that gives the list.
func (p *parser) valuesOrQuery(field, function string) (Filter, error) {
	p.space()
	open := p.pos
	if p.queryAhead() {
		p.pos++
		q, from, err := p.subquery(true)
		if err != nil {
			return nil, err
		}
		return &Subquery{Field: field, Function: function, Query: q, From: from}, p.close(")", open)
	}
	list, all, err := p.values(function)
	if err != nil {
		return nil, err
	}
	switch {
	case all:
		return All{}, nil
	case function == "contains_all":
		return &FieldFilter{field, containsAll{list}}, nil
	case len(list) == 0:
		return None{}, nil
	case function == "in":
		return &FieldFilter{field, newInSet(list)}, nil
	}
	return &FieldFilter{field, containsAny{list}}, nil
}

// queryAhead reports whether the parentheses at the position hold a query: a pipe stands within them. The text is
// read as values are, so that a "|" in quotes is none.
func (p *parser) queryAhead() bool {
	start, depth := p.pos, 0
	defer func() { p.pos = start }()
	for {
		switch c := p.peek(); c {
		case 0:
			return false
		case '"', '\'', '`':
			if _, _, err := p.quoted(); err != nil {
				return false
			}
			continue
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return false
			}
		case '|':
			if depth == 1 {
				return true
			}
		}
		p.pos++
	}
}

// list reads the values of a function that takes no query.
func (p *parser) list(field, function string) (Filter, error) {
	list, all, err := p.values(function)
	if err != nil {
		return nil, err
	}
	switch {
	case all:
		return All{}, nil
	case function == "seq":
		return &FieldFilter{field, sequence{list}}, nil
	case len(list) == 0:
		return None{}, nil
	case function == "json_array_contains_any":
		return &FieldFilter{field, jsonArray{list}}, nil
	}
	return &FieldFilter{field, newCommonCase(list, function == "equals_common_case")}, nil
}

// values reads (a, "b c"); all is true for (*).
func (p *parser) values(function string) (list []string, all bool, err error) {
	p.space()
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, false, err
	}
	if p.take("*") {
		return nil, true, p.close(")", open)
	}
	for !p.take(")") {
		p.space()
		start := p.pos
		v, err := p.fieldText("a value")
		if err != nil {
			return nil, false, err
		}
		switch p.peek() {
		case ',', ')', 0:
		case '*':
			return nil, false, p.errorAt(needsQuotes, start, p.pos+1, "", "%s() takes plain values; put one with %q in quotes", function, "*")
		default:
			return nil, false, p.errorAt(unexpectedToken, start, p.pos+1, "", "%s() takes values parted by commas", function)
		}
		list = append(list, v)
		if !p.take(",") {
			return list, false, p.close(")", open)
		}
	}
	return list, false, nil
}

// argument reads the only argument of a function, (text) or, where a prefix may stand, (text*).
func (p *parser) argument(what string, prefixes bool) (text string, star bool, err error) {
	p.space()
	open := p.pos
	if err := p.expect("("); err != nil {
		return "", false, err
	}
	if prefixes && p.take("*") {
		return "", true, p.close(")", open)
	}
	if text, err = p.fieldText(what); err != nil {
		return "", false, err
	}
	if prefixes && p.here() == '*' {
		p.pos++
		star = true
	}
	return text, star, p.close(")", open)
}

// exactCall reads exact("text") and exact("text"*), which are ="text" and ="text"*.
func (p *parser) exactCall(field string) (Filter, error) {
	text, star, err := p.argument("a value", true)
	switch {
	case err != nil:
		return nil, err
	case star && text == "":
		return All{}, nil
	case star:
		return &FieldFilter{field, exactPrefix{text}}, nil
	}
	return &FieldFilter{field, exact{text}}, nil
}

// regexpCall reads re("expression"), which is ~"expression".
func (p *parser) regexpCall(field string) (Filter, error) {
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, err
	}
	f, err := p.regexp(field)
	if err != nil {
		return nil, err
	}
	return f, p.close(")", open)
}

// compareFields reads eq_field(other) and its like.
func (p *parser) compareFields(field, function string) (Filter, error) {
	other, _, err := p.argument("a field name", false)
	if err != nil {
		return nil, err
	}
	if other == "" {
		other = msgField
	}
	return &CompareFields{Field: field, Function: function, Other: other}, nil
}

// patternMatch reads pattern_match("user=<N>") and its like.
func (p *parser) patternMatch(field, function string) (Filter, error) {
	text, _, err := p.argument("a pattern", false)
	if err != nil {
		return nil, err
	}
	return &FieldFilter{field, newPatternMatch(function, text)}, nil
}

// valueType reads value_type(uint64).
func (p *parser) valueType(field string) (Filter, error) {
	open := p.pos
	name, _, err := p.argument("the name of a type", false)
	if err != nil {
		return nil, err
	}
	known := valueTypes()
	if !slices.Contains(known, name) {
		return nil, p.errorAt(unknownType, open, p.pos, nearest(name, known), "unknown type %q of a value", name)
	}
	return &FieldFilter{field, valueType{name}}, nil
}
