package disk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/test/server"
)

// A deletion that finds no room for the segments that it writes anew says so, leaves the rows as they are, and goes on
// by itself when there is room.
func TestDeleteOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=96m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("cannot mount a tmpfs: %v", err)
		}
		t.Skipf("SKIP: cannot mount a tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	const rows = 12_000 // about 10 MB that does not compress
	s := server.New(t, "data="+filepath.Join(dir, "data"), "queue.partitions=1", "store.logs.max_size=100%")
	s.Data = filepath.Join(dir, "data")
	s.Run(t)
	for from := 0; from < rows; from += 400 {
		if !send(t, s, from, 400) {
			t.Fatal("not acknowledged")
		}
	}
	s.Stop(t)
	s.Run(t)
	waitCount(t, s, rows)
	await := func(what string, ok func(state, fault string) bool) {
		t.Helper()
		within(t, what, func() bool { return ok(lastDeletion(t, s)) })
	}
	ask := func(query string) {
		t.Helper()
		body := fmt.Sprintf(`{"query":%q,"all_time":true,"reason":"test"}`, query)
		s.Post(t, "/api/v1/logs/deletions", "application/json", body, http.StatusAccepted)
	}
	ask(`"no such row"`) // lets the queue go, which would make room later
	await("of nothing", func(state, _ string) bool { return state == "done" })
	within(t, "the queue does not let go", func() bool {
		wals := files(t, filepath.Join(s.Data, "queue"), ".wal")
		return len(wals) == 1 && fileSize(t, wals[0]) < 64<<10 // the trail may tell of the deletion behind what let the rows go
	})
	balloon := filepath.Join(dir, "balloon")
	fill(t, dir, balloon, 1<<20)
	ask(`n:~"[02468]$"`)
	await("on a full disk", func(state, fault string) bool { return state == "running" && strings.Contains(fault, "no space left") })
	if got, distinct := count(t, s); got != distinct || got < rows/2 {
		t.Errorf("%d rows, %d distinct while the disk is full", got, distinct)
	}
	if err := os.Remove(balloon); err != nil {
		t.Fatal(err)
	}
	await("with room", func(state, _ string) bool { return state == "done" })
	waitCount(t, s, rows/2)
	s.Stop(t)
	if findings, code := fsck(t, s.Data); code != 0 {
		t.Errorf("%+v", findings)
	}
}

// within waits until ok, for 30 seconds at most.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("too late: " + what)
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// fill leaves so many bytes free.
func fill(t *testing.T, dir, balloon string, free int64) {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(balloon)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Fallocate(int(f.Fd()), 0, 0, int64(st.Bavail)*st.Bsize-free); err != nil {
		t.Fatal(err)
	}
}

func lastDeletion(t *testing.T, s *server.Server) (state, fault string) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/logs/deletions"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Deletions []struct{ State, Error string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || len(answer.Deletions) == 0 {
		t.Fatal(fmt.Errorf("no deletion: %w", err))
	}
	return answer.Deletions[0].State, answer.Deletions[0].Error
}
