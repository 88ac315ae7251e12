package audit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// What was answered is told, once, however often the process is killed while entries are written.
func TestKill(t *testing.T) {
	const rounds, writers = 25, 4
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := server.New(t)
	var mu sync.Mutex
	answered := map[string]bool{}
	for round := range rounds {
		s.Run(t)
		base := s.URL("/api/v1/logs/deletions/")
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					name := fmt.Sprintf("entry-%d-%d-%d", round, w, n)
					req, err := http.NewRequest(http.MethodPost, base+name+"/cancel", nil)
					if err != nil {
						t.Error(err)
						return
					}
					resp, err := http.DefaultClient.Do(req)
					if err != nil {
						return
					}
					resp.Body.Close()
					if resp.StatusCode != http.StatusNotFound { // there is no such deletion: that it was to be cancelled is told all the same
						t.Errorf("%s: %s", name, resp.Status)
						return
					}
					mu.Lock()
					answered[name] = true
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(rng.IntN(250)) * time.Millisecond) // the random moment
		s.Kill()
		close(stop)
		wg.Wait()
	}
	if len(answered) < rounds {
		t.Fatalf("%d were answered: the test tested nothing", len(answered))
	}
	s.Run(t)
	r := verify(t, s)
	if !r.OK || r.Head.Seq < int64(len(answered)) {
		t.Errorf("of %d entries: %s", r.Head.Seq, r.kinds())
	}
	begun, ended := map[string]int{}, map[string]int{}
	for _, row := range s.Query(t, `_dataset:audit audit.action:=logs.delete.cancel | fields audit.target, audit.outcome`) {
		if row["audit.outcome"] == "begun" {
			begun[row["audit.target"]]++
		} else {
			ended[row["audit.target"]]++
		}
	}
	for name := range answered {
		if begun[name] != 1 || ended[name] != 1 {
			t.Errorf("%s is told as begun %d times and as ended %d times", name, begun[name], ended[name])
		}
	}
	t.Logf("%d entries, %d answered", r.Head.Seq, len(answered))
}

// run runs the binary and returns what it writes and its exit code.
func run(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.Command(server.Binary(t), args...)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := cmd.Run(); err != nil {
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return b.String(), cmd.ProcessState.ExitCode()
	}
	return b.String(), 0
}

// The commands list, check and export the trail, and an export is checked without a server.
func TestCommands(t *testing.T) {
	s := server.Start(t)
	addRule(t, s, "one")
	addRule(t, s, "two")
	if out, code := run(t, "audit", "verify", "--data", s.Data); code != 0 || !strings.Contains(out, "the chain is whole") {
		t.Errorf("verify ends with %d: %s", code, out)
	}
	entries(t, s, url.Values{"action": {"rule.add"}}, 2)
	if out, code := run(t, "audit", "list", "--data", s.Data, "--action", "rule.*", "--since", "1h"); code != 0 || strings.Count(out, "rule.add") != 2 {
		t.Errorf("list ends with %d: %s", code, out)
	}
	first := verify(t, s)
	anchor := fmt.Sprintf("%d:%s", first.Head.Seq, first.Head.Hash)
	if out, code := run(t, "audit", "verify", "--data", s.Data, "--anchor", anchor); code != 0 {
		t.Errorf("an anchor that fits: %d %s", code, out)
	}
	wrong := fmt.Sprintf("%d:%s", first.Head.Seq, strings.Repeat("ab", 32))
	if out, code := run(t, "audit", "verify", "--data", s.Data, "--anchor", wrong); code != 1 || !strings.Contains(out, "anchor") {
		t.Errorf("an anchor that does not fit: %d %s", code, out)
	}
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	if out, code := run(t, "audit", "export", "--data", s.Data, "--to", file); code != 0 {
		t.Fatalf("export ends with %d: %s", code, out)
	}
	if out, code := run(t, "audit", "verify", "--file", file, "--anchor", anchor); code != 0 {
		t.Errorf("the export: %d %s", code, out)
	}
	if out, code := run(t, "audit", "verify", "--data", t.TempDir()); code != 2 {
		t.Errorf("no server: %d %s", code, out)
	}
}
