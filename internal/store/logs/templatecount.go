package logs

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Rows that a filter decides by their template alone are counted from the block's metadata, by stream too.

// choice is which rows of a block a filter takes, as far as metadata tell.
type choice struct {
	known bool
	all   bool   // takes all rows of the block, or none, unless
	of    []bool // by template of the message, it takes those of some
}

func takes(all bool) choice { return choice{known: true, all: all} }

// templateNode is a node that may decide from metadata.
type templateNode interface {
	byTemplate(e *eval) (choice, error)
}

func byTemplate(n node, e *eval) (choice, error) {
	if n, ok := n.(templateNode); ok {
		return n.byTemplate(e)
	}
	return choice{}, nil
}

func (allNode) byTemplate(*eval) (choice, error) { return takes(true), nil }

func (n timeNode) byTemplate(e *eval) (choice, error) {
	info := e.rows.Info()
	return choice{known: n.lo <= info.MinTime && info.MaxTime <= n.hi, all: true}, nil
}

func (n streamNode) byTemplate(e *eval) (choice, error) {
	match, matching, err := n.matching(e)
	return choice{known: matching == 0 || matching == len(match), all: matching > 0}, err
}

func (n notNode) byTemplate(e *eval) (choice, error) {
	c, err := byTemplate(n.of, e)
	c.all = !c.all
	for t := range c.of {
		c.of[t] = !c.of[t]
	}
	return c, err
}

func (n andNode) byTemplate(e *eval) (choice, error) { return joined(n, e, false) }
func (n orNode) byTemplate(e *eval) (choice, error)  { return joined(n, e, true) }

// joined joins nodes of which one decides alone when it is decisive: when it takes no row in a conjunction, or all
// rows in a disjunction.
func joined(nodes []node, e *eval, decisive bool) (choice, error) {
	out := takes(!decisive)
	for _, n := range nodes {
		c, err := byTemplate(n, e)
		switch {
		case err != nil || !c.known:
			return choice{}, err
		case c.of == nil && c.all == decisive:
			return c, nil
		case out.of == nil && c.of != nil:
			out = c
		default:
			for t, take := range c.of {
				if take == decisive {
					out.of[t] = decisive
				}
			}
		}
	}
	return out, nil
}

func (n *fieldNode) byTemplate(e *eval) (choice, error) {
	switch n.field {
	case model.FieldMsg:
	case model.FieldPattern:
		return n.byPattern(e)
	default:
		return n.byBlock(e)
	}
	d, err := e.decide(n)
	if err != nil || d == nil || d.any(undecided) {
		return choice{}, err
	}
	c := choice{known: true, of: make([]bool, d.Len())}
	for t, v := range d.verdicts {
		c.of[t] = v == always
	}
	return c, nil
}

// byBlock decides on a field of which all rows of the block say the same.
func (n *fieldNode) byBlock(e *eval) (choice, error) {
	if model.ReservedName(n.field) && n.field != model.FieldSeverity || e.hasLabel(n.field) || e.hasFallback(n.field) {
		return choice{}, nil
	}
	switch e.rows.Kind(n.field) {
	case block.Absent:
		return takes(n.matchesEmpty), nil
	case block.Const:
		c, err := e.rows.Column(n.field)
		return takes(err == nil && n.matcher.Match(c.Value(0))), err
	case block.Templated:
		d, err := e.decide(n)
		if err != nil || d == nil {
			return choice{}, err
		}
		same := !slices.ContainsFunc(d.verdicts, func(v verdict) bool { return v != d.verdicts[0] })
		return choice{known: same && d.verdicts[0] != undecided, all: d.verdicts[0] == always}, nil
	}
	return choice{}, nil
}

// counted returns the rows that match as rows that stand for several, and their number, when metadata tells; else nil.
func (e *eval) counted(plan node, req *Search) (b *logsql.Batch, rows int, err error) {
	if req.All || len(req.Fields) > 0 && !req.Repeats && !req.Extremes || req.Extract != nil || req.Blocks {
		return nil, 0, nil
	}
	if ok, err := plan.possible(e); !ok || err != nil { // match says so, and why
		return nil, 0, err
	}
	e.trace.read(model.FieldMsg)
	c, err := byTemplate(plan, e)
	if err != nil || !c.known || c.of == nil && !c.all {
		return nil, 0, err
	}
	if c.of == nil {
		rows = e.rows.Info().Rows
		switch {
		case len(req.Fields) == 0:
			return &logsql.Batch{N: rows}, rows, nil
		case req.Extremes:
			b, err = e.extremes(req)
			return b, rows, err
		}
		return nil, 0, nil // spans of equal rows are found at once
	}
	p, err := e.pieces(model.FieldMsg)
	if err != nil {
		return nil, 0, err
	}
	for t, ok := range c.of {
		if ok {
			rows += p.Rows(t)
		}
	}
	if rows == 0 || len(req.Fields) == 0 {
		return &logsql.Batch{N: rows}, rows, nil
	}
	if !req.Repeats {
		return nil, 0, nil
	}
	b, err = e.countedByStream(req, p, c.of)
	return b, rows, err
}

// countedByStream counts rows of templates by fields of which each stream has one value; nil when a field has more.
func (e *eval) countedByStream(req *Search, p *pieces, match []bool) (*logsql.Batch, error) {
	fields := make([]codes, len(req.Fields))
	start, byTime, one := int64(0), false, false
	for i, name := range req.Fields {
		if name == model.FieldTime {
			byTime = true
			if start, one = e.oneBucket(req.Bucket); !one {
				return nil, nil
			}
			continue
		}
		if e.rows.Kind(name) == block.Plain || e.rows.Kind(name) == block.Templated {
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
	streams, _, err := e.rows.Runs()
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
			c.cells = append(c.cells, cell{stream: uint32(stream), time: start})
			c.counts = append(c.counts, n)
		}
	}
	return c.batch(req.Fields, byTime), nil
}
