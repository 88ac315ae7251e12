package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

// routed is a mux with one handler under each pattern.
func routed(h http.HandlerFunc, patterns ...string) *http.ServeMux {
	mux := http.NewServeMux()
	for _, p := range patterns {
		mux.HandleFunc(p, h)
	}
	return mux
}

// As long as nobody can sign in, this machine itself may do everything, and what only looks like it may not.
func TestWrapperBeforeTheFirstAdministrator(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	h := w.Wrap(routed(func(rw http.ResponseWriter, r *http.Request) {
		if !scopeOf(r.Context()).All() {
			t.Error("an admitted request has no scope")
		}
		_, _ = rw.Write([]byte("in"))
	}, "GET /api/v1/logs/query", "POST /api/v1/rules", setupPattern))
	tests := []struct {
		name, remote, host, method, origin string
		path                               string // /api/v1/rules when empty
		header                             string
		want                               int
	}{
		{name: "loopback", remote: "127.0.0.1:5000", host: "127.0.0.1:7700", want: 200},
		{name: "loopback v6", remote: "[::1]:5000", host: "[::1]:7700", want: 200},
		{name: "mapped", remote: "[::ffff:127.0.0.1]:5000", host: "localhost:7700", want: 200},
		{name: "unix socket", remote: "@", host: "localhost", want: 200},
		{name: "another machine", remote: "192.0.2.1:5000", host: "127.0.0.1:7700", want: 403},
		{name: "name rebound to loopback", remote: "127.0.0.1:5000", host: "evil.example:7700", want: 403},
		{name: "through a proxy", remote: "127.0.0.1:5000", host: "127.0.0.1:7700", header: "X-Forwarded-For", want: 403},
		{name: "own page writes", remote: "127.0.0.1:5000", host: "127.0.0.1:7700", method: "POST", origin: "http://127.0.0.1:7700", want: 200},
		{name: "foreign page writes", remote: "127.0.0.1:5000", host: "127.0.0.1:7700", method: "POST", origin: "https://evil.example", want: 403},
		{name: "setup by a name rebound to loopback", remote: "127.0.0.1:5000", host: "evil.example:7700", method: "POST", path: "/api/v1/setup", want: 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/api/v1/logs/query", nil)
			if tt.method != "" {
				r = httptest.NewRequest(tt.method, cmp.Or(tt.path, "/api/v1/rules"), nil)
			}
			r.RemoteAddr, r.Host = tt.remote, tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			if tt.header != "" {
				r.Header.Set(tt.header, "192.0.2.1")
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != tt.want {
				t.Errorf("status %d, want %d: %s", rec.Code, tt.want, rec.Body)
			}
		})
	}
}

// A handler that somebody adds without saying who may use it answers nobody.
func TestRouteWithoutPermissionIsRefused(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	h := w.Wrap(routed(func(http.ResponseWriter, *http.Request) { t.Error("the handler was reached") }, "GET /api/v1/new"))
	r := httptest.NewRequest("GET", "http://localhost/api/v1/new", nil)
	r.RemoteAddr = "127.0.0.1:5000"
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403: %s", rec.Code, rec.Body)
	}
}

// Who is refused at a door other than HTTP's is told as well.
func TestRefusedSendersAreTold(t *testing.T) {
	d := &door{admin: true, tokens: map[string]model.Principal{
		"hae_1_x": {ID: "t1", Name: "reader", Kind: model.KindToken, Role: model.RoleViewer},
		"hae_2_x": {ID: "t2", Name: "sender", Kind: model.KindToken, Role: model.RoleIngest},
	}}
	var told []model.AuditEntry
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: d, Audit: func(_ context.Context, e model.AuditEntry) error {
		told = append(told, e)
		return nil
	}})
	for token, want := range map[string]string{
		"hae_1_x": "request of /Logs/Export by reader denied from 192.0.2.7", "hae_2_x": "", "hae_9_x": "token.refused of  by  denied from 192.0.2.7",
	} {
		told = nil
		r := &http.Request{Header: http.Header{"Authorization": {"Bearer " + token}}, RemoteAddr: "192.0.2.7:5000", Pattern: "/Logs/Export"}
		if _, err := w.Sender(r); (err == nil) != (token == "hae_2_x") {
			t.Errorf("%s: %v", token, err)
		}
		var texts []string
		for _, e := range told {
			texts = append(texts, fmt.Sprintf("%s of %s by %s %s from %s", e.Action, e.Target, e.By.Name, e.Outcome, e.Address))
		}
		if got := strings.Join(texts, "; "); got != want {
			t.Errorf("%s is told as %q, want %q", token, got, want)
		}
	}
}

