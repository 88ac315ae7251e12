// Package disk damages and fills what the real binary has on disk: it says so, goes on, and loses nothing that it
// acknowledged beyond the damaged bytes themselves.
package disk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/test/server"
)

func send(t *testing.T, s *server.Server, from, n int) (acknowledged bool) {
	t.Helper()
	return sendPadded(t, s, from, n, pad)
}

func sendPadded(t *testing.T, s *server.Server, from, n int, pad func(i int) string) (acknowledged bool) {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"_msg":"disk row","n":"%d","pad":"%s"}`+"\n", from+i, pad(from+i))
	}
	resp, err := http.Post(s.URL("/insert/jsonline"), "", strings.NewReader(b.String()))
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // the status decides
	return resp.StatusCode == http.StatusOK
}

// pad is text that does not compress away.
func pad(i int) string {
	var b strings.Builder
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	for range 64 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b.WriteString(strconv.FormatUint(x, 36))
	}
	return b.String()
}

func count(t *testing.T, s *server.Server) (rows, distinct int) {
	t.Helper()
	r := s.Query(t, `"disk row" | stats count() rows, count_uniq(n) distinct`)[0]
	rows, _ = strconv.Atoi(r["rows"])
	distinct, _ = strconv.Atoi(r["distinct"])
	return rows, distinct
}

func waitCount(t *testing.T, s *server.Server, want int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		rows, distinct := count(t, s)
		if rows == want && distinct == want {
			return
		}
		if time.Now().After(deadline) || rows > distinct {
			t.Fatalf("%d rows, %d distinct, want %d", rows, distinct, want)
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
}

func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	var found []string
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && strings.HasSuffix(path, pattern) {
			found = append(found, path)
		}
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s below %s (%v)", pattern, dir, err)
	}
	return found
}

// A frame that was half written when the power went is cut off; everything before it is there.
func TestTornTail(t *testing.T) {
	s := server.Start(t, "queue.partitions=1")
	if !send(t, s, 0, 500) {
		t.Fatal("not acknowledged")
	}
	s.Kill()
	last := files(t, filepath.Join(s.Data, "queue"), ".wal")
	f, err := os.OpenFile(last[len(last)-1], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("half a frame")); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	waitCount(t, s, 500)
	if !send(t, s, 500, 10) {
		t.Fatal("not acknowledged after the repair")
	}
	waitCount(t, s, 510)
	if !strings.Contains(s.Log(), "torn") {
		t.Errorf("the log does not name the torn tail:\n%s", s.Log())
	}
}

// One flipped byte in the queue costs its frame alone, and is named.
func TestFlippedByteInQueue(t *testing.T) {
	s := server.Start(t, "queue.partitions=1")
	for i := range 20 {
		if !send(t, s, i*50, 50) {
			t.Fatal("not acknowledged")
		}
	}
	waitCount(t, s, 1000)
	s.Kill()
	flip(t, files(t, filepath.Join(s.Data, "queue"), ".wal")[0])
	s.Run(t)
	waitCount(t, s, 950)
	if !strings.Contains(s.Log(), "checksum") && !strings.Contains(s.Log(), "damage") {
		t.Errorf("the log does not name the damage:\n%s", s.Log())
	}
}

// One flipped byte in a segment is found, named, and makes answers partial; the rest answers.
func TestFlippedByteInSegment(t *testing.T) {
	s := server.Start(t, "queue.partitions=1")
	if !send(t, s, 0, 2000) {
		t.Fatal("not acknowledged")
	}
	s.Stop(t)
	flip(t, files(t, filepath.Join(s.Data, "logs"), ".seg")[0])
	s.Run(t)
	if !send(t, s, 2000, 10) {
		t.Fatal("not acknowledged")
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		rows, stats := page(t, s)
		if rows >= 10 && stats.Partial && stats.Reason != "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d rows, stats %+v; want the 10 new rows and a reason why the answer is partial", rows, stats)
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
	for _, path := range []string{
		"query?query=disk+row", "hits?query=disk", "stats_query?query=disk+|+count()", "stats_query_range?query=disk+|+count()", "facets?query=disk",
		"field_names?query=disk", "field_values?query=disk&field=host", "streams?query=disk", "stream_field_names?query=disk",
	} {
		if reason := partialHeader(t, s, path); !strings.Contains(reason, "damaged") {
			t.Errorf("/select/logsql/%s says %q of its partial answer", path, reason)
		}
	}
	if notices := status(t, s).Notices; len(notices) != 1 || notices[0].Code != "segments_damaged" || notices[0].Params["count"] != "1" {
		t.Errorf("the status has the notices %+v", notices)
	}
}

func status(t *testing.T, s *server.Server) (said api.Status) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/status"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said
}

// partialHeader returns what a path of the ecosystem says of an answer: in its header, or behind rows in its trailer.
func partialHeader(t *testing.T, s *server.Server, path string) string {
	t.Helper()
	resp, err := http.Get(s.URL("/select/logsql/" + strings.ReplaceAll(path, "|", "%7C")))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.Header.Get("X-Haetae-Partial") + resp.Trailer.Get("X-Haetae-Partial")
}

func flip(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 0x40
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

type pageStats struct {
	Partial bool   `json:"partial"`
	Reason  string `json:"partial_reason"`
}

func page(t *testing.T, s *server.Server) (rows int, stats pageStats) {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/logs/query?query=disk+row&limit=5000"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	d := json.NewDecoder(resp.Body)
	for d.More() {
		var line struct {
			Row   map[string]string `json:"row"`
			Stats *pageStats        `json:"stats"`
		}
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if line.Stats != nil {
			return rows, *line.Stats
		}
		rows++
	}
	t.Fatal("the answer has no stats")
	return 0, stats
}

// On a full disk senders are told to wait, searches answer, and when there is room again all goes on by itself.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t)
	s := server.New(t, "data="+filepath.Join(dir, "data"), "queue.partitions=1", "queue.max_size=64MiB", "store.logs.max_size=100%")
	s.Data = filepath.Join(dir, "data")
	s.Run(t)
	acknowledged := 0
	balloon := filepath.Join(dir, "balloon")
	if err := os.WriteFile(balloon, make([]byte, 12<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	next, refused := 0, 0
	for refused < 3 {
		if send(t, s, next, 200) {
			acknowledged += 200
		} else {
			refused++
		}
		next += 200
		if next > 400_000 {
			t.Fatal("the disk never got full")
		}
	}
	t.Logf("acknowledged %d rows before the disk was full", acknowledged)
	if rows, _ := count(t, s); rows == 0 {
		t.Error("nothing can be read while the disk is full")
	}
	if err := os.Remove(balloon); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(60 * time.Second)
	for !send(t, s, next, 200) {
		next += 200
		if time.Now().After(deadline) {
			t.Fatal("did not resume after there was room again")
		}
		time.Sleep(100 * time.Millisecond) // a sender waits as it is told
	}
	acknowledged += 200
	waitStored(t, s, acknowledged, deadline)
	s.Kill()
	s.Run(t)
	waitStored(t, s, acknowledged, deadline)
}

// smallDisk is a folder on a file system of 48 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=48m"); err != nil {
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
	return dir
}

// A disk smaller than a file of the queue: when its records are stored the file goes, though it never got large, and
// senders are let in again without anybody's help. While somebody else fills the disk, the server says that it takes nothing.
func TestSmallDisk(t *testing.T) {
	dir := smallDisk(t)
	s := server.New(t, "data="+filepath.Join(dir, "data"), "queue.partitions=1")
	s.Data = filepath.Join(dir, "data")
	s.Run(t)
	deadline := time.Now().Add(4 * time.Minute)
	same := strings.Repeat("the same words again and again ", 30)
	next, accepted := 0, 0
	try := func() bool {
		ok := sendPadded(t, s, next, 1000, func(int) string { return same })
		if next += 1000; ok {
			accepted += 1000
		}
		return ok
	}
	refused := false
	for !refused || !try() {
		if !refused {
			refused = !try()
		} else {
			time.Sleep(100 * time.Millisecond) // a sender waits as it is told
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d rows, refused %v: the disk never got full, or nothing is taken any more", accepted, refused)
		}
	}
	waitStored(t, s, accepted, deadline)

	balloon := filepath.Join(dir, "balloon")
	if err := os.WriteFile(balloon, make([]byte, 48<<20), 0o600); err == nil {
		t.Fatal("there is more room than the disk has")
	}
	waitReady(t, s, "queue.full", func() { try() })
	if err := os.Remove(balloon); err != nil {
		t.Fatal(err)
	}
	waitReady(t, s, `"ready":true`, func() { try() })
}

// waitReady does something again and again until /readyz says what is wanted.
func waitReady(t *testing.T, s *server.Server, want string, do func()) {
	t.Helper()
	deadline := time.Now().Add(40 * time.Second)
	for {
		do()
		resp, err := http.Get(s.URL("/readyz"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close() // it was read
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("/readyz says %s, want %s", text, want)
		}
		time.Sleep(200 * time.Millisecond) // polling a server of its own process
	}
}

// waitStored waits for the acknowledged rows. Rows of refused bodies may be there too, but none twice.
func waitStored(t *testing.T, s *server.Server, acknowledged int, deadline time.Time) {
	t.Helper()
	for {
		rows, distinct := count(t, s)
		if rows != distinct {
			t.Fatalf("%d rows, %d distinct: some are doubled", rows, distinct)
		}
		if rows >= acknowledged {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d rows, %d were acknowledged", rows, acknowledged)
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
}
