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
			"level": []string{"info", "warn", "error"}[i%3], "user": "kim" + string("xyz"[i%3]),
		}
		if team == "b" {
			row["_time"] = at.Add(time.Duration(i)*7*time.Second - 30*time.Minute).Format(time.RFC3339Nano)
			// Many names in letters, in lines like those of team A: these teach where a pattern has a variable.
			row["_msg"] = fmt.Sprintf("user lee%c%c signed in from 192.0.2.%d took %d ms", 'a'+i%26, 'a'+i/26%26, i%200, i)
			row["user"], row["secret"], row["level"] = fmt.Sprint("lee", i), fmt.Sprint("s", i), fmt.Sprint("level", i%50)
		}
		line, _ := json.Marshal(row)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

const insert = "/insert/jsonline?_stream_fields=team,host"

// two starts servers that differ in what team B has sent, and returns a token of team A for each.
func two(t *testing.T) (servers [2]*server.Server, tokens [2]string) {
	t.Helper()
	for i := range servers {
		s := server.Start(t)
		servers[i] = s
		if i == 0 {
			s.Post(t, insert, "", rowsOf("b", 700), http.StatusOK)
		}
		s.Post(t, insert, "", rowsOf("a", 90), http.StatusOK)
		if i == 0 {
			s.Post(t, insert, "", rowsOf("b", 1100), http.StatusOK)
			s.WaitFor(t, `{team="b"} | stats count() n | filter n:1800`, 1)
		}
		s.WaitFor(t, `{team="a"}`, 90)
		tokens[i] = token(t, s, `{team="a"}`)
		// Everybody's queries teach what patterns are; team A's texts must not follow from them.
		for range 3 {
			s.Query(t, "* | patterns")
		}
	}
	return servers, tokens
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

func ask(t *testing.T, s *server.Server, token, method, path string, params url.Values) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL(path)+"?"+params.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", path, params, err)
	}
	return resp.StatusCode, string(b)
}

// queries are asked at every path that takes one.
var queries = []string{
	"*", "secret", `{team="b"}`, `team:b`, "_dataset:*", "_dataset:audit", "_dataset:deadletter", "level:value_type(const)", "level:value_type(dict)", "-level:value_type(const)",
	"* | stats count() n", "_dataset:* | stats by (_dataset, team) count() n, count_uniq(user) u, max(_time) last", "* | stats by (_time:1h, level) count() n",
	"* | field_names", "* | field_values user", "* | delete _observed, _record_id | facets", "* | delete _observed, _record_id | facets 3 keep_const_fields", "* | uniq by (host, level) with hits", "* | top 3 by (user)",
	"* | patterns", "_dataset:* | patterns", "* | stats by (_pattern) count() n", "* | block_stats", "* | blocks_count", "* | query_stats | delete QueryDurationNsecs",
	`user:in(_dataset:* | fields user) | stats count() n`, `host:in({team="b"} | fields host)`, `kimx | stream_context before 2 after 2 | sort by (_time)`,
	`* | union (secret) | stats count() n`, `* | join by (host) ({team="b"} | stats by (host) count() n) | sort by (_time)`, "* | sort by (_time desc) limit 5", "* | limit 7", "* | first 3 by (_time)",
	`_record_id:* | stats count() n`, `* | len(_msg) as l | stats sum(l) s, max(l) m`, `* | fields nothing`, `_stream:b`, `secret:*`, `se*:* | stats count() n`, "options(ignore_global_time_filter=true) * | stats count() n",
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
	servers, tokens := two(t)
	paths := readPaths(t, servers[0])
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
				var answers [2][]string
				var status [2]int
				for i, s := range servers {
					var body string
					status[i], body = ask(t, s, tokens[i], http.MethodGet, path, params)
					answers[i] = normal(query, body)
				}
				if status[0] != status[1] {
					t.Errorf("%s %s: status %d with team B, %d without", path, params, status[0], status[1])
				}
				if diff := cmp.Diff(answers[1], answers[0]); diff != "" {
					t.Errorf("%s %s (-without team B +with)\n%.1500s", path, params, diff)
				}
				if text := strings.Join(answers[0], "\n"); theirs.MatchString(text) {
					t.Errorf("%s %s shows rows of team B: %.300s", path, params, text)
				}
			}
		}
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
	servers, tokens := two(t)
	var events [2][]string
	for i, s := range servers {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL("/api/v1/logs/tail?query=*"), nil)
		req.Header.Set("Authorization", "Bearer "+tokens[i])
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
