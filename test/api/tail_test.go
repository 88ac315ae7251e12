package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// readTail follows until n rows have come or the connection breaks off, and returns the last id.
func readTail(t *testing.T, s *server.Server, id string, n int, seen map[string]int, begun func()) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL("/api/v1/logs/tail?query=*"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if id != "" {
		req.Header.Set("Last-Event-ID", id)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 16<<20)
	pending, event := id, ""
	for len(seen) < n && lines.Scan() {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
		case "event":
			event = value
		case "id":
			pending = value
		case "":
			id = pending // as browsers do: an event counts when it is whole
		case "data":
			if event == "state" && begun != nil {
				go begun()
				begun = nil
			}
			var rows []map[string]string
			if event == "rows" {
				if err := json.Unmarshal([]byte(value), &rows); err != nil {
					t.Fatal(err)
				}
			}
			for _, row := range rows {
				seen[row["_msg"]]++
			}
			if event == "rows" {
				id = pending
			}
		}
	}
	return id
}

// A tail that loses its server goes on with the new one behind the last event that it got: no row twice, none missing.
func TestTailAcrossKill(t *testing.T) {
	s := server.Start(t)
	seen := map[string]int{}
	post := func(from, to int) {
		for i := from; i < to; i++ {
			s.Post(t, "/insert/jsonline", "", fmt.Sprintf(`{"_msg":"row %d"}`+"\n"+`{"_msg":"row %d again"}`, i, i), http.StatusOK)
		}
	}
	killed := make(chan struct{})
	id := readTail(t, s, "", 2000, seen, func() {
		defer close(killed)
		post(0, 60)
		s.Kill() // while rows are under way
	})
	<-killed
	before := len(seen)
	s.Run(t)
	post(60, 90)                  // before the reader is back
	posted := make(chan struct{}) // a row may be seen before its sender has the answer
	readTail(t, s, id, 240, seen, func() {
		defer close(posted)
		post(90, 120)
	})
	<-posted
	for i := range 120 {
		for _, msg := range []string{fmt.Sprintf("row %d", i), fmt.Sprintf("row %d again", i)} {
			if seen[msg] != 1 {
				t.Errorf("%q came %d times", msg, seen[msg])
			}
		}
	}
	t.Logf("%d rows before the kill, %d in all", before, len(seen))
}
