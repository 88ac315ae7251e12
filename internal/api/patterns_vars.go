package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// maxTallied is how many rows of a pattern are looked at for what its variables hold.
const maxTallied = 100_000

type patternVarsInput struct {
	ID    string `path:"id" pattern:"^[0-9a-f]{16}$"`
	Query string `query:"query" default:"*" doc:"LogsQL; the rows of the pattern among those that match"`
	Start string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End   string `query:"end" doc:"as start; exclusive"`
	Top   int    `query:"top" default:"10" minimum:"1" maximum:"1000" doc:"values of each variable"`
}

// patternVars counts the values of a pattern's variables in its newest rows.
func (s *server) patternVars(ctx context.Context, in *patternVarsInput) (*PatternVars, error) {
	id, err := model.ParsePatternID(in.ID)
	if err != nil {
		return nil, invalid("id", err)
	}
	tally := s.Patterns(scopeOf(ctx)).Tally(id)
	if tally == nil {
		p := NewProblem("not_found", fmt.Sprintf("no query has seen a pattern %s: list the patterns first", in.ID))
		p.Params = map[string]string{"id": in.ID}
		return nil, p
	}
	req, err := s.parse(in.Query, in.Start, in.End, time.Now())
	if err != nil {
		return nil, err
	}
	req.Scope = scopeOf(ctx)
	if req, err = with(req, "filter _pattern:"+strconv.Quote(in.ID)); err != nil {
		return nil, err
	}
	out := &PatternVars{ID: in.ID, Fields: []PatternField{}}
	lines, err := with(req, "fields _time, _msg | sort by (_time desc) limit "+strconv.Itoa(maxTallied))
	if err != nil {
		return nil, err
	}
	_, err = s.Engine.Run(ctx, lines, func(b *logsql.Batch) error {
		for i := range b.N {
			tally.Add(b.Value(i, "_msg"))
		}
		out.Rows += b.N
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Sampled = out.Rows == maxTallied
	out.Vars = tally.Variables(in.Top)
	for _, names := range [...][]string{{"host.name", "host"}, {"service.name", "service", "app"}} {
		for _, name := range names { // the first that the rows have
			values, err := s.collect(ctx, req, "uniq by ("+name+") with hits limit 10000", name, "hits")
			if err != nil {
				return nil, err
			}
			if f := fieldValues(name, values, in.Top); f.Distinct > 0 {
				out.Fields = append(out.Fields, f)
				break
			}
		}
	}
	return out, nil
}

// fieldValues sums up rows of a value and its hits.
func fieldValues(name string, values [][]string, top int) PatternField {
	f := PatternField{Name: name, Top: []model.ValueHits{}}
	for _, v := range values {
		if hits, err := strconv.ParseInt(v[1], 10, 64); err == nil && v[0] != "" {
			f.Top = append(f.Top, model.ValueHits{Value: v[0], Hits: hits})
		}
	}
	f.Distinct = len(f.Top)
	slices.SortFunc(f.Top, func(a, b model.ValueHits) int {
		return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(a.Value, b.Value))
	})
	f.Top = f.Top[:min(top, len(f.Top))]
	return f
}
