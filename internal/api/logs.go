package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

const (
	maxPage = 10_000 // rows of one answer
)

type logsQueryInput struct {
	Query    string `query:"query" doc:"LogsQL; * asks for everything" example:"error _time:5m"`
	Start    string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End      string `query:"end" doc:"as start; exclusive"`
	Limit    int    `query:"limit" default:"200" minimum:"0" doc:"rows wanted, 0 for all. A query without pipes comes in pages of at most 10,000 rows; what pipes make of the rows comes at once"`
	Order    string `query:"order" enum:"desc,asc" default:"desc" doc:"desc: newest first; asc: oldest first. Of queries without pipes"`
	Before   string `query:"before" doc:"with order=desc: only rows older than this cursor, such as the next of the page before"`
	ID       string `query:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"names the query in /api/v1/queries, where it can be cancelled"`
	Progress bool   `query:"progress" doc:"also send lines that tell how far the search has come, the first after 300 ms"`
	After    string `query:"after" doc:"with order=asc: only rows newer than this cursor, such as the prev of a newest-first page"`
}

// pageStats ends an answer.
type pageStats struct {
	Stats
	Next string `json:"next,omitempty" doc:"cursor of the page that goes on in the same order; missing at the end"`
	Prev string `json:"prev,omitempty" doc:"cursor of the page's first row, from which the other order goes on: after=prev with order=asc brings the rows newer than a newest-first page"`
	Last string `json:"last,omitempty" doc:"cursor of the page's last row, at the end too: to ask again later for what has come behind it"`
	More bool   `json:"more,omitempty" doc:"there are rows beyond the limit, and no page of them"`
}

func (s *server) registerLogs(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "query-logs", Method: http.MethodGet, Path: "/api/v1/logs/query", Tags: []string{"logs"},
		Summary: "Search, page by page",
		Description: "The answer is JSON lines: `{\"row\":{...}}` for each row, at last `{\"stats\":{...}}`, " +
			"or `{\"error\":{...}}` with a problem when the search broke off.",
		Responses: map[string]*huma.Response{"200": {Description: "rows, then stats", Content: map[string]*huma.MediaType{
			"application/x-ndjson": {Schema: a.OpenAPI().Components.Schemas.Schema(typeOf[logLine](), true, "LogLine")},
		}}},
	}, s.queryLogs)
	schemas := a.OpenAPI().Components.Schemas
	schemas.Schema(typeOf[tailState](), true, "TailState")
	huma.Register(a, huma.Operation{
		OperationID: "tail-logs", Method: http.MethodGet, Path: "/api/v1/logs/tail", Tags: []string{"logs"},
		Summary: "Follow new rows",
		Description: "Server-sent events: `rows` carries an array of rows, `state` a TailState each second. With max_rate the rows are a " +
			"fair sample of each second. The id of an event is a cursor: send it back as Last-Event-ID to go on without a gap.",
		Responses: map[string]*huma.Response{"200": {Description: "events", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{Type: "string"}},
		}}},
	}, s.tailLogs)
}

// logLine documents one line of the answer of query-logs.
type logLine struct {
	Row      map[string]string `json:"row,omitempty"`
	Progress *queryProgress    `json:"progress,omitempty"`
	Stats    *pageStats        `json:"stats,omitempty"`
	Error    *Problem          `json:"error,omitempty"`
}

func (s *server) queryLogs(ctx context.Context, in *logsQueryInput) (*huma.StreamResponse, error) {
	req, err := s.parse(in.Query, in.Start, in.End, time.Now())
	if err != nil {
		return nil, problemOf(err)
	}
	req.Scope, req.ID = scopeOf(ctx), in.ID
	if in.Progress {
		req.Progress = &model.Progress{}
	}
	if len(req.Query.Pipes) == 0 {
		req.Page, err = in.page()
	} else if in.Limit > 0 { // one more tells whether there are more
		req, err = with(req, "limit "+strconv.Itoa(in.Limit+1))
	}
	if err != nil {
		return nil, problemOf(err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { s.streamRows(hc, req, in.Limit) }}, nil
}

// page reads which page is asked for.
func (in *logsQueryInput) page() (*model.Page, error) {
	p := &model.Page{Limit: maxPage, Oldest: in.Order == "asc"}
	if in.Limit > 0 {
		p.Limit = min(in.Limit, maxPage)
	}
	param, cursor, other := "before", in.Before, in.After
	if p.Oldest {
		param, cursor, other = "after", in.After, in.Before
	}
	if other != "" {
		return nil, invalid(param, errors.New("is the cursor of this order; before= goes with order=desc, after= with order=asc"))
	}
	if cursor == "" {
		return p, nil
	}
	var err error
	if p.Behind, err = parseCursor(cursor); err != nil {
		return nil, invalid(param, err)
	}
	return p, nil
}

// streamRows writes what a query finds; limit cuts what pipes make of the rows, 0 does not.
func (s *server) streamRows(hc huma.Context, req Request, limit int) {
	hc.SetHeader("Content-Type", "application/x-ndjson")
	hc.SetHeader("Cache-Control", "no-store")
	out := newLineWriter(hc.BodyWriter())
	lines := beginProgress(out, req.Progress)
	defer lines.end()
	given := 0
	stats, err := s.Engine.Run(hc.Context(), req, func(b *logsql.Batch) error {
		lines.Lock()
		defer lines.Unlock()
		for i := range b.N {
			if given++; req.Page == nil && limit > 0 && given > limit {
				break
			}
			out.buf = append(out.buf, `{"row":`...)
			out.buf = b.AppendJSON(out.buf, i)
			out.buf = append(out.buf, "}\n"...)
		}
		return out.flushIfLarge()
	})
	lines.end()
	if err != nil {
		if !out.written && len(out.buf) == 0 {
			r, w := humago.Unwrap(hc)
			writeProblem(w, r, err)
			return
		}
		out.json("error", answered(hc.Context(), err))
	} else {
		end := pageStats{Stats: stats}
		if req.Page != nil {
			end.cursors(&req)
		} else {
			end.More = limit > 0 && given > limit
		}
		out.json("stats", &end)
	}
	_ = out.flush() // the client may be gone
}
