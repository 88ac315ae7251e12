package kafka

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// follower is a tail that comes back, behind what it was shown, each time that it breaks off.
type follower struct {
	mu      sync.Mutex
	shown   map[attempt]bool
	first   []attempt // in the order in which each was shown for the first time
	again   int       // lines that were shown once more
	skipped int       // lines that it was told it missed
	began   int       // connections
}

// run follows until ctx ends; ready is closed when the first tail has begun.
func (f *follower) run(ctx context.Context, t *testing.T, p *process, ready chan<- struct{}) {
	f.shown = map[attempt]bool{}
	cursor := ""
	for ctx.Err() == nil {
		if p.up.Load() {
			cursor = f.follow(ctx, t, p.base, cursor, func() {
				if f.began++; f.began == 1 {
					close(ready)
				}
			})
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond): // as browsers do
		}
	}
}

// follow reads one tail to its end, and returns the cursor behind the last event that came whole.
func (f *follower) follow(ctx context.Context, t *testing.T, base, cursor string, begun func()) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/logs/tail?query=soak", nil)
	if err != nil {
		t.Error(err)
		return cursor
	}
	req.Header.Set("Last-Event-ID", cursor)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return cursor
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return cursor
	}
	begun()
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 16<<20)
	skipped := 0
	var event, id, data string
	for in.Scan() {
		switch name, value, _ := strings.Cut(in.Text(), ": "); name {
		case "event":
			event = value
		case "id":
			id = value
		case "data":
			data = value
		case "":
			cursor = id
			switch event {
			case "rows":
				f.show(t, data)
			case "state":
				skipped = f.missed(t, data, skipped)
			}
		}
	}
	return cursor
}

func (f *follower) show(t *testing.T, data string) {
	var rows []map[string]string
	if err := json.Unmarshal([]byte(data), &rows); err != nil {
		t.Errorf("rows %.200q: %v", data, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, row := range rows {
		a := attempt{number(row["host"]), number(row["n"]), number(row["try"])}
		if f.shown[a] {
			f.again++
			continue
		}
		f.shown[a] = true
		f.first = append(f.first, a)
	}
}

// missed adds what a state says was skipped since the one before it.
func (f *follower) missed(t *testing.T, data string, before int) int {
	var state struct{ Skipped int }
	if err := json.Unmarshal([]byte(data), &state); err != nil {
		t.Errorf("state %q: %v", data, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.skipped += state.Skipped - before
	return state.Skipped
}

// lacks counts the acknowledged lines that were not shown.
func (f *follower) lacks(acked []attempt) (n, skipped int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range acked {
		if !f.shown[a] {
			n++
		}
	}
	return n, f.skipped
}

// check compares what was shown with what was acknowledged.
func (f *follower) check(t *testing.T, acked []attempt) {
	t.Helper()
	lacking, skipped := f.lacks(acked)
	for deadline := time.Now().Add(10 * time.Second); lacking > skipped && time.Now().Before(deadline); lacking, skipped = f.lacks(acked) {
		time.Sleep(100 * time.Millisecond) // the tail of another process
	}
	if lacking > skipped {
		t.Errorf("the tail lacks %d acknowledged lines, and says that it missed %d", lacking, skipped)
	}
	known := make(map[attempt]bool, len(acked))
	for _, a := range acked {
		known[a] = true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var last [loadStreams]int
	disordered := 0
	for _, a := range f.first {
		if !known[a] { // its sender sent it again
			continue
		}
		if a.line < last[a.stream] {
			disordered++
		}
		last[a.stream] = a.line
	}
	t.Logf("tail: %d lines, %d of them again, said that it missed %d, connected %d times, out of order %d",
		len(f.first)+f.again, f.again, f.skipped, f.began, disordered)
	if disordered > 0 {
		t.Errorf("the tail shows %d lines out of the order of their streams", disordered)
	}
}
