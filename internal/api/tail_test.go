package api

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// One tail too many must be told so by its status, as its client cannot read events of another answer.
func TestTailThatIsRefusedIsAProblem(t *testing.T) {
	srv := serve(t, engineOf{err: &model.BusyError{Bound: "tails", RetryAfter: 7 * time.Second}})
	for _, path := range []string{"/api/v1/logs/tail?query=*", "/select/logsql/tail?query=*"} {
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		var p Problem
		if err := json.Unmarshal(data, &p); err != nil || resp.StatusCode != http.StatusTooManyRequests || p.Code != "busy" || resp.Header.Get("Retry-After") != "7" {
			t.Errorf("%s: %s, problem %s", path, resp.Status, data)
		}
	}
}

// At every state, what was shown and what was left out must add up to what matched; the first one has the place where
// the tail begins, so that a client which breaks off before any row goes on from there.
func TestStatesOfTailAddUp(t *testing.T) {
	rec := httptest.NewRecorder()
	e := &events{w: rec, cursor: "q:0.1"}
	if err := e.state(); err != nil || rec.Body.Len() > 0 {
		t.Errorf("a tail that has not begun wrote %q, error %v", rec.Body, err)
	}
	one := batch(1, map[string][]string{"_msg": {"x"}})
	for _, step := range []TailChunk{
		{Cursor: "q:0.2"}, {Rows: one, Sampled: 9, Cursor: "q:0.12"}, {Sampled: 5, Skipped: 100, Cursor: "q:0.117"}, {}, {Rows: one, Cursor: "q:0.118"}, {},
	} {
		var err error
		if step.Cursor == "" {
			err = e.state()
		} else {
			err = e.chunk(step)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := `event: state
id: q:0.2
data: {"rate":0,"shown":0,"skipped":0,"sampled":0}

event: rows
id: q:0.12
data: [{"_msg":"x"}]

event: state
id: q:0.117
data: {"rate":15,"shown":1,"skipped":100,"sampled":14}

event: rows
id: q:0.118
data: [{"_msg":"x"}]

event: state
id: q:0.118
data: {"rate":1,"shown":1,"skipped":100,"sampled":14}

`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(rec.Body.String(), "\n")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
