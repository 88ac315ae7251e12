package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/test/server"
)

const deletionsPath = "/api/v1/logs/deletions"

type deletion struct {
	ID, Query, Reason, By, State, Phase, Error string
	Asked                                      time.Time
	Finished                                   *time.Time
	Start, End                                 *time.Time
	Removed                                    []struct {
		Dataset string
		Rows    int64
	}
	QueueGone *time.Time `json:"queue_gone"`
	QueueLeft int64      `json:"queue_left"`
}

// order asks for a deletion and reads the answer.
func order(t *testing.T, s *server.Server, body string, status int) (d deletion, preview map[string]any, problem string) {
	t.Helper()
	answer := s.Post(t, deletionsPath, "application/json", body, status)
	var out struct {
		Deletion deletion
		DryRun   map[string]any `json:"dry_run"`
		Code     string
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err, answer)
	}
	return out.Deletion, out.DryRun, out.Code
}

// ended waits until a deletion has ended and the queue has let go of it.
func ended(t *testing.T, s *server.Server, id string) (d deletion) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		status, body := get(t, s, deletionsPath+"/"+id, "")
		d = deletion{}
		if err := json.Unmarshal([]byte(body), &d); err != nil || status != http.StatusOK {
			t.Fatal(status, err, body)
		}
		if d.Finished != nil && d.QueueGone != nil {
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("the deletion does not end: %+v", d)
		}
		time.Sleep(20 * time.Millisecond) // polling a server of its own process
	}
}

func TestDeletion(t *testing.T) {
	s := start(t)
	const query = `{"query":"level:=info","start":"2026-11-20T00:00:00Z","end":"2026-11-20T00:04:00Z"`
	_, preview, _ := order(t, s, query+`,"dry_run":true}`, http.StatusOK)
	if preview["rows"] != 3.0 || preview["first"] != "2026-11-20T00:00:00Z" || preview["last"] != "2026-11-20T00:03:00Z" {
		t.Errorf("dry run: %v", preview)
	}
	if sample := preview["sample"].([]any); len(sample) != 3 || sample[0].(map[string]any)["_msg"] != "POST /d took 40" {
		t.Errorf("sample: %v", sample)
	}
	if rows := len(s.Query(t, "*")); rows != 6 {
		t.Fatalf("a dry run left %d rows", rows)
	}
	asked, _, _ := order(t, s, query+`,"reason":"a test"}`, http.StatusAccepted)
	d := ended(t, s, asked.ID)
	if d.State != "done" || d.By != "local" || d.Reason != "a test" || len(d.Removed) != 1 || d.Removed[0].Rows != 3 || d.QueueLeft != 0 {
		t.Errorf("%+v", d)
	}
	var left []string
	for _, row := range s.Query(t, "* | fields _msg") {
		left = append(left, row["_msg"])
	}
	slices.Sort(left)
	if diff := cmp.Diff([]string{"GET /b took 20", "GET /e took 50", "GET /f took 60"}, left); diff != "" {
		t.Error(diff)
	}
	s.Kill()
	s.Run(t) // the record of it outlives the process
	_, body := get(t, s, deletionsPath, "")
	var list struct{ Deletions []deletion }
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Deletions) != 1 {
		t.Fatal(err, body)
	}
	if diff := cmp.Diff(d, list.Deletions[0]); diff != "" {
		t.Error(diff)
	}
	status, body := get(t, s, deletionsPath+"/nobody", "")
	if status != http.StatusNotFound {
		t.Error(status, body)
	}
	s.Post(t, deletionsPath+"/"+d.ID+"/cancel", "", "", http.StatusNotFound) // it has ended
}

// A dry run shows what goes, also when the query's options set the bounds of the request aside.
func TestDryRunIsWhatGoes(t *testing.T) {
	s := start(t)
	const query = `{"query":"options(ignore_global_time_filter=true) level:=info _time:2026-11-20","start":"2026-11-20T00:00:00Z","end":"2026-11-20T00:01:00Z"`
	_, preview, _ := order(t, s, query+`,"dry_run":true}`, http.StatusOK)
	asked, _, _ := order(t, s, query+`,"reason":"a test"}`, http.StatusAccepted)
	d := ended(t, s, asked.ID)
	if len(d.Removed) != 1 || preview["rows"] != float64(d.Removed[0].Rows) || d.Removed[0].Rows < 3 {
		t.Errorf("the dry run shows %v rows, removed are %+v", preview["rows"], d.Removed)
	}
}

func TestDeletionsThatAreRefused(t *testing.T) {
	s := start(t)
	for _, c := range []struct{ body, code, says string }{
		{`{"query":"took","reason":"x"}`, "deletion.unbounded", "all_time"},
		{`{"query":"took OR _time:1h","reason":"x"}`, "deletion.unbounded", "all_time"},
		{`{"query":"took _time:1h"}`, "request.invalid", "reason is missing"},
		{`{"query":"took _time:1h","reason":" "}`, "request.invalid", "reason is missing"},
		{`{"query":"took _time:1h | limit 3","reason":"x"}`, "query.unsupported", "pipes"},
		{`{"query":"_time:1h !_pattern:=\"00175b57233ffabf\"","reason":"x"}`, "query.unsupported", "in common"},
		{`{"query":"_time:1h host:in(* | fields host)","reason":"x"}`, "query.unsupported", "write the values"},
		{`{"query":"options(ignore_global_time_filter=true) took","start":"2026-11-20T00:00:00Z","end":"2026-11-20T00:04:00Z","reason":"x"}`, "deletion.unbounded", "all_time"},
		{`{"query":"took (","reason":"x"}`, "query.syntax", ""},
		{`{"query":"took","start":"yesterday","reason":"x"}`, "request.invalid", "start"},
		{`{"query":"","reason":"x"}`, "request.invalid", "query"},
	} {
		answer := s.Post(t, deletionsPath, "application/json", c.body, http.StatusBadRequest)
		if _, _, code := order(t, s, c.body, http.StatusBadRequest); code != c.code || !strings.Contains(answer, c.says) {
			t.Errorf("%s: %s", c.body, answer)
		}
	}
	if _, body := get(t, s, deletionsPath, ""); body != `{"deletions":[]}`+"\n" {
		t.Errorf("something was begun: %s", body)
	}
	if rows := len(s.Query(t, "*")); rows != 6 {
		t.Errorf("%d rows are left", rows)
	}
}

// What was deleted must not be left on the disk: neither in the queue nor in a segment.
func TestDeletedTextLeavesTheDisk(t *testing.T) {
	s := server.Start(t)
	const secret = "4929-7318-xkq"
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, `{"_msg":"card %s","n":"%d"}`+"\n"+`{"_msg":"other %d","n":"x"}`+"\n", secret, i, i)
	}
	s.Post(t, "/insert/jsonline", "", b.String(), http.StatusOK)
	s.WaitFor(t, "card", 50)
	if !onDisk(t, s.Data, secret) {
		t.Fatal("the text is not on the disk at first: the test tests nothing")
	}
	d, _, _ := order(t, s, `{"query":"card","all_time":true,"reason":"x"}`, http.StatusAccepted)
	d = ended(t, s, d.ID)
	if onDisk(t, s.Data, secret) {
		t.Errorf("it is left on the disk although %+v", d)
	}
	s.WaitFor(t, "other", 50)
}

// onDisk looks for a text in all files of a folder.
func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
