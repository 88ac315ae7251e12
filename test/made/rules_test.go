package made

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/test/server"
)

const rulesPath = "/api/v1/rules"

type ruleBody struct {
	Name     string     `json:"name"`
	Rule     model.Rule `json:"rule"`
	Enabled  *bool      `json:"enabled,omitempty"`
	Revision int64      `json:"revision,omitempty"`
}

func rules(t *testing.T, s *server.Server) []api.ListedRule {
	t.Helper()
	return call[struct{ Rules []api.ListedRule }](t, s, "GET", rulesPath, nil, http.StatusOK).Rules
}

func names(list []api.ListedRule) (out []string) {
	for _, r := range list {
		out = append(out, r.Name)
	}
	return out
}

// send stores one line and returns its row.
func send(t *testing.T, s *server.Server, msg string) server.Row {
	t.Helper()
	s.Post(t, "/insert/jsonline?_stream_fields=app", "", fmt.Sprintf(`{"_msg":%q,"app":"shop"}`, msg), http.StatusOK)
	return s.WaitFor(t, fmt.Sprintf("_msg:=%q", msg), 1)[0]
}

func extract(name, expr string) ruleBody {
	return ruleBody{Name: name, Rule: model.Rule{Extract: &model.Extract{Regexp: expr}}}
}

