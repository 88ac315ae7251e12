package pipe

import (
	"sort"
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

// sortByName puts the fields into the order of their names.
func (a *args) sortByName() { sort.Sort((*argsByName)(a)) }

type argsByName args

func (a *argsByName) Len() int           { return len(a.names) }
func (a *argsByName) Less(i, j int) bool { return a.names[i] < a.names[j] }
func (a *argsByName) Swap(i, j int) {
	a.names[i], a.names[j] = a.names[j], a.names[i]
	a.fields[i], a.fields[j] = a.fields[j], a.fields[i]
}

// streamSetter makes _stream of other fields.
type streamSetter struct {
	from args
	text []byte
}

func (*streamSetter) fields() []string { return []string{"_stream"} }

func (s *streamSetter) begin(b *logsql.Batch) *logsql.Column {
	s.from.begin(b)
	s.from.sortByName()
	return nil
}

func (s *streamSetter) derive(unit int, m *made) {
	s.text = append(s.text[:0], '{')
	for k, f := range s.from.fields {
		v := f.at(unit)
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
