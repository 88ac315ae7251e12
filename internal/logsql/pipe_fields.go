package logsql

import (
	"slices"
	"strings"
)

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

// FieldPair is a field and the name that it gets. Both may end in '*': then the part of the name behind the first prefix
// goes behind the second.
type FieldPair struct{ From, To string }

// NewName returns the name that a field gets, "" when the pair does not mean it.
func (f FieldPair) NewName(field string) string {
	stem, pattern := strings.CutSuffix(f.From, "*")
	if !pattern {
		if field == f.From {
			return f.To
		}
		return ""
	}
	rest, ok := strings.CutPrefix(field, stem)
	if !ok {
		return ""
	}
	if name := strings.TrimSuffix(f.To, "*") + rest; name != "" {
		return name
	}
	return msgField
}

// Pattern reports whether the pair means every field that begins so.
func (f FieldPair) Pattern() bool { return strings.HasSuffix(f.From, "*") }

func pairList(pairs []FieldPair) string {
	out := make([]string, len(pairs))
	for i, f := range pairs {
		out[i] = namePattern(f.From) + " as " + namePattern(f.To)
	}
	return strings.Join(out, ", ")
}

// pairs reads a as b, c d, e* as f*.
func (p *parser) pairs() ([]FieldPair, error) {
	var out []FieldPair
	for {
		from, err := p.name(true)
		if err != nil {
			return nil, err
		}
		p.keyword("as")
		p.space()
		start := p.pos
		to, err := p.name(true)
		if err != nil {
			return nil, err
		}
		pair := FieldPair{from, to}
		if pair.Pattern() != strings.HasSuffix(to, "*") {
			fix := quoteName(strings.TrimSuffix(to, "*"))
			if pair.Pattern() {
				fix += "*"
			}
			return nil, p.errorAt(badWildcard, start, p.pos, fix, "%s and its new name must both end in * or neither", namePattern(from))
		}
		out = append(out, pair)
		if !p.take(",") {
			return out, nil
		}
	}
}

// needs turns the fields needed behind a pair into those needed before it; move is set when the old name goes.
func (f FieldPair) needs(s *fieldSet, move bool) {
	if f.Pattern() {
		s.add("*")
		return
	}
	used := s.has(f.To)
	if used || move {
		s.remove(f.To)
	}
	if move && f.From != f.To {
		s.remove(f.From)
	}
	if used {
		s.add(f.From)
	}
}

// PipeRename gives fields other names, one pair after the other; a field that has the new name is replaced.
type PipeRename struct{ Pairs []FieldPair }

// Name is "rename".
func (*PipeRename) Name() string { return "rename" }

func (p *PipeRename) String() string { return "rename " + pairList(p.Pairs) }

func (p *PipeRename) needs(s *fieldSet) {
	for _, f := range slices.Backward(p.Pairs) {
		f.needs(s, true)
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
	for _, f := range slices.Backward(p.Pairs) {
		f.needs(s, false)
	}
}

func parseCopy(p *parser, _ string) (Pipe, error) {
	pairs, err := p.pairs()
	return &PipeCopy{pairs}, err
}
