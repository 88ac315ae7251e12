// Package made tests on the real binary what people make in the console: saved queries, rules, replays.
package made

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/server"
)

// call sends body as JSON, checks the status, and returns the answer.
func call[T any](t *testing.T, s *server.Server, method, path string, body any, status int) T {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL(path), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, resp.StatusCode, status, text.String())
	}
	var out T
	if text.Len() > 0 {
		if err := json.Unmarshal(text.Bytes(), &out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, text.String())
		}
	}
	return out
}

var discard = slog.New(slog.DiscardHandler)

// none is the answer of a request that has no body.
type none struct{}

func TestSavedQueries(t *testing.T) {
	const path = "/api/v1/saved-queries"
	s := server.Start(t)
	text := model.SavedQueryText{Name: " 결제 오류 ", Folder: "/web/", Query: `"결제" _severity:error`, From: "now-1h"}
	q := call[model.SavedQuery](t, s, "POST", path, text, http.StatusCreated)
	if q.Name != "결제 오류" || q.Folder != "web" || q.Owner != "local" || q.Revision != 1 {
		t.Errorf("saved: %+v", q)
	}
	if p := call[api.Problem](t, s, "POST", path, text, http.StatusConflict); p.Code != "conflict" || p.Params["reason"] != "name" {
		t.Errorf("a second one: %+v", p)
	}
	for param, wrong := range map[string]model.SavedQueryText{
		"name":        {Query: "*"},
		"query":       {Name: "a", Query: " "},
		"description": {Name: "a", Query: "*", Description: strings.Repeat("긴", 2001)},
	} {
		if p := call[api.Problem](t, s, "POST", path, wrong, http.StatusBadRequest); p.Code != "request.invalid" || p.Params["param"] != param {
			t.Errorf("wrong %s: %+v", param, p)
		}
	}
	long := model.SavedQueryText{Name: strings.Repeat("가", 100), Query: strings.Repeat("x", 64<<10)}
	call[model.SavedQuery](t, s, "POST", path, long, http.StatusCreated)
	long.Name += "나"
	if p := call[api.Problem](t, s, "POST", path, long, http.StatusBadRequest); !strings.Contains(p.Detail, "at most 100") {
		t.Errorf("a long name: %+v", p)
	}

	type change struct {
		model.SavedQueryText
		Revision int64 `json:"revision"`
	}
	moved := change{q.SavedQueryText, q.Revision}
	moved.Name = "a"
	if got := call[model.SavedQuery](t, s, "PUT", path+"/"+q.ID, moved, http.StatusOK); got.Name != "a" || got.Revision != 2 {
		t.Errorf("renamed: %+v", got)
	}
	if p := call[api.Problem](t, s, "PUT", path+"/"+q.ID, moved, http.StatusConflict); p.Params["reason"] != "revision" {
		t.Errorf("a stale change: %+v", p)
	}

	s.Kill()
	s.Run(t)
	list := call[struct{ Queries []model.SavedQuery }](t, s, "GET", path, nil, http.StatusOK).Queries
	if len(list) != 2 || list[1].ID != q.ID || list[1].Name != "a" || list[1].From != "now-1h" {
		t.Errorf("after a kill: %+v", list)
	}
	call[none](t, s, "DELETE", path+"/"+q.ID, nil, http.StatusNoContent)
	if p := call[api.Problem](t, s, "DELETE", path+"/"+q.ID, nil, http.StatusNotFound); p.Code != "not_found" {
		t.Errorf("deleted twice: %+v", p)
	}
}
