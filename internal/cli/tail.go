package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Tail follows new rows.
type Tail struct {
	Server   Server
	Text     string
	Out      io.Writer
	Err      io.Writer
	Terminal bool
	Color    bool
}

// Run follows until ctx ends. When the server goes away it connects again and goes on where it was.
func (t Tail) Run(ctx context.Context) error {
	c := t.Server.client()
	f := &follower{tail: t}
	for connected := false; ; {
		body, err := c.get(ctx, "/api/v1/logs/tail", url.Values{"query": {t.Text}}, f.header())
		var p *Problem
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &p), err != nil && !connected:
			return err
		case err == nil:
			connected = true
			err = eachLine(body, f.line)
			body.Close()
			if ctx.Err() != nil {
				return nil
			}
			if err != nil && f.fatal {
				return err
			}
		}
		fmt.Fprintln(t.Err, "the server is away, trying again in 2 s")
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(2 * time.Second):
		}
	}
}

// follower reads server-sent events (WHATWG HTML, section 9.2) line by line.
type follower struct {
	tail    Tail
	event   string
	cursor  string
	skipped int64
	fatal   bool
}

func (f *follower) header() http.Header {
	if f.cursor == "" {
		return nil
	}
	return http.Header{"Last-Event-Id": {f.cursor}}
}

func (f *follower) line(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(": "))
	switch string(name) {
	case "event":
		f.event = string(value)
	case "id":
		f.cursor = string(value)
	case "data":
		return f.data(value)
	}
	return nil
}

func (f *follower) data(data []byte) error {
	switch f.event {
	case "rows":
		var batch []json.RawMessage
		if err := json.Unmarshal(data, &batch); err != nil {
			return fmt.Errorf("cannot read the answer: %w", err)
		}
		for _, row := range batch {
			if err := f.row(row); err != nil {
				f.fatal = true
				return fmt.Errorf("cannot write the answer: %w", err)
			}
		}
	case "state":
		var state struct {
			Skipped int64 `json:"skipped"`
		}
		if json.Unmarshal(data, &state) == nil && state.Skipped > f.skipped {
			fmt.Fprintf(f.tail.Err, "%d rows were skipped: they came faster than they could be written\n", state.Skipped-f.skipped)
			f.skipped = state.Skipped
		}
	case "error":
		f.fatal = true
		var p Problem
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("cannot read the answer: %w", err)
		}
		return &p
	}
	return nil
}

func (f *follower) row(row json.RawMessage) error {
	if !f.tail.Terminal {
		_, err := f.tail.Out.Write(append(row, '\n'))
		return err
	}
	var one rows
	if err := one.add(row); err != nil {
		return err
	}
	return one.write(f.tail.Out, f.tail.Color)
}
