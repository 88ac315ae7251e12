// Package quota has sources of the real binary send more than their quota: who is within it loses nothing, and what the others
// lose is counted to the record.
package quota

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// source is one line of the table of sources.
type source struct {
	Input    string           `json:"input"`
	Records  int64            `json:"records"`
	Rejected map[string]int64 `json:"rejected"`
	State    string           `json:"state"`
	Quota    *struct {
		Name  string `json:"name"`
		Waits int64  `json:"waits"`
	} `json:"quota"`
}

const (
	dropped    = "over its quota: dropped"
	sampledOut = "over its quota: sampled out"
)

// sourceOf returns the source of an input at 127.0.0.1.
func sourceOf(t *testing.T, s *server.Server, input string) source {
	t.Helper()
	var answer struct {
		Sources []source `json:"sources"`
	}
	if err := json.Unmarshal([]byte(get(t, s, "/api/v1/sources")), &answer); err != nil {
		t.Fatal(err)
	}
	for _, src := range answer.Sources {
		if src.Input == input {
			return src
		}
	}
	return source{}
}

func get(t *testing.T, s *server.Server, path string) string {
	t.Helper()
	resp, err := http.Get(s.URL(path))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %v\n%s", path, resp.Status, err, body)
	}
	return string(body)
}

// until polls a server of its own process.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

