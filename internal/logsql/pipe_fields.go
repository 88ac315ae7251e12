package logsql

import "strings"

// PipeFields keeps the named fields and drops all others. A name may end in '*'.
type PipeFields struct{ Fields []string }

// Name is "fields".
func (*PipeFields) Name() string { return "fields" }

func (p *PipeFields) String() string { return "fields " + nameList(p.Fields) }

func (p *PipeFields) needs(s *fieldSet) {
	behind := *s
	s.only()
	for _, f := range p.Fields {
		if strings.HasSuffix(f, "*") || behind.has(f) {
			s.add(f)
		}
	}
}

func parseFields(p *parser, _ string) (Pipe, error) {
	names, err := p.names(true)
	return &PipeFields{names}, err
}

// PipeDelete drops the named fields. A name may end in '*'.
type PipeDelete struct{ Fields []string }

// Name is "delete".
func (*PipeDelete) Name() string { return "delete" }

func (p *PipeDelete) String() string { return "delete " + nameList(p.Fields) }

func (p *PipeDelete) needs(s *fieldSet) {
	for name := range s.names {
		if MatchName(p.Fields, name) {
			s.remove(name)
		}
	}
}

func parseDelete(p *parser, _ string) (Pipe, error) {
	names, err := p.names(true)
	return &PipeDelete{names}, err
}

// FieldPair is a field and the name that it gets.
type FieldPair struct{ From, To string }

func pairList(pairs []FieldPair) string {
	out := make([]string, len(pairs))
	for i, f := range pairs {
		out[i] = quoteName(f.From) + " as " + quoteName(f.To)
	}
	return strings.Join(out, ", ")
}

// pairs reads a as b, c d.
func (p *parser) pairs() ([]FieldPair, error) {
	var out []FieldPair
	for {
		from, err := p.name(false)
		if err != nil {
			return nil, err
		}
		p.keyword("as")
		to, err := p.name(false)
		if err != nil {
			return nil, err
		}
		out = append(out, FieldPair{from, to})
		if !p.take(",") {
			return out, nil
		}
	}
}

// PipeRename gives fields other names, one pair after the other; a field that has the new name is replaced.
type PipeRename struct{ Pairs []FieldPair }

// Name is "rename".
func (*PipeRename) Name() string { return "rename" }

func (p *PipeRename) String() string { return "rename " + pairList(p.Pairs) }

func (p *PipeRename) needs(s *fieldSet) {
	for i := len(p.Pairs) - 1; i >= 0; i-- {
		f := p.Pairs[i]
		used := s.has(f.To)
		s.remove(f.To)
		if f.From != f.To {
			s.remove(f.From)
		}
		if used {
			s.add(f.From)
		}
	}
}

func parseRename(p *parser, _ string) (Pipe, error) {
	pairs, err := p.pairs()
	return &PipeRename{pairs}, err
}

// PipeCopy copies fields to other names, one pair after the other.
type PipeCopy struct{ Pairs []FieldPair }

// Name is "copy".
func (*PipeCopy) Name() string { return "copy" }

func (p *PipeCopy) String() string { return "copy " + pairList(p.Pairs) }

func (p *PipeCopy) needs(s *fieldSet) {
	for i := len(p.Pairs) - 1; i >= 0; i-- {
		f := p.Pairs[i]
		if s.has(f.To) {
			s.remove(f.To)
			s.add(f.From)
		}
	}
}

func parseCopy(p *parser, _ string) (Pipe, error) {
	pairs, err := p.pairs()
	return &PipeCopy{pairs}, err
}
