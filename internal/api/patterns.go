package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// PatternBook knows the patterns that queries have seen.
type PatternBook interface {
	// Pattern returns a pattern by its id or one it was known by before; nil when no query has seen it.
	Pattern(id model.PatternID) *model.Pattern
	// Tally returns what counts the values of its variables; nil as Pattern.
	Tally(id model.PatternID) model.PatternTally
}

// PatternList says which events the rows of a span of time are, and how that differs from a span before.
type PatternList struct {
	Lines      int64          `json:"lines" doc:"rows that have a pattern"`
	Total      int            `json:"total" doc:"patterns found, silent ones included"`
	Start      string         `json:"start,omitempty" doc:"of the first bucket, RFC 3339; missing when there are no rows"`
	End        string         `json:"end,omitempty"`
	PriorStart string         `json:"prior_start,omitempty" doc:"of the span before; missing when nothing is compared"`
	PriorEnd   string         `json:"prior_end,omitempty"`
	Step       float64        `json:"step_seconds" doc:"width of a bucket of spark"`
	Counts     map[string]int `json:"counts" doc:"patterns by state; empty when nothing is compared"`
	Patterns   []Pattern      `json:"patterns" nullable:"false" doc:"new ones first, then exploded, silent and steady ones, by rows"`
	Stats      Stats          `json:"stats" doc:"what searching the span cost; partial when the span before could not be searched whole, too"`
}

// Pattern is one event.
type Pattern struct {
	ID         string             `json:"id" doc:"finds its rows: _pattern:\"id\""`
	Text       string             `json:"text" example:"mask() took <num> len=<num>"`
	Parts      []PatternPart      `json:"parts" nullable:"false" doc:"the text in parts"`
	Hits       int64              `json:"hits"`
	Share      float64            `json:"share" doc:"of all rows, 0 to 1"`
	State      model.PatternState `json:"state" enum:"new,exploded,silent,steady," doc:"against the span before; empty when nothing is compared"`
	Prior      int64              `json:"prior" doc:"rows of the span before"`
	Ratio      float64            `json:"ratio" doc:"hits to prior; 0 when there are none before"`
	Spark      []int64            `json:"spark" nullable:"false" doc:"rows by bucket; of a silent pattern those of the span before"`
	Example    string             `json:"example" doc:"a line of it"`
	FirstSeen  string             `json:"first_seen" doc:"its oldest row in the span; of a silent pattern in the one before"`
	LastSeen   string             `json:"last_seen"`
	KnownSince string             `json:"known_since" doc:"the oldest row that any query has seen of it"`
	Services   []model.ValueHits  `json:"services" nullable:"false" doc:"the five with most rows"`
	Streams    int                `json:"streams"`
	Severity   []model.ValueHits  `json:"severity" nullable:"false"`
}

// PatternPart is static text or, with a kind, a variable.
type PatternPart struct {
	Text string            `json:"text,omitempty"`
	Var  *int              `json:"var,omitempty" doc:"place among the variables, from 0"`
	Kind model.PatternKind `json:"kind,omitempty" enum:"num,ip,time,hex,uuid,path,user,id,any"`
	Name string            `json:"name,omitempty" doc:"what the text before it calls it"`
}

// PatternVars is what the variables of a pattern hold.
type PatternVars struct {
	ID      string                  `json:"id"`
	Rows    int                     `json:"rows" doc:"rows looked at"`
	Sampled bool                    `json:"sampled" doc:"only the newest rows were looked at"`
	Vars    []model.PatternVariable `json:"vars" nullable:"false"`
	Fields  []PatternField          `json:"fields" nullable:"false"`
}

// PatternField is what a field holds in the rows of a pattern.
type PatternField struct {
	Name     string            `json:"name"`
	Distinct int               `json:"distinct"`
	Top      []model.ValueHits `json:"top" nullable:"false"`
}

type patternsInput struct {
	Query   string `query:"query" doc:"LogsQL; pipes must keep rows" example:"error"`
	Start   string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End     string `query:"end" doc:"as start; exclusive"`
	Compare string `query:"compare" default:"1d" doc:"how long before lies the span to compare with; 0 compares nothing"`
	Limit   int    `query:"limit" default:"500" minimum:"1" maximum:"20000"`
	Buckets int    `query:"buckets" default:"60" minimum:"1" maximum:"1000"`
}

