package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestAdvise(t *testing.T) {
	const answer = `{"since":"2026-11-21T10:00:00Z","until":"2026-11-21T11:00:00Z","advice":[` +
		`{"id":"linger","severity":"change","code":"linger_raise","setting":"linger.ms","from":"0","to":"20","values":{"fewer":12.6,"added_ms":20,"batch_bytes":2048}},` +
		`{"id":"new","severity":"fine","code":"of_tomorrow","values":{"n":3}}]}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/pipeline/advice" {
			_, _ = w.Write([]byte(answer)) // the client says it when it fails
		}
	}))
	defer s.Close()
	words := map[string]string{"linger_raise": "{{fewer}} batches of {{batch_bytes}} would be one; it adds {{added_ms}} with {{to}} ms."}
	var out strings.Builder
	a := Advise{Server: Server{URL: s.URL}, Words: words, Out: &out}
	if err := a.Run(t.Context()); !errors.Is(err, ErrAdvice) {
		t.Errorf("error %v, want that there is something to change", err)
	}
	_, rows, _ := strings.Cut(out.String(), "\n\n") // the time before it is local
	want := "change  linger.ms: 0 -> 20\n        13 batches of 2 kB would be one; it adds 20 ms with 20 ms.\n\n" +
		"fine    of_tomorrow {\"n\":3}\n"
	if rows != want {
		t.Errorf("%q\nwant %q", rows, want)
	}
	out.Reset()
	a.JSON = true
	if err := a.Run(t.Context()); !errors.Is(err, ErrAdvice) || out.String() != answer+"\n" {
		t.Errorf("error %v, JSON %s", err, out.String())
	}
}

// While the brokers are away, the figures of before say nothing: the error names the brokers, and comes at once.
func TestAdviseWithoutBrokers(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"since":"2026-11-21T10:00:00Z","until":"2026-11-21T11:00:00Z","problem":"the brokers [kafka:9092] do not answer",` +
			`"advice":[{"id":"away","severity":"change","code":"brokers_away","values":{}}]}`)) // the client says it when it fails
	}))
	defer s.Close()
	var out strings.Builder
	err := Advise{Server: Server{URL: s.URL}, Out: &out}.Run(t.Context())
	if err == nil || errors.Is(err, ErrAdvice) || !strings.Contains(err.Error(), "[kafka:9092] do not answer") || out.String() != "" {
		t.Errorf("error %v, written %q", err, out.String())
	}
}

// A long sentence stays below its own column, also in Hangul, which is twice as wide.
func TestAdviceIsWrapped(t *testing.T) {
	var out strings.Builder
	w := bufio.NewWriter(&out)
	out.WriteString(strings.Repeat(" ", adviceIndent)) // of the mark
	wrapped(w, strings.Repeat("파티션을 나누십시오 ", 12))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
		if textWidth(line) > adviceWidth || i > 0 && !strings.HasPrefix(line, "        파티션") && !strings.HasPrefix(line, "        나누") {
			t.Errorf("line %d is %d wide: %q", i, textWidth(line), line)
		}
	}
}

// The command line and the console say the same thing in the same word.
func TestAdviceMarksAreThoseOfTheConsole(t *testing.T) {
	words := func(language string) map[string]string {
		data, err := os.ReadFile("../../web/src/locales/" + language + "/pipeline.json")
		if err != nil {
			t.Fatal(err)
		}
		var texts struct {
			Pipeline struct {
				Advice struct {
					Severity map[string]string
				}
			}
		}
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		return texts.Pipeline.Advice.Severity
	}
	english, korean := words("en"), words("ko")
	for severity, mark := range adviceMarks {
		if !strings.EqualFold(mark.english, english[severity]) || mark.korean != korean[severity] {
			t.Errorf("%s: %s and %s, the console says %s and %s", severity, mark.english, mark.korean, english[severity], korean[severity])
		}
	}
}

func TestValueText(t *testing.T) {
	for _, c := range []struct {
		name string
		v    float64
		want string
	}{
		{"partitions", 3, "3"},
		{"records", 1234567.8, "1,234,568"},
		{"merged", 1.04, "1"},
		{"merged", .0434, "0.04"},
		{"ratio", 3.14, "3.1"},
		{"n", -1234, "-1,234"},
		{"n", -999, "-999"},
		{"filled_percent", 12.4, "12%"},
		{"batch_bytes", 1 << 20, "1 MB"},
		{"arrival_bytes_per_second", 2048, "2 kB/s"},
		{"batches_per_second", 99.6, "100/s"},
		{"ack_ms", 5.25, "5.2 ms"},
		{"ack_ms", 2_500, "2 s 500 ms"},
		{"longest_ms", 5_700_000, "1 h 35 m"},
		{"longest_ms", 1_800_000, "30 m"},
		{"retention_ms", 604_800_000, "7 d"},
		{"full_days", 5.5, "5.5"},
	} {
		if got := valueText(c.name, c.v, false); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.name, c.v, got, c.want)
		}
	}
}
