package logsql

import "strings"

// PipePack writes fields of a row as a JSON object or as logfmt into one.
type PipePack struct {
	Logfmt bool     // logfmt, else JSON
	Fields []string // patterns allowed; empty is all
	As     string
}

// Name is "pack_json" or "pack_logfmt".
func (p *PipePack) Name() string {
	if p.Logfmt {
		return "pack_logfmt"
	}
	return "pack_json"
}

func (p *PipePack) String() string {
	s := p.Name()
	if len(p.Fields) > 0 {
		s += " fields (" + nameList(p.Fields) + ")"
	}
	return s + " as " + quoteName(p.As)
}

func (p *PipePack) needs(s *fieldSet) {
	if !s.has(p.As) {
		return
	}
	s.remove(p.As)
	if len(p.Fields) == 0 {
		s.add("*")
		return
	}
	s.add(p.Fields...)
}

func parsePack(p *parser, name string) (Pipe, error) {
	pipe := &PipePack{Logfmt: name == "pack_logfmt", As: msgField}
	var err error
	if p.keyword("fields") != "" {
		p.space()
		if pipe.Fields, err = p.parenNames(true); err != nil {
			return nil, err
		}
	}
	as, err := p.resultName()
	if as != "" {
		pipe.As = as
	}
	return pipe, err
}

// PipeSetStreamFields makes _stream of other fields, such as those that a pipe before it has made.
type PipeSetStreamFields struct {
	Fields []string
	If     Filter
}

// Name is "set_stream_fields".
func (*PipeSetStreamFields) Name() string { return "set_stream_fields" }

func (p *PipeSetStreamFields) String() string {
	return "set_stream_fields" + ifText(p.If) + " " + nameList(p.Fields)
}

func (p *PipeSetStreamFields) needs(s *fieldSet) {
	if !s.has(streamField) {
		return
	}
	if p.If == nil {
		s.remove(streamField)
	}
	s.add(p.Fields...)
	s.addFilter(p.If)
}

func (p *PipeSetStreamFields) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseSetStreamFields(p *parser, _ string) (Pipe, error) {
	pipe := &PipeSetStreamFields{}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	pipe.Fields, err = p.names(true)
	return pipe, err
}

// PipeUnpackSyslog makes fields of the syslog message (RFC 3164, RFC 5424) that a field holds.
type PipeUnpackSyslog struct {
	From         string
	Offset       int64  // of the zone of times that have none, in ns ahead of UTC
	Prefix       string // put before each name
	If           Filter
	KeepOriginal bool
	Now          int64 // a time without a year is the last one before
}

// Name is "unpack_syslog".
func (*PipeUnpackSyslog) Name() string { return "unpack_syslog" }

func (p *PipeUnpackSyslog) String() string {
	s := "unpack_syslog" + ifText(p.If) + " from " + quoteName(p.From)
	if p.Offset != 0 {
		s += " offset " + quoteValue(FormatDuration(p.Offset))
	}
	if p.Prefix != "" {
		s += " result_prefix " + quoteValue(p.Prefix)
	}
	return s + flagText(p.KeepOriginal, false)
}

func (p *PipeUnpackSyslog) needs(s *fieldSet) {
	s.add(p.From)
	s.addFilter(p.If)
}

func (p *PipeUnpackSyslog) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseUnpackSyslog(p *parser, _ string) (Pipe, error) {
	pipe := &PipeUnpackSyslog{Now: p.now}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	options := []string{"offset", "result_prefix", "keep_original_fields"}
	if pipe.From, err = p.fromBefore(options...); err != nil {
		return nil, err
	}
	for {
		switch p.keyword(options...) {
		case "offset":
			p.space()
			start := p.pos
			text, err := p.value("an offset such as 9h")
			if err != nil {
				return nil, err
			}
			ns, ok := ParseDuration(strings.TrimPrefix(text, "+"))
			if !ok {
				return nil, p.errorAt(badDuration, start, p.pos, "", "%q is no offset such as 9h or -5h30m", text)
			}
			pipe.Offset = ns
		case "result_prefix":
			if pipe.Prefix, err = p.value("a prefix"); err != nil {
				return nil, err
			}
		case "keep_original_fields":
			pipe.KeepOriginal = true
		default:
			return pipe, nil
		}
	}
}
