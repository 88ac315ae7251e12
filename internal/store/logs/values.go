package logs

import (
	"slices"
	"unsafe"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// values are those of one field in the rows of one block. Strings are valid as long as the block is.
type values interface {
	// prepare makes the values of these rows ready for at.
	prepare(rows bitmap) error
	at(row int) string
	// narrow drops the rows whose value does not match.
	narrow(n *fieldNode, rows bitmap) error
	// column returns the values of some prepared rows.
	column(name string, rows []uint32) logsql.Column
}

// constant is one value for all rows.
type constant string

func (c constant) prepare(bitmap) error { return nil }
func (c constant) at(int) string        { return string(c) }

func (c constant) narrow(n *fieldNode, rows bitmap) error {
	if !n.matcher.Match(string(c)) {
		clear(rows)
	}
	return nil
}

func (c constant) column(name string, _ []uint32) logsql.Column {
	return logsql.ConstColumn(name, string(c))
}

// stored is a column as it was stored.
type stored struct{ block.Column }

func (s stored) prepare(bitmap) error { return nil }
func (s stored) at(row int) string    { return s.At(row) }

func (s stored) narrow(n *fieldNode, rows bitmap) error {
	switch s.Kind {
	case block.Absent, block.Const:
		return constant(s.Value(0)).narrow(n, rows)
	case block.Dict:
		var match [256]bool
		matching := 0
		for i := range s.Ends {
			if match[i] = n.matcher.Match(s.Value(i)); match[i] {
				matching++
			}
		}
		switch matching {
		case 0:
			clear(rows)
		case len(s.Ends):
		default:
			rows.keep(func(row int) bool { return match[s.Index[row]] })
		}
		return nil
	}
	if n.needle.text != "" && rows.count() > len(s.Ends)/8 && n.needle.exactIn(s.Data) {
		s.scan(n, rows)
		return nil
	}
	rows.keep(func(row int) bool { return n.matcher.Match(s.Value(row)) })
	return nil
}

func (s stored) column(name string, rows []uint32) logsql.Column {
	switch s.Kind {
	case block.Absent, block.Const:
		return logsql.ConstColumn(name, s.Value(0))
	case block.Dict:
		index := make([]uint32, len(rows))
		for i, row := range rows {
			index[i] = uint32(s.Index[row])
		}
		return logsql.DictColumn(name, s.distinct(), index)
	}
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = s.Value(int(row))
	}
	return logsql.PlainColumn(name, list)
}

// distinct returns the values of a dictionary.
func (s stored) distinct() []string {
	all := make([]string, len(s.Ends))
	for i := range all {
		all[i] = s.Value(i)
	}
	return all
}

// perStream has one value for each stream.
type perStream struct {
	values   []string
	rows     block.Rows
	streamOf []uint32 // of each row; nil until a row is asked for
}

func (p *perStream) prepare(bitmap) error { return nil }

func (p *perStream) at(row int) string { return p.values[p.stream(uint32(row))] }

func (p *perStream) stream(row uint32) uint32 {
	if p.streamOf == nil {
		_, p.streamOf, _ = p.rows.Streams() // whose table was read for the values
	}
	return p.streamOf[row]
}

func (p *perStream) narrow(n *fieldNode, rows bitmap) error {
	match := make([]bool, len(p.values))
	for i, v := range p.values {
		match[i] = n.matcher.Match(v)
	}
	return keepStreams(p.rows, match, rows)
}

// keepStreams drops the rows of the streams that do not match.
func keepStreams(of block.Rows, match []bool, rows bitmap) error {
	_, ends, err := of.Runs()
	if err != nil || !slices.Contains(match, false) {
		return err
	}
	if ends != nil {
		start := uint32(0)
		for i, end := range ends {
			if !match[i] {
				rows.dropRange(int(start), int(end))
			}
			start = end
		}
		return nil
	}
	_, streamOf, err := of.Streams()
	if err == nil {
		rows.keep(func(row int) bool { return match[streamOf[row]] })
	}
	return err
}

