package access

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/postgres"
)

// kinds of people, in the order of the table's columns.
var kinds = [...]string{"nobody", "ingest", "team", "viewer", "operator", "admin"}

// absent is a route that the server has not.
const absent = "."

// readRoutes reads the table of who is let in where.
func readRoutes(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Fields(line)
		n := len(parts) - len(kinds)
		if n < 1 || n > 2 {
			t.Fatalf("the table has a line that cannot be read: %q", line)
		}
		table[strings.Join(parts[:n], " ")] = parts[n:]
	}
	return table
}

// A route that is added joins the table of permissions, and the table of what is expected of it.
func TestEveryRouteIsInTheTable(t *testing.T) {
	table, permissions := readRoutes(t), api.Permissions()
	doc := api.Register(http.NewServeMux(), api.Options{Version: "test"})
	for path, item := range doc.Paths {
		data, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		var methods map[string]any
		if err := json.Unmarshal(data, &methods); err != nil {
			t.Fatal(err)
		}
		for method := range methods {
			route := strings.ToUpper(method) + " " + path
			if _, ok := permissions[route]; !ok {
				t.Errorf("%s has no permission in internal/api/permissions.go", route)
			}
		}
	}
	for route := range permissions {
		if table[route] == nil {
			t.Errorf("%s is missing in testdata/routes.txt", route)
		}
	}
	for route := range table {
		if _, ok := permissions[route]; !ok {
			t.Errorf("testdata/routes.txt has %s, and the server does not", route)
		}
	}
}

// Everybody is let in where the table says, and nowhere else.
func TestWalkOverEveryRoute(t *testing.T) {
	g := begin(t, "access.open_ingest=false")
	people := g.people(t)
	table := readRoutes(t)
	routes := make([]string, 0, len(table))
	for route := range table {
		routes = append(routes, route)
	}
	self := func(route string) bool { return api.Permissions()[route] == model.PermitSelf }
	slices.SortFunc(routes, func(a, b string) int { // those that end sessions come last
		if self(a) != self(b) {
			return map[bool]int{true: 1, false: -1}[self(a)]
		}
		return strings.Compare(a, b)
	})
	for _, route := range routes {
		for i, kind := range kinds {
			who, want := people[kind], table[route][i]
			if api.Permissions()[route] == model.PermitMember { // one process alone has none
				want = absent
			}
			if self(route) && who.cookie != nil {
				name := kind
				if kind == "admin" {
					name = "root"
				}
				who = g.signIn(t, name, password)
			}
			if got := g.letIn(t, who, route); got != want {
				t.Errorf("%s: %s gets %s, want %s", route, kind, got, want)
			}
		}
	}
}

// Who may change teams may read them, also a program: a change wants the revision that was read.
func TestTokensReadTheTeamsThatTheyChange(t *testing.T) {
	g := begin(t)
	_, token := g.newToken(t, "admin", nil)
	grants := []map[string]any{{"stream": `{team="a"}`}}
	token.call(t, http.MethodPost, "/api/v1/teams", map[string]any{"code": "a", "name": "A", "grants": grants}, nil)
	var list struct {
		Teams []struct {
			Code     string
			Grants   []any
			Revision int64
		}
	}
	token.call(t, http.MethodGet, "/api/v1/teams", nil, &list)
	if len(list.Teams) != 1 || len(list.Teams[0].Grants) != 1 {
		t.Fatalf("the token reads %+v", list)
	}
	token.call(t, http.MethodPut, "/api/v1/teams/a", map[string]any{"name": "B", "grants": grants, "revision": list.Teams[0].Revision}, nil)
	_, viewer := g.newToken(t, "viewer", nil)
	if status, code := viewer.refusal(t, http.MethodGet, "/api/v1/teams", nil); status != http.StatusForbidden || code != model.AccessDenied {
		t.Errorf("a token that may not change teams gets %d %s", status, code)
	}
}

// A grant that names nothing is refused, since it would be of everything: who wants that says so, and reads what may be sent back.
func TestGrantOfEverythingIsWrittenOut(t *testing.T) {
	g := begin(t)
	for _, empty := range []map[string]any{{}, {"datasets": []string{}}, {"stream": " "}} {
		team := map[string]any{"code": "hx", "name": "g", "grants": []any{map[string]any{"datasets": []string{"traps"}}, empty}}
		resp := g.admin.send(t, http.MethodPost, "/api/v1/teams", team)
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(text), `grants[1] names neither`) || !strings.Contains(string(text), `{\"stream\":\"*\"}`) {
			t.Errorf("the grant %v is answered %s %s %v", empty, resp.Status, text, err)
		}
	}
	type team struct {
		Name     string           `json:"name"`
		Grants   []map[string]any `json:"grants"`
		Revision int64            `json:"revision"`
	}
	var made, read team
	g.admin.call(t, http.MethodPost, "/api/v1/teams", map[string]any{"code": "all", "name": "All", "grants": []any{map[string]any{"stream": "*"}}}, &made)
	if len(made.Grants) != 1 || made.Grants[0]["stream"] != "*" {
		t.Errorf("everything is answered as %v", made.Grants)
	}
	kim := g.user(t, "kim", "viewer", map[string]any{"teams": []string{"all"}})
	var me struct{ Everything bool }
	kim.call(t, http.MethodGet, "/api/v1/me", nil, &me)
	if !me.Everything {
		t.Error("a member of a team that sees everything does not")
	}
	list := struct{ Teams []*team }{}
	g.admin.call(t, http.MethodGet, "/api/v1/teams", nil, &list)
	g.admin.call(t, http.MethodPut, "/api/v1/teams/all", list.Teams[0], &read)
	if len(read.Grants) != 1 || read.Grants[0]["stream"] != "*" {
		t.Errorf("what was read and sent back is %v", read.Grants)
	}
}

