package logsql

import (
	"strconv"
	"strings"
)

// PipeSort sorts rows by fields, the first before the others, as CompareValues orders values.
type PipeSort struct {
	By     []SortField
	Limit  int // rows to pass on; 0 is all
	Offset int // rows to leave out at the start
}

// SortField is one field to sort by.
type SortField struct {
	Name string
	Desc bool
}

// Name is "sort".
func (*PipeSort) Name() string { return "sort" }

func (p *PipeSort) String() string {
	var b strings.Builder
	b.WriteString("sort by (")
	for i, f := range p.By {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoteName(f.Name))
		if f.Desc {
			b.WriteString(" desc")
		}
	}
	b.WriteByte(')')
	if p.Offset > 0 {
		b.WriteString(" offset " + strconv.Itoa(p.Offset))
	}
	if p.Limit > 0 {
		b.WriteString(" limit " + strconv.Itoa(p.Limit))
	}
	return b.String()
}

func (p *PipeSort) needs(s *fieldSet) {
	for _, f := range p.By {
		s.add(f.Name)
	}
}

// parseSort reads sort by (a desc, b) desc offset 5 limit 10.
func parseSort(p *parser, _ string) (Pipe, error) {
	by, err := p.sortBy()
	if err != nil {
		return nil, err
	}
	pipe := &PipeSort{By: by}
	for {
		switch p.keyword("limit", "offset") {
		case "limit":
			start := p.pos
			if pipe.Limit, err = p.count("a count of rows"); err == nil && pipe.Limit == 0 {
				err = p.errorAt(badNumber, start, p.pos, "", "sort needs a limit above 0")
			}
		case "offset":
			pipe.Offset, err = p.count("a count of rows")
		default:
			return pipe, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// sortBy reads by (a desc, b) desc; a final desc turns every field round.
func (p *parser) sortBy() ([]SortField, error) {
	start := p.pos
	p.keyword("by")
	p.space()
	open := p.pos
	paren := p.take("(")
	if p.atEnd() || reserved(p.word()) {
		return nil, p.errorAt(missingFields, start, p.pos, "by (_time)", "sort needs the fields to sort by")
	}
	var by []SortField
	for {
		name, err := p.name(false)
		if err != nil {
			return nil, err
		}
		by = append(by, SortField{name, p.keyword("asc", "desc") == "desc"})
		if !p.take(",") {
			break
		}
	}
	if !paren {
		return by, nil
	}
	if err := p.close(")", open); err != nil {
		return nil, err
	}
	if p.keyword("asc", "desc") == "desc" {
		reverse(by)
	}
	return by, nil
}

func reverse(by []SortField) {
	for i := range by {
		by[i].Desc = !by[i].Desc
	}
}

// parseFirst reads first 3 by (a) and last 3 by (a): the shorthands of sort with a limit.
func parseFirst(p *parser, name string) (Pipe, error) {
	pipe := &PipeSort{Limit: 1}
	if w := p.word(); w != "" && isDigit(w[0]) {
		start := p.pos
		n, err := p.count("a count of rows")
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, p.errorAt(badNumber, start, p.pos, "", "%s needs a count above 0", name)
		}
		pipe.Limit = n
	}
	var err error
	if pipe.By, err = p.sortBy(); err != nil {
		return nil, err
	}
	if name == "last" {
		reverse(pipe.By)
	}
	return pipe, nil
}

// PipeLimit passes on the first N rows.
type PipeLimit struct{ N int }

// Name is "limit".
func (*PipeLimit) Name() string { return "limit" }

func (p *PipeLimit) String() string { return "limit " + strconv.Itoa(p.N) }

func parseLimit(p *parser, _ string) (Pipe, error) {
	if p.atEnd() {
		return &PipeLimit{10}, nil
	}
	n, err := p.count("a count of rows")
	return &PipeLimit{n}, err
}

// PipeOffset leaves out the first N rows.
type PipeOffset struct{ N int }

// Name is "offset".
func (*PipeOffset) Name() string { return "offset" }

func (p *PipeOffset) String() string { return "offset " + strconv.Itoa(p.N) }

func parseOffset(p *parser, _ string) (Pipe, error) {
	n, err := p.count("a count of rows")
	return &PipeOffset{n}, err
}
