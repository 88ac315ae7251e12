package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

type patternList struct {
	Lines, Total int
	Counts       map[string]int
	Patterns     []struct {
		ID, Text, State, Example string
		Hits, Prior              int
		Ratio                    float64
		Spark                    []int
		Services                 []struct{ Value string }
		Parts                    []struct {
			Text, Kind, Name string
			Var              *int
		}
	}
}

// Rows of two hours a day apart: a pattern that is new, one with ten times its rows, one that has ended, a steady
// one and one that was too rare to be called silent. What the list says must hold after a restart.
func TestPatterns(t *testing.T) {
	s := server.Start(t)
	var b strings.Builder
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	write := func(at time.Time, n int, format string) {
		for i := range n {
			line := strings.ReplaceAll(format, "#", fmt.Sprint(i))
			fmt.Fprintf(&b, `{"_time":%q,"_msg":%q,"app":"pay"}`+"\n", at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), line)
		}
	}
	before := now.AddDate(0, 0, -1)
	write(now, 5, "mask() took #ms")
	write(before, 4, "queue is full, # waiting")
	write(now, 40, "queue is full, # waiting")
	write(before, 6, "batch # done")
	write(before, 20, "paid order #")
	write(now, 22, "paid order #")
	write(before, 1, "hello from #")
	s.Post(t, "/insert/jsonline?_stream_fields=app", "", b.String(), http.StatusOK)
	s.WaitFor(t, `{app="pay"}`, 98)

	params := url.Values{"query": {`{app="pay"}`}, "start": {now.Format(time.RFC3339)}, "end": {now.Add(time.Hour).Format(time.RFC3339)}, "buckets": {"6"}}.Encode()
	ask := func() (list patternList) {
		t.Helper()
		status, body := get(t, s, "/api/v1/logs/patterns", params)
		if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v: %s", status, err, body)
		}
		return list
	}
	nothing := url.Values{"query": {"nosuchword"}, "start": {now.Format(time.RFC3339)}, "end": {now.Add(time.Hour).Format(time.RFC3339)}}
	if _, body := get(t, s, "/api/v1/logs/patterns", nothing.Encode()); !strings.Contains(body, `"patterns":[]`) {
		t.Errorf("patterns of no lines: %s", body)
	}
	list := ask()
	var got []string
	ids := map[string]string{}
	for _, p := range list.Patterns {
		got = append(got, fmt.Sprint(p.State, " ", p.Text, " ", p.Hits, " ", p.Prior, " ", p.Spark))
		ids[p.State] = p.ID
	}
	want := []string{
		"new mask() took <num> 5 0 [5 0 0 0 0 0]",
		"exploded queue is full, <num> waiting 40 4 [10 10 10 10 0 0]",
		"silent batch <num> done 0 6 [6 0 0 0 0 0]",
		"steady paid order <num> 22 20 [10 10 2 0 0 0]",
	}
	if !slices.Equal(got, want) || list.Lines != 67 || list.Total != 4 || list.Counts["exploded"] != 1 {
		t.Errorf("%d lines, %d patterns, %v:\n%s", list.Lines, list.Total, list.Counts, strings.Join(got, "\n"))
	}
	first := list.Patterns[0]
	if first.Services[0].Value != "pay" || !strings.HasPrefix(first.Example, "mask() took ") || len(first.Parts) != 2 || first.Parts[1].Kind != "num" || first.Parts[1].Name != "took" || *first.Parts[1].Var != 0 {
		t.Errorf("the first pattern is %+v", first)
	}

	status, body := get(t, s, "/api/v1/logs/patterns/"+ids["exploded"]+"/vars", params)
	var vars struct {
		Rows int
		Vars []struct {
			Distinct int
			Numeric  struct{ Max float64 }
		}
	}
	if err := json.Unmarshal([]byte(body), &vars); err != nil || status != http.StatusOK || vars.Rows != 40 || len(vars.Vars) != 1 ||
		vars.Vars[0].Distinct != 40 || vars.Vars[0].Numeric.Max != 39 {
		t.Errorf("status %d, %v: %s", status, err, body)
	}
	if status, body := get(t, s, "/api/v1/logs/patterns/0123456789abcdef/vars", params); status != http.StatusNotFound || !strings.Contains(body, `"not_found"`) {
		t.Errorf("an unknown pattern: status %d: %s", status, body)
	}
	if status, body := get(t, s, "/api/v1/logs/patterns", params+"&compare=soon"); status != http.StatusBadRequest || !strings.Contains(body, "compare") {
		t.Errorf("a wrong span to compare with: status %d: %s", status, body)
	}

	s.Stop(t)
	s.Run(t)
	s.WaitFor(t, "_pattern:"+ids["steady"], 42)
	s.WaitFor(t, "_pattern:in("+ids["new"]+","+ids["silent"]+")", 11)
	for _, p := range ask().Patterns {
		if ids[p.State] != p.ID {
			t.Errorf("after the restart the %s pattern is %s, it was %s", p.State, p.ID, ids[p.State])
		}
	}
}
