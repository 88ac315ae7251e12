package logsql

import (
	"strconv"
	"strings"
)

// PipeSort sorts rows by fields, the first before the others, as CompareValues orders values.
type PipeSort struct {
	By        []SortField // empty sorts by all fields of the rows, in their order
	Desc      bool        // of a sort by all fields
	Limit     int         // rows to pass on; 0 is all
	Offset    int         // rows to leave out at the start
	Partition []string    // limit, offset and rank are those of each combination of these fields
	Rank      string      // field that gets the place, from 1; "" for none
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
	b.WriteString("sort")
	if len(p.By) > 0 {
		b.WriteString(" by (")
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
	}
	if p.Desc {
		b.WriteString(" desc")
	}
	if len(p.Partition) > 0 {
		b.WriteString(" partition by (" + nameList(p.Partition) + ")")
	}
	if p.Offset > 0 {
		b.WriteString(" offset " + strconv.Itoa(p.Offset))
	}
	if p.Limit > 0 {
		b.WriteString(" limit " + strconv.Itoa(p.Limit))
	}
	if p.Rank != "" {
		b.WriteString(" rank as " + quoteName(p.Rank))
	}
	return b.String()
}

func (p *PipeSort) needs(s *fieldSet) {
	if p.Rank != "" {
		s.remove(p.Rank)
	}
	if len(p.By) == 0 {
		s.add("*")
	}
	for _, f := range p.By {
		s.add(f.Name)
	}
	s.add(p.Partition...)
}

// parseSort reads sort by (a desc, b) desc partition by (c) offset 5 limit 10 rank as place.
func parseSort(p *parser, _ string) (Pipe, error) {
	pipe := &PipeSort{}
	if err := p.sortBy(pipe); err != nil {
		return nil, err
	}
	return pipe, p.sortOptions(pipe, "limit", "offset", "partition", "rank")
}

// sortOptions reads what stands behind the fields to sort by.
func (p *parser) sortOptions(pipe *PipeSort, known ...string) (err error) {
	for {
		p.space()
		start := p.pos
		switch p.keyword(known...) {
		case "limit":
			if pipe.Limit, err = p.count("a count of rows"); err == nil && pipe.Limit == 0 {
				err = p.errorAt(badNumber, start, p.pos, "", "sort needs a limit above 0")
			}
		case "offset":
			pipe.Offset, err = p.count("a count of rows")
		case "partition":
			p.keyword("by")
			if pipe.Partition, err = p.parenNames(false); err == nil && len(pipe.Partition) == 0 {
				err = p.errorAt(missingFields, start, p.pos, "", "partition needs the fields to part rows by")
			}
		case "rank":
			pipe.Rank, err = p.rankName(nil)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rankName reads as name, or the name alone, behind rank; it is rank, or like it where a field has that name, when
// there is none.
func (p *parser) rankName(taken []string) (string, error) {
	if p.keyword("as") == "" && (p.atEnd() || reserved(p.word())) {
		return freeName("rank", taken), nil
	}
	return p.name(false)
}

// sortBy reads by (a desc, b) desc; a final desc turns every field round. There may be no fields.
func (p *parser) sortBy(pipe *PipeSort) error {
	start := p.pos
	by := p.keyword("by") != ""
	p.space()
	open := p.pos
	paren := p.take("(")
	if !paren && !by && (p.atEnd() || reserved(p.word())) {
		pipe.Desc = p.keyword("asc", "desc") == "desc"
		return nil
	}
	if p.atEnd() || !paren && reserved(p.word()) {
		return p.errorAt(missingFields, start, p.pos, "by (_time)", "by needs the fields to sort by")
	}
	for {
		name, err := p.name(false)
		if err != nil {
			return err
		}
		pipe.By = append(pipe.By, SortField{name, p.keyword("asc", "desc") == "desc"})
		if !p.take(",") {
			break
		}
	}
	if !paren {
		return nil
	}
	if err := p.close(")", open); err != nil {
		return err
	}
	if p.keyword("asc", "desc") == "desc" {
		reverse(pipe.By)
	}
	return nil
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
	if err := p.sortBy(pipe); err != nil {
		return nil, err
	}
	if name == "last" {
		reverse(pipe.By)
		pipe.Desc = !pipe.Desc && len(pipe.By) == 0
	}
	return pipe, p.sortOptions(pipe, "partition", "rank")
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
