package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/logsql"
)

type tailInput struct {
	Query   string `query:"query" doc:"LogsQL; pipes that need all rows (sort, stats ...) cannot follow"`
	Cursor  string `query:"cursor" doc:"where to go on; empty begins now"`
	LastID  string `header:"Last-Event-ID" doc:"as cursor, sent by browsers when they connect again"`
	ID      string `query:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"names the tail in /api/v1/queries"`
	MaxRate int    `query:"max_rate" minimum:"0" doc:"rows sent in a second at most, a fair sample of it; the others are counted. 0 sends all. A reader that comes back may get those of ten seconds at once"`
}

// tailState is what a state event carries.
type tailState struct {
	Rate    int64 `json:"rate" doc:"rows that matched since the state before, one second ago"`
	Shown   int64 `json:"shown" doc:"those of them that were sent"`
	Skipped int64 `json:"skipped" doc:"rows passed over unseen since the tail began, because the reader was slow"`
	Sampled int64 `json:"sampled" doc:"rows that matched and were left out since the tail began, because of max_rate"`
}

func (s *server) tailLogs(ctx context.Context, in *tailInput) (*huma.StreamResponse, error) {
	req, err := s.parse(in.Query, "", "", time.Now())
	if err != nil {
		return nil, problemOf(err)
	}
	if err := s.Engine.CheckTail(req.Query); err != nil {
		return nil, problemOf(err)
	}
	tail := TailRequest{Scope: scopeOf(ctx), Query: req.Query, Text: req.Text, ID: in.ID, Cursor: in.Cursor, MaxRate: in.MaxRate}
	if in.LastID != "" {
		tail.Cursor = in.LastID
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		e := &events{w: w, cursor: tail.Cursor}
		err := s.follow(r.Context(), tail, e)
		switch {
		case err == nil || errors.Is(err, context.Canceled):
		case e.out == nil:
			writeProblem(w, r, err)
		default:
			e.send("error", "", problemJSON(r.Context(), err))
		}
	}}, nil
}

// follow writes chunks as events, and each second the state, which also keeps proxies from hanging up.
func (s *server) follow(ctx context.Context, tail TailRequest, e *events) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if e.state() != nil {
					cancel()
					return
				}
			}
		}
	})
	return s.Engine.Tail(ctx, tail, e.chunk)
}

// events writes server-sent events (WHATWG HTML, section 9.2). It may be used by several goroutines.
type events struct {
	w      http.ResponseWriter
	mu     sync.Mutex
	out    *lineWriter // nil until the tail has begun: a tail that is refused is a problem
	now    tailState
	cursor string // behind the rows that were sent
}

// begin sends the header, and a state with the place where the tail begins, for a client that comes back.
func (e *events) begin() error {
	h := e.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e.out = newLineWriter(e.w)
	return e.writeState()
}

func (e *events) chunk(c TailChunk) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	rows := int64(0)
	if c.Rows != nil {
		rows = int64(c.Rows.N)
	}
	if e.out == nil {
		if rows == 0 {
			e.cursor = c.Cursor
		}
		if err := e.begin(); err != nil {
			return err
		}
	}
	e.cursor = c.Cursor
	e.now.Skipped += c.Skipped
	e.now.Sampled += c.Sampled
	e.now.Shown += rows
	e.now.Rate += rows + c.Sampled
	if rows == 0 {
		return nil
	}
	e.head("rows", c.Cursor)
	e.out.buf = append(e.out.buf, "data: "...)
	e.out.buf = appendRows(e.out.buf, c.Rows)
	e.out.buf = append(e.out.buf, "\n\n"...)
	return e.out.flush()
}

// state sends the state and begins to count the next second.
func (e *events) state() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.out == nil {
		return nil
	}
	err := e.writeState()
	e.now.Rate, e.now.Shown = 0, 0
	return err
}

func (e *events) writeState() error {
	data, err := json.Marshal(e.now)
	if err != nil {
		return err
	}
	e.head("state", e.cursor)
	e.out.buf = fmt.Appendf(e.out.buf, "data: %s\n\n", data)
	return e.out.flush()
}

func (e *events) send(event, id string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.head(event, id)
	e.out.buf = fmt.Appendf(e.out.buf, "data: %s\n\n", data)
	_ = e.out.flush() // the client may be gone
}

func (e *events) head(event, id string) {
	e.out.buf = fmt.Appendf(e.out.buf, "event: %s\n", event)
	if id != "" {
		e.out.buf = fmt.Appendf(e.out.buf, "id: %s\n", id)
	}
}

func appendRows(dst []byte, b *logsql.Batch) []byte {
	dst = append(dst, '[')
	for i := range b.N {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = b.AppendJSON(dst, i)
	}
	return append(dst, ']')
}
