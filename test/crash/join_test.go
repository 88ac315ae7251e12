package crash

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// TestKillWhileJoining kills the server while it joins segments, ten seconds after its start: when the new file has come
// to some size, or when it is whole. The rows are there once, and no file is left over.
func TestKillWhileJoining(t *testing.T) {
	const segments, rows = 10, 10_000
	base := server.New(t, "queue.partitions=1")
	for i := range segments {
		base.Run(t)
		base.Post(t, "/insert/jsonline?_stream_fields=sender", "", jsonLines("joined", i*rows, rows), http.StatusOK)
		base.Stop(t)
	}
	rounds := 6
	if !soak(t).IsZero() {
		rounds *= 5
	}
	var within atomic.Int64 // kills that came while the file was being written
	t.Run("rounds", func(t *testing.T) {
		for round := range rounds {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				s := server.New(t, "queue.partitions=1")
				if out, err := exec.Command("cp", "-a", base.Data+"/.", s.Data).CombinedOutput(); err != nil {
					t.Fatal(err, string(out))
				}
				s.Run(t)
				waitJoin(t, s, int64(round)<<10)
				s.Kill()
				if half, _ := filepath.Glob(filepath.Join(s.Data, "logs", "*.tmp")); len(half) > 0 {
					within.Add(1)
				}
				s.Run(t)
				waitSettled(t, s)
				if got := len(sequence(t, s, "joined")); got != segments*rows {
					t.Errorf("%d rows, want %d", got, segments*rows)
				}
				checkNoOrphans(t, s)
			})
		}
	})
	if within.Load() == 0 {
		t.Error("no kill came in the midst of a file: the test tested nothing")
	}
	fmt.Printf("kill -9 while joining: %d times, %d of them in the midst of a file\n", rounds, within.Load())
}

// waitJoin waits until the file that segments are joined into has so many bytes, or its final name.
func waitJoin(t *testing.T, s *server.Server, size int64) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) { // polling another process
		files, err := filepath.Glob(filepath.Join(s.Data, "logs", "*-join*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if info, err := os.Stat(name); err == nil && info.Size() >= size {
				return
			}
		}
	}
	t.Fatal("nothing is joined")
}
