package logsql

// PipeFilter passes on the rows that a filter matches.
type PipeFilter struct{ Filter Filter }

// Name is "filter".
func (*PipeFilter) Name() string { return "filter" }

func (p *PipeFilter) String() string { return "filter " + p.Filter.String() }

func (p *PipeFilter) needs(s *fieldSet) { s.addFilter(p.Filter) }

func (p *PipeFilter) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.Filter}
}

func parseWhere(p *parser, _ string) (Pipe, error) {
	f, err := p.filter(msgField)
	return &PipeFilter{f}, err
}
