// Package crash kills the real binary with SIGKILL under load and checks that nothing acknowledged is lost and
// nothing is stored twice.
package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

const killRounds = 100

// soak is how long the fault tests go on beyond their rounds: HAETAE_SOAK=30m.
func soak(t *testing.T) time.Time {
	text := os.Getenv("HAETAE_SOAK")
	if text == "" {
		return time.Time{}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("HAETAE_SOAK: %v", err)
	}
	return time.Now().Add(d)
}

// sender owns one stream and numbers its rows; no number is ever sent twice.
type sender struct {
	name  string
	path  string
	body  func(name string, from, n int) string
	next  int
	acked map[int]bool
	// writes counts what was acknowledged, for those who wait for load.
	writes atomic.Int64
}

// run sends bodies one after the other until stop closes or the server is gone.
func (s *sender) run(base string, rng *rand.Rand, stop <-chan struct{}) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-stop:
			return
		default:
		}
		n := 1 + rng.IntN(80)
		from := s.next
		s.next += n
		resp, err := client.Post(base+s.path, "application/json", strings.NewReader(s.body(s.name, from, n)))
		if err != nil {
			return
		}
		resp.Body.Close()
		if resp.StatusCode/100 != 2 {
			continue
		}
		for i := range n {
			s.acked[from+i] = true
		}
		s.writes.Add(1)
	}
}

func jsonLines(name string, from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"_msg":"row %d of %s","seq":"%d","sender":"%s"}`+"\n", from+i, name, from+i, name)
	}
	return b.String()
}

func bulk(name string, from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"create":{"_index":"x"}}`+"\n"+`{"message":"row %d of %s","seq":%d,"sender":"%s"}`+"\n", from+i, name, from+i, name)
	}
	return b.String()
}

func lokiPush(name string, from, n int) string {
	var values []string
	for i := range n {
		values = append(values, fmt.Sprintf(`["%d","row %d of %s",{"seq":"%d"}]`, time.Now().UnixNano(), from+i, name, from+i))
	}
	return fmt.Sprintf(`{"streams":[{"stream":{"sender":"%s"},"values":[%s]}]}`, name, strings.Join(values, ","))
}

func newSenders() []*sender {
	var all []*sender
	for i := range 3 {
		all = append(all,
			&sender{name: fmt.Sprintf("jsonline-%d", i), path: "/insert/jsonline?_stream_fields=sender", body: jsonLines},
			&sender{name: fmt.Sprintf("bulk-%d", i), path: "/insert/elasticsearch/_bulk?_stream_fields=sender", body: bulk},
			&sender{name: fmt.Sprintf("loki-%d", i), path: "/insert/loki/api/v1/push", body: lokiPush})
	}
	for _, s := range all {
		s.acked = map[int]bool{}
	}
	return all
}

// waitLoad waits until each of the senders that run has written a few more times.
func waitLoad(t *testing.T, senders []*sender) {
	t.Helper()
	const more = 5
	deadline := time.Now().Add(30 * time.Second)
	for _, snd := range senders {
		for want := snd.writes.Load() + more; snd.writes.Load() < want; {
			if time.Now().After(deadline) {
				t.Fatalf("%s has written %d times", snd.name, snd.writes.Load())
			}
			time.Sleep(time.Millisecond) // polling another goroutine
		}
	}
}

func TestKill(t *testing.T) {
	until := soak(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := server.New(t)
	senders := newSenders()
	rounds := 0
	for ; rounds < killRounds || time.Now().Before(until); rounds++ {
		s.Run(t)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for i, snd := range senders {
			wg.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(seed, uint64(rounds*100+i))), stop) })
		}
		time.Sleep(time.Duration(rng.IntN(400)) * time.Millisecond) // the random moment
		s.Kill()
		close(stop)
		wg.Wait()
	}
	account(t, s, senders, fmt.Sprintf("kill -9 %d times", rounds))
}

// TestTerminateUnderLoad ends the server with SIGTERM while senders are at it: it drains and ends well within its
// bounds, and what it acknowledged on the way is there once.
func TestTerminateUnderLoad(t *testing.T) {
	const rounds = 5
	s := server.New(t)
	senders := newSenders()
	for round := range rounds {
		s.Run(t)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for i, snd := range senders {
			wg.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(uint64(round), uint64(i))), stop) })
		}
		waitLoad(t, senders)
		began := time.Now()
		s.Stop(t)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("the server took %v to end", took)
		}
		close(stop)
		wg.Wait()
	}
	account(t, s, senders, fmt.Sprintf("SIGTERM %d times", rounds))
}

// account starts the server and compares what senders were told with what is stored, and the files with the metadata.
func account(t *testing.T, s *server.Server, senders []*sender, what string) {
	t.Helper()
	accountRows(t, s, senders, what)
	checkNoOrphans(t, s)
}

// accountRows starts the server and compares what senders were told with what is stored.
func accountRows(t *testing.T, s *server.Server, senders []*sender, what string) {
	t.Helper()
	s.Run(t)
	acked, sent := 0, 0
	for _, snd := range senders {
		acked += len(snd.acked)
		sent += snd.next
	}
	if acked == 0 {
		t.Fatal("nothing was acknowledged: the test tested nothing")
	}
	waitSettled(t, s)
	lost, doubled := 0, 0
	for _, snd := range senders {
		got := sequence(t, s, snd.name)
		lost += missing(snd.acked, got)
		doubled += len(got) - distinct(got)
		if !slices.IsSorted(got) {
			t.Errorf("rows of %s are not in the order in which they were sent", snd.name)
		}
		for _, seq := range got {
			if seq < 0 || seq >= snd.next {
				t.Errorf("%s has row %d that was never sent", snd.name, seq)
			}
		}
	}
	fmt.Printf("%s: sent %d, acknowledged %d, lost %d, doubled %d\n", what, sent, acked, lost, doubled)
	if lost != 0 || doubled != 0 {
		t.Errorf("lost %d, doubled %d of %d acknowledged rows", lost, doubled, acked)
	}
}

