package crash

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/test/server"
)

// A server is lost but for its queue. With queue.retention.ms a restored backup goes on there, with everything that was
// acknowledged since; without it the queue has let go of what was stored, and fsck says so before a start.
func TestKeptQueueOutlivesBackup(t *testing.T) {
	for _, keep := range []string{"0", "3600000"} {
		t.Run("retention.ms="+keep, func(t *testing.T) {
			settings := []string{"queue.partitions=64", "queue.max_size=64MiB", "queue.retention.ms=" + keep} // files of 256 KiB
			s := server.Start(t, settings...)
			sendKept(t, s, 0, 1000)
			file := filepath.Join(t.TempDir(), "backup.tar")
			haetae(t, true, "backup", "--url", s.URL(""), "--to", file)
			sendKept(t, s, 1000, 5000)
			s.Stop(t) // everything is stored
			s.Run(t)
			wantNothingBehind(t, s)
			s.Stop(t)

			r := server.New(t, settings...)
			haetae(t, true, "restore", "--from", file, "--data", r.Data)
			queue := filepath.Join(r.Data, "queue")
			if err := os.RemoveAll(queue); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(s.Data, "queue"), queue); err != nil {
				t.Fatal(err)
			}
			if keep == "0" {
				if out := haetae(t, false, "fsck", "--data", r.Data); !strings.Contains(out, "queue.gone") {
					t.Errorf("fsck of a queue that kept nothing: %s", out)
				}
				return
			}
			haetae(t, true, "fsck", "--data", r.Data)
			r.Run(t)
			defer r.Stop(t)
			waitSettled(t, r)
			got := r.Query(t, `"kept row" | stats count() rows, count_uniq(n) distinct`)[0]
			if got["rows"] != "6000" || got["distinct"] != "6000" {
				t.Errorf("restored %s rows, %s of them different, want 6000", got["rows"], got["distinct"])
			}
		})
	}
}

// sendKept sends rows of one stream, so of one partition.
func sendKept(t *testing.T, s *server.Server, from, n int) {
	t.Helper()
	pad := strings.Repeat("x", 500)
	for range n / 500 {
		var b strings.Builder
		for range 500 {
			fmt.Fprintf(&b, `{"_msg":"kept row","n":"%d","pad":"%s"}`+"\n", from, pad)
			from++
		}
		s.Post(t, "/insert/jsonline", "", b.String(), http.StatusOK)
	}
	s.WaitFor(t, `"kept row" n:`+strconv.Itoa(from-1), 1)
}

// wantNothingBehind fails when the server counts records as waiting that are only kept.
func wantNothingBehind(t *testing.T, s *server.Server) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/pipeline"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var p api.Pipeline
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	for _, row := range p.Partitions {
		if row.BehindRecords != 0 || row.Stored != row.End {
			t.Errorf("just started, everything stored: %+v", row)
		}
	}
}
