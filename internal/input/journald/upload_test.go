package journald

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

func startServer(t *testing.T, env input.Env) (*Input, *httptest.Server) {
	t.Helper()
	s := Defaults()
	s.Local = false
	in, err := New(s, env)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(env.Mux)
	t.Cleanup(server.Close)
	return in, server
}

func post(t *testing.T, url string, body io.Reader, header map[string]string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/vnd.fdo.journal")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// uploaded is what a request did.
type uploaded struct {
	Status   int              `json:"status"`
	Records  []testRecord     `json:"records"`
	Rejected map[string]int64 `json:"rejected,omitempty"`
}

// Every case of the export format as an upload: which fields the records have, and what is answered.
func TestUploadCases(t *testing.T) {
	files, err := filepath.Glob("testdata/export/*.bin")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".bin")
		t.Run(name, func(t *testing.T) {
			sink := newFakeSink()
			env := testEnv(sink)
			env.MaxLine = testLimit
			_, server := startServer(t, env)
			var got uploaded
			got.Status, _ = post(t, server.URL+"/insert/journald/upload", bytes.NewReader(readFile(t, file)), nil)
			got.Records, got.Rejected = sink.all(), rejected(env.Sources)
			wantFile := filepath.Join("testdata/upload", name+".json")
			if *update {
				writeJSON(t, wantFile, got)
			}
			var want uploaded
			if err := json.Unmarshal(readFile(t, wantFile), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func entry(n int, more string) string {
	return fmt.Sprintf("__CURSOR=s=aa;i=%x;b=bb;m=1;t=%x;x=1\n__REALTIME_TIMESTAMP=%d\n_HOSTNAME=web-1\n_SYSTEMD_UNIT=app.service\nMESSAGE=line %d\n%s\n",
		n, 1_763_712_000_000_000+n, 1_763_712_000_000_000+n, n, more)
}

func TestUploadParameters(t *testing.T) {
	sink := newFakeSink()
	_, server := startServer(t, testEnv(sink))
	status, _ := post(t, server.URL+"/insert/journald/upload/?_stream_fields=_PID,zone&ignore_fields=_HOST*&extra_fields=zone=dmz",
		strings.NewReader(entry(1, "_PID=7\n")), nil)
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	want := []testRecord{{
		Time: "2025-11-21T08:00:00.000001Z", Source: "journald/127.0.0.1", Msg: "line 1",
		Stream: map[string]string{"_PID": "7", "zone": "dmz"},
		Fields: map[string]string{"host.name": "web-1", "service.name": "app", "_SYSTEMD_UNIT": "app.service"},
	}}
	if diff := cmp.Diff(want, sink.all()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if status, _ := post(t, server.URL+"/insert/journald/upload", strings.NewReader(entry(1, "")), map[string]string{"AccountID": "5"}); status != http.StatusBadRequest {
		t.Errorf("status %d for a tenant, want 400", status)
	}
}

// A body in gzip, sent in chunks to the path that the client lengthens, with Expect: 100-continue.
func TestUploadLikeTheClient(t *testing.T) {
	sink := newFakeSink()
	_, server := startServer(t, testEnv(sink))
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	const entries = 5000
	for i := range entries {
		_, _ = io.WriteString(z, entry(i+1, ""))
	}
	_ = z.Close()
	status, answer := post(t, server.URL+"/insert/journald/upload/upload", io.NopCloser(&body), // no length: chunked
		map[string]string{"Content-Encoding": "gzip", "Expect": "100-continue", "Accept": "text/plain"})
	if status != http.StatusOK || !strings.Contains(answer, fmt.Sprintf(`"accepted":%d`, entries)) {
		t.Fatalf("status %d, answer %s", status, answer)
	}
	for i, r := range sink.all() {
		if want := fmt.Sprintf("line %d", i+1); r.Msg != want {
			t.Fatalf("record %d is %q, want %q", i, r.Msg, want)
		}
	}
}

// The client follows the journal in one request without end: its entries must be stored before the next one comes.
func TestUploadIsStoredWhileItGoesOn(t *testing.T) {
	sink := newFakeSink()
	_, server := startServer(t, testEnv(sink))
	r, w := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := post(t, server.URL+"/insert/journald/upload", r, nil)
		answered <- status
	}()
	for i := range 3 {
		if _, err := io.WriteString(w, entry(i+1, "")); err != nil {
			t.Fatal(err)
		}
		sink.wait(t, i+1)
	}
	_ = w.Close()
	if status := <-answered; status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

// Nothing is acknowledged that the queue did not take.
func TestUploadIsRefusedWhenTheQueueIsFull(t *testing.T) {
	sink := newFakeSink()
	sink.gate = func(int) error { return &model.BusyError{Bound: "queue.max_size", RetryAfter: 3 * time.Second} }
	_, server := startServer(t, testEnv(sink))
	if status, _ := post(t, server.URL+"/insert/journald/upload", strings.NewReader(entry(1, "")), nil); status != http.StatusTooManyRequests {
		t.Errorf("status %d, want 429", status)
	}
}

// Stop must not wait for a client that keeps its request open.
func TestStopEndsAnOpenUpload(t *testing.T) {
	sink := newFakeSink()
	in, server := startServer(t, testEnv(sink))
	r, w := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := post(t, server.URL+"/insert/journald/upload", r, nil)
		answered <- status
	}()
	if _, err := io.WriteString(w, entry(1, "")); err != nil {
		t.Fatal(err)
	}
	sink.wait(t, 1)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", status)
	}
}