// checkNoOrphans drains the server, starts it again, and compares the files of segments with the metadata: the start has
// removed what kills have left over.
func checkNoOrphans(t *testing.T, s *server.Server) {
	t.Helper()
	s.Stop(t)
	haetae(t, true, "fsck", "--data", s.Data)
	s.Run(t)
	segments := 0
	for _, d := range system(t, s).Datasets {
		segments += d.Segments
	}
	files, err := filepath.Glob(filepath.Join(s.Data, "logs", "*"))
	if err != nil || len(files) != segments || segments == 0 {
		t.Errorf("%d files for %d segments: %v", len(files), segments, err)
	}
	if _, err := os.Stat(filepath.Join(s.Data, "backup.tmp")); err == nil {
		t.Error("links of a backup are left")
	}
}

// waitSettled waits until the consumers have caught up with the queue: a marker row of each partition is seen.
func waitSettled(t *testing.T, s *server.Server) {
	t.Helper()
	const markers = 64 // streams enough to reach every partition
	var b strings.Builder
	for i := range markers {
		fmt.Fprintf(&b, `{"_msg":"settled","marker":"%d"}`+"\n", i)
	}
	s.Post(t, "/insert/jsonline?_stream_fields=marker", "application/json", b.String(), http.StatusOK)
	s.WaitFor(t, "settled marker:*", markers)
}

// sequence returns the numbers of a sender's rows in order of their offsets.
func sequence(t *testing.T, s *server.Server, name string) []int {
	t.Helper()
	rows := s.Query(t, fmt.Sprintf(`sender:=%q | fields _record_id, seq`, name))
	offset := func(r server.Row) int64 {
		id := r["_record_id"]
		n, err := strconv.ParseInt(id[strings.LastIndexByte(id, '-')+1:], 10, 64)
		if err != nil {
			t.Fatalf("record id %q: %v", id, err)
		}
		return n
	}
	slices.SortFunc(rows, func(a, b server.Row) int { return int(offset(a) - offset(b)) })
	seqs := make([]int, len(rows))
	for i, r := range rows {
		n, err := strconv.Atoi(r["seq"])
		if err != nil {
			t.Fatalf("row %v: %v", r, err)
		}
		seqs[i] = n
	}
	return seqs
}

func missing(want map[int]bool, got []int) int {
	have := map[int]bool{}
	for _, g := range got {
		have[g] = true
	}
	n := 0
	for w := range want {
		if !have[w] {
			n++
		}
	}
	return n
}

func distinct(values []int) int {
	return len(slices.Compact(slices.Sorted(slices.Values(values))))
}

// TestKillWhileReadingFiles kills the server while files grow and rotate: every line is stored exactly once.
func TestKillWhileReadingFiles(t *testing.T) {
	until := soak(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	s := server.New(t, "inputs.files.enabled=true", "inputs.files.paths=["+dir+"/*.log]")
	w := &fileWriter{dir: dir, files: 5, next: make([]int, 5)}
	stop := make(chan struct{})
	done := make(chan error, 1)
	go func() { done <- w.run(rand.New(rand.NewPCG(seed, 1)), stop) }()
	for rounds := 0; rounds < killRounds/5 || time.Now().Before(until); rounds++ {
		s.Run(t)
		time.Sleep(time.Duration(rng.IntN(700)) * time.Millisecond) // the random moment
		s.Kill()
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	total, lost, doubled := 0, 0, 0
	for i, n := range w.next {
		total += n
		query := fmt.Sprintf(`"writer-%d" | stats count() rows, count_uniq(_msg) lines`, i)
		var rows, lines int
		deadline := time.Now().Add(20 * time.Second)
		for lines < n && time.Now().Before(deadline) {
			r := s.Query(t, query)[0]
			rows, _ = strconv.Atoi(r["rows"])
			lines, _ = strconv.Atoi(r["lines"])
			time.Sleep(50 * time.Millisecond) // polling a server of its own process
		}
		lost += n - lines
		doubled += rows - lines
	}
	fmt.Printf("kill -9 while reading files: written %d lines, lost %d, doubled %d\n", total, lost, doubled)
	if lost != 0 || doubled != 0 || total == 0 {
		t.Errorf("of %d lines lost %d, doubled %d", total, lost, doubled)
	}
}

// fileWriter appends numbered lines to files and rotates them by renaming, as logrotate does.
type fileWriter struct {
	dir   string
	files int
	next  []int
}

func (w *fileWriter) run(rng *rand.Rand, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		case <-time.After(time.Millisecond):
		}
		i := rng.IntN(w.files)
		path := filepath.Join(w.dir, fmt.Sprintf("%d.log", i))
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		var b strings.Builder
		for range 1 + rng.IntN(20) {
			fmt.Fprintf(&b, "writer-%d line %d\n", i, w.next[i])
			w.next[i]++
		}
		if _, err := f.WriteString(b.String()); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if rng.IntN(400) == 0 {
			// The rotated name still matches the pattern, so that the tail written just before is read.
			if err := os.Rename(path, filepath.Join(w.dir, fmt.Sprintf("%d.%d.log", i, w.next[i]))); err != nil {
				return err
			}
		}
	}
}
