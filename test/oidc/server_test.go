package oidc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// start runs Haetae with a provider, an administrator and a team; the browser is the administrator's.
func start(t *testing.T, p Provider) (*server.Server, *Browser) {
	t.Helper()
	at, err := url.Parse(p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	s := server.New(t)
	set := exec.Command(server.Binary(t), "secrets", "set", "oidc-main", "--data", s.Data)
	set.Stdin = strings.NewReader(ClientSecret + "\n")
	if out, err := set.CombinedOutput(); err != nil {
		t.Fatalf("haetae secrets set: %v\n%s", err, out)
	}
	s.Config = filepath.Join(t.TempDir(), "haetae.yaml")
	config := `access:
  allow_addresses: ["` + at.Host + `"]
  oidc:
    main:
      label: Example
      issuer: ` + p.Issuer + `
      client_id: ` + ClientID + `
      client_secret: secret:oidc-main
      roles: {operator: [ops], viewer: [web]}
      teams: {shop: [web], nowhere: [web]}
      allow_signup: true
    away: {issuer: "http://127.0.0.1:1", client_id: x, roles: {viewer: ["*"]}}
`
	if err := os.WriteFile(s.Config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	link, err := url.Parse(s.Setup)
	if err != nil {
		t.Fatal(err)
	}
	admin := newBrowser(t, s)
	admin.call(t, s, http.MethodPost, "/api/v1/setup", map[string]any{
		"token": link.Query().Get("token"), "name": "kim", "password": "correct horse battery",
	}, nil)
	admin.call(t, s, http.MethodPost, "/api/v1/teams", map[string]any{
		"code": "shop", "name": "Shop", "grants": []any{map[string]any{"stream": `{service.name="shop"}`}},
	}, nil)
	return s, admin
}

// newBrowser returns one that stops at pages of the console.
func newBrowser(t *testing.T, s *server.Server) *Browser {
	t.Helper()
	return NewBrowser(t, func(u *url.URL) bool { return u.Host == s.Addr["http"] && !strings.HasPrefix(u.Path, "/api/") })
}

// call asks as the page of a browser does.
func (b *Browser) call(t *testing.T, s *server.Server, method, path string, body, answer any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL(path), strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", s.URL(""))
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s", method, path, resp.Status)
	}
	if answer != nil {
		if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
}

type me struct {
	SignedIn bool     `json:"signed_in"`
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	FullName string   `json:"full_name"`
	Role     string   `json:"role"`
	Provider string   `json:"provider"`
	Teams    []string `json:"teams"`
}

func (b *Browser) me(t *testing.T, s *server.Server) (m me) {
	t.Helper()
	b.call(t, s, http.MethodGet, "/api/v1/me", nil, &m)
	return m
}

const begin = "/api/v1/oidc/main/start?to="

// Somebody whom the provider knows gets in with the role and teams of their groups, and leaves with the rest of the browser.
func TestSignInToTheServer(t *testing.T) {
	p := Start(t)
	s, admin := start(t, p)
	b := newBrowser(t, s)
	if at := b.SignIn(t, s.URL(begin+"%2Flogs%3Fq%3Da"), "lee"); at.RequestURI() != "/logs?q=a" || at.Host != s.Addr["http"] {
		t.Errorf("leads to %s", at)
	}
	got := b.me(t, s)
	if !got.SignedIn || got.Name != "lee" || got.FullName != "Lee Min" || got.Role != "operator" || got.Provider != "main" || !slices.Equal(got.Teams, []string{"shop"}) {
		t.Errorf("signed in as %+v", got)
	}
	var trail struct {
		Entries []struct {
			By    string         `json:"by"`
			After map[string]any `json:"after"`
		} `json:"entries"`
	}
	for deadline := time.Now().Add(20 * time.Second); len(trail.Entries) == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		admin.call(t, s, http.MethodGet, "/api/v1/audit?action=session.sign_in", nil, &trail) // which a server of its own process stores behind its answers
	}
	if len(trail.Entries) != 1 || trail.Entries[0].By != "lee" || trail.Entries[0].After["provider"] != "main" || trail.Entries[0].After["role"] != "operator" {
		t.Errorf("the audit trail tells %+v", trail.Entries)
	}
	var added struct {
		Entries []struct {
			By, Target, Outcome string
		} `json:"entries"`
	}
	admin.call(t, s, http.MethodGet, "/api/v1/audit?action=user.add&by=lee", nil, &added)
	if e := added.Entries; len(e) != 2 || e[0].Target != "lee" || e[0].Outcome != "ok" || e[1].Outcome != "begun" {
		t.Errorf("of the account that was made the audit trail tells %+v", e)
	}
	again := newBrowser(t, s)
	again.SignIn(t, s.URL(begin+"/"), "lee")
	if m := again.me(t, s); m.ID != got.ID {
		t.Errorf("another account at the second sign-in: %+v", m)
	}
	b.call(t, s, http.MethodDelete, "/api/v1/session", nil, nil)
	if b.me(t, s).SignedIn {
		t.Error("still signed in")
	}
	for _, c := range b.Jar.Cookies(&url.URL{Scheme: "http", Host: s.Addr["http"], Path: "/"}) {
		if strings.Contains(c.Name, "haetae") && c.Value != "" {
			t.Errorf("the cookie %s is left", c.Name)
		}
	}
}

// What keeps somebody out is said on the page of the sign-in, and never by an error of the server.
func TestWhoDoesNotGetIn(t *testing.T) {
	p := Start(t)
	s, admin := start(t, p)
	lee := newBrowser(t, s)
	lee.SignIn(t, s.URL(begin+"/"), "lee")
	user := map[string]any{}
	var users struct {
		Users []map[string]any `json:"users"`
	}
	admin.call(t, s, http.MethodGet, "/api/v1/users", nil, &users)
	for _, u := range users.Users {
		if u["name"] == "lee" {
			user = u
		}
	}
	change := map[string]any{"disabled": true}
	for _, key := range []string{"name", "full_name", "email", "role", "everything", "teams", "revision"} {
		change[key] = user[key]
	}
	admin.call(t, s, http.MethodPut, "/api/v1/users/"+user["id"].(string), change, nil)
	if lee.me(t, s).SignedIn {
		t.Error("somebody who was disabled is signed in")
	}
	for name, tt := range map[string]struct{ address, who, problem string }{
		"disabled":                  {begin + "/logs", "lee", "access.disabled"},
		"the administrator's name":  {begin + "/logs", "kim", "oidc.taken"},
		"no group with a role":      {begin + "/logs", "guest", "oidc.no_role"},
		"a provider that is away":   {"/api/v1/oidc/away/start?to=/logs", "", "oidc.unreachable"},
		"no such provider":          {"/api/v1/oidc/other/start?to=/logs", "", "oidc.unknown"},
		"a callback out of nowhere": {"/api/v1/oidc/callback?code=x&state=y", "", "oidc.state"},
	} {
		b := newBrowser(t, s)
		at := b.SignIn(t, s.URL(tt.address), tt.who)
		if at.Path != "/signin" || at.Query().Get("problem") != tt.problem || at.Host != s.Addr["http"] {
			t.Errorf("%s: leads to %s", name, at)
		}
		if b.me(t, s).SignedIn {
			t.Errorf("%s: signed in", name)
		}
	}
	if m := admin.me(t, s); m.Name != "kim" || m.Role != "admin" || m.Provider != "" {
		t.Errorf("the administrator is now %+v", m)
	}
}

// Neither the client's secret, nor a code, a token or a cookie is in the log or in what administrators read.
func TestSecretsOfSignInsAreNotSaid(t *testing.T) {
	p := Start(t)
	s, admin := start(t, p)
	b := newBrowser(t, s)
	b.SignIn(t, s.URL(begin+"/"), "lee")
	said := s.Log()
	for _, path := range []string{"/api/v1/system/config", "/api/v1/users", "/api/v1/audit", "/metrics", "/api/v1/system"} {
		resp, err := admin.Get(s.URL(path))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
		said += body(t, resp)
	}
	if !strings.Contains(said, p.Issuer) {
		t.Error("the configuration does not name the provider")
	}
	hidden := []string{ClientSecret, "eyJ"} // what begins every token
	for _, c := range b.Jar.Cookies(&url.URL{Scheme: "http", Host: s.Addr["http"], Path: "/"}) {
		hidden = append(hidden, c.Value)
	}
	for _, text := range hidden {
		if text != "" && strings.Contains(said, text) {
			t.Errorf("%.8s... is said", text)
		}
	}
}