// people are one of each kind.
func (g *ground) people(t *testing.T) map[string]*person {
	t.Helper()
	g.admin.call(t, "POST", "/api/v1/teams", map[string]any{
		"code": "a", "name": "A", "grants": []map[string]any{{"stream": `{team="a"}`}},
	}, nil)
	_, ingest := g.newToken(t, "ingest", nil)
	return map[string]*person{
		"nobody": {g: g}, "ingest": ingest, "admin": g.admin,
		"team":     g.user(t, "team", "viewer", map[string]any{"teams": []string{"a"}}),
		"viewer":   g.user(t, "viewer", "viewer", map[string]any{"everything": true}),
		"operator": g.user(t, "operator", "operator", map[string]any{"everything": true}),
	}
}

// What processes of one installation ask each other is answered to who knows their secret: no role does, nor who comes from this machine.
func TestWalkOverRoutesOfMembers(t *testing.T) {
	dsn := postgres.Start(t).Database(t) // which has the driver
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	brokers, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(brokers.Close)
	g := begin(t, "queue.type=kafka", "queue.brokers=["+brokers.ListenAddrs()[0]+"]",
		"store.meta.type=postgres", "store.meta.dsn="+dsn, "store.shared="+t.TempDir())
	var secret string
	if err := db.QueryRowContext(t.Context(), "SELECT convert_from(value, 'UTF8') FROM state WHERE namespace = 'members' AND key = 'secret'").Scan(&secret); err != nil {
		t.Fatal(err)
	}
	people, table, walked := g.people(t), readRoutes(t), 0
	for route, permission := range api.Permissions() {
		if permission != model.PermitMember {
			continue
		}
		walked++
		for i, kind := range kinds {
			if got := g.letIn(t, people[kind], route); got != table[route][i] {
				t.Errorf("%s: %s gets %s, want %s", route, kind, got, table[route][i])
			}
		}
		for token, want := range map[string]string{secret: "+", secret + "x": "x", secret[1:]: "x", strings.ToLower(secret): "x"} {
			if got := g.letIn(t, &person{g: g, token: token}, route); got != want {
				t.Errorf("%s: the secret %q of %q gets %s, want %s", route, token, secret, got, want)
			}
		}
	}
	if walked == 0 {
		t.Error("there are no such routes")
	}
}

// letIn asks for a route and puts the answer into the table's signs.
func (g *ground) letIn(t *testing.T, who *person, route string) string {
	t.Helper()
	method, path, ok := strings.Cut(route, " ")
	if !ok {
		method, path = "GET", route
		if strings.HasPrefix(path, "/insert/") || strings.HasPrefix(path, "/v1/") {
			method = "POST"
		}
	}
	base := ""
	if strings.HasPrefix(path, "/v1/") {
		base = "http://" + g.Addr["otlp.http"]
	}
	path = strings.NewReplacer("{$}", "", "{id}", "x", "{code}", "x", "{role}", "viewer", "{provider}", "x", "{schema}", "Me.json").Replace(path)
	var body any
	if method != "GET" && method != "DELETE" || strings.HasSuffix(path, "/account/second-factor") {
		body = "{}"
	}
	there := *who
	there.g = &ground{client: &http.Client{ // where an answer leads is another route
		Timeout: g.client.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, base: g.base}
	resp := there.send(t, method, base+path, body)
	defer resp.Body.Close()
	var problem struct {
		Code string `json:"code"`
	}
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem") {
			_ = json.NewDecoder(resp.Body).Decode(&problem) // judged by its code
			if problem.Code == "access.credentials" || problem.Code == "access.setup_token" || problem.Code == "query.scope" {
				return "+" // let in, and refused for what was sent
			}
		}
		if resp.StatusCode == http.StatusUnauthorized {
			return "-"
		}
		return "x"
	case http.StatusNotFound:
		if route != "/" && strings.Contains(read(t, resp), "/api/docs") && resp.Header.Get("Content-Type") == "text/plain; charset=utf-8" {
			return absent
		}
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return fmt.Sprint(resp.StatusCode)
	}
	return "+"
}
