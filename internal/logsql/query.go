package logsql

import (
	"math"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// String writes the query so that Parse, with the same options, reads it back.
func (q *Query) String() string {
	var b strings.Builder
	b.WriteString(q.Options.text())
	b.WriteString(q.Filter.String())
	for _, p := range q.Pipes {
		b.WriteString(" | ")
		b.WriteString(p.String())
	}
	return b.String()
}

// With returns the query with pipes added behind its own; q stays as it is.
func (q *Query) With(pipes ...Pipe) *Query {
	out := *q
	out.Pipes = append(slices.Clip(slices.Clone(q.Pipes)), pipes...)
	return &out
}

// ErrorAt makes an error about a pipe of the query, with its position where the query was parsed. kind is one of the
// exported kinds.
func (q *Query) ErrorAt(pipe int, kind, format string, args ...any) *SyntaxError {
	e := &SyntaxError{Kind: kind, Params: map[string]string{"got": q.Pipes[pipe].Name()}}
	e.say(format, args)
	if pipe < len(q.places) {
		e.Pos, e.End = q.places[pipe].pos, q.places[pipe].end
	}
	return e
}

// OptionsError makes an error about the options of the query. kind is one of the exported kinds.
func (q *Query) OptionsError(kind, message string) *SyntaxError {
	e := &SyntaxError{Pos: q.optionsAt.pos, End: q.optionsAt.end, Kind: kind, Params: map[string]string{"got": strings.TrimSpace(q.Options.text())}}
	e.say(message, nil)
	return e
}

// AndFilter returns the query narrowed by another filter; q stays as it is.
func (q *Query) AndFilter(f Filter) *Query {
	out := *q
	out.Filter = newAnd([]Filter{q.Filter, f})
	return &out
}

// TimeRange returns the event times, both included and in ns since the epoch, outside of which nothing can
// match; math.MinInt64 and math.MaxInt64 stand for no bound.
func (q *Query) TimeRange() (lo, hi int64) { return timeRange(q.Filter) }

func timeRange(f Filter) (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	switch f := f.(type) {
	case *TimeFilter:
		return f.Min, f.Max
	case *And:
		for _, sub := range f.Of {
			a, b := timeRange(sub)
			lo, hi = max(lo, a), min(hi, b)
		}
	case *Or:
		lo, hi = math.MaxInt64, math.MinInt64
		for _, sub := range f.Of {
			a, b := timeRange(sub)
			lo, hi = min(lo, a), max(hi, b)
		}
	}
	return lo, hi
}

// Conjuncts returns the filters that must all match: those of a top-level And, or the filter itself.
func Conjuncts(f Filter) []Filter {
	switch f := f.(type) {
	case *And:
		return f.Of
	case All:
		return nil
	}
	return []Filter{f}
}

// Join returns the filter that matches when all of them do.
func Join(of ...Filter) Filter { return newAnd(of) }

// StreamFilters returns the stream filters that every matching row satisfies.
func (q *Query) StreamFilters() []*StreamFilter {
	var out []*StreamFilter
	for _, f := range Conjuncts(q.Filter) {
		if s, ok := f.(*StreamFilter); ok {
			out = append(out, s)
		}
	}
	return out
}

// Datasets returns the datasets that the query reads: those named by _dataset at its top level, the default one
// when none is, and nil for all of them (_dataset:*).
func (q *Query) Datasets() []string {
	for _, f := range Conjuncts(q.Filter) {
		if names, ok := DatasetNames(f); ok {
			return names
		}
	}
	return []string{model.DatasetLogs}
}

// DatasetNames returns the datasets that a filter chooses when it does nothing else; nil for any dataset.
func DatasetNames(f Filter) (names []string, ok bool) {
	switch f := f.(type) {
	case *FieldFilter:
		if f.Field != datasetField {
			return nil, false
		}
		switch m := f.Matcher.(type) {
		case phrase:
			return []string{m.text}, true
		case exact:
			return []string{m.text}, true
		case inSet:
			return m.list, true
		case anyValue:
			return nil, true
		}
	case *Or:
		for _, sub := range f.Of {
			more, ok := DatasetNames(sub)
			if !ok {
				return nil, false
			}
			if more == nil {
				return nil, true
			}
			names = append(names, more...)
		}
		return names, true
	}
	return nil, false
}

// AnyOf returns the filter that matches when one of them does.
func AnyOf(of ...Filter) Filter { return newOr(of) }

// OfDataset returns the filter that matches the rows of a dataset.
func OfDataset(name string) Filter { return &FieldFilter{Field: datasetField, Matcher: exact{name}} }