func (s *server) registerPatterns(a huma.API) {
	const path, tag = "/api/v1/logs/patterns", "logs"
	huma.Register(a, huma.Operation{
		OperationID: "list-patterns", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "The patterns of messages, and which are new, exploded or silent",
		Description: "Lines that a person would call the same event have one pattern. Against the span before a pattern is new when that " +
			"has none of it; exploded with five times its rows and twenty more; silent when it had five rows or more and has none now. " +
			"Nothing is compared when the span has no start or end.",
	}, func(ctx context.Context, in *patternsInput) (*uncached[PatternList], error) {
		list, err := s.patterns(ctx, in)
		if err != nil {
			return nil, problemOf(err)
		}
		return fresh(*list), nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-pattern-vars", Method: http.MethodGet, Path: path + "/{id}/vars", Tags: []string{tag},
		Summary: "What the variables of a pattern hold",
	}, func(ctx context.Context, in *patternVarsInput) (*uncached[PatternVars], error) {
		vars, err := s.patternVars(ctx, in)
		if err != nil {
			return nil, problemOf(err)
		}
		return fresh(*vars), nil
	})
}

// patterns asks for the patterns of a span of time and of the one before.
func (s *server) patterns(ctx context.Context, in *patternsInput) (*PatternList, error) {
	req, err := s.parse(in.Query, in.Start, in.End, time.Now())
	if err != nil {
		return nil, err
	}
	req.Scope = scopeOf(ctx)
	req.Query, req.Min, req.Max = withoutTime(req.Query, req.Min, req.Max)
	list := &PatternList{Counts: map[string]int{}}
	if list.Patterns, list.Stats, err = s.patternsOf(ctx, req, in.Buckets); err != nil {
		return nil, err
	}
	list.measure(&req, in.Buckets)
	if in.Compare != "" && in.Compare != "0" && req.Min != math.MinInt64 && req.Max != math.MaxInt64 {
		before, err := config.ParseDuration(in.Compare)
		if err != nil || before <= 0 {
			return nil, invalid("compare", fmt.Errorf("%q is no length of time such as 1d", in.Compare))
		}
		req.Min, req.Max = req.Min-int64(before), req.Max-int64(before)
		prior, cost, err := s.patternsOf(ctx, req, in.Buckets)
		if err != nil {
			return nil, err
		}
		if cost.Partial && !list.Stats.Partial { // what is missing before would be new now
			list.Stats.Partial, list.Stats.PartialReason = true, cost.PartialReason
		}
		list.compare(prior, s.Patterns(req.Scope))
		list.PriorStart, list.PriorEnd = logsql.TimeText(req.Min), logsql.TimeText(req.Max+1)
	}
	list.Total = len(list.Patterns)
	list.Patterns = list.Patterns[:min(in.Limit, list.Total)]
	for i := range list.Patterns {
		list.Patterns[i].describe(s.Patterns(req.Scope))
	}
	return list, nil
}

// patternsOf runs the pipe and reads its rows.
func (s *server) patternsOf(ctx context.Context, req Request, buckets int) ([]Pattern, Stats, error) {
	req, err := with(req, "patterns buckets "+strconv.Itoa(buckets))
	if err != nil {
		return nil, Stats{}, err
	}
	out := []Pattern{}
	stats, err := s.Engine.Run(ctx, req, func(b *logsql.Batch) error {
		for i := range b.N {
			value := func(name string) string { return strings.Clone(b.Value(i, name)) }
			p := Pattern{
				ID: value("_pattern"), Text: value("pattern"), Example: value("example"),
				FirstSeen: value("first_seen"), LastSeen: value("last_seen"),
			}
			err := errors.Join(
				json.Unmarshal([]byte(value("hits")), &p.Hits), json.Unmarshal([]byte(value("share")), &p.Share),
				json.Unmarshal([]byte(value("streams")), &p.Streams), json.Unmarshal([]byte(value("spark")), &p.Spark),
				json.Unmarshal([]byte(value("services")), &p.Services), json.Unmarshal([]byte(value("severity")), &p.Severity),
			)
			if err != nil {
				return fmt.Errorf("cannot read the result of the pipe patterns: %w", err)
			}
			out = append(out, p)
		}
		return nil
	})
	return out, stats, err
}
