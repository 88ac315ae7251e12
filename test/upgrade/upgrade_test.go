// Package upgrade opens data folders that earlier versions have left.
package upgrade

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/test/server"
)

func haetae(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(server.Binary(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("haetae %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// versions counts the blocks of all segments by their format version.
func versions(t *testing.T, data string) map[int]int {
	t.Helper()
	count := map[int]int{}
	names, err := filepath.Glob(filepath.Join(data, "logs", "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := segment.Open(vfs.OS, name)
		if err != nil {
			continue // it was joined meanwhile
		}
		for _, b := range f.Blocks {
			count[block.NewReader(b.Header, f, b.Base, &block.Scratch{}).Version()]++
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return count
}

// ask checks the answers of every kind of record, whatever the format is that they are stored in.
func ask(t *testing.T, s *server.Server, when string, rounds int) {
	t.Helper()
	for query, want := range map[string]int{
		`*`:                              15 * rounds,
		`{app="a"}`:                      5 * rounds,
		`row {host="h1"} app:a`:          3 * rounds,
		`n:>3`:                           2 * rounds,
		`level:=info n:=5`:               rounds,
		`http.response.status_code:=200`: 5 * rounds,
		`"GET /v1/3"`:                    rounds,
		`url.path:="/v1/4"`:              rounds,
		`bytes {app="raw"}`:              5 * rounds,
		`_msg:~"^bytes \\x00 .+ round"`:  5 * rounds,
		`"no such thing"`:                0,
	} {
		if got := len(s.Query(t, query)); got != want {
			t.Errorf("%s: %s finds %d rows, want %d", when, query, got, want)
		}
	}
}

func TestUpgrade(t *testing.T) {
	fixtures, err := filepath.Glob("testdata/*.tar.gz")
	if err != nil || len(fixtures) == 0 {
		t.Fatal(fixtures, err)
	}
	for _, fixture := range fixtures {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			s := server.New(t, "store.logs.retention=200y")
			if out, err := exec.Command("tar", "-C", s.Data, "-xzf", fixture).CombinedOutput(); err != nil {
				t.Fatal(err, string(out))
			}
			haetae(t, "fsck", "--data", s.Data)
			old := versions(t, s.Data)
			s.Run(t)
			s.WaitFor(t, "*", 150)
			ask(t, s, "as it was left", 10)

			deadline := time.Now().Add(40 * time.Second)
			for now := old; now[block.Version] == 0 || len(now) > 1; now = versions(t, s.Data) {
				if time.Now().After(deadline) {
					t.Fatalf("blocks by version: %v, at first %v", now, old)
				}
				time.Sleep(100 * time.Millisecond) // polling a server of its own process, which joins every ten seconds
			}
			ask(t, s, "joined", 10)

			s.Post(t, "/insert/jsonline?_stream_fields=host,app", "", `{"_msg":"round 5 row 9","app":"new"}`+"\n", http.StatusOK)
			s.WaitFor(t, `{app="new"}`, 1)
			haetae(t, "delete", "--url", s.URL(""), "--reason", "test", "--all-time", "--yes", `"round 5" OR "13:05" OR {app="new"}`)
			ask(t, s, "after a deletion", 9)
			s.Stop(t)
			haetae(t, "fsck", "--data", s.Data)
			s.Run(t)
			ask(t, s, "after a restart", 9)
			fmt.Printf("%s: blocks by version %v, then %v\n", filepath.Base(fixture), old, versions(t, s.Data))
		})
	}
}