func count(t *testing.T, s *server.Server, filter string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s.Query(t, filter+" | stats count() n")[0]["n"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// lines are JSON lines of one app.
func lines(app string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"_msg":"%s says %d","app":"%s"}`+"\n", app, i, app)
	}
	return b.String()
}

// A loud program behind the address of a quiet one loses what is over, to the record; the quiet one loses nothing, and what was
// acknowledged and counted as stored is there after kill -9.
func TestLoudAndQuiet(t *testing.T) {
	s := server.Start(t, `limits.sources=[{name: chatty, match: {stream: '{app="loud"}'}, per: stream, rate: 500, burst: 1s, over: drop}]`)
	const senders, batches, size, quiet = 8, 10, 500, 40
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for range batches {
				s.Post(t, "/insert/jsonline?_stream_fields=app", "", lines("loud", size), http.StatusOK)
			}
		})
	}
	for range quiet {
		s.Post(t, "/insert/jsonline?_stream_fields=app", "", lines("quiet", 1), http.StatusOK)
	}
	all.Wait()
	src := sourceOf(t, s, "jsonline")
	const sent = senders*batches*size + quiet
	if lost := src.Rejected[dropped]; lost == 0 || src.Records+lost != sent {
		t.Errorf("%d sent, %d counted as stored and %d as dropped", sent, src.Records, lost)
	}
	if src.State != "over_quota" || src.Quota == nil || src.Quota.Name != "chatty" {
		t.Errorf("the source is %+v", src)
	}
	if text := get(t, s, "/api/v1/status"); !strings.Contains(text, `"source_over_quota"`) || !strings.Contains(text, `"jsonline/127.0.0.1"`) {
		t.Errorf("no notice: %s", text)
	}
	metric := fmt.Sprintf(`haetae_pipeline_quota_records_total{outcome="dropped",quota="chatty"} %d`, src.Rejected[dropped])
	if text := get(t, s, "/metrics"); !strings.Contains(text, metric+"\n") {
		t.Errorf("no metric %s", metric)
	}
	s.Kill()
	s.Run(t)
	until(t, "all that was acknowledged and not dropped is found", func() bool {
		return count(t, s, "{app=quiet}") == quiet && count(t, s, "*") == src.Records
	})
}

// Every protocol that can answer tells its sender to wait, and keeps nothing of what it refuses.
func TestSendersAreToldToWait(t *testing.T) {
	s := server.Start(t, "limits.sources=[{rate: 0.001, burst: 1s}]")
	otlp := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}},{"body":{"stringValue":"b"}}]}]}]}`
	for input, c := range map[string]struct{ url, kind, body string }{
		"jsonline":      {s.URL("/insert/jsonline"), "", lines("a", 2)},
		"elasticsearch": {s.URL("/insert/elasticsearch/_bulk"), "application/json", "{\"create\":{}}\n{\"m\":1}\n{\"create\":{}}\n{\"m\":2}\n"},
		"loki":          {s.URL("/insert/loki/api/v1/push"), "application/json", `{"streams":[{"stream":{"app":"a"},"values":[["1700000000000000000","a"],["1700000000000000001","b"]]}]}`},
		"otlp":          {"http://" + s.Addr["otlp.http"] + "/v1/logs", "application/json", otlp},
	} {
		for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
			resp, err := http.Post(c.url, c.kind, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err := resp.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if err != nil || resp.StatusCode != want && (want != http.StatusOK || resp.StatusCode != http.StatusNoContent) {
				t.Errorf("%s: request %d is answered by %s %s", input, i+1, resp.Status, body)
			}
			after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
			if want == http.StatusTooManyRequests && after < 1 {
				t.Errorf("%s: Retry-After is %q", input, resp.Header.Get("Retry-After"))
			}
		}
		src := sourceOf(t, s, input)
		if src.Records != 2 || src.Rejected != nil || src.Quota == nil || src.Quota.Waits != 1 || src.State != "over_quota" {
			t.Errorf("%s: %+v", input, src)
		}
	}
	until(t, "what was acknowledged is found", func() bool { return count(t, s, "*") == 8 })
}

// UDP cannot be answered: what is over is dropped and counted.
func TestDatagramsAreCounted(t *testing.T) {
	s := server.Start(t, "limits.sources=[{rate: 0.001, burst: 1s}]")
	conn, err := net.Dial("udp", s.Addr["syslog.udp"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const sent = 50
	for i := range sent {
		if _, err := fmt.Fprintf(conn, "<13>1 - h a - - - datagram %d", i); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "every datagram is stored or counted", func() bool {
		src := sourceOf(t, s, "syslog")
		return src.Records+src.Rejected[dropped] == sent
	})
	if src := sourceOf(t, s, "syslog"); src.Records != 1 || src.Quota.Waits != 0 {
		t.Errorf("%+v", src)
	}
	s.WaitFor(t, "datagram", 1)
}

// A connection over its quota is not read on, and loses nothing; another source goes on meanwhile.
func TestConnectionsWait(t *testing.T) {
	s := configured(t, "limits:\n  sources:\n    - {match: {input: syslog}, rate: 0.001}\n")
	const connections, each = 40, 50
	for n := range connections {
		conn, err := net.Dial("tcp", s.Addr["syslog.tcp"])
		if err != nil {
			t.Fatal(err)
		}
		for i := range each {
			if _, err := fmt.Fprintf(conn, "<13>1 - h a - - - line %d of %d\n", i, n); err != nil {
				t.Fatal(err)
			}
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the source waits", func() bool { q := sourceOf(t, s, "syslog").Quota; return q != nil && q.Waits >= connections })
	s.Post(t, "/insert/jsonline", "", lines("quiet", 100), http.StatusOK)
	if src := sourceOf(t, s, "syslog"); src.Records >= connections*each || src.Rejected != nil || src.State != "over_quota" {
		t.Errorf("while it waits: %+v", src)
	}
	reload(t, s, "log.level: INFO\n", "configuration reloaded")
	until(t, "all lines are stored", func() bool { return count(t, s, "line") == connections*each })
	if src := sourceOf(t, s, "syslog"); src.Records != connections*each || src.Rejected != nil {
		t.Errorf("%+v", src)
	}
}

// configured starts a server with a configuration file.
func configured(t *testing.T, text string) *server.Server {
	t.Helper()
	s := server.New(t)
	s.Config = filepath.Join(t.TempDir(), "haetae.yaml")
	write(t, s, text)
	s.Run(t)
	return s
}

func write(t *testing.T, s *server.Server, config string) {
	t.Helper()
	if err := os.WriteFile(s.Config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// reload gives a server another configuration and waits until its log says so.
func reload(t *testing.T, s *server.Server, config, said string) {
	t.Helper()
	write(t, s, config)
	had := strings.Count(s.Log(), said)
	if err := s.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	until(t, said+" in the log", func() bool { return strings.Count(s.Log(), said) > had })
}

// A sample says how many each of its records stands for, and the sum is what was sent but for a rest below keep.
func TestSample(t *testing.T) {
	s := server.Start(t, "limits.sources=[{rate: 0.001, burst: 1s, over: sample, keep: 10}]")
	s.Post(t, "/insert/jsonline?_stream_fields=app", "", lines("a", 101), http.StatusOK)
	until(t, "the sample is found", func() bool { return count(t, s, "*") == 11 })
	if src := sourceOf(t, s, "jsonline"); src.Records != 11 || src.Rejected[sampledOut] != 90 {
		t.Errorf("%+v", src)
	}
	row := s.Query(t, "* | math (sampling.factor default 1) as n | stats sum(n) as n")[0]
	if row["n"] != "101" {
		t.Errorf("the rows stand for %s records", row["n"])
	}
}

// Quotas change without a restart; a wrong one changes nothing and is named with its line.
func TestReload(t *testing.T) {
	s := configured(t, "log.level: INFO\n")
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusOK)
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusOK)
	reload(t, s, "limits:\n  sources:\n    - rate: 0.001\n      burst: 1s\n", "configuration reloaded")
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusOK)
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusTooManyRequests)
	reload(t, s, "limits:\n  sources:\n    - rate: 0.001\n      over: stop\n", "haetae.yaml:4: limits.sources[0].over: wants wait, drop or sample")
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusTooManyRequests)
	reload(t, s, "log.level: INFO\n", "configuration reloaded")
	s.Post(t, "/insert/jsonline", "", lines("a", 5), http.StatusOK)
}
