package elasticsearch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

type bulkAnswer struct {
	Errors bool
	Items  []map[string]struct {
		ID     string `json:"_id"`
		Status int
	}
}

func send(t *testing.T, env http.Handler, body string) bulkAnswer {
	t.Helper()
	w := httptest.NewRecorder()
	env.ServeHTTP(w, httptest.NewRequest(http.MethodPost, prefix+"/_bulk", strings.NewReader(body)))
	var answer bulkAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, answer %.500s: %v", w.Code, w.Body, err)
	}
	return answer
}

// When the sink fails after a part of a request is durable, clients must learn from the items which documents to
// repeat; and nothing behind the failure may be stored, or the order would change.
func TestFailureAfterFirstBatch(t *testing.T) {
	const rows = 1000
	sink := &httpintest.Sink{}
	env := httpintest.Env(t, "elasticsearch", sink)
	env.MaxBatch = 10_000
	httpintest.New(t, Descriptor, env, nil)
	sink.Before(func(write int, _ []model.Record) error {
		if write == 3 {
			return errors.New("disk")
		}
		return nil
	})
	var body strings.Builder
	for i := range rows {
		fmt.Fprintf(&body, "{\"index\":{\"_id\":\"%d\"}}\n{\"message\":\"row %d %s\"}\n", i, i, strings.Repeat("x", 50))
	}
	answer := send(t, env.Mux, body.String())
	kept := sink.Records()
	if len(answer.Items) != rows || !answer.Errors || len(kept) == 0 || len(kept) == rows {
		t.Fatalf("%d items, errors %v, %d records kept", len(answer.Items), answer.Errors, len(kept))
	}
	for i, it := range answer.Items {
		result := it["index"]
		want := http.StatusInternalServerError
		if i < len(kept) {
			want = http.StatusCreated
		}
		if result.Status != want || result.ID != fmt.Sprint(i) {
			t.Fatalf("item %d is %+v, want status %d", i, result, want)
		}
	}
}

// Actions and documents that fall into different pieces of a large body must stay together.
func TestLargeBulk(t *testing.T) {
	const rows = 8_000
	sink := &httpintest.Sink{}
	env := httpintest.Env(t, "elasticsearch", sink)
	httpintest.New(t, Descriptor, env, nil)
	var body strings.Builder
	for i := range rows {
		fmt.Fprintf(&body, "{\"create\":{\"_index\":\"index-%d\",\"_id\":\"%d\"}}\n{\"message\":\"row %d %s\"}\n", i, i, i, strings.Repeat("x", i%200))
	}
	answer := send(t, env.Mux, body.String())
	kept := sink.Records()
	if len(answer.Items) != rows || answer.Errors || len(kept) != rows {
		t.Fatalf("%d items, errors %v, %d records kept", len(answer.Items), answer.Errors, len(kept))
	}
	for i, r := range kept {
		if !strings.HasPrefix(r.Msg, fmt.Sprintf("row %d ", i)) || r.Fields[0].Value != fmt.Sprint("index-", i) {
			t.Fatalf("record %d is %+v", i, r)
		}
		if answer.Items[i]["create"].ID != fmt.Sprint(i) {
			t.Fatalf("item %d is %+v", i, answer.Items[i])
		}
	}
}

func TestTooManyActions(t *testing.T) {
	env := httpintest.Env(t, "elasticsearch", &httpintest.Sink{})
	httpintest.New(t, Descriptor, env, nil)
	w := httptest.NewRecorder()
	body := strings.Repeat("{\"delete\":{}}\n", maxActions+1)
	env.Mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, prefix+"/_bulk", strings.NewReader(body)))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", w.Code)
	}
}

func TestParseAction(t *testing.T) {
	for line, want := range map[string]action{
		`{"index":{}}`: {op: opIndex},
		` { "create" : { "_id" : "a\"b\u00e9" , "_index" : "x" } } `:      {op: opCreate, index: "x", id: `a"bé`},
		`{"delete":{"x":{"_id":"no"},"y":["]",{}],"z":null,"_id":"yes"}}`: {op: opDelete, id: "yes"},
		`{"index":{"_index":"logs","pipeline":null},"attempts":1}`:        {op: opIndex, index: "logs"},
		`{"update":{"_id":7,"retry_on_conflict":3}}`:                      {op: opUpdate},
	} {
		got, err := parseAction([]byte(line))
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{
		``, `{}`, `[]`, `{"index":{}`, `{"index":1}`, `{"index"}`, `{"drop":{}}`, `{"index":{}} x`, `{"index":{"_id":"a}}`,
		`{"index":{"_id":"\x"}}`, `{"index":{"a":}`, `{"index":{"a"`, `{"index":{"a":1,}`,
	} {
		if got, err := parseAction([]byte(line)); err == nil {
			t.Errorf("%s: taken as %+v, want an error", line, got)
		}
	}
}

func TestPathFilter(t *testing.T) {
	tests := []struct {
		filter, path string
		want         bool
	}{
		{"", "took", true},
		{"errors", "took", false},
		{"items.*.status", "items.index.status", true},
		{"items.*.status", "items.index._id", false},
		{"items", "items.index.error.type", true},
		{"items.*.error", "items.create.error.reason", true},
		{"**.reason", "items.create.error.reason", true},
		{"**._id", "items.create.error.reason", false},
		{"items.*._i*x", "items.index._index", true},
		{"-took", "took", false},
		{"-took", "errors", true},
		{"items,-items.*.status", "items.index.status", false},
	}
	for _, test := range tests {
		if got := newPathFilter(test.filter).keeps(strings.Split(test.path, ".")...); got != test.want {
			t.Errorf("%q keeps %s: %v, want %v", test.filter, test.path, got, test.want)
		}
	}
}

// FuzzBulk holds that an answer with items has as many good ones as the sink has records.
func FuzzBulk(f *testing.F) {
	f.Add("{\"index\":{\"_index\":\"a\"}}\n{\"message\":\"x\"}\n{\"delete\":{\"_id\":\"1\"}}\n{\"create\":{}}\n{broken\n")
	f.Fuzz(func(t *testing.T, body string) {
		sink := &httpintest.Sink{}
		env := httpintest.Env(t, "elasticsearch", sink)
		httpintest.New(t, Descriptor, env, nil)
		w := httptest.NewRecorder()
		env.Mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, prefix+"/_bulk", strings.NewReader(body)))
		var answer bulkAnswer
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		good := 0
		for _, it := range answer.Items {
			for _, result := range it {
				if result.Status == http.StatusCreated {
					good++
				}
			}
		}
		if good != len(sink.Records()) {
			t.Fatalf("%d items say created, %d records were kept", good, len(sink.Records()))
		}
	})
}
