package made

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/record"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/test/letters"
	"github.com/haetae/haetae/test/server"
)

const lettersPath = "/api/v1/deadletters"

type letterList struct {
	Letters []api.Letter
	Total   int64
	Next    string
}

func list(t *testing.T, s *server.Server, params string) letterList {
	t.Helper()
	return call[letterList](t, s, "GET", lettersPath+params, nil, http.StatusOK)
}

func replay(t *testing.T, s *server.Server, body map[string]any) api.ReplayResult {
	t.Helper()
	return call[api.ReplayResult](t, s, "POST", lettersPath+"/replay", body, http.StatusOK)
}

func put(t *testing.T, s *server.Server, records []model.Record, damaged ...[]byte) {
	t.Helper()
	if err := letters.Put(t.Context(), s.Data, 4, records, damaged...); err != nil {
		t.Fatal(err)
	}
}

// written returns n dead letters of three streams, received an hour ago.
func written(n int) (out []model.Record) {
	received := time.Now().Add(-time.Hour)
	for i := range n {
		app := model.Field{Name: "app", Value: fmt.Sprint("app-", i%3)}
		out = append(out, letters.Letter("syslog", "192.0.2.7", fmt.Sprintf("letter %06d", i), "a step failed: test", received.Add(time.Duration(i)*time.Millisecond), app))
	}
	return out
}

// What was sent comes back as it was sent; what stands in no letter is counted as failed.
func TestReplayDeadLetters(t *testing.T) {
	s := server.New(t, "queue.partitions=4")
	received := time.Now().Add(-2 * time.Hour).UTC().Truncate(time.Second)
	odd := letters.Letter("otlp", "192.0.2.9", "odd \xff line", "a step failed: test", received, model.Field{Name: "service.name", Value: `pay "1"`})
	odd.Fields = append(odd.Fields, model.Field{Name: "deadletter.dataset", Value: "traps"}, model.Field{Name: "amount", Value: "7"},
		model.Field{Name: "deadletter.time", Value: received.Add(-time.Minute).Format(time.RFC3339Nano)})
	odd.Severity = model.SeverityWarn
	put(t, s, append(written(10), odd), []byte{1, 200, 200})
	s.Run(t)
	s.WaitFor(t, "_dataset:deadletter", 12)

	page := list(t, s, "?limit=5&query="+"letter")
	if page.Total != 10 || len(page.Letters) != 5 || page.Next == "" {
		t.Fatalf("the first page: %+v", page)
	}
	newest := page.Letters[0]
	if newest.Message != "letter 000009" || newest.Reason != "a step failed: test" || newest.Input != "syslog" || newest.Peer != "192.0.2.7" || newest.Replayed != nil {
		t.Errorf("the newest letter: %+v", newest)
	}
	if rest := list(t, s, "?limit=5&query=letter&before="+page.Next); len(rest.Letters) != 5 || rest.Letters[4].Message != "letter 000000" {
		t.Errorf("the second page: %+v", rest)
	}

	one := replay(t, s, map[string]any{"query": fmt.Sprintf("_record_id:in(%q)", newest.ID)})
	if one != (api.ReplayResult{Replayed: 1}) {
		t.Errorf("one by its id: %+v", one)
	}
	if row := s.WaitFor(t, `"letter 000009"`, 1)[0]; row["app"] != "app-0" || row["_stream"] != `{app="app-0"}` || row["_source"] != "syslog/192.0.2.7" {
		t.Errorf("the replayed record: %v", row)
	}
	if got := replay(t, s, map[string]any{"query": "letter", "limit": 4}); got.Replayed != 4 {
		t.Errorf("four of nine: %+v", got)
	}
	s.Kill()
	s.Run(t)
	waitCount(t, s, "_dataset:deadletter", 12) // what was not in a segment is read from the queue again
	if got := replay(t, s, map[string]any{"query": "*"}); got != (api.ReplayResult{Replayed: 6, Skipped: 5, Failed: 1}) {
		t.Errorf("the rest: %+v", got)
	}
	if got := replay(t, s, map[string]any{"query": "*"}); got != (api.ReplayResult{Skipped: 11, Failed: 1}) {
		t.Errorf("all again: %+v", got)
	}
	s.WaitFor(t, "letter", 10)
	row := s.WaitFor(t, "_dataset:traps", 1)[0]
	want := map[string]string{
		"_time": received.Add(-time.Minute).Format(time.RFC3339), "_observed": received.Format(time.RFC3339), "amount": "7",
		"service.name": `pay "1"`, "_severity": "warn", "_source": "otlp/192.0.2.9", "_stream": `{service.name="pay \"1\""}`,
	}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s is %q, want %q", name, row[name], value)
		}
	}
	for name := range row {
		if strings.HasPrefix(name, "deadletter.") {
			t.Errorf("the record kept %s", name)
		}
	}
	for _, l := range list(t, s, "?limit=20").Letters {
		if (l.Replayed == nil) != strings.HasPrefix(l.Reason, "cannot decode") {
			t.Errorf("%s: %s is replayed %v", l.Message, l.Reason, l.Replayed)
		}
	}
	if p := call[api.Problem](t, s, "POST", lettersPath+"/replay", map[string]any{"query": "* | limit 1"}, http.StatusBadRequest); p.Params["param"] != "query" {
		t.Errorf("a query with pipes: %+v", p)
	}
}

