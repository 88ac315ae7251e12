package access

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Which other teams there are tells of what there is to see; who may change them needs to know.
func TestMembersSeeTheirOwnTeamsAlone(t *testing.T) {
	g := begin(t)
	for _, code := range []string{"a", "b"} {
		g.admin.call(t, http.MethodPost, "/api/v1/teams", map[string]any{"code": code, "name": "Team " + code, "grants": []map[string]any{{"stream": `{team="` + code + `"}`}}}, nil)
	}
	type team struct {
		Code, Name string
		Grants     []struct{ Stream string }
	}
	for name, c := range map[string]struct {
		who  *person
		want []team
	}{
		"a member":   {g.user(t, "kim", "operator", map[string]any{"teams": []string{"b"}}), []team{{Code: "b", Name: "Team b"}}},
		"of no team": {g.user(t, "lee", "viewer", map[string]any{"everything": true}), nil},
		"an administrator": {g.admin, []team{
			{"a", "Team a", []struct{ Stream string }{{`{team="a"}`}}},
			{"b", "Team b", []struct{ Stream string }{{`{team="b"}`}}},
		}},
	} {
		var list struct{ Teams []team }
		c.who.call(t, http.MethodGet, "/api/v1/teams", nil, &list)
		for i := range list.Teams {
			if len(list.Teams[i].Grants) == 0 {
				list.Teams[i].Grants = nil
			}
		}
		if len(list.Teams) == 0 {
			list.Teams = nil
		}
		if diff := cmp.Diff(c.want, list.Teams); diff != "" {
			t.Errorf("%s sees (-want +got)\n%s", name, diff)
		}
	}
}
