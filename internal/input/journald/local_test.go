package journald

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input"
)

// Environment of the fake journalctl: the file that it prints, whether it refuses every cursor, and whether it ends
// behind the last entry instead of following.
const (
	fakeJournal = "TEST_FAKE_JOURNAL"
	fakeRefuses = "TEST_FAKE_JOURNAL_REFUSES"
	fakeEnds    = "TEST_FAKE_JOURNAL_ENDS"
)

// runFakeJournalctl prints the entries of a file behind --after-cursor and waits to be killed.
func runFakeJournalctl() int {
	text, err := os.ReadFile(os.Getenv(fakeJournal))
	if err != nil {
		return 2
	}
	out := string(text)
	for _, arg := range os.Args {
		if cursor, ok := strings.CutPrefix(arg, "--after-cursor="); ok {
			_, rest, found := strings.Cut(out, "__CURSOR="+cursor+"\n")
			if !found || os.Getenv(fakeRefuses) != "" {
				fmt.Fprintln(os.Stderr, "Failed to seek to cursor: Invalid argument")
				return 1
			}
			_, out, _ = strings.Cut(rest, "\n\n")
		}
	}
	if _, err := os.Stdout.WriteString(out); err != nil || os.Getenv(fakeEnds) != "" {
		return 0
	}
	wait, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	<-wait.Done()
	return 0
}

// startLocal follows the fake journal that file holds.
func startLocal(t *testing.T, file string, env input.Env) *local {
	t.Helper()
	t.Setenv(fakeJournal, file)
	l := newLocal(Defaults(), env)
	l.command = []string{os.Args[0]}
	l.hasFiles = func(string) bool { return true }
	l.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	if err := l.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

func stopLocal(t *testing.T, l *local) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := l.close(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func journalFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func numbered(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		b.WriteString(entry(i, ""))
	}
	return b.String()
}

func messages(records []testRecord) []string {
	var out []string
	for _, r := range records {
		out = append(out, r.Msg)
	}
	return out
}

func lines(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("line %d", i))
	}
	return out
}