// The trail tells by the name of a request which entries belong together: nobody gives two the same.
func TestRequestsHaveNamesOfTheirOwn(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	h := w.Wrap(routed(func(http.ResponseWriter, *http.Request) {}, "GET /healthz"))
	seen := map[string]bool{}
	for _, given := range []string{"", "mine", "mine", strings.Repeat("x", 47), strings.Repeat("x", 48), "two words"} {
		r := httptest.NewRequest("GET", "http://localhost/healthz", nil)
		r.Header.Set("X-Request-Id", given)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		id := rec.Header().Get("X-Request-Id")
		if seen[id] || len(id) < 16 || len(id) > 64 || given == "mine" && !strings.HasPrefix(id, "mine-") || strings.Contains(id, " ") {
			t.Errorf("the request that is given %q is called %q", given, id)
		}
		seen[id] = true
	}
}

// A change is told as begun, then as what became of it, and not made when that cannot be told.
func TestChangesAreToldBeforeAndAfter(t *testing.T) {
	refused, away := errors.New("refused"), errors.New("the trail is away")
	for name, tt := range map[string]struct {
		change, trail error
		want          string
		made          bool
	}{
		"done":    {want: "begun ok", made: true},
		"refused": {change: refused, want: "begun failed", made: true},
		"untold":  {trail: away, want: "begun"},
	} {
		var told []string
		s := &server{Options: Options{Audit: func(_ context.Context, e model.AuditEntry) error {
			told = append(told, e.Outcome)
			return tt.trail
		}}}
		made := false
		err := s.changeAudited(t.Context(), model.AuditEntry{Action: "user.add", Target: "kim"}, func() error {
			made = true
			return tt.change
		})
		if got := strings.Join(told, " "); got != tt.want || made != tt.made || (err == nil) != (name == "done") {
			t.Errorf("%s: told %q, want %q; made %v; %v", name, got, tt.want, made, err)
		}
	}
}

// A bug in one handler must not end the server, and its caller must get an answer that names the request.
func TestWrapperAnswersAfterPanic(t *testing.T) {
	var log strings.Builder
	w := NewWrapper(slog.New(slog.NewTextHandler(&log, nil)), prometheus.NewRegistry())
	srv := httptest.NewServer(w.Wrap(routed(func(http.ResponseWriter, *http.Request) { panic("bug") }, "/")))
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

// What caches keep for everybody must not carry the cookie that one of them got.
func TestConsoleFilesCarryNoCookie(t *testing.T) {
	d := &door{admin: true, renewed: "c2", sessions: map[string]model.Principal{"c1": {ID: "1", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer}}}
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: d})
	h := w.Wrap(routed(func(http.ResponseWriter, *http.Request) {}, "/", "GET /api/v1/logs/query"))
	for path, want := range map[string]string{"/api/v1/logs/query": "c2", "/assets/index-1a2b.js": "", "/logs": ""} {
		r := httptest.NewRequest("GET", "http://localhost:7700"+path, nil)
		withSession("c1")(r)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		got := ""
		for _, c := range rec.Result().Cookies() {
			got = c.Value
		}
		if rec.Code != http.StatusOK || got != want {
			t.Errorf("%s: status %d with the cookie %q, want %q", path, rec.Code, got, want)
		}
	}
}
