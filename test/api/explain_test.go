package api

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

func TestExplain(t *testing.T) {
	s := start(t)
	status, body := get(t, s, "/api/v1/logs/explain", "query=GET+level:error+|+stats+by+(host)+count()")
	var got struct {
		Pipes []struct {
			Text    string
			Repeats bool
		}
		Steps []struct {
			Step, Filter string
			Rows         int64
		}
		Answers []struct{ Rows int64 }
		Stats   struct {
			RowsMatched int64 `json:"rows_matched"`
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v: %s", status, err, body)
	}
	if len(got.Steps) != 4 || got.Steps[3].Rows != 1 || got.Stats.RowsMatched != 1 || len(got.Answers) != 1 || !got.Pipes[0].Repeats {
		t.Errorf("got %s", body)
	}
	if status, body = get(t, s, "/api/v1/logs/explain", "query=a+|"); status != http.StatusBadRequest || !strings.Contains(body, "position") {
		t.Errorf("a wrong query: %d %s", status, body)
	}
}

func TestExplainCommand(t *testing.T) {
	s := start(t)
	out, err := exec.Command(server.Binary(t), "explain", "--url", s.URL(""), "GET").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"search GET in logs", "filter GET", "5 rows matched"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}
