package logsql

import (
	"math"
	"strconv"
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
	c := p.peek()
	return c == '(' || c == '[' && strings.HasSuffix(word, "range")
}

// function reads the arguments of a filter function whose name began at start.
func (p *parser) function(field, name string, start int) (Filter, error) {
	switch lower := strings.ToLower(name); lower {
	case "in", "contains_any", "contains_all":
		list, all, err := p.values(lower)
		if err != nil {
			return nil, err
		}
		switch {
		case all:
			return All{}, nil
		case lower == "contains_all":
			return &FieldFilter{field, containsAll{list}}, nil
		case len(list) == 0:
			return None{}, nil
		case lower == "in":
			return &FieldFilter{field, newInSet(list)}, nil
		}
		return &FieldFilter{field, containsAny{list}}, nil
	case "seq":
		list, all, err := p.values(lower)
		if err != nil {
			return nil, err
		}
		if all {
			return All{}, nil
		}
		return &FieldFilter{field, sequence{list}}, nil
	case "i":
		return p.fold(field)
	case "range":
		return p.numbers(field)
	case "len_range":
		return p.lengths(field)
	case "ipv4_range":
		return p.addresses(field)
	case "string_range":
		return p.stringRange(field)
	}
	err := p.errorAt(unknownFunction, start, start+len(name), nearest(strings.ToLower(name), functionNames()), "unknown filter function %q", name)
	if err.Fix == "" {
		err.Message += "; put a space before ( to search for the word"
	}
	return nil, err
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
	if p.take(")") {
		return nil, false, nil
	}
	for {
		p.space()
		start := p.pos
		v, err := p.value("a value")
		if err != nil {
			return nil, false, err
		}
		switch p.peek() {
		case ',', ')', 0:
		case '*', ':':
			return nil, false, p.errorAt(needsQuotes, start, p.pos+1, "", "%s() takes plain values; put one with %q in quotes", function, p.text[p.pos:p.pos+1])
		default:
			return nil, false, p.errorAt(unsupported, start, p.pos+1, "", "%s() takes values parted by commas; a query within it is not supported", function)
		}
		list = append(list, v)
		if !p.take(",") {
			return list, false, p.close(")", open)
		}
		if p.take(")") {
			return list, false, nil
		}
	}
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
	v, err := p.value("a word or phrase")
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
	text, err = p.value(what)
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

// numbers reads range(1, 10KiB].
func (p *parser) numbers(field string) (Filter, error) {
	lo, hi, err := p.bounds("a number")
	if err != nil {
		return nil, err
	}
	m := numberRange{openLo: lo.open, openHi: hi.open, text: rangeText("range", lo, hi)}
	var ok bool
	if m.lo, ok = parseBound(lo.text); !ok {
		return nil, p.errorAt(badNumber, lo.start, lo.end, "", "range() needs a number, duration or size, got %q", lo.text)
	}
	if m.hi, ok = parseBound(hi.text); !ok {
		return nil, p.errorAt(badNumber, hi.start, hi.end, "", "range() needs a number, duration or size, got %q", hi.text)
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

// addresses reads ipv4_range(10.0.0.1, 10.0.0.9), ipv4_range("10.0.0.0/8") and ipv4_range(10.0.0.1).
func (p *parser) addresses(field string) (Filter, error) {
	p.space()
	open := p.pos
	if !p.take("(") && !p.take("[") {
		return nil, p.unexpected("(")
	}
	loText, start, end, err := p.bound("an IPv4 address or network")
	if err != nil {
		return nil, err
	}
	m := ipv4Range{text: "ipv4_range(" + quoteValue(loText) + ")"}
	if p.take(",") {
		hiText, hiStart, hiEnd, err := p.bound("an IPv4 address")
		if err != nil {
			return nil, err
		}
		var ok bool
		if m.lo, ok = ParseIPv4(loText); !ok {
			return nil, p.errorAt(badAddress, start, end, "", "%q is not an IPv4 address", loText)
		}
		if m.hi, ok = ParseIPv4(hiText); !ok {
			return nil, p.errorAt(badAddress, hiStart, hiEnd, "", "%q is not an IPv4 address", hiText)
		}
		m.text = "ipv4_range(" + quoteValue(loText) + "," + quoteValue(hiText) + ")"
	} else {
		var ok bool
		if m.lo, m.hi, ok = parseNetwork(loText); !ok {
			return nil, p.errorAt(badAddress, start, end, "", "%q is not an IPv4 address or network", loText)
		}
	}
	if !p.take(")") && !p.take("]") {
		return nil, p.close(")", open)
	}
	return &FieldFilter{field, m}, nil
}

// parseNetwork returns the first and last address of 10.0.0.0/8 or of a single address.
func parseNetwork(s string) (lo, hi uint32, ok bool) {
	address, length, cut := strings.Cut(s, "/")
	ip, ok := ParseIPv4(address)
	if !ok || !cut {
		return ip, ip, ok
	}
	n, err := strconv.ParseUint(length, 10, 8)
	if err != nil || n > 32 {
		return 0, 0, false
	}
	mask := uint32(math.MaxUint32) >> n
	return ip &^ mask, ip | mask, true
}
