package kafka

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// onKafka returns a server whose queue is on the cluster.
func onKafka(t *testing.T, c *Cluster, settings ...string) *server.Server {
	t.Helper()
	return server.New(t, append([]string{
		"queue.type=kafka", "queue.brokers=[" + strings.Join(c.Brokers(), ",") + "]", "queue.partitions=3", "queue.session.timeout.ms=6000",
	}, settings...)...)
}

const insert = "/insert/jsonline?_stream_fields=host"

// lines are n JSON lines of ten streams, numbered from first on.
func lines(first, n int) string {
	var b strings.Builder
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, `{"host":"h%d","_msg":"line %06d","n":"%d"}`+"\n", i%10, i, i)
	}
	return b.String()
}

// counts returns how many rows there are and how many different ones.
func counts(t *testing.T, s *server.Server) (rows, different string) {
	t.Helper()
	r := s.Query(t, `line | stats count() as rows, count_uniq(n) as different`)
	return r[0]["rows"], r[0]["different"]
}

func waitForAll(t *testing.T, s *server.Server, n int) {
	t.Helper()
	want := fmt.Sprint(n)
	deadline := time.Now().Add(30 * time.Second)
	for {
		rows, different := counts(t, s)
		if rows == want && different == want {
			return
		}
		if time.Now().After(deadline) || len(rows) > len(want) {
			t.Fatalf("%s rows, %s different, want %s", rows, different, want)
		}
		time.Sleep(50 * time.Millisecond) // polling another process
	}
}

// What was acknowledged is found, once, after kill -9 of Haetae and of the broker.
func TestServerOnKafka(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	s := onKafka(t, c)
	s.Run(t)
	s.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
	waitForAll(t, s, 1000)
	s.Kill()
	s.Run(t)
	s.Post(t, insert, "application/json", lines(1000, 1000), http.StatusOK)
	waitForAll(t, s, 2000)

	c.Kill(0)
	refused := func() bool { return refusal(t, s.URL(insert)) }
	eventually(t, "a sender is told to wait while the broker is away", refused)
	if rows, _ := counts(t, s); rows != "2000" {
		t.Errorf("%s rows are found while the broker is away", rows)
	}
	if err := c.Run(0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "senders are welcome again", func() bool { return post(t, s.URL(insert), lines(2000, 1)) == http.StatusOK })
	s.Post(t, insert, "application/json", lines(2001, 999), http.StatusOK)
	waitForAll(t, s, 3000)
	s.Stop(t)
	s.Run(t)
	waitForAll(t, s, 3000)
}

// The first start needs the broker to know the partitions: it says so, tells senders to wait, and goes on by itself. A
// later start needs none.
func TestStartWithoutBroker(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	address, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := onKafka(t, c, "http.listen="+address)
	c.Kill(0)
	told := make(chan error, 1)
	go func() {
		deadline := time.Now().Add(30 * time.Second)
		for !refusal(t, "http://"+address+insert) {
			if time.Now().After(deadline) {
				told <- fmt.Errorf("senders are not told to wait")
				return
			}
			time.Sleep(50 * time.Millisecond) // polling another process
		}
		told <- c.Run(0)
	}()
	s.Run(t)
	if err := <-told; err != nil {
		t.Fatal(err)
	}
	s.Post(t, insert, "application/json", lines(0, 100), http.StatusOK)
	waitForAll(t, s, 100)
	s.Stop(t)

	c.Kill(0)
	s.Run(t)
	if rows, _ := counts(t, s); rows != "100" {
		t.Errorf("%s rows are found while the broker is away, want 100", rows)
	}
	if !refusal(t, s.URL(insert)) {
		t.Error("a sender is not told to wait")
	}
	if err := c.Run(0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "senders are welcome again", func() bool { return post(t, s.URL(insert), lines(100, 1)) == http.StatusOK })
	waitForAll(t, s, 101)
}

// refusal reports whether a sender is answered 503 with Retry-After.
func refusal(t *testing.T, url string) bool {
	resp, err := http.Post(url, "application/json", strings.NewReader(`{"host":"x","_msg":"refused","n":"-1"}`))
	if err != nil {
		return false
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		t.Error("a line was acknowledged without a broker")
	}
	return resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != ""
}

func post(t *testing.T, url, body string) int {
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Errorf("post: %v", err)
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(45 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 45 s: %s", what)
		}
		time.Sleep(100 * time.Millisecond) // polling another process
	}
}
