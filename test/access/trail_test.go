package access

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Whoever is signed in may try without end: the trail tells what is refused a few times, as guesses, and never as a change that is begun.
func TestNobodyFillsTheTrailByTrying(t *testing.T) {
	g := begin(t)
	kim := g.user(t, "kim", "viewer", nil)
	wrong := map[string]string{"password": "not the password"}
	for _, one := range []struct {
		method, path string
		body         any
		status       int
	}{
		{http.MethodPut, "/api/v1/account/password", map[string]string{"old": "not the password", "new": "another long word"}, http.StatusUnauthorized},
		{http.MethodPut, "/api/v1/account/password", map[string]string{"old": password, "new": "password1234"}, http.StatusUnprocessableEntity},
		{http.MethodPut, "/api/v1/account/second-factor", map[string]string{"code": "000000"}, http.StatusUnprocessableEntity},
		{http.MethodPost, "/api/v1/account/second-factor", wrong, http.StatusUnauthorized},
	} {
		if status, _ := kim.refusal(t, one.method, one.path, one.body); status != one.status {
			t.Errorf("%s %s is answered %d, want %d", one.method, one.path, status, one.status)
		}
	}
	for range 30 { // answered 429 before long
		for _, one := range []struct{ method, path string }{
			{http.MethodPost, "/api/v1/account/second-factor"}, {http.MethodDelete, "/api/v1/account/second-factor"}, {http.MethodPost, "/api/v1/account/recovery-codes"},
		} {
			if status, _ := kim.refusal(t, one.method, one.path, wrong); status/100 != 4 {
				t.Fatalf("%s %s is answered %d", one.method, one.path, status)
			}
		}
		for _, path := range []string{"/api/v1/session/view", "/api/v1/account/sessions"} { // nothing to leave, and no other session but the first
			kim.call(t, http.MethodDelete, path, nil, nil)
		}
	}
	g.admin.call(t, http.MethodPost, "/api/v1/users", map[string]string{"name": "lee", "role": "viewer"}, nil) // in the trail behind all of these
	g.told(t, url.Values{"action": {"user.add"}, "q": {"lee"}, "outcome": {"ok"}}, 1)

	var actions []string
	for _, e := range g.told(t, url.Values{"by": {"kim"}}, 1) {
		actions = append(actions, e.Action+" "+e.Target+" "+e.Outcome)
	}
	slices.Sort(actions)
	want := []string{
		"account.password kim begun", "account.password kim failed", "account.password kim ok",
		"second_factor.add kim failed",
		"session.end_others kim begun", "session.end_others kim ok",
		"session.failed account.password failed",
		"session.failed second_factor.begin failed",
		"session.sign_in kim ok", "session.sign_in kim ok",
	}
	// Which of the others come through before the throttle does its work is the clock's.
	actions = slices.DeleteFunc(actions, func(text string) bool {
		return text == "session.failed second_factor.remove failed" || text == "session.failed second_factor.recovery_codes failed"
	})
	if !slices.Equal(actions, want) {
		t.Errorf("the trail of kim is\n%q, want\n%q", actions, want)
	}
}

// The start of a second factor is told: with a password that was found it would lock its owner out.
func TestSecondFactorIsToldFromItsStart(t *testing.T) {
	g := begin(t)
	kim := g.user(t, "kim", "viewer", nil)
	kim.call(t, http.MethodPost, "/api/v1/account/second-factor", map[string]string{"password": password}, nil)
	g.told(t, url.Values{"by": {"kim"}, "action": {"second_factor.begin"}, "outcome": {"ok"}}, 1)
}

// Tokens that are refused are told: one that was revoked or has expired by its name, others without, and repeats from one address as one.
func TestRefusedTokensAreTold(t *testing.T) {
	g := begin(t)
	id, revoked := g.newToken(t, "admin", map[string]any{"name": "of the nightly job"})
	g.admin.call(t, http.MethodDelete, "/api/v1/tokens/"+id, nil, nil)
	guess := &person{g: g, token: "hae_aaaaaaaaaaaa_" + strings.Repeat("b", 52)}
	for range 6 {
		for _, who := range []*person{revoked, guess, {g: g, token: "no token"}} {
			for _, path := range []string{"/api/v1/users", "/insert/jsonline"} {
				if status, code := who.refusal(t, http.MethodPost, path, `{"_msg":"x"}`); status != http.StatusUnauthorized {
					t.Fatalf("%s is answered %d %s", path, status, code)
				}
			}
		}
	}
	g.admin.call(t, http.MethodPost, "/api/v1/users", map[string]string{"name": "lee", "role": "viewer"}, nil) // in the trail behind all of these
	g.told(t, url.Values{"action": {"user.add"}, "q": {"lee"}, "outcome": {"ok"}}, 1)
	var told []string
	for _, e := range g.told(t, url.Values{"action": {"token.refused"}}, 2) {
		after, _ := e.After.(map[string]any)
		told = append(told, fmt.Sprintf("%s %q by %s %q: %v", e.Outcome, e.Target, e.ByKind, e.By, after["id"]))
	}
	if want := []string{`denied "" by  "": aaaaaaaaaaaa`, `denied "of the nightly job" by token "of the nightly job": ` + id}; !slices.Equal(told, want) {
		t.Errorf("the trail has\n%q, want\n%q", told, want)
	}
}

// An export of which nobody has got a row is a failure like others, which are folded; one that hands out rows is told before them.
func TestExportsWithoutRowsAreFolded(t *testing.T) {
	g := begin(t)
	g.admin.call(t, http.MethodPost, "/api/v1/teams", map[string]any{"code": "a", "name": "A", "grants": []map[string]any{{"stream": `{team="a"}`}}}, nil)
	kim := g.user(t, "kim", "viewer", map[string]any{"teams": []string{"a"}})
	for range 20 {
		status, code := kim.refusal(t, http.MethodGet, "/api/v1/logs/export?query="+url.QueryEscape("* | blocks_count"), nil)
		if status != http.StatusForbidden || code != "query.scope" {
			t.Fatalf("an export that the store refuses is answered %d %s", status, code)
		}
	}
	kim.call(t, http.MethodGet, "/api/v1/logs/export?query=*&format=csv", nil, nil)
	g.told(t, url.Values{"by": {"kim"}, "action": {"logs.exported"}}, 1)
	var told []string
	for _, e := range g.told(t, url.Values{"by": {"kim"}, "action": {"logs.*"}}, 1) { // the newest first
		told = append(told, e.Action+" "+e.Target+" "+e.Outcome)
	}
	if want := []string{"logs.exported * ok", "logs.export * ok", "logs.export * | blocks_count failed"}; !slices.Equal(told, want) {
		t.Errorf("the trail has %q, want %q", told, want)
	}
}