func TestLocalRecord(t *testing.T) {
	sink := newFakeSink()
	l := startLocal(t, journalFile(t, entry(1, "PRIORITY=4\n_PID=7\n__MONOTONIC_TIMESTAMP=9\n")), testEnv(sink))
	defer stopLocal(t, l)
	want := []testRecord{{
		Time: "2025-11-21T08:00:00.000001Z", Severity: "warn", Source: "journald", Msg: "line 1",
		Stream: map[string]string{"host.name": "web-1", "service.name": "app"},
		Fields: map[string]string{"_HOSTNAME": "web-1", "_SYSTEMD_UNIT": "app.service", "PRIORITY": "4", "_PID": "7"},
		Mark:   "journald/aa", Seq: 1,
	}}
	if diff := cmp.Diff(want, sink.wait(t, 1)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A restart goes on behind the last entry: none is lost, none comes twice.
func TestLocalGoesOnAfterRestart(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	l := startLocal(t, journalFile(t, numbered(1, 1000)), env)
	sink.wait(t, 1000)
	stopLocal(t, l)
	l = startLocal(t, journalFile(t, numbered(1, 2000)), env)
	sink.wait(t, 2000)
	stopLocal(t, l)
	if diff := cmp.Diff(lines(1, 2000), messages(sink.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// After a crash entries behind the kept position come again: with the same marks, so that the consumer skips them.
func TestLocalRepeatsWithTheSameMarks(t *testing.T) {
	file := journalFile(t, numbered(1, 50))
	sink := newFakeSink()
	env := testEnv(sink)
	l := startLocal(t, file, env)
	first := sink.wait(t, 50)
	stopLocal(t, l)

	again := newFakeSink()
	env = testEnv(again) // the position of the first run is lost
	l = startLocal(t, file, env)
	second := again.wait(t, 50)
	stopLocal(t, l)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the second run differs (-first +second):\n%s", diff)
	}
	for i, r := range second {
		if r.Mark != "journald/aa" || r.Seq != uint64(i+1) {
			t.Fatalf("record %d has mark %s %d", i, r.Mark, r.Seq)
		}
	}
}

// Entries that the queue refuses must not be passed over: the position moves with what is durable.
func TestLocalPositionFollowsTheQueue(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	sink.gate = func(int) error { return fmt.Errorf("disk is gone") }
	l := startLocal(t, journalFile(t, numbered(1, 10)), env)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = l.close(ctx)
	if state, _ := env.State.Get(t.Context(), stateKey); state != nil {
		t.Fatalf("a position was kept before anything was durable: %s", state)
	}
	sink.gate = nil
	l = startLocal(t, journalFile(t, numbered(1, 10)), env)
	sink.wait(t, 10)
	stopLocal(t, l)
	if diff := cmp.Diff(lines(1, 10), messages(sink.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An entry out of order must not be marked: the consumer would take it for a repetition and drop it.
func TestLocalOutOfOrderHasNoMark(t *testing.T) {
	other := strings.ReplaceAll(entry(7, ""), "s=aa", "s=cc")
	sink := newFakeSink()
	l := startLocal(t, journalFile(t, entry(5, "")+other+entry(3, "")+entry(6, "")), testEnv(sink))
	got := sink.wait(t, 4)
	stopLocal(t, l)
	var marks []string
	for _, r := range got {
		marks = append(marks, fmt.Sprint(r.Mark, " ", r.Seq))
	}
	want := []string{"journald/aa 5", "journald/cc 7", " 0", "journald/aa 6"}
	if diff := cmp.Diff(want, marks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Our own lines in the journal must not come back as records: a line about a failing write would cause the next.
func TestLocalSkipsOwnLines(t *testing.T) {
	own := fmt.Sprintf("_PID=%d\n", os.Getpid())
	sink := newFakeSink()
	env := testEnv(sink)
	l := startLocal(t, journalFile(t, entry(1, "")+entry(2, own)+entry(3, "")+entry(4, own)), env)
	sink.wait(t, 2)
	stopLocal(t, l)
	if diff := cmp.Diff([]string{"line 1", "line 3"}, messages(sink.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// journalctl that ends is started again, from where the reading was.
func TestLocalRestartsJournalctl(t *testing.T) {
	t.Setenv(fakeEnds, "1")
	file := journalFile(t, numbered(1, 3))
	sink := newFakeSink()
	l := startLocal(t, file, testEnv(sink))
	sink.wait(t, 3)
	if err := os.WriteFile(file, []byte(numbered(1, 6)), 0o600); err != nil {
		t.Fatal(err)
	}
	sink.wait(t, 6)
	stopLocal(t, l)
	if diff := cmp.Diff(lines(1, 6), messages(sink.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A position that journalctl refuses must not stop the flow for ever, nor bring everything twice.
func TestLocalPositionRefused(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	l := startLocal(t, journalFile(t, numbered(1, 3)), env)
	sink.wait(t, 3)
	stopLocal(t, l)
	t.Setenv(fakeRefuses, "1")
	l = startLocal(t, journalFile(t, numbered(1, 6)), env)
	sink.wait(t, 6)
	stopLocal(t, l)
	if diff := cmp.Diff(lines(1, 6), messages(sink.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Where there is no journal the input stays idle, without an error: it runs by default.
func TestLocalWithoutJournal(t *testing.T) {
	l := newLocal(&Settings{Since: "-1h", Directory: t.TempDir()}, testEnv(newFakeSink()))
	l.command = []string{os.Args[0]}
	if err := l.start(t.Context()); err != nil {
		t.Error(err)
	}
	stopLocal(t, l)
	l = newLocal(Defaults(), testEnv(newFakeSink()))
	l.command = []string{filepath.Join(t.TempDir(), "journalctl")}
	if err := l.start(t.Context()); err != nil {
		t.Error(err)
	}
	stopLocal(t, l)
}

// The real journalctl over a journal that systemd-journal-remote wrote.
func TestLocalRealJournalctl(t *testing.T) {
	remote := "/lib/systemd/systemd-journal-remote"
	if _, err := os.Stat(remote); err != nil {
		t.Skipf("no systemd-journal-remote on this machine: %v", err)
	}
	if _, err := exec.LookPath("journalctl"); err != nil {
		t.Skipf("no journalctl on this machine: %v", err)
	}
	var export strings.Builder
	for i := 1; i <= 300; i++ {
		fmt.Fprintf(&export, "__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=web-1\nMESSAGE=line %d\n\n",
			1_763_712_000_000_000+i, i, i)
	}
	dir := t.TempDir()
	write := exec.Command(remote, "--output="+filepath.Join(dir, "test.journal"), journalFile(t, export.String()))
	if out, err := write.CombinedOutput(); err != nil {
		t.Skipf("systemd-journal-remote wrote no journal here: %v: %s", err, out)
	}
	sink := newFakeSink()
	env := testEnv(sink)
	for range 2 { // the second run begins behind the last entry
		l := newLocal(&Settings{Since: "2025-01-01", Directory: dir}, env)
		if err := l.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		sink.wait(t, 300)
		stopLocal(t, l)
	}
	got := sink.all()
	if diff := cmp.Diff(lines(1, 300), messages(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(got, func(a, b testRecord) int { return int(a.Seq) - int(b.Seq) }) || got[0].Mark == "" {
		t.Errorf("marks do not grow: %v", got[0])
	}
}
