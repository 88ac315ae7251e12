package kafka

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// sender posts batches of lines with numbers that no other batch has, and remembers those that were acknowledged.
type sender struct {
	mu      sync.Mutex
	next    int
	acked   map[int]bool // first line of a batch
	refused int
}

const batchLines = 100

// run posts to wherever the server listens until stop is closed.
func (s *sender) run(url func() string, stop <-chan struct{}) {
	client := &http.Client{Timeout: 20 * time.Second}
	for {
		select {
		case <-stop:
			return
		default:
		}
		s.mu.Lock()
		first := s.next
		s.next += batchLines
		s.mu.Unlock()
		ok := postBatch(client, url(), lines(first, batchLines))
		s.mu.Lock()
		if ok {
			s.acked[first] = true
		} else {
			s.refused++
		}
		s.mu.Unlock()
		if !ok {
			time.Sleep(50 * time.Millisecond) // as a sender that was told to wait
		}
	}
}

func (s *sender) acknowledged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acked)
}

// A broker is killed and comes back, and Haetae is killed, while lines come in: everything acknowledged is there once.
func TestFaultsUnderLoad(t *testing.T) {
	c := New(t, 3)
	address, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := onKafka(t, c, "http.listen="+address)
	s.Run(t)
	load := &sender{acked: map[int]bool{}}
	stop := make(chan struct{})
	var senders sync.WaitGroup
	for range 2 {
		senders.Go(func() { load.run(func() string { return "http://" + address + insert }, stop) })
	}
	more := func(what string) {
		t.Helper()
		before := load.acknowledged()
		eventually(t, "lines are acknowledged "+what, func() bool { return load.acknowledged() >= before+20 })
	}
	more("at first")
	c.Kill(0)
	more("with two of three brokers")
	s.Kill()
	s.Run(t)
	more("after kill -9 of Haetae")
	if err := c.Run(0); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Kill(1)
	more("with another broker gone")
	close(stop)
	senders.Wait()

	check(t, s, load)
}

// numbers counts the rows of each line.
func numbers(t *testing.T, s *server.Server) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, r := range s.Query(t, `line | fields n`) {
		found[r["n"]]++
	}
	return found
}

func postBatch(client *http.Client, url, body string) bool {
	resp, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
