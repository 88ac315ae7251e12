package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// engineOf answers each query and tail with these batches, then with err.
type engineOf struct {
	batches []*logsql.Batch
	err     error
}

func (e engineOf) Run(_ context.Context, _ Request, emit func(*logsql.Batch) error) (Stats, error) {
	for _, b := range e.batches {
		if err := emit(b); err != nil {
			return Stats{}, err
		}
	}
	return Stats{}, e.err
}

func (e engineOf) CheckTail(q *logsql.Query) error {
	if len(q.Pipes) > 0 {
		return errors.New("needs all rows")
	}
	return nil
}

func (e engineOf) Tail(_ context.Context, _ TailRequest, emit func(TailChunk) error) error {
	for _, b := range e.batches {
		if err := emit(TailChunk{Rows: b}); err != nil {
			return err
		}
	}
	return e.err
}

func serve(t *testing.T, e Engine) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	Register(mux, Options{Engine: e})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), keyPrincipal, model.Local)))
	}))
	t.Cleanup(srv.Close)
	return srv
}

func body(t *testing.T, url string) (string, error) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return string(data), err
}

func batch(n int, columns map[string][]string) *logsql.Batch {
	b := &logsql.Batch{N: n}
	for name, values := range columns {
		b.Columns = append(b.Columns, logsql.Column{Name: name, Values: values})
	}
	return b
}

// The cut must come behind the order, or the answer is another one each time.
func TestStreamFieldNamesGivesThoseWithMostHits(t *testing.T) {
	streams, hits := []string{}, []string{}
	for i := range 20 {
		streams = append(streams, `{f`+strconv.Itoa(i)+`="x"}`)
		hits = append(hits, strconv.Itoa(100+i))
	}
	srv := serve(t, engineOf{batches: []*logsql.Batch{batch(20, map[string][]string{"_stream": streams, "hits": hits})}})
	got, err := body(t, srv.URL+"/select/logsql/stream_field_names?query=*&limit=2")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"values":[{"value":"f19","hits":119},{"value":"f18","hits":118}]}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBrokenTailDoesNotLookEnded(t *testing.T) {
	srv := serve(t, engineOf{batches: []*logsql.Batch{batch(1, map[string][]string{"_msg": {"x"}})}, err: errors.New("broken")})
	if got, err := body(t, srv.URL+"/select/logsql/tail?query=*"); err == nil {
		t.Errorf("the tail ended as if whole: %q", got)
	}
}

func TestResultThatIsCutSaysSo(t *testing.T) {
	values := make([]string, maxPage+3)
	srv := serve(t, engineOf{batches: []*logsql.Batch{batch(len(values), map[string][]string{"a": values})}})
	for limit, more := range map[int]bool{200: true, len(values): false, 0: false} {
		got, err := body(t, srv.URL+"/api/v1/logs/query?query=*+%7C+uniq+by+(a)&limit="+strconv.Itoa(limit))
		if err != nil {
			t.Fatal(err)
		}
		want := len(values)
		if more {
			want = limit
		}
		lines := strings.Split(strings.TrimSpace(got), "\n")
		if last := lines[len(lines)-1]; strings.Contains(last, `"more":true`) != more || len(lines) != want+1 {
			t.Errorf("limit %d: %d lines, the last %s", limit, len(lines), last)
		}
	}
}

// deadlines notes the deadline that holds while bytes are written.
type deadlines struct {
	httptest.ResponseRecorder
	now, written time.Time
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	d.now = at
	return nil
}

func (d *deadlines) Write(b []byte) (int, error) {
	d.written = d.now
	return len(b), nil
}

// A client that does not read must not hold its query for ever.
func TestPiecesHaveADeadline(t *testing.T) {
	d := &deadlines{}
	l := newLineWriter(d)
	l.buf = append(l.buf, "x\n"...)
	if err := l.flush(); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(d.written); left <= 0 || left > patience {
		t.Errorf("a piece was written with the deadline %v", d.written)
	}
	if !d.now.IsZero() {
		t.Error("the deadline stays for what the connection sends next")
	}
}
