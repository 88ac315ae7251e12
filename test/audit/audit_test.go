// Package audit runs the real binary and checks that its audit trail tells what was done, and who tampers with it is found
// out.
package audit

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/test/server"
)

type entry struct {
	Seq     int64          `json:"seq"`
	Action  string         `json:"action"`
	By      string         `json:"by"`
	Target  string         `json:"target"`
	Outcome string         `json:"outcome"`
	Before  map[string]any `json:"before"`
	After   any            `json:"after"`
	Address string         `json:"address"`
	Hash    string         `json:"hash"`
}

type report struct {
	OK      bool  `json:"ok"`
	Entries int64 `json:"entries"`
	Head    struct {
		Seq  int64  `json:"seq"`
		Hash string `json:"hash"`
	} `json:"head"`
	Faults []fault `json:"faults"`
}

type fault struct {
	Seq   int64  `json:"seq"`
	Until int64  `json:"until"`
	What  string `json:"what"`
}

// kinds are the faults of a report as "what seq".
func (r *report) kinds() string {
	var list []string
	for _, f := range r.Faults {
		text, err := json.Marshal([]any{f.What, f.Seq, f.Until})
		if err != nil {
			panic(err)
		}
		list = append(list, string(text))
	}
	return strings.Join(list, " ")
}

// ask sends a request and reads its JSON answer; want is the status.
func ask(t *testing.T, s *server.Server, method, path, body string, want int, answer any) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL(path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		t.Fatalf("%s %s: %s %v, want %d\n%s", method, path, resp.Status, err, want, data)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(data, answer); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, data)
	}
}

func verify(t *testing.T, s *server.Server) (r report) {
	t.Helper()
	ask(t, s, http.MethodGet, "/api/v1/audit/verify", "", http.StatusOK, &r)
	return r
}

// entries waits until the trail has entries that a filter finds, and returns them, the oldest first.
func entries(t *testing.T, s *server.Server, q url.Values, n int) []entry {
	t.Helper()
	var page struct {
		Entries []entry `json:"entries"`
	}
	q.Set("limit", "1000")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) { // polling a server of its own process
		ask(t, s, http.MethodGet, "/api/v1/audit?"+q.Encode(), "", http.StatusOK, &page)
		if len(page.Entries) >= n {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v has %d entries, want %d: %+v", q, len(page.Entries), n, page.Entries)
		}
	}
	list := page.Entries
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// addRule makes an entry, and returns the id of the rule.
func addRule(t *testing.T, s *server.Server, name string) string {
	t.Helper()
	var rule struct {
		ID string `json:"id"`
	}
	ask(t, s, http.MethodPost, "/api/v1/rules", `{"name":"`+name+`","rule":{"if":"secret","drop_record":true}}`, http.StatusCreated, &rule)
	return rule.ID
}

// What people change, take away and read is told with who did it, what was before and after, and in whole a chain that holds.
func TestTrailTellsWhatWasDone(t *testing.T) {
	s := server.Start(t)
	s.Post(t, "/insert/jsonline?_stream_fields=app", "application/json", `{"_msg":"one","app":"a"}`+"\n", http.StatusOK)
	s.WaitFor(t, "*", 1)
	id := addRule(t, s, "first")
	ask(t, s, http.MethodPut, "/api/v1/rules/"+id, `{"name":"second","rule":{"if":"other","drop_record":true},"revision":1}`, http.StatusOK, nil)
	ask(t, s, http.MethodDelete, "/api/v1/rules/"+id, "", http.StatusNoContent, nil)
	ask(t, s, http.MethodPut, "/api/v1/system/retention", `{"default":{"retention":"10d","max_size":"0"},"rules":[]}`, http.StatusOK, nil)
	ask(t, s, http.MethodPost, "/api/v1/logs/deletions", `{"query":"nothing","all_time":true,"reason":"a test"}`, http.StatusAccepted, nil)
	if resp, err := http.Get(s.URL("/api/v1/logs/export?query=*")); err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Haetae-Audit-Head") == "" {
		t.Fatalf("the export: %v %+v", err, resp)
	} else {
		_ = resp.Body.Close()
	}

	list := entries(t, s, url.Values{"action": {"rule.*,retention.*,logs.*"}}, 10)
	var told []string
	for _, e := range list {
		told = append(told, e.Action+" "+e.By+" "+e.Outcome)
	}
	for _, want := range []string{
		"rule.add local ok", "rule.change local ok", "rule.delete local ok", "retention.change local begun", "retention.change local ok",
		"logs.delete local begun", "logs.delete local ok",
		"logs.deleted haetae ok", "logs.export local ok", "logs.exported local ok",
	} {
		if !strings.Contains("\n"+strings.Join(told, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%q is not told; there are %q", want, told)
		}
	}
	for _, e := range list {
		switch e.Action {
		case "rule.change":
			if after, ok := e.After.(map[string]any); e.Before["name"] != "first" || !ok || after["name"] != "second" {
				t.Errorf("the change of a rule is told as %+v", e)
			}
		case "retention.change":
			if before, ok := e.Before["default"].(map[string]any); !ok || before["retention"] != "30d" {
				t.Errorf("the change of retention is told as %+v", e)
			}
		}
		if e.By == "local" && e.Address != "127.0.0.1" {
			t.Errorf("%s comes from %q", e.Action, e.Address)
		}
	}
	if r := verify(t, s); !r.OK || r.Entries < int64(len(list)) {
		t.Errorf("the trail has %d entries and the faults %s", r.Entries, r.kinds())
	}
	if got := entries(t, s, url.Values{"q": {"second"}, "outcome": {"ok"}, "by": {"local"}}, 1); got[0].Action != "rule.change" {
		t.Errorf("the word finds %+v", got)
	}
}

