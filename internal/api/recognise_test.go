package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

// door knows the sessions and tokens of a test, by what is sent.
type door struct {
	admin    bool
	sessions map[string]model.Principal
	tokens   map[string]model.Principal
	away     error
	renewed  string                                         // takes the place of each cookie
	current  func(model.Principal) (model.Principal, error) // nil: as it was
}

func (d *door) HasAdmin() bool { return d.admin }

func (d *door) find(in map[string]model.Principal, key string) (model.Principal, error) {
	if d.away != nil {
		return model.Principal{}, d.away
	}
	p, ok := in[key]
	if !ok {
		return p, &model.AccessError{Code: model.AccessCredentials, Detail: "unknown"}
	}
	return p, nil
}

func (d *door) Session(_ context.Context, cookie string, _ model.Caller) (model.Principal, string, error) {
	p, err := d.find(d.sessions, cookie)
	return p, d.renewed, err
}

func (d *door) Current(_ context.Context, p model.Principal) (model.Principal, error) {
	if d.current == nil {
		return p, nil
	}
	return d.current(p)
}

func (d *door) Token(_ context.Context, secret string, _ model.Caller) (model.Principal, error) {
	return d.find(d.tokens, secret)
}

func (d *door) Certificate(context.Context, string, string) (model.Principal, error) {
	return model.Principal{}, &model.AccessError{Code: model.AccessCredentials}
}

func (d *door) Check(p model.Principal, permission model.Permission) error {
	switch {
	case p.Role == model.RoleAdmin, p.Role == model.RoleIngest && permission == model.PermitIngest,
		p.Role == model.RoleViewer && (permission == model.PermitRead || permission == model.PermitSave || permission == model.PermitSelf):
		return nil
	}
	return &model.AccessError{Code: model.AccessDenied, Detail: "no"}
}

func pair(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// knocks sends requests through a wrapper to handlers that answer with the name of the principal.
func knocks(t *testing.T, d *door, openIngest bool) func(method, path string, change func(*http.Request)) (status int, name, code string) {
	t.Helper()
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: d, OpenIngest: openIngest, Member: "of the members"})
	h := w.Wrap(routed(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = rw.Write([]byte(PrincipalOf(r.Context()).Name))
	}, "GET /api/v1/logs/query", "/select/logsql/query", "POST /api/v1/saved-queries", "/insert/jsonline", "GET /metrics", "GET /healthz",
		"POST /internal/v1/unsealed", "DELETE /api/v1/session/view", "GET /api/v1/system/backup", "GET /api/v1/logs/export", "GET /api/v1/audit/export"))
	return func(method, path string, change func(*http.Request)) (int, string, string) {
		r := httptest.NewRequest(method, "http://localhost:7700"+path, nil)
		r.RemoteAddr = "127.0.0.1:5000"
		if change != nil {
			change(r)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		var p Problem
		if rec.Code != http.StatusOK {
			if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
				t.Errorf("%s %s: %d %q is no problem", method, path, rec.Code, rec.Body)
			}
		}
		return rec.Code, rec.Body.String(), p.Code
	}
}

func sent(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func withSession(value string, headers ...string) func(*http.Request) {
	return func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: cookiePlain, Value: value})
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
}