func (p *perStream) column(name string, rows []uint32) logsql.Column {
	if len(p.values) == 1 {
		return logsql.ConstColumn(name, p.values[0])
	}
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = p.stream(row)
	}
	return logsql.DictColumn(name, p.values, index)
}

// computed writes each value when it is asked for.
type computed struct {
	write func(dst []byte, row int) []byte
	buf   []byte
}

func (c *computed) prepare(bitmap) error { return nil }

func (c *computed) at(row int) string {
	c.buf = c.write(c.buf[:0], row)
	return string(c.buf)
}

func (c *computed) narrow(n *fieldNode, rows bitmap) error {
	rows.keep(func(row int) bool {
		c.buf = c.write(c.buf[:0], row)
		return n.matcher.Match(unsafe.String(unsafe.SliceData(c.buf), len(c.buf)))
	})
	return nil
}

func (c *computed) column(name string, rows []uint32) logsql.Column {
	var text []byte
	ends := make([]int, len(rows))
	for i, row := range rows {
		text = c.write(text, int(row))
		ends[i] = len(text)
	}
	all, list, start := textOf(text), make([]string, len(rows)), 0
	for i, end := range ends {
		list[i] = all[start:end]
		start = end
	}
	return logsql.PlainColumn(name, list)
}

// mixed asks several sources, row by row, until one has a value.
type mixed struct {
	e      *eval
	name   string
	labels values // nil when there are none
	stored values
	view   bool
	alias  values // nil when there is none
	done   bitmap
	list   []string
	whole  viewColumn // of all rows, when nothing but a view answers and it was read before
	asked  bool       // for whole
}

// coded reports whether the values of all rows are at hand without these rows being parsed one by one. all says that
// each of them will be looked at.
func (m *mixed) coded(rows bitmap, all bool) (bool, error) {
	if m.asked {
		return m.whole != nil, nil
	}
	m.asked = true
	var err error
	if s, ok := m.stored.(stored); ok && s.Kind == block.Absent && m.labels == nil && m.alias == nil {
		m.whole, err = m.e.views.column(m.name, rows, all)
	}
	return m.whole != nil, err
}

func (m *mixed) prepare(rows bitmap) error {
	if coded, err := m.coded(rows, true); coded || err != nil {
		return err
	}
	n := m.e.rows.Info().Rows
	if m.list == nil {
		m.done, m.list = newBitmap(nil, n), make([]string, n)
	}
	todo := newBitmap(nil, n)
	todo.or(rows)
	todo.andNot(m.done)
	m.done.or(todo)
	if err := m.stored.prepare(todo); err != nil {
		return err
	}
	rest := newBitmap(nil, n)
	todo.all(func(row int) {
		v := ""
		if m.labels != nil {
			v = m.labels.at(row)
		}
		if v == "" {
			v = m.stored.at(row)
		}
		if m.list[row] = v; v == "" {
			rest.add(row)
		}
	})
	if m.view {
		if err := m.e.views.prepare(rest); err != nil {
			return err
		}
		rest.all(func(row int) {
			if m.list[row] = m.e.views.at(m.name, row); m.list[row] != "" {
				rest.drop(row)
			}
		})
	}
	if m.alias == nil {
		return nil
	}
	if err := m.alias.prepare(rest); err != nil {
		return err
	}
	rest.all(func(row int) { m.list[row] = m.alias.at(row) })
	return nil
}

func (m *mixed) at(row int) string {
	if m.whole != nil {
		return m.whole.at(row)
	}
	return m.list[row]
}

func (m *mixed) narrow(n *fieldNode, rows bitmap) error {
	if err := m.prepare(rows); err != nil {
		return err
	}
	if m.whole != nil {
		m.whole.narrow(n, rows)
		return nil
	}
	rows.keep(func(row int) bool { return n.matcher.Match(m.list[row]) })
	return nil
}

func (m *mixed) column(name string, rows []uint32) logsql.Column {
	if m.whole != nil {
		return m.whole.column(name, rows)
	}
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = m.list[row]
	}
	return logsql.PlainColumn(name, list)
}
