package logs

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Rows that a filter decides by their template alone are counted from the block's metadata, by stream too.

// templateNode is a node that may decide by the template of the message.
type templateNode interface {
	// byTemplate returns whether rows of each template match, nil when that depends on more than the template.
	byTemplate(e *eval, p *pieces) ([]bool, error)
}

func (allNode) byTemplate(_ *eval, p *pieces) ([]bool, error) { return uniform(p, true), nil }

func uniform(p *pieces, match bool) []bool {
	out := make([]bool, p.Len())
	for t := range out {
		out[t] = match
	}
	return out
}

func (n timeNode) byTemplate(e *eval, p *pieces) ([]bool, error) {
	if info := e.rows.Info(); n.lo <= info.MinTime && info.MaxTime <= n.hi {
		return uniform(p, true), nil
	}
	return nil, nil
}

func (n notNode) byTemplate(e *eval, p *pieces) ([]bool, error) {
	match, err := byTemplate(n.of, e, p)
	for t := range match {
		match[t] = !match[t]
	}
	return match, err
}

func (n andNode) byTemplate(e *eval, p *pieces) ([]bool, error) {
	return joinTemplates(n, e, p, func(a, b bool) bool { return a && b })
}

func (n orNode) byTemplate(e *eval, p *pieces) ([]bool, error) {
	return joinTemplates(n, e, p, func(a, b bool) bool { return a || b })
}

func joinTemplates(nodes []node, e *eval, p *pieces, join func(a, b bool) bool) ([]bool, error) {
	var out []bool
	for i, n := range nodes {
		match, err := byTemplate(n, e, p)
		if match == nil || err != nil {
			return nil, err
		}
		if i == 0 {
			out = match
			continue
		}
		for t := range out {
			out[t] = join(out[t], match[t])
		}
	}
	return out, nil
}

func byTemplate(n node, e *eval, p *pieces) ([]bool, error) {
	if n, ok := n.(templateNode); ok {
		return n.byTemplate(e, p)
	}
	return nil, nil
}

func (n *fieldNode) byTemplate(e *eval, p *pieces) ([]bool, error) {
	switch n.field {
	case model.FieldMsg:
	case model.FieldPattern:
		return n.byPattern(e, p)
	default:
		return n.byBlock(e, p)
	}
	d, err := e.decide(n)
	if err != nil || d == nil || d.any(undecided) {
		return nil, err
	}
	out := make([]bool, p.Len())
	for t, v := range d.verdicts {
		out[t] = v == always
	}
	return out, nil
}

// byBlock decides on a field that has one value in the whole block.
func (n *fieldNode) byBlock(e *eval, p *pieces) ([]bool, error) {
	if model.ReservedName(n.field) && n.field != model.FieldSeverity || e.hasLabel(n.field) || e.hasFallback(n.field) {
		return nil, nil
	}
	switch e.rows.Kind(n.field) {
	case block.Absent:
		return uniform(p, n.matchesEmpty), nil
	case block.Const:
		c, err := e.rows.Column(n.field)
		return uniform(p, err == nil && n.matcher.Match(c.Value(0))), err
	}
	return nil, nil
}

// counted returns the rows that match as rows that stand for several, and their number, when metadata tells; else nil.
func (e *eval) counted(plan node, req *Search) (b *logsql.Batch, rows int, err error) {
	if req.All || len(req.Fields) > 0 && !req.Repeats || req.Extract != nil {
		return nil, 0, nil
	}
	if ok, err := plan.possible(e); !ok || err != nil { // match says so, and why
		return nil, 0, err
	}
	e.trace.read(model.FieldMsg)
	p, err := e.pieces(model.FieldMsg)
	if p == nil || err != nil {
		return nil, 0, err
	}
	match, err := byTemplate(plan, e, p)
	if match == nil || err != nil {
		return nil, 0, err
	}
	for t, ok := range match {
		if ok {
			rows += p.Rows(t)
		}
	}
	if rows == 0 || len(req.Fields) == 0 {
		return &logsql.Batch{N: rows}, rows, nil
	}
	b, err = e.countedByStream(req.Fields, p, match)
	return b, rows, err
}

// countedByStream counts rows of templates by fields of which each stream has one value; nil when a field has more.
func (e *eval) countedByStream(names []string, p *pieces, match []bool) (*logsql.Batch, error) {
	fields := make([]codes, len(names))
	for i, name := range names {
		if name == model.FieldTime || e.rows.Kind(name) == block.Plain || e.rows.Kind(name) == block.Templated {
			return nil, nil
		}
		v, err := e.field(name)
		if err != nil {
			return nil, err
		}
		c, ok := v.(coded)
		if ok {
			fields[i], ok = c.codes()
		}
		if !ok || fields[i].perRow() {
			return nil, nil
		}
	}
	streams, _, err := e.rows.Streams()
	if err != nil {
		return nil, err
	}
	counts := make([]uint32, len(streams))
	for t, ok := range match {
		if !ok {
			continue
		}
		list, ok, err := p.StreamRows(t)
		if !ok || err != nil {
			return nil, err
		}
		for _, s := range list {
			counts[s.Stream] += uint32(s.Rows)
		}
	}
	c := newCounting(fields, 1)
	for stream, n := range counts {
		if n > 0 {
			c.cells = append(c.cells, cell{stream: uint32(stream)})
			c.counts = append(c.counts, n)
		}
	}
	return c.batch(names, false), nil
}