// Tokens are known in the form of each protocol, and one that is refused does not become this machine itself.
func TestWrapperRecognises(t *testing.T) {
	d := &door{admin: true, sessions: map[string]model.Principal{
		"c1": {ID: "1", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer},
		"c2": {ID: "2", Name: "lee", Kind: model.KindUser, Role: model.RoleViewer, SeenBy: model.Viewer{ID: "1", Name: "admin"}},
	}, tokens: map[string]model.Principal{
		"hae_1_x": {ID: "t1", Name: "reader", Kind: model.KindToken, Role: model.RoleViewer},
		"hae_2_x": {ID: "t2", Name: "sender", Kind: model.KindToken, Role: model.RoleIngest},
	}}
	ask := knocks(t, d, true)
	read, send := "/api/v1/logs/query", "/insert/jsonline"
	elsewhere := func(r *http.Request) { r.RemoteAddr = "192.0.2.1:5000" }
	tests := []struct {
		name, method, path string
		change             func(*http.Request)
		status             int
		who, code          string
	}{
		{"nobody reads", "GET", read, nil, 401, "", model.AccessRequired},
		{"nobody asks for health", "GET", "/healthz", nil, 200, "loopback", ""},
		{"the socket", "GET", read, func(r *http.Request) { r.RemoteAddr = "@" }, 200, "local", ""},
		{"bearer", "GET", read, sent("Authorization", "Bearer hae_1_x"), 200, "reader", ""},
		{"bearer in small letters", "GET", read, sent("Authorization", "bearer hae_1_x"), 200, "reader", ""},
		{"basic, password", "GET", read, sent("Authorization", "Basic "+pair("any", "hae_1_x")), 200, "reader", ""},
		{"basic, user", "GET", read, sent("Authorization", "Basic "+pair("hae_1_x", "")), 200, "reader", ""},
		{"api key of a pair", "GET", read, sent("Authorization", "ApiKey "+pair("id", "hae_1_x")), 200, "reader", ""},
		{"api key alone", "GET", read, sent("Authorization", "ApiKey hae_1_x"), 200, "reader", ""},
		{"x-api-key", "GET", read, sent("X-Api-Key", "hae_1_x"), 200, "reader", ""},
		{"in the URL", "GET", read + "?token=hae_1_x", nil, 401, "", model.AccessRequired},
		{"unknown token", "GET", read, sent("Authorization", "Bearer hae_9_x"), 401, "", model.AccessCredentials},
		{"unknown token sends", "POST", send, sent("Authorization", "Bearer hae_9_x"), 401, "", model.AccessCredentials},
		{"without the permission", "GET", "/metrics", sent("Authorization", "Bearer hae_1_x"), 403, "", model.AccessDenied},
		{"the machine itself sends", "POST", send, nil, 200, "loopback", ""},
		{"another machine sends", "POST", send, elsewhere, 401, "", model.AccessRequired},
		{"a rebound name sends", "POST", send, func(r *http.Request) { r.Host = "evil.example" }, 401, "", model.AccessRequired},
		{"a token to send reads", "GET", read, sent("Authorization", "Bearer hae_2_x"), 403, "", model.AccessDenied},
		{"a session", "GET", read, withSession("c1"), 200, "kim", ""},
		{"a session that is over", "GET", read, withSession("c9"), 401, "", model.AccessCredentials},
		{"a session writes from its page", "POST", "/api/v1/saved-queries", withSession("c1", "Sec-Fetch-Site", "same-origin"), 200, "kim", ""},
		{"a session writes from elsewhere", "POST", "/api/v1/saved-queries", withSession("c1", "Sec-Fetch-Site", "cross-site"), 403, "", "forbidden"},
		{"a session writes from another origin", "POST", "/api/v1/saved-queries", withSession("c1", "Origin", "http://evil.example"), 403, "", "forbidden"},
		{"a session writes without a word", "POST", "/api/v1/saved-queries", withSession("c1"), 403, "", "forbidden"},
		{"a page elsewhere leads to a backup", "GET", "/api/v1/system/backup", withSession("c1", "Sec-Fetch-Site", "cross-site"), 403, "", "forbidden"},
		{"a page elsewhere leads to an export", "GET", "/api/v1/logs/export", withSession("c1", "Sec-Fetch-Site", "cross-site"), 403, "", "forbidden"},
		{"a page elsewhere leads to an export of the trail", "GET", "/api/v1/audit/export", withSession("c1", "Sec-Fetch-Site", "same-site"), 403, "", "forbidden"},
		{"the console exports", "GET", "/api/v1/logs/export", withSession("c1", "Sec-Fetch-Site", "same-origin"), 200, "kim", ""},
		{"an address that is typed exports", "GET", "/api/v1/logs/export", withSession("c1", "Sec-Fetch-Site", "none"), 200, "kim", ""},
		{"a program exports", "GET", "/api/v1/logs/export", sent("Authorization", "Bearer hae_1_x"), 200, "reader", ""},
		{"a page elsewhere leads to a search", "GET", read, withSession("c1", "Sec-Fetch-Site", "cross-site"), 200, "kim", ""},
		{"a view reads", "GET", read, withSession("c2"), 200, "lee", ""},
		{"a view reads by POST", "POST", "/select/logsql/query", withSession("c2", "Sec-Fetch-Site", "same-origin"), 200, "lee", ""},
		{"a view writes", "POST", "/api/v1/saved-queries", withSession("c2", "Sec-Fetch-Site", "same-origin"), 403, "", model.AccessViewOnly},
		{"a view is left", "DELETE", "/api/v1/session/view", withSession("c2", "Sec-Fetch-Site", "same-origin"), 200, "lee", ""},
		{"a member", "POST", "/internal/v1/unsealed", sent("Authorization", "Bearer of the members"), 200, "", ""},
		{"a wrong secret of members", "POST", "/internal/v1/unsealed", sent("Authorization", "Bearer of the member"), 403, "", model.AccessDenied},
		{"the secret of members without a word before it", "POST", "/internal/v1/unsealed", sent("Authorization", "of the members"), 403, "", model.AccessDenied},
		{"the socket is no member", "POST", "/internal/v1/unsealed", func(r *http.Request) { r.RemoteAddr = "@" }, 403, "", model.AccessDenied},
		{"the machine itself is no member", "POST", "/internal/v1/unsealed", nil, 403, "", model.AccessDenied},
	}
	for _, tt := range tests {
		status, who, code := ask(tt.method, tt.path, tt.change)
		if status != tt.status || status == 200 && who != tt.who || code != tt.code {
			t.Errorf("%s: %d %q %q, want %d %q %q", tt.name, status, who, code, tt.status, tt.who, tt.code)
		}
	}
}

