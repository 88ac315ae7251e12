package api

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestWrapperAdmits(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	h := w.Wrap(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !scopeOf(r.Context()).All() {
			t.Error("an admitted request has no scope")
		}
		_, _ = rw.Write([]byte("in"))
	}))
	tests := []struct {
		name, remote, host, method, origin string
		want                               int
	}{
		{"loopback", "127.0.0.1:5000", "127.0.0.1:7700", "GET", "", 200},
		{"loopback v6", "[::1]:5000", "[::1]:7700", "GET", "", 200},
		{"mapped", "[::ffff:127.0.0.1]:5000", "localhost:7700", "GET", "", 200},
		{"unix socket", "@", "localhost", "GET", "", 200},
		{"another machine", "192.0.2.1:5000", "127.0.0.1:7700", "GET", "", 403},
		{"name rebound to loopback", "127.0.0.1:5000", "evil.example:7700", "GET", "", 403},
		{"own page writes", "127.0.0.1:5000", "127.0.0.1:7700", "POST", "http://127.0.0.1:7700", 200},
		{"foreign page writes", "127.0.0.1:5000", "127.0.0.1:7700", "POST", "https://evil.example", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/x", nil)
			r.RemoteAddr, r.Host = tt.remote, tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != tt.want {
				t.Errorf("status %d, want %d: %s", rec.Code, tt.want, rec.Body)
			}
		})
	}
}

// A bug in one handler must not end the server, and its caller must get an answer that names the request.
func TestWrapperAnswersAfterPanic(t *testing.T) {
	var log strings.Builder
	w := NewWrapper(slog.New(slog.NewTextHandler(&log, nil)), prometheus.NewRegistry())
	srv := httptest.NewServer(w.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("bug") })))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil || p.Code != "internal" || p.RequestID == "" {
		t.Fatalf("answer %s: %v", body, err)
	}
	if resp.StatusCode != 500 || !strings.Contains(log.String(), p.RequestID) {
		t.Errorf("status %d, log %q; want 500 and a log line with the request id", resp.StatusCode, log.String())
	}
}
