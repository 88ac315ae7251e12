package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// endless is an engine whose queries run until they are cancelled.
type endless struct {
	engineOf
	runs chan struct{} // one for each query that has begun
}

func (e endless) Run(ctx context.Context, r Request, _ func(*logsql.Batch) error) (Stats, error) {
	r.Progress.Begin(10)
	r.Progress.Segment()
	r.Progress.Add(1000, 7)
	e.runs <- struct{}{}
	<-ctx.Done()
	return Stats{}, ctx.Err()
}

func (e endless) Tail(ctx context.Context, _ TailRequest, _ func(TailChunk) error) error {
	e.runs <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

// Whatever the path, a query that runs is listed under its id with what it has done, and ends when it is cancelled.
func TestRunningQueriesAreListedAndCancelled(t *testing.T) {
	e := endless{runs: make(chan struct{})}
	srv := serve(t, e)
	for path, kind := range map[string]string{
		"/api/v1/logs/query?query=slow&id=mine&progress=1": kindSearch,
		"/api/v1/logs/tail?query=slow&id=mine":             kindTail,
		"/select/logsql/query?query=slow":                  kindSearch,
		"/select/logsql/hits?query=slow":                   kindStats,
		"/select/logsql/tail?query=slow":                   kindTail,
	} {
		answer := make(chan string, 1)
		go func() {
			text, _ := body(t, srv.URL+path)
			answer <- text
		}()
		<-e.runs
		text, err := body(t, srv.URL+"/api/v1/queries")
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Queries []RunningQuery }
		if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Queries) != 1 {
			t.Fatalf("%s: %v, %d queries in %s", path, err, len(list.Queries), text)
		}
		q := list.Queries[0]
		if q.Kind != kind || q.Query != "slow" || q.State != "running" || strings.Contains(path, "mine") != (q.ID == "mine") {
			t.Errorf("%s: listed as %+v", path, q)
		}
		if kind != kindTail && (q.SegmentsDone != 1 || q.SegmentsTotal != 10 || q.Rows != 7 || q.BytesRead != 1000) {
			t.Errorf("%s: progress %+v", path, q)
		}
		if q.ID == "mine" {
			if text, _ := body(t, srv.URL+"/api/v1/logs/query?query=other&id=mine"); !strings.Contains(text, `"param":"id"`) {
				t.Errorf("a second query of the same id was answered with %s", text)
			}
		}
		if strings.Contains(path, "progress=1") {
			time.Sleep(progressFirst + 2*progressEvery)
		}
		if status := send(t, http.MethodDelete, srv.URL+"/api/v1/queries/"+q.ID); status != http.StatusNoContent {
			t.Errorf("%s: cancelling answered %d", path, status)
		}
		text = <-answer
		if !strings.Contains(text, `"query.cancelled"`) {
			t.Errorf("%s: the cancelled query was answered with %s", path, text)
		}
		if strings.Contains(path, "progress=1") && !strings.HasPrefix(text, `{"progress":{"segments_done":1,"segments_total":10,"bytes_read":1000,"rows_matched":7,`) {
			t.Errorf("%s: no progress in %s", path, text)
		}
		if status := send(t, http.MethodDelete, srv.URL+"/api/v1/queries/"+q.ID); status != http.StatusNotFound {
			t.Errorf("%s: cancelling what has ended answered %d", path, status)
		}
		if text, _ := body(t, srv.URL+"/api/v1/queries"); !strings.Contains(text, `"queries":[]`) {
			t.Errorf("%s: still listed: %s", path, text)
		}
	}
}

// Only so many exports that have ended are kept of each owner, and not for ever.
func TestEndedExportsAreForgotten(t *testing.T) {
	q := newQueries()
	export := func(owner string, n int) {
		ctx := context.WithValue(t.Context(), keyPrincipal, model.Principal{ID: owner})
		for range n {
			ctx, r, err := q.begin(ctx, kindExport, &Request{})
			if err != nil {
				t.Fatal(err)
			}
			_ = q.end(ctx, r, nil)
		}
	}
	of := func(owner string) int {
		return len(q.list(time.Now(), func(o string) bool { return o == owner }))
	}
	export("kim", 1)
	export("lee", maxEnded+5)
	if kim, lee := of("kim"), of("lee"); kim != 1 || lee != maxEnded {
		t.Errorf("%d and %d ended exports are listed, want 1 and %d", kim, lee, maxEnded)
	}
	if n := len(q.list(time.Now().Add(endedFor+time.Minute), anybody)); n != 0 {
		t.Errorf("%d exports are listed long after their end", n)
	}
}

func send(t *testing.T, method, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func anybody(string) bool { return true }

// What somebody looks for is for those to see who work with the whole; nobody else learns of it, not even by an id that is
// taken, and cannot end it.
func TestQueriesAreTheirOwners(t *testing.T) {
	s := &server{queries: newQueries()}
	as := func(id string, role model.Role, grants ...model.Grant) context.Context {
		return context.WithValue(t.Context(), keyPrincipal, model.Principal{ID: id, Role: role, Scope: model.NewScope(grants, nil)})
	}
	team := model.Grant{Stream: `{team="a"}`}
	kim, lee := as("kim", model.RoleOperator, team), as("lee", model.RoleViewer, model.Grant{})
	choi := as("choi", model.RoleOperator, model.Grant{})
	for _, ctx := range []context.Context{kim, lee} {
		if _, _, err := s.queries.begin(ctx, kindSearch, &Request{ID: "same"}); err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[context.Context]int{kim: 1, lee: 1, choi: 2, t.Context(): 0} {
		if got := s.queriesOf(who); len(got) != want {
			t.Errorf("%v sees %d queries, want %d", PrincipalOf(who).ID, len(got), want)
		}
	}
	for _, c := range []struct {
		owner     string
		all, want bool
	}{{"park", false, false}, {"choi", true, true}, {"kim", false, true}} {
		if _, _, ok := s.queries.cancelQuery(c.owner, "same", c.all); ok != c.want {
			t.Errorf("%s ends a query: %v; its owner does, and those who see all", c.owner, ok)
		}
	}
}
