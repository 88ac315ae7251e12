package access

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
)

// kinds of people, in the order of the table's columns.
var kinds = [...]string{"nobody", "ingest", "team", "viewer", "operator", "admin"}

// absent is a route that the server has not, by its settings.
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
	g.admin.call(t, "POST", "/api/v1/teams", map[string]any{
		"code": "a", "name": "A", "grants": []map[string]any{{"stream": `{team="a"}`}},
	}, nil)
	_, ingest := g.newToken(t, "ingest", nil)
	people := map[string]*person{
		"nobody": {g: g}, "ingest": ingest, "admin": g.admin,
		"team":     g.user(t, "team", "viewer", map[string]any{"teams": []string{"a"}}),
		"viewer":   g.user(t, "viewer", "viewer", map[string]any{"everything": true}),
		"operator": g.user(t, "operator", "operator", map[string]any{"everything": true}),
	}
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
			who := people[kind]
			if self(route) && who.cookie != nil {
				name := kind
				if kind == "admin" {
					name = "root"
				}
				who = g.signIn(t, name, password)
			}
			got := g.letIn(t, who, route)
			if got == absent { // such as providers of OpenID Connect, which this server has none of
				continue
			}
			if got != table[route][i] {
				t.Errorf("%s: %s gets %s, want %s", route, kind, got, table[route][i])
			}
		}
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
	resp := who.send(t, method, base+path, body)
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
