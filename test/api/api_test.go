// Package api asks the real binary at every query path and compares the answers with VictoriaLogs' shapes.
package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/test/server"
)

// start serves six rows of two streams on 20 November 2026.
func start(t *testing.T) *server.Server {
	t.Helper()
	s := server.Start(t)
	var b strings.Builder
	for i, row := range []struct{ host, level, msg string }{
		{"web-1", "info", "GET /a took 10"},
		{"web-1", "error", "GET /b took 20"},
		{"web-2", "info", "GET /c took 30"},
		{"web-2", "info", "POST /d took 40"},
		{"web-2", "warn", "GET /e took 50"},
		{"web-1", "info", "GET /f took 60"},
	} {
		fmt.Fprintf(&b, `{"_time":"2026-11-20T00:0%d:00Z","_msg":%q,"host":%q,"level":%q,"ms":"%d0"}`+"\n", i, row.msg, row.host, row.level, i+1)
	}
	s.Post(t, "/insert/jsonline?_stream_fields=host", "", b.String(), http.StatusOK)
	s.WaitFor(t, "took", 6)
	return s
}

func get(t *testing.T, s *server.Server, path, params string) (int, string) {
	t.Helper()
	resp, err := http.Get(s.URL(path) + "?" + params)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestSelectPaths(t *testing.T) {
	s := start(t)
	day := "&start=2026-11-20T00:00:00Z&end=2026-11-21T00:00:00Z"
	tests := []struct{ path, params, want string }{
		{"hits", "query=*&step=3m&field=level" + day, `{"hits":[
			{"fields":{"level":"info"},"timestamps":["2026-11-20T00:00:00Z","2026-11-20T00:03:00Z"],"values":[2,2],"total":4},
			{"fields":{"level":"error"},"timestamps":["2026-11-20T00:00:00Z"],"values":[1],"total":1},
			{"fields":{"level":"warn"},"timestamps":["2026-11-20T00:03:00Z"],"values":[1],"total":1}]}`},
		{"hits", "query=*&step=1d" + day, `{"hits":[{"fields":{},"timestamps":["2026-11-20T00:00:00Z"],"values":[6],"total":6}]}`},
		{"hits", "query=nothing" + day, `{"hits":[]}`},
		{"field_values", "query=*&field=level" + day, `{"values":[{"value":"info","hits":4},{"value":"error","hits":1},{"value":"warn","hits":1}]}`},
		{"field_values", "query=GET&field=host&limit=1" + day, `{"values":[{"value":"web-1","hits":3}]}`},
		{"streams", "query=*" + day, `{"values":[{"value":"{host=\"web-1\"}","hits":3},{"value":"{host=\"web-2\"}","hits":3}]}`},
		{"stream_field_names", "query=*" + day, `{"values":[{"value":"host","hits":6}]}`},
		{"stream_field_values", "query=POST&field=host" + day, `{"values":[{"value":"web-2","hits":1}]}`},
		{"stats_query", "query=*+|+stats+by+(host)+count()+n&time=1795219200", `{"status":"success","data":{"resultType":"vector","result":[
			{"metric":{"__name__":"n","host":"web-1"},"value":[1795219200,"3"]},{"metric":{"__name__":"n","host":"web-2"},"value":[1795219200,"3"]}]}}`},
		{"field_values", "query=*&field=level&extra_filters=" + url.QueryEscape(`{"host":["web-2","web-3"]}`) + day, `{"values":[{"value":"info","hits":2},{"value":"warn","hits":1}]}`},
		{"field_values", "query=*&field=level&extra_filters=-level:info&extra_stream_filters=" + url.QueryEscape(`{host="web-1"}`) + day, `{"values":[{"value":"error","hits":1}]}`},
		{"field_values", "query=*&field=level&extra_stream_filters=" + url.QueryEscape(`{"host":"web-1"}`) + day, `{"values":[{"value":"info","hits":2},{"value":"error","hits":1}]}`},
		{"stats_query_range", "query=*+|+stats+count()+n&step=3m" + day, `{"status":"success","data":{"resultType":"matrix","result":[
			{"metric":{"__name__":"n"},"values":[[1795132800,"3"],[1795132980,"3"]]}]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			status, body := get(t, s, "/select/logsql/"+tt.path, tt.params)
			if status != http.StatusOK {
				t.Fatalf("status %d: %s", status, body)
			}
			if diff := cmp.Diff(normal(t, tt.want), normal(t, body)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
	query := url.QueryEscape("* | count() n | union (level:error | count() n)")
	if status, body := get(t, s, "/select/logsql/stats_query_range", "step=3m&query="+query+day); status != http.StatusBadRequest || !strings.Contains(body, "_time") {
		t.Errorf("rows without the time of a step: status %d: %s", status, body)
	}
	for _, path := range []string{"field_names", "stream_ids", "facets"} {
		status, body := get(t, s, "/select/logsql/"+path, "query=*"+day)
		if status != http.StatusOK || !strings.Contains(body, `"hits":`) {
			t.Errorf("%s: status %d: %s", path, status, body)
		}
	}
}

// A person who reports an error names its request; the layer that checks parameters words some errors by itself.
func TestProblemsNameTheirRequest(t *testing.T) {
	s := start(t)
	for path, want := range map[string]int{
		"/api/v1/logs/explain?limit=abc":         http.StatusBadRequest,
		"/api/v1/logs/deletions/none":            http.StatusNotFound,
		"/api/v1/system/history?metric=nonsense": http.StatusBadRequest,
	} {
		response, err := http.Get(s.URL(path))
		if err != nil {
			t.Fatal(err)
		}
		var p struct {
			RequestID string `json:"request_id"`
		}
		err = json.NewDecoder(response.Body).Decode(&p)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != want || p.RequestID == "" || p.RequestID != response.Header.Get("X-Request-Id") {
			t.Errorf("%s: status %d, request_id %q, header %q, %v", path, response.StatusCode, p.RequestID, response.Header.Get("X-Request-Id"), err)
		}
	}
}

// normal decodes JSON and sorts the results of metrics, whose order says nothing.
func normal(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if data, ok := v.(map[string]any)["data"].(map[string]any); ok {
		list := data["result"].([]any)
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return v
}

func TestQueryErrorsSayWhereAndHow(t *testing.T) {
	s := start(t)
	status, body := get(t, s, "/select/logsql/query", "query="+url.QueryEscape("* | lmit 5"))
	var p struct {
		Code      string
		Fix       string
		Position  struct{ Start, End int }
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if status != http.StatusBadRequest || p.Code != "query.syntax" || p.Fix != "limit" || p.Position.Start != 4 || p.Position.End != 8 || p.RequestID == "" {
		t.Errorf("status %d, problem %+v", status, p)
	}
	for name, params := range map[string]string{
		"no query":          "",
		"wrong time":        "query=*&start=yesterday",
		"wrong limit":       "query=*&limit=-1",
		"tail that sorts":   "",
		"unknown parameter": "query=" + url.QueryEscape(`* | stats by host`),
	} {
		path := "/select/logsql/query"
		if name == "tail that sorts" {
			path, params = "/select/logsql/tail", "query="+url.QueryEscape("* | sort by (_time)")
		}
		if status, body := get(t, s, path, params); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400: %s", name, status, body)
		}
	}
	req, err := http.NewRequest(http.MethodGet, s.URL("/select/logsql/query?query=*"), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("AccountID", "7")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a tenant got %s, want 400", resp.Status)
	}
}

// A line must be seen by a tail that was there before it.
func TestTail(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/select/logsql/tail?query=fresh", "/api/v1/logs/tail?query=fresh"} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(path), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		s.Post(t, "/insert/jsonline", "", `{"_msg":"stale"}`+"\n"+`{"_msg":"fresh line"}`, http.StatusOK)
		lines := bufio.NewScanner(resp.Body)
		found := false
		for !found && lines.Scan() {
			if strings.Contains(lines.Text(), "stale") {
				t.Errorf("%s shows what it was not asked for", path)
			}
			found = strings.Contains(lines.Text(), `"_msg":"fresh line"`)
		}
		if !found {
			t.Errorf("%s did not show the line: %v", path, lines.Err())
		}
		cancel()
		resp.Body.Close()
	}
}

// The command line finds the server by its data folder, and writes JSON lines to a pipe.
func TestCommandLine(t *testing.T) {
	s := start(t)
	out, err := exec.Command(server.Binary(t), "query", "--data", s.Data, "-n", "2", "GET | fields _time, ms").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, line := range lines {
		var row map[string]string
		if err := json.Unmarshal([]byte(line), &row); err != nil || row["ms"] == "" {
			t.Errorf("line %q: %v", line, err)
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d lines, want 2", len(lines))
	}
	cmd := exec.Command(server.Binary(t), "query", "--data", s.Data, "* | lmit 5")
	msg, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(msg), "did you mean limit?") || !strings.Contains(string(msg), "      ^^^^") {
		t.Errorf("error %v, output:\n%s", err, msg)
	}
}

func TestConfigurationMistakesStopTheStart(t *testing.T) {
	busy := start(t)
	for want, set := range map[string]string{
		"--set: http.lisen: unknown key, did you mean listen?": "http.lisen=x",
		`--set: limits.line: "much" is not a size`:             "limits.line=much",
		"in use by another program; stop it":                   "inputs.syslog.tcp=" + busy.Addr["syslog.tcp"],
		"http.listen":                                          "http.listen=" + busy.Addr["http"],
		"from other machines, which needs TLS":                 "http.listen=0.0.0.0:0",
		"inputs.otlp.grpc":                                     "inputs.otlp={enabled: true, grpc: '0.0.0.0:0'}",
		"is in use by another":                                 "data=" + busy.Data,
		"inputs.syslog.tls":                                    "inputs.syslog.tls={listen: '127.0.0.1:0', cert: /nowhere, key: /nowhere}",
		"unknown input type":                                   "inputs.sylog={}",
		"store.logs.rules":                                     "store.logs.rules=[{stream: error, retention: 1d}]",
	} {
		args := []string{"server"}
		for _, kv := range []string{"data=" + t.TempDir(), "http.listen=127.0.0.1:0", "inputs.syslog.udp=", "inputs.syslog.tcp=", "inputs.otlp.enabled=false", "inputs.files.enabled=false", "inputs.journald.local=false", set} {
			args = append(args, "--set", kv)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		var stderr strings.Builder
		cmd := exec.CommandContext(ctx, server.Binary(t), args...)
		cmd.Stderr = &stderr
		err := cmd.Run()
		if ctx.Err() != nil {
			t.Errorf("%s: the server started", set)
		}
		cancel()
		last := strings.TrimSpace(stderr.String())
		last = last[strings.LastIndexByte(last, '\n')+1:]
		if err == nil || !strings.Contains(last, want) {
			t.Errorf("%s: error %v, last line %q, want %q", set, err, last, want)
		}
	}
}

// The log tells who reads it later which version began when, where it listens and how long the start took.
func TestStartIsLogged(t *testing.T) {
	s := server.Start(t)
	var line string
	for deadline := time.Now().Add(10 * time.Second); line == ""; time.Sleep(10 * time.Millisecond) { // polling another process
		for l := range strings.Lines(s.Log()) {
			if strings.Contains(l, "msg=started") {
				line = l
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no line tells of the start:\n%s", s.Log())
		}
	}
	for _, want := range []string{"version=", "took=", "data=" + s.Data, "http=" + s.Addr["http"], "syslog.tcp=" + s.Addr["syslog.tcp"]} {
		if !strings.Contains(line, want) {
			t.Errorf("%s is missing: %s", want, line)
		}
	}
}
