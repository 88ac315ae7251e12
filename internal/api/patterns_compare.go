package api

import (
	"cmp"
	"math"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// withoutTime takes the times that every row must satisfy out of the filter, so that the query can be asked for
// another span.
func withoutTime(q *logsql.Query, lo, hi int64) (*logsql.Query, int64, int64) {
	var rest []logsql.Filter
	for _, f := range logsql.Conjuncts(q.Filter) {
		if t, ok := f.(*logsql.TimeFilter); ok {
			lo, hi = max(lo, t.Min), min(hi, t.Max)
			continue
		}
		rest = append(rest, f)
	}
	out := *q
	out.Filter = logsql.Join(rest...)
	return &out, lo, hi
}

// measure says which span the buckets cover: that of the request, or where it is open that of the rows.
func (l *PatternList) measure(req *Request, buckets int) {
	lo, hi := req.Min, req.Max
	open := lo == math.MinInt64 || hi == math.MaxInt64
	if open {
		lo, hi = math.MaxInt64, math.MinInt64
	}
	for _, p := range l.Patterns {
		l.Lines += p.Hits
		if first, ok := logsql.ParseTimeText(p.FirstSeen); ok && open {
			lo = min(lo, first)
		}
		if last, ok := logsql.ParseTimeText(p.LastSeen); ok && open {
			hi = max(hi, last)
		}
	}
	if lo <= hi {
		l.Start, l.End = logsql.TimeText(lo), logsql.TimeText(hi+1)
		l.Step = float64((hi-lo)/int64(buckets)+1) / 1e9
	}
}

// compare gives each pattern its state against the span before, and adds those that are silent now.
func (l *PatternList) compare(prior []Pattern, book PatternBook) {
	before := map[string]*Pattern{}
	for i := range prior {
		before[currentID(prior[i].ID, book)] = &prior[i]
	}
	for i := range l.Patterns {
		p := &l.Patterns[i]
		p.ID = currentID(p.ID, book)
		if b := before[p.ID]; b != nil {
			p.Prior = b.Hits
			p.Ratio = float64(p.Hits) / float64(b.Hits)
			delete(before, p.ID)
		}
		p.State = model.ComparePattern(p.Hits, p.Prior)
	}
	for id, b := range before {
		if b.State = model.ComparePattern(0, b.Hits); b.State != "" {
			b.ID, b.Prior, b.Hits, b.Share = id, b.Hits, 0, 0
			l.Patterns = append(l.Patterns, *b)
		}
	}
	order := []model.PatternState{model.PatternNew, model.PatternExploded, model.PatternSilent, model.PatternSteady}
	for _, p := range l.Patterns {
		l.Counts[string(p.State)]++
	}
	slices.SortFunc(l.Patterns, func(a, b Pattern) int {
		d := cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State))
		if d == 0 && a.State == model.PatternExploded {
			d = cmp.Compare(b.Ratio, a.Ratio)
		}
		return cmp.Or(d, cmp.Compare(b.Hits, a.Hits), cmp.Compare(b.Prior, a.Prior), cmp.Compare(a.ID, b.ID))
	})
}

// currentID returns the id of the pattern that one has become a part of since.
func currentID(id string, book PatternBook) string {
	if n, err := model.ParsePatternID(id); err == nil {
		if p := book.Pattern(n); p != nil {
			return p.ID.String()
		}
	}
	return id
}

// describe adds what the book knows.
func (p *Pattern) describe(book PatternBook) {
	p.KnownSince = p.FirstSeen
	p.Parts = []PatternPart{{Text: p.Text}}
	id, err := model.ParsePatternID(p.ID)
	if err != nil {
		return
	}
	known := book.Pattern(id)
	if known == nil {
		return
	}
	p.Text, p.KnownSince = known.Text(), logsql.TimeText(known.Since)
	p.Parts = make([]PatternPart, len(known.Parts))
	variables := 0
	for i, part := range known.Parts {
		p.Parts[i] = PatternPart{Text: part.Text, Kind: part.Kind, Name: part.Name}
		if part.Kind != "" {
			p.Parts[i].Var = new(int)
			*p.Parts[i].Var = variables
			variables++
		}
	}
}