// Nothing that a client can send removes an entry or adds one.
func TestNobodyDeletesOrForges(t *testing.T) {
	s := server.Start(t)
	addRule(t, s, "drops") // a rule that drops whatever has the word
	for _, query := range []string{`_dataset:audit`, `_dataset:=audit *`, `_dataset:in(logs, audit)`, `_dataset:logs or _dataset:audit`} {
		var p struct{ Code string }
		body, err := json.Marshal(map[string]any{"query": query, "all_time": true, "reason": "a test"})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, s, http.MethodPost, "/api/v1/logs/deletions", string(body), http.StatusBadRequest, &p)
		if p.Code != "query.unsupported" {
			t.Errorf("the deletion of %s is refused as %s", query, p.Code)
		}
	}
	// A choice of datasets that is not seen as one, and all of them.
	for _, query := range []string{`_dataset:*`, `!_dataset:logs`, `"rule.add"`} {
		body, err := json.Marshal(map[string]any{"query": query, "all_time": true, "reason": "a secret test"})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, s, http.MethodPost, "/api/v1/logs/deletions", string(body), http.StatusAccepted, nil)
	}
	entries(t, s, url.Values{"action": {"logs.deleted"}}, 3)
	ask(t, s, http.MethodPut, "/api/v1/system/retention", `{"default":{"retention":"1s","max_size":"1"},"rules":[{"filter":"*","retention":"1s"}]}`, http.StatusOK, nil)
	var p struct{ Code string }
	ask(t, s, http.MethodPut, "/api/v1/system/retention", `{"default":{"retention":"1d","max_size":"0"},"rules":[{"dataset":"audit","filter":"","retention":"1d"}]}`,
		http.StatusUnprocessableEntity, &p)
	s.Post(t, "/insert/jsonline?_stream_fields=app", "application/json", `{"_msg":"forged","_dataset":"audit","app":"a"}`+"\n", http.StatusOK)
	s.Stop(t)
	s.Run(t) // what was in memory is in segments now, and retention has looked at them
	list := entries(t, s, url.Values{}, 8)
	if r := verify(t, s); !r.OK || list[0].Seq != 1 {
		t.Errorf("the trail begins with %d and has the faults %s", list[0].Seq, r.kinds())
	}
	if rows := s.Query(t, `_dataset:audit forged`); len(rows) > 0 {
		t.Errorf("a sender wrote %v", rows)
	}
}

// Who asks for what he may not is told, and as often as he likes in one entry.
func TestDenialsAreTold(t *testing.T) {
	s := server.Start(t)
	token, code := run(t, "token", "create", "--role", "viewer", "--name", "curious", "--data", s.Data)
	if code != 0 {
		t.Fatal(token)
	}
	for range 20 {
		req, err := http.NewRequest(http.MethodDelete, s.URL("/api/v1/system/retention"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Fatalf("a viewer resets retention: %s", resp.Status)
		}
	}
	list := entries(t, s, url.Values{"outcome": {"denied"}}, 1)
	if len(list) != 1 || list[0].By != "curious" || list[0].Target != "DELETE /api/v1/system/retention" {
		t.Errorf("told is %+v", list)
	}
	if made := entries(t, s, url.Values{"action": {"token.*"}, "outcome": {"ok"}}, 1); len(made) != 1 || made[0].By != "local" {
		t.Errorf("of the token is told %+v", made)
	}
}

// Whichever part of a query reads the trail, that is told; a query that reads other records is not.
func TestReadingIsTold(t *testing.T) {
	s := server.Start(t)
	s.Post(t, "/insert/jsonline?_stream_fields=app", "application/json", `{"_msg":"one","app":"a","place":"audit"}`+"\n", http.StatusOK)
	s.WaitFor(t, "one", 1)
	forms := []string{
		`_dataset:audit | limit 1`,
		`* | filter _dataset:audit "rule.add"`,
		`one | union (_dataset:audit | limit 1)`,
		`one | join by (app) (_dataset:audit | fields app)`,
		`app:in(place:in(_dataset:audit | fields app) | fields app)`,
		`one | stats count() if (app:in(_dataset:audit | fields app)) as n`,
		`_dataset:in(one | fields place)`,
	}
	for _, query := range append(forms, "one", "* | union (one)") {
		s.Query(t, query)
	}
	tail := "_dataset:audit nothing"
	resp, err := http.Get(s.URL("/api/v1/logs/tail?query=" + url.QueryEscape(tail)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	q := url.Values{"q": {`!audit.target:~"^q="`}, "action": {"audit.read"}} // but what this test reads itself
	var told []string
	for _, e := range entries(t, s, q, len(forms)+1) {
		told = append(told, e.Target)
	}
	want := append(forms, tail)
	slices.Sort(told)
	slices.Sort(want)
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
