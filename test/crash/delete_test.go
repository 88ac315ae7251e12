package crash

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// deletions asks for the list of deletions.
func deletions(t *testing.T, s *server.Server) (list []struct {
	State     string
	Removed   []struct{ Rows int }
	QueueGone *time.Time `json:"queue_gone"`
},
) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/logs/deletions"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Deletions any }
	answer.Deletions = &list
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestKillWhileDeleting kills the server at random moments after it was asked to delete rows that are in segments, in
// memory and in the queue. In the end they are gone, each counted once, everything else is there once, and no file is
// left over.
func TestKillWhileDeleting(t *testing.T) {
	until := soak(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := server.New(t)
	senders := newSenders()
	kept, secrets := 0, 0
	for rounds := 0; rounds < killRounds/5 || time.Now().Before(until); rounds++ {
		s.Run(t)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for i, snd := range senders {
			wg.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(seed, uint64(rounds*100+i))), stop) })
		}
		var b strings.Builder
		for i := range 200 {
			fmt.Fprintf(&b, `{"_msg":"secret %d","from":"%d"}`+"\n"+`{"_msg":"harmless %d","from":"1"}`+"\n", i, i%3, i)
		}
		s.Post(t, "/insert/jsonline?_stream_fields=from", "", b.String(), http.StatusOK)
		secrets, kept = secrets+200, kept+200
		s.Post(t, "/api/v1/logs/deletions", "application/json", `{"query":"secret _time:1d","reason":"test"}`, http.StatusAccepted)
		time.Sleep(time.Duration(rng.IntN(600)) * time.Millisecond) // the random moment
		s.Kill()
		close(stop)
		wg.Wait()
	}
	account(t, s, senders, "kill -9 while deleting")
	removed, open := 0, 1
	for deadline := time.Now().Add(30 * time.Second); open > 0 && time.Now().Before(deadline); {
		removed, open = 0, 0
		for _, d := range deletions(t, s) {
			if d.State != "done" {
				open++
			}
			for _, r := range d.Removed {
				removed += r.Rows
			}
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
	left := len(s.Query(t, "secret"))
	harmless := len(s.Query(t, "harmless"))
	fmt.Printf("kill -9 while deleting: %d deletions do not end; %d rows to delete: %d left, %d counted; %d of %d others\n",
		open, secrets, left, removed, harmless, kept)
	if open > 0 || left > 0 || removed != secrets || harmless != kept {
		t.Error("a deletion lost or left something")
	}
	checkNoOrphans(t, s)
}

func system(t *testing.T, s *server.Server) (out struct{ Datasets []struct{ Segments int } }) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/system"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
