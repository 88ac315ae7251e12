package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

type explainInput struct {
	Query string `query:"query" doc:"LogsQL" example:"error _time:5m"`
	Start string `query:"start" doc:"as of /api/v1/logs/query"`
	End   string `query:"end" doc:"as start; exclusive"`
	Limit int    `query:"limit" default:"200" minimum:"0" doc:"rows wanted, 0 for all"`
}

type explainOutput struct {
	Body struct {
		Query string `json:"query"`
		model.Explain
		Stats Stats `json:"stats"`
	}
}

func (s *server) registerExplain(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "explain-logs-query", Method: http.MethodGet, Path: "/api/v1/logs/explain", Tags: []string{"logs"},
		Summary: "Say how a query is answered",
		Description: "Runs the query, keeps none of its rows, and tells what was left out by what, what was read, and what decided " +
			"on the rows.",
	}, s.explainLogs)
}

func (s *server) explainLogs(ctx context.Context, in *explainInput) (*explainOutput, error) {
	req, err := s.parse(in.Query, in.Start, in.End, time.Now())
	if err != nil {
		return nil, problemOf(err)
	}
	out := &explainOutput{}
	req.Scope, req.Explain = scopeOf(ctx), &out.Body.Explain
	switch {
	case len(req.Query.Pipes) == 0:
		req.Page = &model.Page{Limit: maxPage}
		if in.Limit > 0 {
			req.Page.Limit = min(in.Limit, maxPage)
		}
	case in.Limit > 0:
		if req, err = with(req, "limit "+strconv.Itoa(in.Limit)); err != nil {
			return nil, problemOf(err)
		}
	}
	out.Body.Query = in.Query
	out.Body.Stats, err = s.Engine.Run(ctx, req, func(*logsql.Batch) error { return nil })
	if err != nil {
		return nil, problemOf(err)
	}
	return out, nil
}
