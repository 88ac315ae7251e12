package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
)

const (
	maxPage = 10_000 // rows of one answer
)

type logsQueryInput struct {
	Query  string `query:"query" doc:"LogsQL; * asks for everything" example:"error _time:5m"`
	Start  string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End    string `query:"end" doc:"as start; exclusive"`
	Limit  int    `query:"limit" default:"200" minimum:"0" doc:"rows wanted, 0 for all. A query without pipes comes in pages of at most 10,000 rows, newest first; what pipes make of the rows comes at once"`
	Before string `query:"before" doc:"cursor of the page before: the next of its stats"`
}

// pageStats ends an answer.
type pageStats struct {
	Stats
	Next string `json:"next,omitempty" doc:"cursor of the page of older rows; missing at the end"`
	More bool   `json:"more,omitempty" doc:"there are rows beyond the limit, and no page of them"`
}

func (s *server) registerLogs(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "query-logs", Method: http.MethodGet, Path: "/api/v1/logs/query", Tags: []string{"logs"},
		Summary: "Search, newest first, page by page",
		Description: "The answer is JSON lines: `{\"row\":{...}}` for each row, at last `{\"stats\":{...}}`, " +
			"or `{\"error\":{...}}` with a problem when the search broke off.",
		Responses: map[string]*huma.Response{"200": {Description: "rows, then stats", Content: map[string]*huma.MediaType{
			"application/x-ndjson": {Schema: a.OpenAPI().Components.Schemas.Schema(typeOf[logLine](), true, "LogLine")},
		}}},
	}, s.queryLogs)
	huma.Register(a, huma.Operation{
		OperationID: "tail-logs", Method: http.MethodGet, Path: "/api/v1/logs/tail", Tags: []string{"logs"},
		Summary: "Follow new rows",
		Description: "Server-sent events: `rows` carries an array of rows, `state` the rate (rows in the last second) and how many rows " +
			"were skipped because the reader was slow. The id of an event is a cursor: send it back as Last-Event-ID to go on without a gap.",
		Responses: map[string]*huma.Response{"200": {Description: "events", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{Type: "string"}},
		}}},
	}, s.tailLogs)
}

// logLine documents one line of the answer of query-logs.
type logLine struct {
	Row   map[string]string `json:"row,omitempty"`
	Stats *pageStats        `json:"stats,omitempty"`
	Error *Problem          `json:"error,omitempty"`
}

func (s *server) queryLogs(ctx context.Context, in *logsQueryInput) (*huma.StreamResponse, error) {
	req, err := s.parse(in.Query, in.Start, in.End, time.Now())
	if err != nil {
		return nil, problemOf(err)
	}
	req.Scope = scopeOf(ctx)
	p := page{limit: maxPage}
	if in.Limit > 0 {
		p.limit = min(in.Limit, maxPage)
	}
	if in.Before != "" {
		if err := p.from(in.Before); err != nil {
			return nil, problemOf(invalid("before", err))
		}
		req.Max = min(req.Max, p.after.time)
	}
	if len(req.Query.Pipes) == 0 {
		p.asked = p.skip + p.limit
		req, err = with(req, "sort by (_time desc) | limit "+strconv.Itoa(p.asked))
	} else {
		p = page{limit: in.Limit, whole: true}
		if in.Limit > 0 { // one more tells whether there are more
			req, err = with(req, "limit "+strconv.Itoa(in.Limit+1))
		}
	}
	if err != nil {
		return nil, problemOf(err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { s.streamPage(hc, req, &p) }}, nil
}

func (s *server) streamPage(hc huma.Context, req Request, p *page) {
	hc.SetHeader("Content-Type", "application/x-ndjson")
	hc.SetHeader("Cache-Control", "no-store")
	out := newLineWriter(hc.BodyWriter())
	stats, err := s.Engine.Run(hc.Context(), req, func(b *logsql.Batch) error {
		for i := range b.N {
			if !p.take(b, i) {
				continue
			}
			out.buf = append(out.buf, `{"row":`...)
			out.buf = b.AppendJSON(out.buf, i)
			out.buf = append(out.buf, "}\n"...)
		}
		return out.flushIfLarge()
	})
	if err != nil {
		problem := *problemOf(err)
		problem.RequestID = RequestID(hc.Context())
		if !out.written && len(out.buf) == 0 {
			hc.SetHeader("Content-Type", "application/problem+json")
			hc.SetStatus(problem.Status)
			_ = json.NewEncoder(hc.BodyWriter()).Encode(&problem)
			return
		}
		out.json("error", &problem)
	} else {
		out.json("stats", pageStats{Stats: stats, Next: p.next(), More: p.more()})
	}
	_ = out.flush() // the client may be gone
}
