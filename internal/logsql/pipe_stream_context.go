package logsql

import (
	"strconv"
)

// PipeStreamContext passes on each row with those of its stream around it, as grep -A and -B do: contexts that overlap
// or touch are one run, and a row with the message --- stands between runs.
type PipeStreamContext struct {
	Before, After int
	Window        int64 // how far the rows around may be, in ns
}

// contextWindow is how far the rows of a context may be unless the pipe says.
const contextWindow = 3600e9

// Name is "stream_context".
func (*PipeStreamContext) Name() string { return "stream_context" }

func (p *PipeStreamContext) String() string {
	s := "stream_context"
	if p.Before > 0 {
		s += " before " + strconv.Itoa(p.Before)
	}
	if p.After > 0 || p.Before == 0 {
		s += " after " + strconv.Itoa(p.After)
	}
	if p.Window != contextWindow {
		s += " time_window " + FormatDuration(p.Window)
	}
	return s
}

// The rows themselves are read again with their context.
func (p *PipeStreamContext) needs(s *fieldSet) { s.only(timeField, streamIDField) }

// Around returns the query for the rows of a stream within one of the ranges of time, first and last included in ns
// since the epoch. datasets are those that the query around the pipe reads.
func (p *PipeStreamContext) Around(datasets []string, streamID string, ranges [][2]int64) *Query {
	f := []Filter{&FieldFilter{datasetField, newInSet(datasets)}, &FieldFilter{streamIDField, exact{streamID}}}
	all := &TimeFilter{Min: ranges[0][0], Max: ranges[0][1]}
	var one []Filter
	for _, r := range ranges {
		all.Min, all.Max = min(all.Min, r[0]), max(all.Max, r[1])
		one = append(one, &TimeFilter{Min: r[0], Max: r[1]})
	}
	f = append(f, all)
	if len(one) > 1 {
		f = append(f, newOr(one))
	}
	// A context may reach out of the time range of the request.
	return &Query{Options: QueryOptions{IgnoreGlobalTimeFilter: true}, Filter: newAnd(f)}
}

// parseStreamContext reads stream_context before 2 after 5 time_window 1d.
func parseStreamContext(p *parser, _ string) (Pipe, error) {
	pipe := &PipeStreamContext{Window: contextWindow}
	set := false
	for {
		var err error
		switch p.keyword("before", "after", "time_window") {
		case "before":
			pipe.Before, err = p.count("a count of rows")
			set = true
		case "after":
			pipe.After, err = p.count("a count of rows")
			set = true
		case "time_window":
			p.space()
			start := p.pos
			var text string
			if text, err = p.value("a duration such as 1h"); err != nil {
				break
			}
			var ok bool
			if pipe.Window, ok = ParseDuration(text); !ok || pipe.Window <= 0 {
				err = p.errorAt(badDuration, start, p.pos, "1h", "%q is no duration above 0 such as 1h", text)
			}
		default:
			if !set {
				return nil, p.unexpected("before or after with a count of rows")
			}
			return pipe, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
