package access

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// differing names what two states differ in, as name: before -> after.
func differing(before, after any) []string {
	old, _ := before.(map[string]any)
	now, _ := after.(map[string]any)
	names := slices.Collect(maps.Keys(now))
	for name := range old {
		if _, ok := now[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []string
	for _, name := range names {
		if !cmp.Equal(old[name], now[name]) {
			list = append(list, fmt.Sprintf("%s: %v -> %v", name, old[name], now[name]))
		}
	}
	return list
}

// What the trail tells of a change is what was before and what is since, so that nothing but what was changed differs: a request body in the
// place of the state shows as removed what it does not name.
func TestTheTrailHasStatesAndNotRequests(t *testing.T) {
	g := begin(t)
	var team struct{ Revision int64 }
	g.admin.call(t, http.MethodPost, "/api/v1/teams", map[string]any{"code": "a", "name": "A", "grants": []map[string]any{{"stream": `{team="a"}`}}}, &team)
	g.user(t, "kim", "viewer", map[string]any{"teams": []string{"a"}})
	g.user(t, "lee", "viewer", map[string]any{"teams": []string{"a"}})
	var users struct {
		Users []struct {
			ID, Name string
			Revision int64
		}
	}
	g.admin.call(t, http.MethodGet, "/api/v1/users", nil, &users)
	kim := users.Users[0]
	g.admin.call(t, http.MethodPut, "/api/v1/users/"+kim.ID, map[string]any{"name": "kim", "role": "operator", "teams": []string{"a"}, "revision": kim.Revision}, nil)
	g.admin.call(t, http.MethodPost, "/api/v1/users/"+kim.ID+"/password", nil, nil)
	g.admin.call(t, http.MethodPut, "/api/v1/teams/a", map[string]any{"name": "B", "grants": []map[string]any{{"stream": `{team="a"}`}}, "revision": team.Revision}, nil)
	g.admin.call(t, http.MethodPut, "/api/v1/system/retention", map[string]any{"default": map[string]any{"retention": "240h", "max_size": "80%"}, "rules": []any{}}, nil)
	var first, second struct {
		ID       string
		Revision int64
	}
	rule := func(name string, more map[string]any) map[string]any {
		text := map[string]any{"name": name, "rule": map[string]any{"if": "nothing", "drop_record": true}}
		maps.Copy(text, more)
		return text
	}
	g.admin.call(t, http.MethodPost, "/api/v1/rules", rule("first", nil), &first)
	g.admin.call(t, http.MethodPost, "/api/v1/rules", rule("second", nil), &second)
	g.admin.call(t, http.MethodPut, "/api/v1/rules/"+first.ID, rule("third", map[string]any{"revision": first.Revision}), nil)
	g.admin.call(t, http.MethodPost, "/api/v1/rules/order", map[string]any{"ids": []string{second.ID, first.ID}}, nil)
	g.admin.call(t, http.MethodDelete, "/api/v1/users/"+kim.ID, nil, nil)
	g.told(t, url.Values{"action": {"user.delete"}, "outcome": {"ok"}}, 1)

	for action, want := range map[string][]string{
		"user.change": {
			fmt.Sprintf("revision: %d -> %d", kim.Revision, kim.Revision+1), "role: viewer -> operator",
		},
		"user.reset_password": {"must_change: false -> true"},
		"team.change":         {"name: A -> B", "revision: 1 -> 2"},
		"retention.change":    {"default: map[max_size:80% retention:30d] -> map[max_size:80% retention:240h]"},
		"rule.change":         {"name: first -> third"},
	} {
		e := g.told(t, url.Values{"action": {action}, "outcome": {"ok"}}, 1)[0]
		if diff := cmp.Diff(want, differing(e.Before, e.After)); diff != "" {
			t.Errorf("%s is told with other differences (-want +got):\n%s", action, diff)
		}
	}
	for action, want := range map[string][]string{
		"user.change":         {"role: viewer -> operator"},
		"user.reset_password": {"must_change: false -> true"},
		"team.change":         {"name: A -> B"},
	} {
		e := g.told(t, url.Values{"action": {action}, "outcome": {"begun"}}, 1)[0]
		if diff := cmp.Diff(want, differing(e.Before, e.After)); diff != "" {
			t.Errorf("%s is begun with other differences (-want +got):\n%s", action, diff)
		}
	}
	e := g.told(t, url.Values{"action": {"rule.order"}}, 1)[0]
	if want := []any{first.ID, second.ID}; !cmp.Equal(want, e.Before) || !cmp.Equal([]any{second.ID, first.ID}, e.After) {
		t.Errorf("the order of rules is told as %v -> %v", e.Before, e.After)
	}
	for _, action := range []string{"user.add", "team.add", "rule.add"} {
		after, _ := g.told(t, url.Values{"action": {action}, "outcome": {"ok"}}, 1)[0].After.(map[string]any)
		if name := map[string]string{"rule.add": "enabled"}[action]; name != "" && after[name] != true || name == "" && after["revision"] != 1.0 {
			t.Errorf("%s is told as %v", action, after)
		}
	}
}
