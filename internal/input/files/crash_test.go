package files

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Programs write whole and half lines and stack traces while files rotate in all ways, answers of the queue get
// lost, positions cannot be stored, and the process dies: every line must be stored once, in order.
func TestEveryLineOnce(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { everyLineOnce(t, seed) })
	}
}

func everyLineOnce(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	r := newRig(t, "app.log*")
	covered := rnd.IntN(2) == 0
	if !covered {
		r.set.Paths = []string{r.path("app.log")}
	}
	crash := false
	r.sink.before = func([]model.Record) error {
		if rnd.IntN(6) == 0 {
			return &model.BusyError{Bound: "queue.max_size", RetryAfter: 100 * time.Millisecond}
		}
		return nil
	}
	r.sink.after = func() error {
		if rnd.IntN(6) == 0 {
			crash = rnd.IntN(2) == 0
			return errCrash
		}
		return nil
	}
	r.state.fail = func() error {
		if rnd.IntN(8) == 0 {
			crash = rnd.IntN(2) == 0
			return errCrash
		}
		return nil
	}
	r.start()
	r.tail.turnBytes = 64 << rnd.IntN(8)

	var want []string
	var half string // of a line that is being written
	rotations := 0
	line := func() string {
		n := len(want)
		l := fmt.Sprintf("%06d some words %s", n, strings.Repeat("z", rnd.IntN(40)))
		if rnd.IntN(4) == 0 {
			l = fmt.Sprintf("  at frame %06d", n)
		}
		want = append(want, l)
		return l + "\n"
	}
	for range 60 {
		switch rnd.IntN(12) {
		case 0, 1, 2, 3:
			text := half
			for range 1 + rnd.IntN(20) {
				text += line()
			}
			half = ""
			r.write("app.log", text)
		case 4:
			if half == "" {
				l := line()
				r.write("app.log", l[:len(l)/2])
				half = l[len(l)/2:]
			}
		case 5:
			if half == "" && len(want) > 0 && rotations < 8 {
				rotations++
				if !covered {
					crash = r.find("app.log", &crash) // what nobody saw before it was moved away is lost
				}
				rotateAll(r, rnd, rotations)
			}
		case 6:
			crash = true
		case 7:
			r.now = r.now.Add(time.Duration(rnd.IntN(3000)) * time.Millisecond)
			r.tail.scanDue = true
		default:
			r.step(1 + rnd.IntN(3))
		}
		if crash {
			crash = false
			r.start()
			r.tail.turnBytes = 64 << rnd.IntN(8)
		}
	}
	r.write("app.log", half+"end\n")
	want = append(want, "end")
	r.sink.before, r.sink.after, r.state.fail = nil, nil, nil
	r.settle()
	r.settle()

	got := strings.Split(strings.Join(r.messages(), "\n"), "\n")
	if !slices.Equal(got, want) {
		counts := map[string]int{}
		for _, l := range got {
			counts[l]++
		}
		for _, l := range want {
			if counts[l] != 1 {
				t.Errorf("line %q is there %d times", l, counts[l])
			}
		}
		if covered && !t.Failed() {
			return // rotated files that were never seen under their first name are streams of their own
		}
		t.Errorf("%d lines, want %d in order; %d rotations", len(got), len(want), rotations)
	}
}

// find steps until the content of the file is known, and starts anew whenever a crash is due.
func (r *rig) find(name string, crash *bool) bool {
	for range 200 {
		if *crash {
			*crash = false
			r.start()
		}
		b, err := os.ReadFile(r.path(name))
		if err != nil {
			r.Fatal(err)
		}
		f := r.tail.byPath[r.path(name)]
		if len(b) == 0 || f != nil && f.live() && !f.dirty && f.Head.Len > 0 && f.Head.matches(b) {
			return *crash
		}
		r.tail.scanDue = true
		r.step(1)
	}
	r.Fatal("a file is not found")
	return false
}

// rotateAll rotates app.log in one of the ways of logrotate.
func rotateAll(r *rig, rnd *rand.Rand, n int) {
	name := fmt.Sprintf("app.log-%08d", n)
	switch rnd.IntN(4) {
	case 0:
		r.rename("app.log", name)
	case 1: // logrotate with compress: the program has the new file before the old one is packed
		r.rename("app.log", name)
		r.write("app.log", "")
		r.pack(name, name+".gz")
	default:
		r.copyTo("app.log", name)
		r.truncate("app.log")
	}
	r.write("app.log", "")
}

// Thousands of growing files share the queue's writes and do not starve each other.
func TestManyGrowingFiles(t *testing.T) {
	const files = 2000
	r := newRig(t, "**/*.log")
	r.set.MaxOpenFiles = 300
	writes := 0
	r.sink.after = func() error { writes++; return nil }
	for round := range 3 {
		for i := range files {
			r.write(fmt.Sprintf("app-%04d.log", i), fmt.Sprintf("file %d round %d\n", i, round))
		}
		r.step(6)
	}
	r.settle()
	if got := len(r.sink.records); got != 3*files {
		t.Fatalf("%d lines, want %d", got, 3*files)
	}
	if writes > 40 {
		t.Errorf("%d writes for %d lines: files must share writes", writes, 3*files)
	}
	if open := r.tail.open.list.Len(); open > 300 {
		t.Errorf("%d open files, want 300 at most", open)
	}
	next := map[string]int{}
	for _, rec := range r.sink.records {
		var i, round int
		if _, err := fmt.Sscanf(rec.Msg, "file %d round %d", &i, &round); err != nil {
			t.Fatalf("%q: %v", rec.Msg, err)
		}
		if next[rec.Peer] != round {
			t.Fatalf("%s: round %d, want %d", rec.Peer, round, next[rec.Peer])
		}
		next[rec.Peer]++
	}
}