// Whoever looks as somebody else gets by what changes things no further than to read and to end the view, whatever the role.
func TestViewsChangeNothing(t *testing.T) {
	d := &door{admin: true, sessions: map[string]model.Principal{
		"view": {ID: "2", Name: "lee", Kind: model.KindUser, Role: model.RoleAdmin, SeenBy: model.Viewer{ID: "1", Name: "admin"}},
	}}
	var reached []string
	for pattern, permission := range Permissions() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = http.MethodPost, pattern
		}
		if !unsafe(method) || permission == model.PermitMember || pattern == consolePattern {
			continue
		}
		w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
		w.Admit(Admission{Authenticator: d})
		r := httptest.NewRequest(method, "http://localhost:7700"+strings.NewReplacer("{$}", "", "{", "", "}", "").Replace(path), nil)
		withSession("view", "Sec-Fetch-Site", "same-origin")(r)
		rec := httptest.NewRecorder()
		w.Wrap(routed(func(http.ResponseWriter, *http.Request) { reached = append(reached, pattern) }, pattern)).ServeHTTP(rec, r)
		if rec.Code != http.StatusOK && !strings.Contains(rec.Body.String(), model.AccessViewOnly) {
			t.Errorf("%s: %d %s", pattern, rec.Code, rec.Body)
		}
	}
	slices.Sort(reached)
	want := []string{
		"/select/logsql/facets", "/select/logsql/field_names", "/select/logsql/field_values", "/select/logsql/hits", "/select/logsql/query",
		"/select/logsql/stats_query", "/select/logsql/stats_query_range", "/select/logsql/stream_field_names", "/select/logsql/stream_field_values",
		"/select/logsql/stream_ids", "/select/logsql/streams", "/select/logsql/tail",
		"DELETE /api/v1/session", "DELETE /api/v1/session/view", "POST /api/v1/formats/try",
	}
	if diff := cmp.Diff(want, reached); diff != "" {
		t.Errorf("routes that a view reaches by a method that changes things (-want +got):\n%s", diff)
	}
}

// A process without others has no secret, which nobody may therefore know.
func TestNoSecretLetsNobodyIn(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: &door{admin: true}})
	h := w.Wrap(routed(func(http.ResponseWriter, *http.Request) {}, "POST /internal/v1/unsealed"))
	r := httptest.NewRequest("POST", "http://localhost:7700/internal/v1/unsealed", nil)
	r.Header.Set("Authorization", "Bearer ")
	rec := httptest.NewRecorder()
	if h.ServeHTTP(rec, r); rec.Code != http.StatusForbidden {
		t.Errorf("an empty secret is answered %d", rec.Code)
	}
}

