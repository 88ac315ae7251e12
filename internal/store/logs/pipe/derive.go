package pipe

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// derive runs the pipes that make fields from the values of a row: extract, unpack, format, replace, len, math.
type derive struct {
	cond         logsql.Filter
	keepOriginal bool
	skipEmpty    bool
	workers      []*deriveWorker
	next         Processor
}

// deriver makes fields, for one worker.
type deriver interface {
	// begin takes a batch and returns the constant or dictionary column from which alone the fields are made,
	// so that they are made once for each of its values; nil makes them once for each row.
	begin(b *logsql.Batch) *logsql.Column
	// derive makes the fields of one value or row.
	derive(unit int, m *made)
}

type deriveWorker struct {
	deriver
	made    made
	matches evaluator
	out     logsql.Batch
	merged  [][]string
}

// made holds the fields that are made of one batch. Its memory is used again for the next.
type made struct {
	names  []string
	places map[string]int
	values [][]string
	units  int
	text   arena
}

// maxMadeNames is how many names are remembered from batch to batch.
const maxMadeNames = 1000

// begin empties the table for a batch of so many values or rows.
func (m *made) begin(fixed []string, units int) {
	m.units = units
	m.text.piece = m.text.piece[:0]
	if len(m.names) > maxMadeNames {
		m.names, m.values = nil, nil
		clear(m.places)
	}
	if m.places == nil {
		m.places = map[string]int{}
	}
	for _, name := range fixed {
		m.place(name)
	}
	for k := range m.values {
		m.values[k] = emptied(m.values[k], units)
	}
}

func emptied(s []string, n int) []string {
	if cap(s) < n {
		return make([]string, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// place returns the number of a field.
func (m *made) place(name string) int {
	if k, ok := m.places[name]; ok {
		return k
	}
	k := len(m.names)
	name = strings.Clone(name)
	m.names = append(m.names, name)
	m.places[name] = k
	m.values = append(m.values, make([]string, m.units))
	return k
}

// set gives a field of a unit its value, which must live until the batch is passed on.
func (m *made) set(unit int, name, value string) { m.values[m.place(name)][unit] = value }

func newDerive(p logsql.Pipe, opts Options, next Processor) *derive {
	d := &derive{next: next, workers: make([]*deriveWorker, opts.Workers)}
	var build func() deriver
	switch p := p.(type) {
	case *logsql.PipeExtract:
		d.cond, d.keepOriginal, d.skipEmpty = p.If, p.KeepOriginal, p.SkipEmptyResult
		build = func() deriver { return &extractor{source: source{name: p.From}, pattern: &p.Pattern} }
	case *logsql.PipeExtractRegexp:
		d.cond, d.keepOriginal, d.skipEmpty = p.If, p.KeepOriginal, p.SkipEmptyResult
		build = func() deriver { return &regexpExtractor{source: source{name: p.From}, pipe: p} }
	case *logsql.PipeUnpack:
		// A field that the object of a row lacks keeps what it has.
		d.cond, d.keepOriginal, d.skipEmpty = p.If, p.KeepOriginal, true
		build = func() deriver { return &unpacker{source: source{name: p.From}, pipe: p} }
	case *logsql.PipeFormat:
		d.cond, d.keepOriginal, d.skipEmpty = p.If, p.KeepOriginal, p.SkipEmptyResult
		build = func() deriver { return &formatter{pipe: p} }
	case *logsql.PipeReplace:
		d.cond = p.If
		build = func() deriver { return &replacer{source: source{name: p.At}, pipe: p} }
	case *logsql.PipePack:
		build = func() deriver { return &packer{pipe: p, from: argsOf(p.Fields)} }
	case *logsql.PipeSetStreamFields:
		d.cond = p.If
		build = func() deriver { return &streamSetter{from: argsOf(p.Fields)} }
	case *logsql.PipeUnpackSyslog:
		d.cond, d.keepOriginal, d.skipEmpty = p.If, p.KeepOriginal, true
		build = func() deriver { return newSyslogUnpacker(p) }
	case logsql.TextPipe:
		from, to := p.Fields()
		d.cond = p.Condition()
		build = func() deriver { return &texter{source: source{name: from}, to: to, change: textChange(p)} }
	case Views:
		d.keepOriginal = true
		build = func() deriver { return &viewer{source: source{name: model.FieldMsg}} }
	case *logsql.PipeMath:
		build = func() deriver { return &calculator{pipe: p} }
	}
	for i := range d.workers {
		d.workers[i] = &deriveWorker{deriver: build(), matches: evaluator{columns: opts.Columns}}
	}
	return d
}

func (d *derive) Write(worker int, b *logsql.Batch) error {
	w := d.workers[worker]
	shape := w.begin(b)
	units := b.N
	if shape != nil {
		units = len(shape.Values)
	}
	var matched []bool
	if d.cond != nil {
		matched = w.matches.evaluate(d.cond, b)
	}
	var fixed []string
	if f, ok := w.deriver.(interface{ fields() []string }); ok {
		fixed = f.fields()
	}
	w.made.begin(fixed, units)
	for u := range units {
		if shape == nil && matched != nil && !matched[u] {
			continue
		}
		w.derive(u, &w.made)
	}
	w.out.N, w.out.Times = b.N, b.Times
	w.out.Columns = append(w.out.Columns[:0], b.Columns...)
	for k, name := range w.made.names {
		c := logsql.PlainColumn(name, w.made.values[k])
		if shape != nil {
			c.Index, c.Const = shape.Index, shape.Const
		}
		if fixed == nil && !slices.ContainsFunc(c.Values, func(v string) bool { return v != "" }) {
			continue
		}
		old := lookup(b, name)
		if (matched != nil || d.keepOriginal || d.skipEmpty) && (!old.missing() || matched != nil && shape != nil) {
			c = d.merge(w, k, c, old, matched)
		}
		setColumn(&w.out, c)
	}
	return d.next.Write(worker, &w.out)
}

// merge decides row by row between the value that is made and the one that was there.
func (d *derive) merge(w *deriveWorker, k int, c logsql.Column, old field, matched []bool) logsql.Column {
	for len(w.merged) <= k {
		w.merged = append(w.merged, nil)
	}
	values := emptied(w.merged[k], w.out.N)
	w.merged[k] = values
	for i := range values {
		was := old.at(i)
		v := c.At(i)
		if matched != nil && !matched[i] || d.keepOriginal && was != "" || d.skipEmpty && v == "" {
			v = was
		}
		values[i] = v
	}
	return logsql.PlainColumn(c.Name, values)
}

func (d *derive) Flush() error { return d.next.Flush() }

// source is the one field that a deriver reads.
type source struct {
	name   string
	from   field
	shaped bool
}

func (s *source) begin(b *logsql.Batch) *logsql.Column {
	s.from = lookup(b, s.name)
	s.shaped = s.from.col != nil && (s.from.col.Const || s.from.col.Index != nil)
	if s.shaped {
		return s.from.col
	}
	return nil
}

func (s *source) value(unit int) string {
	if s.shaped {
		return s.from.col.Values[unit]
	}
	return s.from.at(unit)
}
