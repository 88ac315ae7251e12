package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What is counted as acknowledged is what the server answered with success, in requests and rows.
func TestSendSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	if err := os.WriteFile(path, []byte(strings.Repeat("{\"_msg\":\"row\"}\n", 25)), 0o644); err != nil {
		t.Fatal(err)
	}
	bodies, err := smallBodies(path, 10, 10)
	if err != nil || len(bodies) != 2 {
		t.Fatalf("%d bodies, %v; the file has rows for 2", len(bodies), err)
	}
	if _, err := smallBodies(path, 1, 26); err == nil {
		t.Error("a body of more rows than the file has")
	}
	var rows, requests atomic.Int64
	refuse := atomic.Bool{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || refuse.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		requests.Add(1)
		rows.Add(int64(strings.Count(string(body), "\n")))
	}))
	defer web.Close()
	s := newServer("test", t.TempDir())
	s.url = web.URL
	got, err := sendSmall(s, bodies, 3, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if got.requests != int(requests.Load()) || got.rows != int(rows.Load()) || got.rows != 10*got.requests || got.p99 < got.p50 || got.p50 <= 0 {
		t.Errorf("%+v; the server saw %d requests of %d rows", got, requests.Load(), rows.Load())
	}
	refuse.Store(true)
	if _, err := sendSmall(s, bodies, 3, 50*time.Millisecond); err == nil {
		t.Error("a refused request is no error")
	}
}