// dying fails where a process that is killed behind the append would end.
type dying struct{ *meta.Meta }

func (dying) FinishLetters(context.Context, []model.Replay, []model.Replay) error {
	return errors.New("killed")
}

// What a killed process had put into the queue, but not marked, must not be stored twice.
func TestReplayKilledBeforeTheMark(t *testing.T) {
	s := server.New(t, "queue.partitions=4")
	put(t, s, written(50))
	s.Run(t)
	s.WaitFor(t, "_dataset:deadletter letter", 50)
	found := list(t, s, "?limit=100").Letters
	s.Stop(t)

	m, err := meta.Open(t.Context(), filepath.Join(s.Data, "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	q, err := wal.Open(wal.Options{Dir: filepath.Join(s.Data, "queue"), Partitions: 4, MaxBytes: 1 << 30, MaxPending: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	intake, err := pipeline.NewIntake(pipeline.IntakeOptions{Queue: q, MaxLine: 1 << 20, Memory: 1 << 24})
	if err != nil {
		t.Fatal(err)
	}
	var batch []model.Replay
	for _, l := range found[:30] {
		r := model.Record{Msg: l.Message, Input: l.Input, Peer: l.Peer, Observed: l.Time.UnixNano(), Stream: []model.Field{{Name: "app", Value: "app-" + l.Message[len(l.Message)-1:]}}}
		batch = append(batch, model.Replay{Letter: l.ID, Record: record.Append(nil, &r)})
	}
	killed := pipeline.Replayer{Journal: dying{m}, Write: intake.Write}
	if _, _, _, err := killed.Replay(t.Context(), batch); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process was not killed: %v", err)
	}
	if err := errors.Join(q.Close(), m.Close()); err != nil {
		t.Fatal(err)
	}

	s.Run(t)
	waitCount(t, s, "_dataset:deadletter", 50)
	if got := replay(t, s, map[string]any{"query": "*"}); got != (api.ReplayResult{Replayed: 20, Skipped: 30}) {
		t.Errorf("after the kill: %+v", got)
	}
	checkOnce(t, s, 50)
	for _, l := range list(t, s, "?limit=100").Letters {
		if l.Replayed == nil {
			t.Errorf("%s is not marked", l.Message)
		}
	}
}

// Killed at any moment of a replay: in the end each letter is stored once.
func TestReplayUnderKills(t *testing.T) {
	const n = 3000
	s := server.New(t, "queue.partitions=4")
	put(t, s, written(n))
	s.Run(t)
	waitCount(t, s, "_dataset:deadletter", n)
	kills := 0
	for range 12 {
		ended := make(chan struct{})
		go func(url string) {
			defer close(ended)
			resp, err := http.Post(url, "application/json", strings.NewReader(`{"query":"*"}`))
			if err == nil {
				resp.Body.Close()
			}
		}(s.URL(lettersPath + "/replay"))
		select {
		case <-ended:
		case <-time.After(time.Duration(rand.IntN(60)) * time.Millisecond): // the moment of the kill is the test
			kills++
		}
		s.Kill()
		<-ended
		s.Run(t)
		waitCount(t, s, "_dataset:deadletter", n)
	}
	rest := replay(t, s, map[string]any{"query": "*"})
	if rest.Replayed+rest.Skipped != n || rest.Failed != 0 {
		t.Errorf("the last replay: %+v", rest)
	}
	checkOnce(t, s, n)
	t.Logf("%d kills; %d of %d letters were left for the last replay", kills, rest.Replayed, n)
	if kills == 0 {
		t.Error("no replay was killed")
	}
}

// checkOnce waits for n replayed letters and fails when one is there twice or more come.
func checkOnce(t *testing.T, s *server.Server, n int) {
	t.Helper()
	waitCount(t, s, "letter", n)
	for _, row := range s.Query(t, "letter | stats by (_msg) count() as n | filter n:>1") {
		t.Errorf("%s is stored %s times", row["_msg"], row["n"])
	}
	if distinct := s.Query(t, "letter | uniq by (_msg)"); len(distinct) != n {
		t.Errorf("%d of %d letters are stored", len(distinct), n)
	}
}

func waitCount(t *testing.T, s *server.Server, query string, n int) {
	t.Helper()
	s.WaitFor(t, fmt.Sprintf("%s | stats count() as n | filter n:=%d", query, n), 1)
}
