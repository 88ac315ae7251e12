package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// RunningQuery is a query under way, or an export that ended in the last five minutes.
type RunningQuery struct {
	ID            string    `json:"id" doc:"the id of its request, if the caller gave no other"`
	Kind          string    `json:"kind" enum:"search,stats,tail,export"`
	Query         string    `json:"query"`
	Start         string    `json:"start,omitempty" doc:"RFC 3339, inclusive; missing when the range is open"`
	End           string    `json:"end,omitempty" doc:"RFC 3339, exclusive; missing when the range is open"`
	Started       time.Time `json:"started"`
	ElapsedMillis int64     `json:"elapsed_ms"`
	SegmentsDone  int64     `json:"segments_done" doc:"segments looked at or left out"`
	SegmentsTotal int64     `json:"segments_total"`
	Rows          int64     `json:"rows" doc:"rows that matched so far; of tails and exports those that were sent"`
	ExpectedRows  *int64    `json:"expected_rows,omitempty" doc:"of an export, when they could be counted before"`
	BytesRead     int64     `json:"bytes_read" doc:"compressed bytes read from segments"`
	Peer          string    `json:"peer" doc:"address of who asked"`
	State         string    `json:"state" enum:"running,done,failed,cancelled"`
	Error         *Problem  `json:"error,omitempty" doc:"why it failed"`
}

type queriesOutput struct {
	Body struct {
		Queries []RunningQuery `json:"queries"`
	}
}

type queryInput struct {
	ID string `path:"id"`
}

type queryOutput struct{ Body RunningQuery }

func (s *server) registerQueries(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-queries", Method: http.MethodGet, Path: "/api/v1/queries", Tags: []string{"queries"},
		Summary: "Queries that run now, the longest first, then exports of the last five minutes",
	}, func(ctx context.Context, _ *struct{}) (*queriesOutput, error) {
		var out queriesOutput
		out.Body.Queries = s.queriesOf(ctx)
		return &out, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-query", Method: http.MethodGet, Path: "/api/v1/queries/{id}", Tags: []string{"queries"},
		Summary: "One query that runs, or an export of the last five minutes",
	}, func(ctx context.Context, in *queryInput) (*queryOutput, error) {
		all := s.queriesOf(ctx)
		i := slices.IndexFunc(all, func(q RunningQuery) bool { return q.ID == in.ID })
		if i < 0 {
			return nil, noQuery(in.ID)
		}
		return &queryOutput{all[i]}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "cancel-query", Method: http.MethodDelete, Path: "/api/v1/queries/{id}", Tags: []string{"queries"},
		Summary: "Cancel a query", DefaultStatus: http.StatusNoContent,
		Description: "Who waits for its answer gets the problem query.cancelled, or a connection that breaks off within the rows.",
	}, func(ctx context.Context, in *queryInput) (*struct{}, error) {
		by, text, ok := s.queries.cancelQuery(PrincipalOf(ctx).ID, in.ID, seesQueries(ctx))
		if !ok {
			return nil, noQuery(in.ID)
		}
		if by != PrincipalOf(ctx).ID {
			s.auditDone(ctx, model.AuditEntry{Action: "query.cancel", Target: text, Before: map[string]string{"by": by}}, nil)
		}
		return nil, nil
	})
}

// queriesOf lists what a caller may see.
func (s *server) queriesOf(ctx context.Context) []RunningQuery {
	all, own := seesQueries(ctx), PrincipalOf(ctx).ID
	return s.queries.list(time.Now(), func(owner string) bool { return all || owner == own })
}

// seesQueries reports whether a caller sees other people's queries.
func seesQueries(ctx context.Context) bool {
	p := PrincipalOf(ctx)
	return p.SeesQueries()
}

func noQuery(id string) *Problem {
	return NewProblem("not_found", "no query "+id+" runs; it may have ended")
}
