package pipe

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// patterns counts rows by the pattern of their message, with what tells one from the other at a glance.
type patterns struct {
	pipe     *logsql.PipePatterns
	known    model.Patterns
	min, max int64
	workers  []*patternsWorker
	next     Processor
}

// patternsWorker holds the rows of one worker by the pattern that the search found, and the fields of By.
type patternsWorker struct {
	pipe    *logsql.PipePatterns
	groups  *groups
	seen    []patternGroup
	details [2]*detail // by stream and severity
	acct    *account
	spark   sparkline // without rows, to begin with
}

// Of patternsWorker.details.
const (
	byStream = iota
	bySeverity
)

// patternGroup is what one group of rows adds up to.
type patternGroup struct {
	hits        uint64
	first, last int64
	spark       sparkline
	line        string
}

// Bytes of a patternGroup besides its line and counts.
const patternBytes = 120

func newPatterns(p *logsql.PipePatterns, opts Options, next Processor) (*patterns, error) {
	if opts.Patterns == nil {
		return nil, errors.New("cannot run pipe \"patterns\": no patterns are kept here")
	}
	out := &patterns{pipe: p, known: opts.Patterns, min: opts.Min, max: opts.Max, next: next}
	by := append([]string{model.FieldPattern}, p.By...)
	for range opts.Workers {
		acct := &account{
			budget: opts.Budget, pipe: "patterns", holds: "patterns",
			narrow: "add a filter, use fewer fields, or shorten the time range",
		}
		w := &patternsWorker{pipe: p, groups: newGroups(namesBy(by), acct), acct: acct, spark: newSparkline(opts.Min, opts.Max, p.Buckets)}
		for i, name := range []string{byStream: model.FieldStream, bySeverity: model.FieldSeverity} {
			w.details[i] = &detail{groups: newGroups(namesBy(append(slices.Clone(by), name)), acct)}
		}
		out.workers = append(out.workers, w)
	}
	return out, nil
}

func (p *patterns) Write(worker int, b *logsql.Batch) error {
	w := p.workers[worker]
	ids, err := w.groups.assign(b)
	if err != nil {
		return err
	}
	if err := growTo(&w.seen, w.groups.count, w.acct, patternBytes+8*w.pipe.Buckets); err != nil {
		return err
	}
	lines := lookup(b, model.FieldPatternLine)
	for i, id := range ids {
		g, at := &w.seen[id], int64(0)
		if b.Times != nil {
			at = b.Times[i]
		}
		if g.hits == 0 {
			g.first, g.last, g.spark = at, at, w.spark
		}
		if g.line == "" {
			if err := g.keep(lines.at(i), w.acct); err != nil {
				return err
			}
		}
		g.hits++
		g.first, g.last = min(g.first, at), max(g.last, at)
		g.spark.add(at, 1, w.pipe.Buckets)
	}
	for _, d := range w.details {
		if err := d.add(b, w.acct); err != nil {
			return err
		}
	}
	return nil
}

// keep remembers a line of the pattern.
func (g *patternGroup) keep(line string, acct *account) error {
	g.line = strings.Clone(line)
	return acct.add(len(line))
}

func (p *patterns) Flush() error {
	found := p.merge()
	slices.SortFunc(found, func(a, b *foundPattern) int {
		return cmp.Or(cmp.Compare(b.hits, a.hits), cmp.Compare(a.pattern.ID, b.pattern.ID), slices.Compare(a.by, b.by))
	})
	total := uint64(0)
	for _, f := range found {
		total += f.hits
	}
	start, width := p.span(found)
	if p.pipe.Limit > 0 {
		found = found[:min(p.pipe.Limit, len(found))]
	}
	return flushInto(p.next, func(write func(*logsql.Batch) error) error {
		for part := range slices.Chunk(found, emitRows) {
			if err := write(p.batch(part, total, start, width)); err != nil {
				return err
			}
		}
		return nil
	})
}

// merge joins the workers' groups by the pattern that each turns out to be. Rows without a message have none.
func (p *patterns) merge() []*foundPattern {
	var seen []model.SeenPattern
	places := map[string]int{} // in seen, by id
	for _, w := range p.workers {
		for g := range w.seen {
			text := w.groups.value(uint32(g), 0)
			at, ok := places[text]
			if !ok {
				id, err := model.ParsePatternID(text)
				if err != nil {
					continue
				}
				at = len(seen)
				places[text] = at
				seen = append(seen, model.SeenPattern{ID: id, Line: w.seen[g].line, First: w.seen[g].first})
			}
			seen[at].First = min(seen[at].First, w.seen[g].first)
			seen[at].Line = cmp.Or(seen[at].Line, w.seen[g].line)
		}
	}
	learned := p.known.Learn(seen)
	byKey := map[string]*foundPattern{}
	var out []*foundPattern
	// of returns the row that a group of a worker belongs to.
	of := func(g *groups, group uint32) *foundPattern {
		at, ok := places[g.value(group, 0)]
		if !ok {
			return nil
		}
		by := make([]string, len(p.pipe.By))
		for k := range by {
			by[k] = g.value(group, k+1)
		}
		key := learned[at].ID.String() + "\x00" + strings.Join(by, "\x00")
		f := byKey[key]
		if f == nil {
			f = &foundPattern{pattern: learned[at], by: by, streams: map[string]uint64{}, services: map[string]uint64{}, severity: map[string]uint64{}}
			byKey[key] = f
			out = append(out, f)
		}
		return f
	}
	for _, w := range p.workers {
		for g := range w.seen {
			if f := of(w.groups, uint32(g)); f != nil {
				f.add(&w.seen[g], p.pipe.Buckets)
			}
		}
		for kind, d := range w.details {
			for g, hits := range d.hits {
				if f := of(d.groups, uint32(g)); f != nil {
					f.detail(kind, d.groups.value(uint32(g), len(p.pipe.By)+1), hits)
				}
			}
		}
	}
	return out
}

// span returns the start and width of the buckets, in ns: those of the query's range of time, or of the rows'.
func (p *patterns) span(found []*foundPattern) (start, width int64) {
	lo, hi := p.min, p.max
	if lo == math.MinInt64 || hi == math.MaxInt64 {
		lo, hi = math.MaxInt64, math.MinInt64
		for _, f := range found {
			lo, hi = min(lo, f.first), max(hi, f.last)
		}
	}
	if lo > hi {
		return 0, 1
	}
	return lo, sparkWidth(lo, hi, p.pipe.Buckets)
}
