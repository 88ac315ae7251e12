package query

import (
	"math"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// maxNewest is the largest number of rows for which the store looks for the newest ones by itself.
const maxNewest = 100_000

// plan is what a query asks of the store, and what is left to its pipes.
type plan struct {
	search logs.Search
	empty  bool          // no time can match
	pipes  []logsql.Pipe // that run behind it
	asked  []logsql.Pipe // these, and before them those that the search does itself
}

// newPlan splits a query. Datasets and times that every row must satisfy become bounds of the search, so that
// counting everything reads no column. A sort by time with a limit, and a limit without any order, become a
// search for the newest rows.
func newPlan(q *logsql.Query, opts *Options) plan {
	// Filters that come first are a part of the search, where they can prune.
	for len(q.Pipes) > 0 {
		f, ok := q.Pipes[0].(*logsql.PipeFilter)
		if !ok {
			break
		}
		if _, ok := logsql.DatasetNames(f.Filter); ok {
			break
		}
		q = &logsql.Query{Filter: logsql.Join(q.Filter, f.Filter), Pipes: q.Pipes[1:]}
	}
	p := plan{pipes: q.Pipes, asked: q.Pipes}
	s := &p.search
	s.Scope, s.Workers, s.MaxMemory, s.Progress = opts.Scope, opts.Workers, opts.Limits.MaxMemory, opts.Progress
	s.Min, s.Max = math.MinInt64, math.MaxInt64
	if opts.Min != 0 || opts.Max != 0 {
		s.Min, s.Max = logsql.AddTime(opts.Min, -opts.TimeOffset), logsql.AddTime(opts.Max, -opts.TimeOffset)
	}
	s.Datasets = q.Datasets()
	if s.Datasets == nil {
		s.Datasets = []string{model.DatasetLogs, model.DatasetDeadLetter}
	}
	var rest []logsql.Filter
	chosen := false
	for _, f := range logsql.Conjuncts(logsql.Earlier(q.Filter, opts.TimeOffset)) {
		if t, ok := f.(*logsql.TimeFilter); ok {
			s.Min, s.Max = max(s.Min, t.Min), min(s.Max, t.Max)
			continue
		}
		// The first choice of datasets is the search's own; a second one stays a filter.
		if _, ok := logsql.DatasetNames(f); ok && !chosen {
			chosen = true
			continue
		}
		rest = append(rest, f)
	}
	s.Filter = logsql.Join(rest...)
	p.empty = s.Min > s.Max
	s.Fields, s.All = q.NeededFields()
	if page := opts.Page; page != nil {
		s.Newest, s.Oldest, s.Limit, s.Behind = !page.Oldest, page.Oldest, page.Limit, page.Behind
		if page.Behind != nil && page.Oldest {
			s.Min = max(s.Min, page.Behind.Time)
		} else if page.Behind != nil {
			s.Max = min(s.Max, page.Behind.Time)
		}
		p.empty = p.empty || s.Min > s.Max
		return p
	}
	// Rows of which no field is looked at are all the same: then any of them will do.
	if n := newest(q.Pipes); n > 0 && n <= maxNewest && (s.All || len(s.Fields) > 0) {
		s.Newest, s.Limit = true, n
	}
	if pipes, ok := pipe.Stored(q.Pipes); ok {
		s.Blocks, p.pipes = true, pipes
		return p
	}
	if !s.Newest {
		p.pipes = pushExtract(s, q.Pipes)
	}
	if len(p.pipes) > 0 && !s.Newest && !s.All {
		s.Bucket, s.Repeats = pipe.Repeats(p.pipes[0])
		s.Keys = pipe.Keys(p.pipes[0])
		if opts.TimeOffset != 0 && s.Bucket != nil { // whose bounds are others where the rows are
			s.Bucket, s.Repeats = nil, false
		}
		s.Numbers, s.Extremes = pipe.Numbers(p.pipes[0]), pipe.Extremes(p.pipes[0])
	}
	return p
}

// newest returns how many of the newest rows the pipes can show, 0 when they may need others.
func newest(pipes []logsql.Pipe) int {
	timed := true // _time is still that of the row
	for i, p := range pipes {
		switch p := p.(type) {
		case *logsql.PipeLimit, *logsql.PipeOffset:
			return limitBehind(pipes[i:])
		case *logsql.PipeSort:
			switch {
			case !timed || len(p.Partition) > 0 || len(p.By) != 1 || p.By[0] != (logsql.SortField{Name: model.FieldTime, Desc: true}):
				return 0
			case p.Limit > 0:
				return p.Offset + p.Limit
			case p.Offset > 0:
				return 0
			}
			return limitBehind(pipes[i+1:])
		}
		if !pipe.KeepsRows(p) {
			return 0
		}
		timed = timed && keepsTime(p)
	}
	return 0
}

// limitBehind adds up the offsets and the limit that pipes begin with, 0 when there is no limit.
func limitBehind(pipes []logsql.Pipe) int {
	skip := 0
	for _, p := range pipes {
		switch p := p.(type) {
		case *logsql.PipeOffset:
			skip += p.N
		case *logsql.PipeLimit:
			return skip + p.N
		default:
			if !pipe.KeepsRows(p) {
				return 0
			}
		}
	}
	return 0
}

// keepsTime reports whether rows behind a pipe have the time that they had before it.
func keepsTime(p logsql.Pipe) bool {
	switch p := p.(type) {
	case *logsql.PipeFields:
		return logsql.MatchName(p.Fields, model.FieldTime)
	case *logsql.PipeDelete:
		return !logsql.MatchName(p.Fields, model.FieldTime)
	case *logsql.PipeRename:
		return !touchesTime(p.Pairs, true)
	case *logsql.PipeCopy:
		return !touchesTime(p.Pairs, false)
	case *logsql.PipeFormat:
		return p.As != model.FieldTime
	case *logsql.PipeReplace:
		return p.At != model.FieldTime
	case *logsql.PipeExtract:
		return !logsql.MatchName(p.Pattern.Fields(), model.FieldTime)
	case *logsql.PipeExtractRegexp:
		return !logsql.MatchName(p.Fields(), model.FieldTime)
	case logsql.TextPipe:
		_, to := p.Fields()
		return to != model.FieldTime
	case *logsql.PipePack:
		return p.As != model.FieldTime
	case *logsql.PipeSetStreamFields:
		return true
	case *logsql.PipeMath:
		return !slices.ContainsFunc(p.Results, func(r logsql.MathResult) bool { return r.As == model.FieldTime })
	}
	return false
}

func touchesTime(pairs []logsql.FieldPair, from bool) bool {
	for _, f := range pairs {
		if logsql.MatchName([]string{f.To}, model.FieldTime) || from && logsql.MatchName([]string{f.From}, model.FieldTime) {
			return true
		}
	}
	return false
}

// seconds returns the length of the time range, 0 when it is open.
func (p *plan) seconds() float64 {
	if p.search.Min == math.MinInt64 || p.search.Max == math.MaxInt64 || p.empty {
		return 0
	}
	return float64(uint64(p.search.Max)-uint64(p.search.Min)+1) / 1e9 // as whole numbers: floats of ns since the epoch are rounded
}

// withViews puts what reads views in front of the pipes when one of them lists the fields of whole rows.
func (p *plan) withViews() []logsql.Pipe {
	if !p.search.All {
		return p.pipes
	}
	for _, next := range p.pipes {
		switch next.(type) {
		case *logsql.PipeFieldNames, *logsql.PipeFacets:
			return append([]logsql.Pipe{pipe.Views{}}, p.pipes...)
		}
	}
	return p.pipes
}

// Select returns the search for the rows that a query's filter finds, in the datasets that it reads and under its own
// options, as Run has it.
func Select(q *logsql.Query, opts Options) logs.Search {
	p := newPlan(&logsql.Query{Filter: q.Filter}, underOptions(q.Options, &opts))
	if p.empty {
		p.search.Filter = logsql.None{}
	}
	return p.search
}
