package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// TestKillWhileJoining kills the server around the moment at which it joins segments, ten seconds after its start: the
// rows are there once, and no file is left over.
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
	var within atomic.Int64 // kills that came when something was being written
	t.Run("rounds", func(t *testing.T) {
		for range rounds {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				s := server.New(t, "queue.partitions=1")
				if out, err := exec.Command("cp", "-a", base.Data+"/.", s.Data).CombinedOutput(); err != nil {
					t.Fatal(err, string(out))
				}
				s.Run(t)
				time.Sleep(10*time.Second + time.Duration(rand.IntN(700))*time.Millisecond) // the random moment
				s.Kill()
				if half, _ := filepath.Glob(filepath.Join(s.Data, "logs", "*.tmp")); len(half) > 0 {
					within.Add(1)
				}
				s.Run(t)
				waitSettled(t, s)
				if got := len(sequence(t, s, "joined")); got != segments*rows {
					t.Errorf("%d rows, want %d", got, segments*rows)
				}
				s.Stop(t)
				haetae(t, true, "fsck", "--data", s.Data)
			})
		}
	})
	fmt.Printf("kill -9 while joining: %d times, %d of them in the midst of a file\n", rounds, within.Load())
}