func TestClosedIngestWantsATokenOfThisMachineToo(t *testing.T) {
	d := &door{admin: true}
	if status, _, code := knocks(t, d, false)("POST", "/insert/jsonline", nil); status != 401 || code != model.AccessRequired {
		t.Errorf("records without a token are answered %d %q", status, code)
	}
}

// Before the first administrator a password that was never checked, as shippers send, does no harm.
func TestWrongTokenBeforeTheFirstAdministrator(t *testing.T) {
	ask := knocks(t, &door{}, true)
	if status, who, _ := ask("POST", "/insert/jsonline", sent("Authorization", "Basic "+pair("elastic", "changeme"))); status != 200 || who != "local" {
		t.Errorf("answered %d as %q", status, who)
	}
}

// When the metadata cannot be asked, nobody becomes somebody else, and nobody is told to sign in again.
func TestWrapperWithoutMetadata(t *testing.T) {
	d := &door{admin: true, away: errors.New("the database is away")}
	ask := knocks(t, d, true)
	if status, _, code := ask("GET", "/api/v1/logs/query", withSession("c1")); status != 500 || code != "internal" {
		t.Errorf("a session is answered %d %q", status, code)
	}
}

func TestAnswersCarrySecurityHeaders(t *testing.T) {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	srv := httptest.NewTLSServer(w.Wrap(routed(func(http.ResponseWriter, *http.Request) {}, "GET /healthz")))
	defer srv.Close()
	answer := func(host string) http.Header {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		resp, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.Header
	}
	for host, want := range map[string]string{"logs.example": "max-age=31536000", "[::1]": "max-age=31536000", "logs.example:443": "max-age=31536000", "logs.example:7700": ""} {
		if got := answer(host).Get("Strict-Transport-Security"); got != want {
			t.Errorf("at %s browsers are told %q of TLS, want %q", host, got, want)
		}
	}
	header := answer("logs.example")
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Content-Security-Policy": apiPolicy,
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// copiedDoor knows every cookie as a copy.
type copiedDoor struct{ *door }

func (copiedDoor) Session(context.Context, string, model.Caller) (model.Principal, string, error) {
	return model.Principal{}, "", &model.CopiedError{Session: "s1", User: model.User{ID: "1", Name: "kim", Role: model.RoleOperator}}
}

// A session that ends since its cookie was copied is told, also where nobody needs to be signed in.
func TestCopiedCookieIsTold(t *testing.T) {
	var told []model.AuditEntry
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: copiedDoor{&door{admin: true}}, Audit: func(_ context.Context, e model.AuditEntry) error {
		told = append(told, e)
		return nil
	}})
	h := w.Wrap(routed(func(http.ResponseWriter, *http.Request) {}, "GET /api/v1/me", "GET /api/v1/logs/query"))
	for path, want := range map[string]int{"/api/v1/me": http.StatusOK, "/api/v1/logs/query": http.StatusUnauthorized} {
		told = nil
		r := httptest.NewRequest(http.MethodGet, "http://localhost:7700"+path, nil)
		r.RemoteAddr = "192.0.2.7:5000"
		withSession("any")(r)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("%s: status %d, want %d", path, rec.Code, want)
		}
		if len(told) != 1 || told[0].Action != "session.copied" || told[0].By.Name != "kim" || told[0].Address != "192.0.2.7" || told[0].RequestID == "" {
			t.Errorf("%s: told is %+v", path, told)
		}
	}
}

// Who has a password and no code has to be seen in the trail.
func TestMissingSecondFactorIsTold(t *testing.T) {
	var told []model.AuditEntry
	s := &server{Options: Options{Audit: func(_ context.Context, e model.AuditEntry) error {
		told = append(told, e)
		return nil
	}}}
	const missing = "type the code of your second factor"
	s.auditFailure(t.Context(), "session.sign_in", model.Principal{Name: "kim"}, &model.AccessError{Code: model.AccessSecondFactor, Detail: missing})
	if len(told) != 1 || told[0].Action != "session.failed" || told[0].By.Name != "kim" || told[0].Outcome != model.AuditFailed {
		t.Fatalf("told is %+v", told)
	}
	if after, _ := told[0].After.(map[string]any); after["error"] != missing {
		t.Errorf("it does not say what was missing: %v", told[0].After)
	}
}
