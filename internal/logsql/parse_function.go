package logsql

import (
	"math"
	"strings"
)

func isFilterFunction(word string) bool {
	for _, f := range Functions {
		if f.Name == word {
			return true
		}
	}
	return false
}

// peekCall reports whether an opening bracket makes the word before it a function. A bracket that follows an
// unknown word at once does as well, to be refused with a name; one behind white space begins a group.
func (p *parser) peekCall(word string) bool {
	if c := p.here(); c == '(' {
		return true
	}
	if !isFilterFunction(strings.ToLower(word)) {
		return false
	}
	start := p.pos
	c := p.peek()
	p.pos = start // a blank that no bracket follows is no part of the word
	return c == '(' || c == '[' && strings.HasSuffix(word, "range")
}

// function reads the arguments of a filter function whose name began at start.
func (p *parser) function(field, name string, start int) (Filter, error) {
	switch lower := strings.ToLower(name); lower {
	case "in", "contains_any", "contains_all":
		return p.valuesOrQuery(field, lower)
	case "seq", "contains_common_case", "equals_common_case", "json_array_contains_any":
		return p.list(field, lower)
	case "chosung":
		return p.chosung(field)
	case "exact":
		return p.exactCall(field)
	case "re":
		return p.regexpCall(field)
	case "eq_field", "lt_field", "le_field":
		return p.compareFields(field, lower)
	case "pattern_match", "pattern_match_full", "pattern_match_prefix", "pattern_match_suffix":
		return p.patternMatch(field, lower)
	case "value_type":
		return p.valueType(field)
	case "i":
		return p.fold(field)
	case "range":
		return p.numbers(field)
	case "len_range":
		return p.lengths(field)
	case "ipv4_range":
		return p.addresses(field)
	case "ipv6_range":
		return p.addresses6(field)
	case "string_range":
		return p.stringRange(field)
	}
	fix := nearest(strings.ToLower(name), functionNames())
	if fix == "" {
		return nil, p.errorAt(unknownFunction, start, start+len(name), "", "unknown filter function %q; put a space before ( to search for the word", name)
	}
	return nil, p.errorAt(unknownFunction, start, start+len(name), fix, "unknown filter function %q", name)
}

// fold reads the argument of i().
func (p *parser) fold(field string) (Filter, error) {
	p.space()
	open := p.pos
	p.pos++
	if p.take("*") {
		if err := p.close(")", open); err != nil {
			return nil, err
		}
		return &FieldFilter{field, anyValue{}}, nil
	}
	v, err := p.fieldText("a word or phrase")
	if err != nil {
		return nil, err
	}
	star := p.here() == '*'
	if star {
		p.pos++
	}
	if err := p.close(")", open); err != nil {
		return nil, err
	}
	return &FieldFilter{field, newFold(v, star)}, nil
}

// bounds reads two values between brackets; a round bracket leaves its bound out.
func (p *parser) bounds(what string) (lo, hi bound, err error) {
	p.space()
	open := p.pos
	switch {
	case p.take("["):
	case p.take("("):
		lo.open = true
	default:
		return lo, hi, p.unexpected("( or [")
	}
	if lo.text, lo.start, lo.end, err = p.bound(what); err != nil {
		return lo, hi, err
	}
	if err = p.expect(","); err != nil {
		return lo, hi, err
	}
	if hi.text, hi.start, hi.end, err = p.bound(what); err != nil {
		return lo, hi, err
	}
	switch {
	case p.take("]"):
	case p.take(")"):
		hi.open = true
	default:
		return lo, hi, p.close(") or ]", open)
	}
	return lo, hi, nil
}

// bound is one end of a range as written.
type bound struct {
	text       string
	open       bool
	start, end int
}

func (p *parser) bound(what string) (text string, start, end int, err error) {
	p.space()
	start = p.pos
	text, err = p.fieldText(what)
	return text, start, p.pos, err
}

// rangeText writes a range back.
func rangeText(name string, lo, hi bound) string {
	l, r := "[", "]"
	if lo.open {
		l = "("
	}
	if hi.open {
		r = ")"
	}
	return name + l + quoteValue(lo.text) + "," + quoteValue(hi.text) + r
}

// numbers reads range(1, 10KiB], and range(10.0.0.1, 10.0.0.9] of addresses.
func (p *parser) numbers(field string) (Filter, error) {
	lo, hi, err := p.bounds("a number")
	if err != nil {
		return nil, err
	}
	if m, ok := addressRange(lo, hi); ok {
		return &FieldFilter{field, m}, nil
	}
	m := numberRange{openLo: lo.open, openHi: hi.open, text: rangeText("range", lo, hi)}
	var ok bool
	if m.lo, ok = parseBound(lo.text); !ok {
		return nil, p.errorAt(badNumber, lo.start, lo.end, "", "range() needs a number, duration, size or address, got %q", lo.text)
	}
	if m.hi, ok = parseBound(hi.text); !ok {
		return nil, p.errorAt(badNumber, hi.start, hi.end, "", "range() needs a number, duration, size or address, got %q", hi.text)
	}
	return &FieldFilter{field, m}, nil
}

// lengths reads len_range(5, inf); both bounds are included whatever the brackets.
func (p *parser) lengths(field string) (Filter, error) {
	lo, hi, err := p.bounds("a length in characters")
	if err != nil {
		return nil, err
	}
	length := func(b bound) (uint64, error) {
		if f, ok := parseBound(b.text); ok && f >= 0 {
			if f >= math.MaxUint64 {
				return math.MaxUint64, nil
			}
			return uint64(f), nil
		}
		return 0, p.errorAt(badNumber, b.start, b.end, "", "len_range() needs a count of characters or inf, got %q", b.text)
	}
	m := lenRange{text: rangeText("len_range", lo, hi)}
	if m.lo, err = length(lo); err != nil {
		return nil, err
	}
	if m.hi, err = length(hi); err != nil {
		return nil, err
	}
	return &FieldFilter{field, m}, nil
}

// stringRange reads string_range(a, b): a <= value < b whatever the brackets.
func (p *parser) stringRange(field string) (Filter, error) {
	lo, hi, err := p.bounds("a text")
	if err != nil {
		return nil, err
	}
	return &FieldFilter{field, stringRange{lo: lo.text, hi: hi.text, text: rangeText("string_range", lo, hi)}}, nil
}
