package access

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// told waits for an entry of the trail that a filter finds: a server of its own process writes it.
func (g *ground) told(t *testing.T, q url.Values, n int) (entries []struct {
	By, Action, Target, Outcome string
	SeenBy                      string `json:"seen_by"`
	SeenByID                    string `json:"seen_by_id"`
	ByKind                      string `json:"by_kind"`
	Before, After               any
},
) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(entries) < n; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the trail has %d entries of %v, want %d", len(entries), q, n)
		}
		page := struct{ Entries any }{&entries}
		g.admin.call(t, http.MethodGet, "/api/v1/audit?"+q.Encode(), nil, &page)
	}
	return entries
}

// Who looks as somebody else stays in the trail by the own name, and is found by it.
func TestWhoLooksIsFoundInTheTrail(t *testing.T) {
	g := begin(t)
	g.user(t, "vera", "viewer", nil)
	var list struct{ Users []struct{ ID, Name string } }
	g.admin.call(t, http.MethodGet, "/api/v1/users", nil, &list)
	root := g.signIn(t, "root", password)
	for _, u := range list.Users {
		if u.Name == "vera" {
			root.call(t, http.MethodPut, "/api/v1/session/view", map[string]string{"user": u.ID}, nil)
		}
	}
	if status, _ := root.refusal(t, http.MethodPost, "/api/v1/rules", map[string]any{"name": "x"}); status != http.StatusForbidden {
		t.Fatalf("a change while looking is answered %d", status)
	}
	e := g.told(t, url.Values{"by": {"root"}, "outcome": {"denied"}}, 1)[0]
	if e.By != "vera" || e.SeenBy != "root" || e.SeenByID == "" {
		t.Fatalf("told is %+v", e)
	}
	g.told(t, url.Values{"by": {e.SeenByID}, "outcome": {"denied"}}, 1) // the name may be another one's by then
	if rows := g.rows(t, url.QueryEscape(`_dataset:audit audit.seen_by:=root audit.outcome:=denied | fields audit.by`)); len(rows) != 1 || rows[0] != `{"audit.by":"vera"}` {
		t.Errorf("searches find %q", rows)
	}
}

// The entry of a new token names its id, which the one of its use and of its end are found by.
func TestNewTokenIsToldWithItsID(t *testing.T) {
	g := begin(t)
	id, _ := g.newToken(t, "viewer", nil)
	if e := g.told(t, url.Values{"action": {"token.add"}, "outcome": {"ok"}}, 1)[0]; e.After.(map[string]any)["id"] != id {
		t.Errorf("told is %+v, want the id %s", e, id)
	}
}
