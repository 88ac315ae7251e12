package logsql

// PipeJoin adds to each row the fields of those rows of another query that have the same values in some fields, as a
// LEFT JOIN of SQL does. A row with several partners comes once with each.
type PipeJoin struct {
	By     []string
	Query  *Query
	Inner  bool   // rows without a partner are left out
	Prefix string // put before the names of the added fields
}

// Name is "join".
func (*PipeJoin) Name() string { return "join" }

func (p *PipeJoin) String() string {
	s := "join by (" + nameList(p.By) + ") (" + p.Query.String() + ")"
	if p.Inner {
		s += " inner"
	}
	if p.Prefix != "" {
		s += " prefix " + quoteValue(p.Prefix)
	}
	return s
}

func (p *PipeJoin) needs(s *fieldSet) { s.add(p.By...) }

// parseJoin reads join by (a, b) (query) inner prefix p.
func parseJoin(p *parser, _ string) (Pipe, error) {
	p.keyword("by", "on")
	p.space()
	start := p.pos
	by, err := p.parenNames(false)
	if err != nil {
		return nil, err
	}
	if len(by) == 0 {
		return nil, p.errorAt(missingFields, start, p.pos, "", "join needs the fields to join by")
	}
	pipe := &PipeJoin{By: by}
	if pipe.Query, err = p.parenQuery(); err != nil {
		return nil, err
	}
	for {
		switch p.keyword("inner", "prefix") {
		case "inner":
			pipe.Inner = true
		case "prefix":
			if pipe.Prefix, err = p.value("a prefix"); err != nil {
				return nil, err
			}
		default:
			return pipe, nil
		}
	}
}

// parenQuery reads (query).
func (p *parser) parenQuery() (*Query, error) {
	p.space()
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, err
	}
	q, _, err := p.subquery(false)
	if err != nil {
		return nil, err
	}
	return q, p.close(")", open)
}

// PipeUnion passes on its rows and then those of another query.
type PipeUnion struct{ Query *Query }

// Name is "union".
func (*PipeUnion) Name() string { return "union" }

func (p *PipeUnion) String() string { return "union (" + p.Query.String() + ")" }

func parseUnion(p *parser, _ string) (Pipe, error) {
	q, err := p.parenQuery()
	return &PipeUnion{q}, err
}
