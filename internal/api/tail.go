package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/logsql"
)

type tailInput struct {
	Query  string `query:"query" doc:"LogsQL; pipes that need all rows (sort, stats ...) cannot follow"`
	Cursor string `query:"cursor" doc:"where to go on; empty begins now"`
	LastID string `header:"Last-Event-ID" doc:"as cursor, sent by browsers when they connect again"`
}

func (s *server) tailLogs(ctx context.Context, in *tailInput) (*huma.StreamResponse, error) {
	req, err := s.parse(in.Query, "", "", time.Now())
	if err != nil {
		return nil, problemOf(err)
	}
	if err := s.Engine.CheckTail(req.Query); err != nil {
		return nil, problemOf(err)
	}
	tail := TailRequest{Scope: scopeOf(ctx), Query: req.Query, Cursor: in.Cursor}
	if in.LastID != "" {
		tail.Cursor = in.LastID
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no")
		e := &events{out: newLineWriter(w)}
		e.comment("following") // sends the header, so that the client knows it is connected
		err := s.follow(r.Context(), tail, e)
		if err != nil && !errors.Is(err, context.Canceled) {
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
	mu      sync.Mutex
	out     *lineWriter
	rows    int64
	skipped int64
	cursor  string
}

func (e *events) chunk(c TailChunk) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.skipped += c.Skipped
	e.cursor = c.Cursor
	if c.Rows == nil || c.Rows.N == 0 {
		return nil
	}
	e.rows += int64(c.Rows.N)
	e.head("rows", c.Cursor)
	e.out.buf = append(e.out.buf, "data: "...)
	e.out.buf = appendRows(e.out.buf, c.Rows)
	e.out.buf = append(e.out.buf, "\n\n"...)
	return e.out.flush()
}

func (e *events) state() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.head("state", e.cursor)
	e.out.buf = fmt.Appendf(e.out.buf, "data: {\"rate\":%d,\"skipped\":%d}\n\n", e.rows, e.skipped)
	e.rows = 0
	return e.out.flush()
}

func (e *events) send(event, id string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.head(event, id)
	e.out.buf = fmt.Appendf(e.out.buf, "data: %s\n\n", data)
	_ = e.out.flush() // the client may be gone
}

func (e *events) comment(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out.buf = fmt.Appendf(e.out.buf, ": %s\n\n", text)
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
