package logsql

import "strconv"

// PipeUniq passes on each combination of values once; without fields, each row.
type PipeUniq struct {
	By    []string
	Limit int    // stop at so many; 0 is all
	Hits  string // field that gets the number of rows, "" for none
}

// Name is "uniq".
func (*PipeUniq) Name() string { return "uniq" }

func (p *PipeUniq) String() string {
	s := "uniq"
	if len(p.By) > 0 {
		s += " by (" + nameList(p.By) + ")"
	}
	if p.Hits != "" {
		s += " with hits"
	}
	if p.Limit > 0 {
		s += " limit " + strconv.Itoa(p.Limit)
	}
	return s
}

func (p *PipeUniq) needs(s *fieldSet) {
	if len(p.By) == 0 {
		*s = fieldSet{all: true}
		return
	}
	s.only(p.By...)
}

// parseUniq reads uniq by (a, b) with hits limit 100.
func parseUniq(p *parser, _ string) (Pipe, error) {
	by, err := p.byNames()
	if err != nil {
		return nil, err
	}
	pipe := &PipeUniq{By: by}
	for {
		switch p.keyword("with", "hits", "limit") {
		case "with":
		case "hits":
			pipe.Hits = freeName("hits", by)
		case "limit":
			if pipe.Limit, err = p.count("a count of rows"); err != nil {
				return nil, err
			}
		default:
			return pipe, nil
		}
	}
}

// freeName returns name, or one that no field has.
func freeName(name string, taken []string) string {
	for MatchName(taken, name) {
		name += "s"
	}
	return name
}

// PipeTop passes on the N most frequent combinations of values with their number of rows, most first; without fields,
// the most frequent whole rows.
type PipeTop struct {
	N    int
	By   []string
	Hits string // field that gets the number of rows
	Rank string // field that gets the place, from 1; "" for none
}

// Name is "top".
func (*PipeTop) Name() string { return "top" }

func (p *PipeTop) String() string {
	s := "top " + strconv.Itoa(p.N)
	if len(p.By) > 0 {
		s += " by (" + nameList(p.By) + ")"
	}
	s += " hits as " + quoteName(p.Hits)
	if p.Rank != "" {
		s += " rank as " + quoteName(p.Rank)
	}
	return s
}

func (p *PipeTop) needs(s *fieldSet) {
	if len(p.By) == 0 {
		*s = fieldSet{all: true}
		return
	}
	s.only(p.By...)
}

// parseTop reads top 10 by (a, b) hits as n rank as place.
func parseTop(p *parser, _ string) (Pipe, error) {
	pipe := &PipeTop{N: 10}
	if w := p.word(); w != "" && isDigit(w[0]) {
		start := p.pos
		n, err := p.count("a count of rows")
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, p.errorAt(badNumber, start, p.pos, "10", "top needs a count above 0")
		}
		pipe.N = n
	}
	var err error
	if pipe.By, err = p.byNames(); err != nil {
		return nil, err
	}
	pipe.Hits = freeName("hits", pipe.By)
	for {
		switch p.keyword("with", "hits", "rank") {
		case "with":
		case "hits":
			p.keyword("as")
			if pipe.Hits, err = p.name(false); err != nil {
				return nil, err
			}
		case "rank":
			if pipe.Rank, err = p.rankName(pipe.By); err != nil {
				return nil, err
			}
		default:
			return pipe, nil
		}
	}
}
