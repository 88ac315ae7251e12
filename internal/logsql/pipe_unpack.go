package logsql

// PipeUnpack makes fields of the JSON object or the logfmt pairs that a field holds.
type PipeUnpack struct {
	Logfmt          bool // logfmt, else JSON
	From            string
	Fields          []string // the fields to take, patterns allowed; empty is all
	Prefix          string   // put before each name
	If              Filter
	KeepOriginal    bool
	SkipEmptyResult bool
}

// Name is "unpack_json" or "unpack_logfmt".
func (p *PipeUnpack) Name() string {
	if p.Logfmt {
		return "unpack_logfmt"
	}
	return "unpack_json"
}

func (p *PipeUnpack) String() string {
	s := p.Name() + ifText(p.If) + " from " + quoteName(p.From)
	if len(p.Fields) > 0 {
		s += " fields (" + nameList(p.Fields) + ")"
	}
	if p.Prefix != "" {
		s += " result_prefix " + quoteValue(p.Prefix)
	}
	return s + flagText(p.KeepOriginal, p.SkipEmptyResult)
}

func (p *PipeUnpack) needs(s *fieldSet) {
	s.add(p.From)
	s.addFilter(p.If)
}

func (p *PipeUnpack) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseUnpack(p *parser, name string) (Pipe, error) {
	pipe := &PipeUnpack{Logfmt: name == "unpack_logfmt"}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	options := []string{"fields", "result_prefix", "keep_original_fields", "skip_empty_results"}
	if pipe.From, err = p.fromBefore(options...); err != nil {
		return nil, err
	}
	for {
		switch p.keyword(options...) {
		case "fields":
			p.space()
			pipe.Fields, err = p.parenNames(true)
		case "result_prefix":
			pipe.Prefix, err = p.value("a prefix")
		case "keep_original_fields":
			pipe.KeepOriginal = true
		case "skip_empty_results":
			pipe.SkipEmptyResult = true
		default:
			return pipe, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
