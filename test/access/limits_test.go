package access

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// What is as long as may be is taken, and what is longer is refused before the trail says that it begins: there is one bound
// for both.
func TestBoundsOfWhatIsSaid(t *testing.T) {
	g := begin(t)
	letters := func(n int) string { return strings.Repeat("a", n) }
	user := func(name, fullName, email string) map[string]any {
		return map[string]any{"name": name, "full_name": fullName, "email": email, "role": "viewer"}
	}
	team := func(code, name, stream string) map[string]any {
		return map[string]any{"code": code, "name": name, "grants": []any{map[string]any{"stream": stream}}}
	}
	token := func(name, stream string) map[string]any {
		return map[string]any{"name": name, "role": "viewer", "stream": stream}
	}
	filter := func(bytes int) string { return `{a="` + letters(bytes-len(`{a=""}`)) + `"}` }
	email := func(chars int) string { return letters(chars-len("@example.com")) + "@example.com" }
	names := func(n int) map[string]any {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("field", i)
		}
		return map[string]any{"masked": list}
	}
	for i, c := range []struct {
		method, path, action string
		most                 int
		body                 func(n int) map[string]any
	}{
		{http.MethodPost, "users", "user.add", model.MaxUserName, func(n int) map[string]any { return user(letters(n), "", "") }},
		{http.MethodPost, "users", "user.add", model.MaxTitle, func(n int) map[string]any { return user("full", letters(n), "") }},
		{http.MethodPost, "users", "user.add", model.MaxTitle, func(n int) map[string]any { return user("mail", "", email(n)) }},
		{http.MethodPost, "teams", "team.add", model.MaxTeamCode, func(n int) map[string]any { return team(letters(n), "t", "*") }},
		{http.MethodPost, "teams", "team.add", model.MaxTitle, func(n int) map[string]any { return team("named", letters(n), "*") }},
		{http.MethodPost, "teams", "team.add", model.MaxStreamText, func(n int) map[string]any { return team("stream", "t", filter(n)) }},
		{http.MethodPost, "tokens", "token.add", model.MaxTitle, func(n int) map[string]any { return token(letters(n), "") }},
		{http.MethodPost, "tokens", "token.add", model.MaxStreamText, func(n int) map[string]any { return token("stream", filter(n)) }},
		{http.MethodPut, "roles/viewer", "role.masks", model.MaxMasked, names},
		{http.MethodPut, "roles/viewer", "role.masks", 1, func(n int) map[string]any { return map[string]any{"masked": []string{strings.Repeat("*", n)}} }},
	} {
		if status, code := g.admin.refusal(t, c.method, "/api/v1/"+c.path, c.body(c.most+1)); status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("case %d, %s: %d where %d is the most: %d %s", i, c.action, c.most+1, c.most, status, code)
		}
		g.admin.call(t, c.method, "/api/v1/"+c.path, c.body(c.most), nil)
	}
	for action, made := range map[string]int{"user.add": 3, "team.add": 3, "token.add": 2, "role.masks": 2} {
		g.told(t, url.Values{"action": {action}, "outcome": {"ok"}}, made) // all that came before are there too
		if begun := g.told(t, url.Values{"action": {action}, "outcome": {"begun"}}, made); len(begun) != made {
			t.Errorf("%s: %d are told to begin, and %d were made: %+v", action, len(begun), made, begun)
		}
	}
}
