// Package access tests who is let in where, on the real binary.
package access

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

const password = "a long word of nobody"

// ground is a server with an administrator.
type ground struct {
	*server.Server
	client *http.Client
	base   string
	admin  *person
}

// person asks by a session's cookie, a token, or neither.
type person struct {
	g      *ground
	cookie *http.Cookie
	token  string
}

func begin(t *testing.T, settings ...string) *ground {
	t.Helper()
	g := &ground{Server: server.Start(t, settings...), client: &http.Client{Timeout: 20 * time.Second}}
	g.base = "http://" + g.Addr["http"]
	link, err := url.Parse(g.Setup)
	if err != nil || link.Query().Get("token") == "" {
		t.Fatalf("the first line names no file with the link to begin: %v", g.Addr)
	}
	nobody := &person{g: g}
	resp := nobody.send(t, "POST", "/api/v1/setup", map[string]string{"token": link.Query().Get("token"), "name": "root", "password": password})
	g.admin = g.signed(t, resp)
	return g
}

// signed is who an answer has signed in.
func (g *ground) signed(t *testing.T, resp *http.Response) *person {
	t.Helper()
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if strings.HasSuffix(c.Name, "haetae_session") && c.Value != "" {
			return &person{g: g, cookie: c}
		}
	}
	body, _ := io.ReadAll(resp.Body)
	t.Fatalf("nobody is signed in: %s %s", resp.Status, body)
	return nil
}

func (g *ground) signIn(t *testing.T, name, password string) *person {
	t.Helper()
	return g.signed(t, (&person{g: g}).send(t, "POST", "/api/v1/session", map[string]string{"name": name, "password": password}))
}

// send asks for a path of the main port, or for a whole URL.
func (p *person) send(t *testing.T, method, path string, body any) *http.Response {
	t.Helper()
	var in io.Reader
	if text, ok := body.(string); ok {
		in = strings.NewReader(text)
	} else if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	if !strings.Contains(path, "://") {
		path = p.g.base + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, path, in)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.cookie != nil {
		r.AddCookie(p.cookie)
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	resp, err := p.g.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp
}

// call wants an answer of 2xx and decodes it.
func (p *person) call(t *testing.T, method, path string, body, answer any) {
	t.Helper()
	resp := p.send(t, method, path, body)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && answer != nil {
		err = json.Unmarshal(text, answer)
	}
	if resp.StatusCode/100 != 2 || err != nil {
		t.Fatalf("%s %s: %s %v\n%s", method, path, resp.Status, err, text)
	}
}

// refusal is the status of an answer and the code of its problem.
func (p *person) refusal(t *testing.T, method, path string, body any) (status int, code string) {
	t.Helper()
	resp := p.send(t, method, path, body)
	defer resp.Body.Close()
	var problem struct {
		Code string `json:"code"`
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // answers that have no end are let in
	_ = json.Unmarshal(text, &problem)                       // other protocols have other shapes
	return resp.StatusCode, problem.Code
}

// user adds one who has chosen its password, and signs in.
func (g *ground) user(t *testing.T, name, role string, more map[string]any) *person {
	t.Helper()
	text := map[string]any{"name": name, "role": role, "password": "the first word of " + role}
	for k, v := range more {
		text[k] = v
	}
	g.admin.call(t, "POST", "/api/v1/users", text, nil)
	first := g.signIn(t, name, "the first word of "+role)
	first.call(t, "PUT", "/api/v1/account/password", map[string]string{"old": "the first word of " + role, "new": password}, nil)
	return g.signIn(t, name, password)
}

func (g *ground) newToken(t *testing.T, role string, more map[string]any) (id string, p *person) {
	t.Helper()
	text := map[string]any{"name": "of the test", "role": role}
	for k, v := range more {
		text[k] = v
	}
	var made struct{ ID, Secret string }
	g.admin.call(t, "POST", "/api/v1/tokens", text, &made)
	return made.ID, &person{g: g, token: made.Secret}
}