// A rule takes effect with its answer, behind those before it, and outlives a kill -9 and a reload of the file.
func TestRulesFromTheConsole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "haetae.yaml")
	configured := func(field string) {
		t.Helper()
		text := fmt.Sprintf("pipeline:\n  rules:\n    - {extract: {regexp: 'order (?P<%s>[0-9]+)'}}\n", field)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	configured("order")
	s := server.New(t)
	s.Config = file
	s.Run(t)

	first := call[api.ListedRule](t, s, "POST", rulesPath, extract("사용자", `of (?P<user>\w+)`), http.StatusCreated)
	if first.Source != "console" || first.Owner != "local" || first.Revision != 1 || !first.Enabled {
		t.Errorf("added: %+v", first)
	}
	if row := send(t, s, "order 1 of kim"); row["order"] != "1" || row["user"] != "kim" {
		t.Fatalf("the new rule is not in effect: %v", row)
	}
	second := call[api.ListedRule](t, s, "POST", rulesPath, ruleBody{
		Name: "second", Rule: model.Rule{If: "user:kim", Rename: map[string]string{"user": "buyer"}},
	}, http.StatusCreated)
	if row := send(t, s, "order 2 of kim"); row["buyer"] != "kim" || row["user"] != "" {
		t.Errorf("two rules in their order: %v", row)
	}
	call[none](t, s, "POST", rulesPath+"/order", map[string][]string{"ids": {second.ID, first.ID}}, http.StatusNoContent)
	if row := send(t, s, "order 3 of kim"); row["user"] != "kim" || row["buyer"] != "" {
		t.Errorf("in the other order: %v", row)
	}
	if p := call[api.Problem](t, s, "POST", rulesPath+"/order", map[string][]string{"ids": {first.ID}}, http.StatusConflict); p.Params["reason"] != "order" {
		t.Errorf("an order that lacks a rule: %+v", p)
	}
	list := rules(t, s)
	if diff := cmp.Diff([]string{"pipeline.rules[0]", "second", "사용자"}, names(list)); diff != "" {
		t.Errorf("rules:\n%s", diff)
	}
	if list[0].Hits != 3 || list[2].Hits != 3 || list[1].Hits != 1 || list[0].Source != "config" || list[0].Updated != nil {
		t.Errorf("hits and source: %+v", list)
	}

	off := false
	changed := extract("사용자", `of (?P<user>\w+)`)
	changed.Revision, changed.Enabled = first.Revision, &off
	if got := call[api.ListedRule](t, s, "PUT", rulesPath+"/"+first.ID, changed, http.StatusOK); got.Enabled || got.Revision != 2 {
		t.Errorf("turned off: %+v", got)
	}
	call[api.Problem](t, s, "PUT", rulesPath+"/"+first.ID, changed, http.StatusConflict)
	if row := send(t, s, "order 4 of kim"); row["user"] != "" || row["order"] != "4" {
		t.Errorf("with the rule off: %v", row)
	}
	changed.Revision, changed.Enabled = 2, nil
	call[api.ListedRule](t, s, "PUT", rulesPath+"/"+first.ID, changed, http.StatusOK)
	call[none](t, s, "DELETE", rulesPath+"/"+second.ID, nil, http.StatusNoContent)
	call[api.Problem](t, s, "DELETE", rulesPath+"/"+list[0].ID, nil, http.StatusForbidden)

	s.Kill()
	s.Run(t)
	if row := send(t, s, "order 5 of kim"); row["user"] != "kim" || row["order"] != "5" {
		t.Errorf("after a kill: %v", row)
	}
	configured("number")
	if err := s.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(s.Log(), "configuration reloaded"); {
		if time.Now().After(deadline) {
			t.Fatal("the configuration was not reloaded")
		}
		time.Sleep(10 * time.Millisecond) // polling another process
	}
	if row := send(t, s, "order 6 of kim"); row["user"] != "kim" || row["number"] != "6" || row["order"] != "" {
		t.Errorf("after a reload of the file: %v", row)
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	s := server.Start(t)
	wrong := ruleBody{Name: "a", Rule: model.Rule{Extract: &model.Extract{Grok: "a %{NONSENSE:b}"}}}
	p := call[api.Problem](t, s, "POST", rulesPath, wrong, http.StatusUnprocessableEntity)
	if p.Code != "rule.invalid" || p.Params["key"] != "extract.grok" || p.Position == nil || p.Position.Start != 2 || p.Position.End != 15 {
		t.Errorf("a wrong pattern: %+v %+v", p, p.Position)
	}
	long := extract(strings.Repeat("규", 101), "(?P<a>x)")
	if p := call[api.Problem](t, s, "POST", rulesPath, long, http.StatusBadRequest); p.Params["param"] != "name" {
		t.Errorf("a long name: %+v", p)
	}
	if list := rules(t, s); len(list) != 0 {
		t.Errorf("a refused rule is there: %+v", list)
	}
}

// A rule that this version does not understand is left out and says so; it must not keep the server from starting.
func TestRulesThatAreNotUnderstood(t *testing.T) {
	s := server.New(t)
	m, err := meta.Open(t.Context(), filepath.Join(s.Data, "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"%{FUTURE:a}", "%{WORD:b}"} {
		rule := model.SavedRule{Name: pattern, Rule: model.Rule{Extract: &model.Extract{Grok: pattern}}, Enabled: true}
		if _, err := m.AddRule(t.Context(), model.Everything, rule); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	if row := send(t, s, "hello"); row["b"] != "hello" {
		t.Errorf("the other rule: %v", row)
	}
	all := rules(t, s)
	if len(all) != 2 || !strings.Contains(all[0].Problem, "FUTURE") || all[1].Problem != "" || all[1].Hits != 1 {
		t.Errorf("rules: %+v", all)
	}
}

func TestTryALine(t *testing.T) {
	s := server.Start(t, "pipeline.masks=[tokens]")
	const path = "/api/v1/formats/try"
	formats := call[struct{ Formats []format.Description }](t, s, "GET", "/api/v1/formats", nil, http.StatusOK).Formats
	for _, f := range formats {
		got := call[api.TryResult](t, s, "POST", path, api.TryRequest{Line: f.Example}, http.StatusOK)
		if got.Recognised != f.Name || len(got.Candidates) != len(formats) {
			t.Errorf("the example of %s is %s among %d", f.Name, got.Recognised, len(got.Candidates))
		}
	}
	call[api.ListedRule](t, s, "POST", rulesPath, extract("saved", `id (?P<id>\d+)`), http.StatusCreated)
	got := call[api.TryResult](t, s, "POST", path, api.TryRequest{
		Line: "id 7 Authorization: Bearer 0123456789abcdef0123456789abcdef", SavedRules: true, Stream: map[string]string{"app": "shop"},
		Rules: []model.Rule{{If: `{app="shop"} id:7`, Rename: map[string]string{"id": "order.id"}}, {Extract: &model.Extract{Regexp: "["}}},
	}, http.StatusOK)
	if got.Record["order.id"] != "7" || !got.Masked || strings.Contains(got.Record["_msg"], "0123456789abcdef0123456789abcdef") {
		t.Errorf("tried: %+v", got)
	}
	if len(got.Problems) != 1 || got.Problems[0].Rule != 1 || got.Problems[0].Key != "extract.regexp" {
		t.Errorf("problems: %+v", got.Problems)
	}
	for param, wrong := range map[string]api.TryRequest{
		"input": {Line: "a", Input: "none"}, "format": {Line: "a", Format: "none"}, "line": {Line: strings.Repeat("x", 64<<10+1)},
	} {
		if p := call[api.Problem](t, s, "POST", path, wrong, http.StatusBadRequest); p.Params["param"] != param {
			t.Errorf("a wrong %s: %+v", param, p)
		}
	}
	if rows := s.Query(t, "*"); len(rows) != 0 {
		t.Errorf("trying stored %v", rows)
	}
}
