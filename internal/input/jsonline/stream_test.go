package jsonline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

func serve(t *testing.T, change func(*input.Env)) (in input.Input, url string, sink *httpintest.Sink) {
	t.Helper()
	sink = &httpintest.Sink{}
	env := httpintest.Env(t, "jsonline", sink)
	if change != nil {
		change(&env)
	}
	in = httpintest.New(t, Descriptor, env, nil)
	server := httptest.NewServer(env.Mux)
	t.Cleanup(server.Close)
	return in, server.URL + "/insert/jsonline", sink
}

func post(t *testing.T, url string, body io.Reader) (status int, answer string) {
	t.Helper()
	response, err := http.Post(url, "application/stream+json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// An answer that left before the sink returned would acknowledge what a crash can still lose.
func TestAnswerWaitsForSink(t *testing.T) {
	_, url, sink := serve(t, nil)
	entered, leave := make(chan struct{}), make(chan struct{})
	sink.Before(func(int, []model.Record) error {
		close(entered)
		<-leave
		return nil
	})
	answered := make(chan int)
	go func() {
		status, _ := post(t, url, strings.NewReader(`{"msg":"x"}`))
		answered <- status
	}()
	<-entered
	select {
	case status := <-answered:
		t.Errorf("answered %d before the record was durable", status)
	default:
	}
	close(leave)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

// Lines of an endless body must reach the sink while it is being sent, and Stop must end it with an answer.
func TestEndlessBody(t *testing.T) {
	in, url, sink := serve(t, nil)
	arrived := make(chan string, 10)
	sink.Before(func(_ int, records []model.Record) error {
		for _, r := range records {
			arrived <- strings.Clone(r.Msg)
		}
		return nil
	})
	body, w := io.Pipe()
	status := make(chan int)
	go func() {
		code, _ := post(t, url, body)
		status <- code
	}()
	for i := range 3 {
		want := fmt.Sprint("line ", i)
		if _, err := fmt.Fprintf(w, `{"msg":%q}`+"\n", want); err != nil {
			t.Fatal(err)
		}
		if got := <-arrived; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := in.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if code := <-status; code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", code)
	}
	_ = w.Close()
	if code, _ := post(t, url, strings.NewReader(`{"msg":"late"}`)); code != http.StatusServiceUnavailable {
		t.Errorf("status %d after Stop, want 503", code)
	}
}

// A sender that is refused in the middle of a large body must get to read why, not a broken connection.
func TestRefusalOfLargeBody(t *testing.T) {
	_, url, sink := serve(t, nil)
	sink.Before(func(int, []model.Record) error {
		return &model.BusyError{Bound: "queue.max_size", RetryAfter: 1}
	})
	line := []byte(`{"msg":"` + strings.Repeat("x", 1000) + `"}` + "\n")
	status, answer := post(t, url, bytes.NewReader(bytes.Repeat(line, 5000)))
	if status != http.StatusTooManyRequests || !strings.Contains(answer, `"code":"busy"`) {
		t.Errorf("status %d, answer %s", status, answer)
	}
}

// Large bodies must arrive whole and in order, batch by batch within the bounds.
func TestLargeBody(t *testing.T) {
	const rows, maxBatch = 20_000, 100_000
	_, url, sink := serve(t, func(env *input.Env) { env.MaxBatch = maxBatch })
	var body strings.Builder
	for i := range rows {
		fmt.Fprintf(&body, `{"msg":"row %d","pad":%q}`+"\n", i, strings.Repeat("p", i%300))
	}
	status, answer := post(t, url, strings.NewReader(body.String()))
	if want := fmt.Sprintf(`{"accepted":%d,"rejected":0}`+"\n", rows); status != http.StatusOK || answer != want {
		t.Fatalf("status %d, answer %s", status, answer)
	}
	for i, r := range sink.Records() {
		if want := fmt.Sprint("row ", i); r.Msg != want {
			t.Fatalf("record %d is %q", i, r.Msg)
		}
	}
}

func TestCounters(t *testing.T) {
	var sources *input.Sources
	_, url, _ := serve(t, func(env *input.Env) { sources = env.Sources })
	post(t, url, strings.NewReader("{\"msg\":\"a\"}\n{broken\n{\"msg\":\"b\"}\n"))
	rows := sources.All(time.Now())
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	r := rows[0]
	if r.Input != "jsonline" || r.Peer != "127.0.0.1" || r.Records != 2 || r.Bytes != 22 ||
		r.Rejected["broken JSON"] != 1 || r.Sample["broken JSON"] != "{broken" || !r.LastSeen.Equal(httpintest.Received) {
		t.Errorf("counted %+v", r)
	}
}

// Two inputs of the type cannot share the route: that must be a wrong setting, not a crash.
func TestRouteTaken(t *testing.T) {
	env := httpintest.Env(t, "jsonline", &httpintest.Sink{})
	httpintest.New(t, Descriptor, env, nil)
	_, err := Descriptor.New(Descriptor.Defaults(), env)
	if err == nil || !strings.Contains(err.Error(), "route is taken") {
		t.Errorf("error %v", err)
	}
}

func FuzzBody(f *testing.F) {
	f.Add([]byte("{\"msg\":\"a\",\"b\":{\"c\":[1]}}\n{broken\n\n{}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		sink := &httpintest.Sink{}
		env := httpintest.Env(t, "jsonline", sink)
		httpintest.New(t, Descriptor, env, nil)
		w := httptest.NewRecorder()
		env.Mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/insert/jsonline", bytes.NewReader(body)))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if n := fmt.Sprintf(`"accepted":%d`, len(sink.Records())); !strings.Contains(w.Body.String(), n) {
			t.Fatalf("%d records were kept, the answer is %s", len(sink.Records()), w.Body)
		}
	})
}
