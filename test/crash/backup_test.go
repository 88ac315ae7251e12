package crash

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// haetae runs a command of the binary and returns what it says.
func haetae(t *testing.T, want bool, args ...string) string {
	t.Helper()
	out, err := exec.Command(server.Binary(t), args...).CombinedOutput()
	if (err == nil) != want {
		t.Fatalf("haetae %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// Backups are taken while senders send, checkpoints are made, and segments are joined and deleted. Each restores to one
// moment: what was acknowledged before it is there, of each sender all rows until a last one and none twice.
func TestBackupUnderLoad(t *testing.T) {
	const rounds = 4
	s := server.Start(t)
	senders := newSenders()
	for _, to := range []string{"a.tar", "folder", "b.tar", "c.tar"}[:rounds] {
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for i, snd := range senders {
			wg.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(7, uint64(i))), stop) })
		}
		waitLoad(t, senders)
		s.Post(t, "/api/v1/logs/deletions", "application/json", `{"query":"\"row 1 of\" _time:1h","reason":"test"}`, http.StatusAccepted)
		close(stop)
		wg.Wait()
		before := make([]map[int]bool, len(senders))
		for i, snd := range senders {
			before[i] = maps.Clone(snd.acked)
		}
		stop = make(chan struct{})
		for i, snd := range senders {
			wg.Go(func() { snd.run(s.URL(""), rand.New(rand.NewPCG(8, uint64(i))), stop) })
		}
		file := filepath.Join(t.TempDir(), to)
		haetae(t, true, "backup", "--url", s.URL(""), "--to", file)
		close(stop)
		wg.Wait()
		checkRestored(t, file, senders, before)
	}
}

func checkRestored(t *testing.T, file string, senders []*sender, before []map[int]bool) {
	t.Helper()
	r := server.New(t)
	haetae(t, true, "restore", "--from", file, "--data", r.Data)
	if out := haetae(t, false, "restore", "--from", file, "--data", r.Data); !strings.Contains(out, "not empty") {
		t.Errorf("restore into a folder that is not empty: %s", out)
	}
	haetae(t, true, "fsck", "--data", r.Data)
	r.Run(t)
	defer r.Stop(t)
	waitSettled(t, r)
	rows := 0
	for i, snd := range senders {
		got := sequence(t, r, snd.name)
		rows += len(got)
		if !slices.IsSorted(got) || len(got) != distinct(got) {
			t.Fatalf("%s has rows twice or out of order", snd.name)
		}
		// Row 1 was deleted; a deletion that runs is another matter.
		delete(before[i], 1)
		if n := missing(before[i], got); n > 0 {
			t.Errorf("%s lacks %d rows that were acknowledged before the backup", snd.name, n)
		}
		holes := maps.Clone(snd.acked)
		maps.DeleteFunc(holes, func(seq int, _ bool) bool { return seq == 1 || len(got) == 0 || seq > got[len(got)-1] })
		if n := missing(holes, got); n > 0 {
			t.Errorf("%s lacks %d acknowledged rows before its last one", snd.name, n)
		}
	}
	if rows == 0 {
		t.Error("the backup holds nothing")
	}
	fmt.Printf("backup %s under load: restored %d rows to one moment\n", filepath.Base(file), rows)
}

// A backup that broke off, or of which a byte was lost, is refused, and a folder that it was half restored into does
// not start.
func TestDamagedBackup(t *testing.T) {
	s := server.Start(t)
	s.Post(t, "/insert/jsonline", "", `{"_msg":"a row"}`+"\n", http.StatusOK)
	s.WaitFor(t, "row", 1)
	good := filepath.Join(t.TempDir(), "good.tar")
	haetae(t, true, "backup", "--data", s.Data, "--to", good)
	log := s.Log()
	if out := haetae(t, false, "backup", "--data", s.Data, "--to", good); !strings.Contains(out, "is there already") {
		t.Error(out)
	}
	if out := haetae(t, false, "backup", "--data", t.TempDir(), "--to", filepath.Dir(good)); !strings.Contains(out, "not empty") {
		t.Errorf("a server was looked for before the folder: %s", out)
	}
	if s.Log() != log {
		t.Errorf("the server did something for a backup that has no place: %s", s.Log()[len(log):])
	}
	for name, spoil := range map[string]string{
		"cut":     `head -c $(($(stat -c %s "$1") / 2)) "$1" > "$2"`,
		"flipped": `cp "$1" "$2" && printf X | dd of="$2" bs=1 seek=5000 conv=notrunc status=none`,
	} {
		bad, data := filepath.Join(t.TempDir(), name+".tar"), filepath.Join(t.TempDir(), "data")
		if out, err := exec.Command("sh", "-c", spoil, "sh", good, bad).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		if out := haetae(t, false, "restore", "--from", bad, "--data", data); !strings.Contains(out, "backup") {
			t.Errorf("%s: %s", name, out)
		}
		if out := haetae(t, false, "server", "--data", data); !strings.Contains(out, "not finished") {
			t.Errorf("%s: the server started: %s", name, out)
		}
	}
}
