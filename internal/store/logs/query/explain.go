package query

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// explain writes what the plan was and what its search has traced.
func (p *plan) explain(to *model.Explain) {
	s := &p.search
	to.Search = model.ExplainSearch{Datasets: s.Datasets, Filter: "*", Fields: s.Fields, AllFields: s.All, Limit: s.Limit}
	if s.Filter != nil {
		to.Search.Filter = s.Filter.String()
	}
	if s.Fields == nil {
		to.Search.Fields = []string{}
	}
	if s.Min != math.MinInt64 {
		to.Search.Start = logsql.TimeText(s.Min)
	}
	if s.Max != math.MaxInt64 {
		to.Search.End = logsql.TimeText(s.Max)
	}
	switch {
	case s.Newest:
		to.Search.Order = "newest"
	case s.Oldest:
		to.Search.Order = "oldest"
	}
	to.Pipes = []model.ExplainPipe{}
	for _, next := range p.asked {
		to.Pipes = append(to.Pipes, model.ExplainPipe{Text: next.String(), Repeats: s.Repeats && next == p.pipes[0]})
	}
	s.Trace.Explain(to)
}
