package pipe

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// packer writes fields of a row as JSON or logfmt into one.
type packer struct {
	pipe *logsql.PipePack
	from args
	text []byte
}

func (p *packer) fields() []string { return []string{p.pipe.As} }

func (p *packer) begin(b *logsql.Batch) *logsql.Column {
	p.from.begin(b)
	return nil
}

func (p *packer) derive(unit int, m *made) {
	if p.pipe.Logfmt {
		p.text = p.from.appendLogfmt(p.text[:0], unit)
	} else {
		p.text = p.from.appendJSON(p.text[:0], unit)
	}
	m.set(unit, p.pipe.As, m.text.copyBytes(p.text))
}

// appendJSON appends the fields of row i as a JSON object; missing ones are left out.
func (a *args) appendJSON(dst []byte, i int) []byte {
	dst = append(dst, '{')
	first := true
	for k, f := range a.fields {
		v := f.at(i)
		if v == "" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = logsql.AppendJSONString(dst, a.names[k])
		dst = append(dst, ':')
		dst = logsql.AppendJSONString(dst, v)
	}
	return append(dst, '}')
}

// appendLogfmt appends the fields of row i as name=value pairs; missing ones are left out.
func (a *args) appendLogfmt(dst []byte, i int) []byte {
	first := true
	for k, f := range a.fields {
		v := f.at(i)
		if v == "" {
			continue
		}
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(append(dst, a.names[k]...), '=')
		if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == '"' || r == '\\' || r == '=' || r == 0x7f }) {
			dst = logsql.AppendJSONString(dst, v)
		} else {
			dst = append(dst, v...)
		}
	}
	return dst
}

// streamSetter makes _stream of other fields.
type streamSetter struct {
	from  args
	order []int // of the fields, by name
	text  []byte
}

func (*streamSetter) fields() []string { return []string{"_stream"} }

func (s *streamSetter) begin(b *logsql.Batch) *logsql.Column {
	s.from.begin(b)
	s.order = s.order[:0]
	for k := range s.from.names {
		s.order = append(s.order, k)
	}
	slices.SortFunc(s.order, func(x, y int) int { return strings.Compare(s.from.names[x], s.from.names[y]) })
	return nil
}

func (s *streamSetter) derive(unit int, m *made) {
	s.text = append(s.text[:0], '{')
	for _, k := range s.order {
		v := s.from.fields[k].at(unit)
		if v == "" {
			continue
		}
		if len(s.text) > 1 {
			s.text = append(s.text, ',')
		}
		s.text = append(append(s.text, s.from.names[k]...), '=')
		s.text = logsql.AppendJSONString(s.text, v)
	}
	m.set(unit, "_stream", m.text.copyBytes(append(s.text, '}')))
}
