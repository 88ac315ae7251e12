package logsql

import (
	"regexp"
	"strings"
)

// stream reads {label="value", other=~"re" or third in (a, b)}.
func (p *parser) stream() (Filter, error) {
	p.space()
	open := p.pos
	p.pos++
	f := &StreamFilter{}
	if p.take("}") {
		return All{}, nil
	}
	for {
		alternative, err := p.labels()
		if err != nil {
			return nil, err
		}
		f.Or = append(f.Or, alternative)
		if p.keyword("or") == "" {
			return f, p.close("}", open)
		}
	}
}

// labels reads comparisons parted by commas.
func (p *parser) labels() ([]LabelMatcher, error) {
	var out []LabelMatcher
	for {
		m, err := p.label()
		if err != nil {
			return nil, err
		}
		out = append(out, m)
		if !p.take(",") {
			return out, nil
		}
		if p.peek() == '}' {
			return out, nil
		}
	}
}

// label reads one comparison.
func (p *parser) label() (LabelMatcher, error) {
	name, err := p.value("the name of a stream field")
	if err != nil {
		return LabelMatcher{}, err
	}
	m := LabelMatcher{Label: name}
	for _, op := range []string{"=~", "!~", "!=", "="} {
		if p.take(op) {
			m.Op = op
			break
		}
	}
	if m.Op == "" {
		switch p.keyword("in", "not_in") {
		case "in":
			m.Op = "=~"
		case "not_in":
			m.Op = "!~"
		default:
			return m, p.unexpected("one of = != =~ !~ in not_in")
		}
		p.space()
		start := p.pos
		list, all, err := p.values("in")
		if err != nil {
			return m, err
		}
		for i, v := range list {
			list[i] = regexp.QuoteMeta(v)
		}
		m.Value = strings.Join(list, "|")
		if all {
			m.Value = ".*"
		}
		if m.re, _, err = compileRegexp(m.Value, true); err != nil {
			return m, p.badRegexp(start, err)
		}
		return m, nil
	}
	p.space()
	start := p.pos
	if m.Value, err = p.fieldText("the value of a stream field"); err != nil {
		return m, err
	}
	if m.Op == "=~" || m.Op == "!~" {
		if m.re, _, err = compileRegexp(m.Value, true); err != nil {
			return m, p.badRegexp(start, err)
		}
	}
	return m, nil
}
