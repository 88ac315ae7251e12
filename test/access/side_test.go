// Package access asks the real binary as somebody who sees a part of the records.
package access

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/test/server"
)

// Rows of team A are on the first day, one a minute; those of team B before, between and behind them.
const firstDay = "2024-05-02T00:00:00Z"

// rowsOf makes n rows of a team.
func rowsOf(team string, n int) string {
	var b strings.Builder
	at, _ := time.Parse(time.RFC3339, firstDay)
	for i := range n {
		row := map[string]string{
			"_time": at.Add(time.Duration(i) * time.Minute).Format(time.RFC3339Nano), "team": team, "host": fmt.Sprintf("web-%d", i%3),
			"_msg":  fmt.Sprintf("user kim%s signed in from 192.0.2.%d took %d ms", string("xyz"[i%3]), i%200, i),
			"level": []string{"info", "warn", "error"}[i%3], "user": "kim" + string("xyz"[i%3]), "region": "kr",
		}
		if team == "b" {
			row["_time"] = at.Add(time.Duration(i)*7*time.Second - 30*time.Minute).Format(time.RFC3339Nano)
			// Many names in letters, in lines like those of team A: these teach where a pattern has a variable.
			row["_msg"] = fmt.Sprintf("user lee%c%c signed in from 192.0.2.%d took %d ms", 'a'+i%26, 'a'+i/26%26, i%200, i)
			row["user"], row["secret"], row["level"] = fmt.Sprint("lee", i), fmt.Sprint("s", i), fmt.Sprint("level", i%50)
			row["region"] = fmt.Sprint("r", i%9)
		}
		line, _ := json.Marshal(row)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

const insert = "/insert/jsonline?_stream_fields=team,host"

// sides are two servers, of which the first alone has what team B has sent, asked, kept and left to run.
type sides struct {
	servers [2]*server.Server
	tokens  [2]string // of team A
	// Of team B, on the first server.
	query, saved, pattern string // ids
	running               func(t *testing.T) bool
}

// letters is a rule that both servers have: it makes dead letters of records of some sort.
const letters = `{"name":"orders","rule":{"if":"order","extract":{"regexp":"order (?P<n>\\d+) paid","required":true}}}`

// two starts the servers.
func two(t *testing.T) *sides {
	t.Helper()
	both := &sides{}
	for i := range both.servers {
		s := server.Start(t)
		both.servers[i] = s
		s.Post(t, "/api/v1/rules", "application/json", letters, http.StatusCreated)
		if i == 0 {
			s.Post(t, insert, "", rowsOf("b", 700), http.StatusOK)
			s.Post(t, insert, "", `{"_msg":"order of user lee1 is no number","team":"b","host":"web-0"}`, http.StatusOK)
		}
		s.Post(t, insert, "", rowsOf("a", 90), http.StatusOK)
		if i == 0 {
			s.Post(t, insert, "", rowsOf("b", 1100), http.StatusOK)
			s.WaitFor(t, `{team="b"} | stats count() n | filter n:1800`, 1)
			s.WaitFor(t, "_dataset:deadletter", 1)
		}
		s.WaitFor(t, `{team="a"}`, 90)
		both.tokens[i] = token(t, s, `{team="a"}`)
		// Everybody's queries teach what patterns are; team A's texts must not follow from them.
		for range 3 {
			s.Query(t, "* | patterns")
		}
	}
	both.teamB(t)
	return both
}

// teamB saves a query, exports its rows, and leaves a query running whose answer nobody reads to its end.
func (both *sides) teamB(t *testing.T) {
	t.Helper()
	s := both.servers[0]
	b := &person{g: &ground{Server: s, client: &http.Client{}, base: s.URL("")}, token: token(t, s, `{team="b"}`)}
	var saved struct{ ID string }
	b.call(t, "POST", "/api/v1/saved-queries", map[string]string{"name": "of user lee", "query": `{team="b"} lee1`}, &saved)
	if body := read(t, b.send(t, "GET", `/api/v1/logs/export?query=%7Bteam%3D%22b%22%7D`, nil)); strings.Count(body, "user lee") != 1800 {
		t.Fatalf("team B has exported %.200s", body)
	}
	var patterns struct {
		Patterns []struct{ ID string }
	}
	b.call(t, "GET", "/api/v1/logs/patterns?query=*", nil, &patterns)
	endless := b.send(t, "GET", "/select/logsql/query?query=%7Bteam%3D%22b%22%7D+%7C+generate_sequence+1000000000000", nil)
	t.Cleanup(func() { _ = endless.Body.Close() })
	if _, err := io.ReadFull(endless.Body, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	type queries struct {
		Queries []struct{ ID, Query, State string }
	}
	both.running = func(t *testing.T) bool {
		t.Helper()
		var list queries
		b.call(t, "GET", "/api/v1/queries", nil, &list)
		return len(list.Queries) == 2 && list.Queries[0].State == "running" && list.Queries[1].State == "done"
	}
	if !both.running(t) || len(patterns.Patterns) == 0 {
		t.Fatalf("team B has %d patterns, and its queries do not run", len(patterns.Patterns))
	}
	var list queries
	b.call(t, "GET", "/api/v1/queries", nil, &list)
	both.query, both.saved, both.pattern = list.Queries[0].ID, saved.ID, patterns.Patterns[0].ID
}

// token makes a token that sees the rows of a stream filter; this machine may as long as there is no administrator.
func token(t *testing.T, s *server.Server, stream string) string {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"name": "team", "role": "viewer", "stream": stream, "datasets": []string{}})
	resp, err := http.Post(s.URL("/api/v1/tokens"), "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var made struct{ Secret string }
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil || made.Secret == "" {
		t.Fatalf("cannot make a token: %s, %v", resp.Status, err)
	}
	return made.Secret
}

// ask reads one path as who has a token.
func ask(t *testing.T, s *server.Server, token, method, path string, params url.Values) (status int, body string) {
	t.Helper()
	status, _, body = answer(t, s, token, method, path, params, "")
	return status, body
}

// answer is ask with what is sent, and with the header but for what differs by the clock and the request.
func answer(t *testing.T, s *server.Server, token, method, path string, params url.Values, sent string) (status int, header http.Header, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL(path)+"?"+params.Encode(), strings.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if sent != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", path, params, err)
	}
	for _, name := range []string{"Date", "X-Request-Id", "Content-Length", "Content-Security-Policy"} { // of ids and times within, and nonces
		resp.Header.Del(name)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// queries are asked at every path that takes one. None asks for any rows, or any values, of those that have no order: these are as blocks
// and workers come, and another time others.
var queries = []string{
	"*", "secret", `{team="b"}`, `team:b`, "_dataset:*", "_dataset:audit", "_dataset:deadletter", "level:value_type(const)", "level:value_type(dict)", "-level:value_type(const)",
	"* | stats count() n", "_dataset:* | stats by (_dataset, team) count() n, count_uniq(user) u, max(_time) last", "* | stats by (_time:1h, level) count() n",
	"* | field_names", "* | field_values user", "* | delete _observed, _record_id | facets", "* | delete _observed, _record_id | facets 3 keep_const_fields", "* | uniq by (host, level) with hits", "* | top 3 by (user)",
	"* | patterns", "_dataset:* | patterns", "* | stats by (_pattern) count() n", "* | block_stats", "* | blocks_count", "* | query_stats | delete QueryDurationNsecs",
	`user:in(_dataset:* | fields user) | stats count() n`, `host:in({team="b"} | fields host)`, `kimx | stream_context before 2 after 2 | sort by (_time)`,
	`* | union (secret) | stats count() n`, `* | join by (host) ({team="b"} | stats by (host) count() n) | sort by (_time)`, "* | sort by (_time desc) limit 5", "* | limit 7", "* | first 3 by (_time)",
	`_record_id:* | stats count() n`, `* | len(_msg) as l | stats sum(l) s, max(l) m`, `* | fields nothing`, `_stream:b`, `secret:*`, `se*:* | stats count() n`, "options(ignore_global_time_filter=true) * | stats count() n",
	// How blocks keep fields, which is one value of team A's regions alone.
	"region:value_type(const)", "reg*:value_type(const) | stats count() n", "*:value_type(dict) | stats count() n", "-reg*:value_type(const) | stats count() n",
	"* | fields region | filter region:value_type(const) | stats count() n", "* | delete foo | filter region:value_type(dict) | stats count() n",
	"* | stats count() if (region:value_type(const)) n, count() if (region:value_type(dict)) m", `* | extract if (region:value_type(const)) "<x>r" from region | stats count(x) n`,
	"* | fields region | block_stats", "* | block_stats | stats count() n", "* | blocks_count | stats count() n", "* | stats count() n | query_stats | delete QueryDurationNsecs",
	// Which fields there are.
	"* | delete _observed, _record_id | pack_json as p | fields p", "* | pack_json fields (se*) as p | fields p", "* | delete _observed, _record_id | pack_logfmt as p | fields p",
	"* | stats values(se*) v", "* | delete _observed, _record_id | stats uniq_values(*) v", "* | stats count_empty(secret) n, count(se*) m, count(*) c, count_uniq(level, region) u",
	"* | delete _observed, _record_id | stats sum_len(*) l, count_uniq(*) u", "* | rename se* as x* | field_names", "* | uniq by (secret) with hits",
	"* | fields se*, level | limit 2", "* | stats by (secret) count() n", "* | stats by (_stream_id) count() n", "* | stats row_min(_time, *) r",
	"* | collapse_nums | stats by (_msg) count() n", "* | sort by (user, _time) | limit 3", "* | running_stats by (host) count() n | sort by (_time) | limit 5",
	"* | total_stats count() n | sort by (_time) | limit 2", "* | stats by (_time:1h) rate() r, quantile(0.5, user) q",
	"* | field_values level limit 1", "* | top 1 by (host)", "* | fields user",
	"* | facets 1 max_values_per_field 2",
	"* | stats row_max(_time) r", "* | sample 1 | stats count() n", "not a (query", "* | nopipe",
}

// sorted are the queries whose rows have an order.
var sorted = regexp.MustCompile(`sort by|first`)

// What differs by the clock (rows are of another year) and by the names of things.
var apart = regexp.MustCompile(`"(id|peer|request_id|duration_ms|elapsed_ms|next|prev|last|expected_rows)":("[^"]*"|[0-9]+),?|[0-9a-f]{8}-(logs|deadletter)-[0-9]+-[0-9]+|20(2[5-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`)

// theirs is found in every row of team B.
var theirs = regexp.MustCompile(`user lee|lee[0-9]`)

// normal takes out what may differ, and the order of lines that have none.
func normal(query, body string) []string {
	lines := strings.Split(apart.ReplaceAllString(body, ""), "\n")
	if !sorted.MatchString(query) {
		slices.Sort(lines)
	}
	return lines
}

// Team A cannot tell whether team B has sent anything, whatever it asks.
func TestTeamsDoNotInferEachOther(t *testing.T) {
	both := two(t)
	paths := readPaths(t, both.servers[0])
	if len(paths) < 40 {
		t.Fatalf("only %d paths to ask", len(paths))
	}
	for path, takesQuery := range paths {
		asked := []string{""}
		if takesQuery {
			asked = queries
		}
		for _, query := range asked {
			for _, params := range variants(path, query) {
				both.alike(t, http.MethodGet, path, query, params, "")
			}
		}
	}
	if !both.running(t) {
		t.Error("the query of team B has not run all the while")
	}
}

// What team B has made cannot be found, changed or ended by its id.
func TestTeamsDoNotReachEachOther(t *testing.T) {
	both := two(t)
	for route, sent := range map[string]string{
		"GET /api/v1/queries/" + both.query: "", "DELETE /api/v1/queries/" + both.query: "",
		"PUT /api/v1/saved-queries/" + both.saved:             `{"name":"mine","query":"*","revision":1}`,
		"DELETE /api/v1/saved-queries/" + both.saved:          "",
		"GET /api/v1/logs/patterns/" + both.pattern + "/vars": "",
		"GET /api/v1/logs/deletions/" + both.query:            "", "POST /api/v1/deadletters/replay": `{"query":"*"}`,
	} {
		method, path, _ := strings.Cut(route, " ")
		both.alike(t, method, path, "", nil, sent)
	}
	// The names of another's things are free.
	both.alike(t, http.MethodGet, "/api/v1/logs/query", "", url.Values{"query": {"*"}, "id": {both.query}}, "")
	both.alike(t, http.MethodPost, "/api/v1/saved-queries", "", nil, `{"name":"of user lee","query":"*"}`)
	if !both.running(t) {
		t.Error("the query of team B has ended")
	}
}

// alike asks both servers as team A and compares what they answer.
func (both *sides) alike(t *testing.T, method, path, query string, params url.Values, sent string) {
	t.Helper()
	var answers [2][]string
	var headers [2]http.Header
	var status [2]int
	for i, s := range both.servers {
		var body string
		status[i], headers[i], body = answer(t, s, both.tokens[i], method, path, params, sent)
		answers[i] = normal(query, body)
	}
	if status[0] != status[1] {
		t.Errorf("%s %s %s: status %d with team B, %d without", method, path, params, status[0], status[1])
	}
	if diff := cmp.Diff(headers[1], headers[0]); diff != "" {
		t.Errorf("header of %s %s %s (-without team B +with)\n%.1500s", method, path, params, diff)
	}
	if diff := cmp.Diff(answers[1], answers[0]); diff != "" {
		t.Errorf("%s %s %s (-without team B +with)\n%.1500s", method, path, params, diff)
	}
	if text := strings.Join(answers[0], "\n"); theirs.MatchString(text) && !strings.Contains(sent, "user lee") {
		t.Errorf("%s %s %s shows what is of team B: %.300s", method, path, params, text)
	}
}

// variants are the parameters with which a path is asked.
func variants(path, query string) []url.Values {
	base := url.Values{}
	if query != "" {
		base.Set("query", query)
	}
	with := func(more ...string) url.Values {
		v := url.Values{}
		for name, values := range base {
			v[name] = values
		}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	day := []string{"start", "2024-05-01T00:00:00Z", "end", "2024-05-04T00:00:00Z"}
	switch {
	case strings.HasSuffix(path, "/logs/query"):
		return []url.Values{with("limit", "0"), with("limit", "3"), with("order", "asc", "limit", "5", "progress", "true")}
	case strings.HasSuffix(path, "/logs/patterns"):
		return []url.Values{with("compare", "0"), with(append(day, "compare", "1h")...)}
	case strings.HasSuffix(path, "/logs/export"):
		return []url.Values{with(), with("format", "csv", "fields", "*"), with("format", "plain", "limit", "4")}
	case strings.HasSuffix(path, "field_values"):
		return []url.Values{with("field", "user"), with("field", "host", "limit", "2"), with("field", "team")}
	case strings.HasSuffix(path, "/hits"):
		return []url.Values{with(append(day, "step", "1h")...), with(append(day, "step", "1d", "field", "level")...)}
	case strings.HasSuffix(path, "stats_query_range"):
		return []url.Values{with(append(day, "step", "1h")...)}
	case strings.HasSuffix(path, "stats_query"):
		return []url.Values{with("time", "2024-05-04T00:00:00Z")}
	}
	return []url.Values{with()}
}

// readPaths returns the paths that can be read, from the description of the API and those of VictoriaLogs, and whether each takes
// a query. Streams without an end have a test of their own.
func readPaths(t *testing.T, s *server.Server) map[string]bool {
	t.Helper()
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	_, body := ask(t, s, "", http.MethodGet, "/api/v1/openapi.json", nil)
	if err := json.Unmarshal([]byte(body), &api); err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for path, methods := range api.Paths {
		get, ok := methods["get"]
		if !ok || strings.HasSuffix(path, "/tail") || strings.HasSuffix(path, "/start") || strings.HasSuffix(path, "/callback") {
			continue
		}
		takesQuery := false
		for _, p := range get.Parameters {
			takesQuery = takesQuery || p.Name == "query" && p.In == "query"
		}
		paths[regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "0123456789abcdef")] = takesQuery
	}
	for _, name := range []string{
		"query", "hits", "facets", "stats_query", "stats_query_range", "field_names", "field_values", "streams", "stream_ids", "stream_field_names", "stream_field_values",
	} {
		paths["/select/logsql/"+name] = true
	}
	paths["/metrics"] = false
	return paths
}

// A tail shows the same events, however much others send beside it.
func TestTailsDoNotInferEachOther(t *testing.T) {
	both := two(t)
	var events [2][]string
	for i, s := range both.servers {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL("/api/v1/logs/tail?query=*"), nil)
		req.Header.Set("Authorization", "Bearer "+both.tokens[i])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(resp.Body)
		ids := map[string]bool{}
		for n := 0; in.Scan() && n < 3; {
			line := in.Text()
			switch {
			case strings.HasPrefix(line, "id: "):
				ids[line] = true
				continue
			case strings.HasPrefix(line, "data: {"):
				if n++; n == 1 && i == 0 { // it has begun
					s.Post(t, insert, "", rowsOf("b", 3000), http.StatusOK)
				}
			}
			events[i] = append(events[i], line)
		}
		if len(ids) != 1 || strings.Contains(fmt.Sprint(ids), ".") {
			t.Errorf("the cursor tells how much came: %v", ids)
		}
		s.Post(t, insert, "", rowsOf("a", 1), http.StatusOK)
		for in.Scan() && !strings.HasPrefix(in.Text(), "data: [") {
			continue
		}
		events[i] = append(events[i], apart.ReplaceAllString(in.Text(), ""))
		cancel()
		_ = resp.Body.Close()
	}
	if diff := cmp.Diff(events[1], events[0]); diff != "" {
		t.Errorf("events (-without team B +with)\n%s", diff)
	}
	if text := events[0][len(events[0])-1]; !strings.Contains(text, "kimx") {
		t.Errorf("the row of team A did not come: %q", text)
	}
}
