package files

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

func TestRotatedFrom(t *testing.T) {
	for _, c := range []struct {
		name, original string
		want           bool
	}{
		{"app.log.1", "app.log", true},
		{"app.log.12.gz", "app.log", true},
		{"app.log-20261120", "app.log", true},
		{"app.log-20261120.gz", "app.log", true},
		{"app-20261120.log", "app.log", true},
		{"app.2026-11-20.log", "app.log", true},
		{"app-2026-11-20.0.log.gz", "app.log", true},
		{"0.log.20261120-101010", "0.log", true},
		{"syslog.1", "syslog", true},
		{"app.log", "app.log", false},
		{"app-2.log", "app-1.log", false},
		{"app-1.log", "app-1.log.1", false},
		{"other.log.1", "app.log", false},
		{"app1.log", "app.log", false},
	} {
		if got := rotatedFrom(c.name, c.original); got != c.want {
			t.Errorf("rotatedFrom(%q, %q) = %v, want %v", c.name, c.original, got, c.want)
		}
	}
}

// Each rotation must give every line once, in order, under the path where the program wrote it.
func TestRotation(t *testing.T) {
	first, late, second := numbered("first", 0, 50), numbered("late", 0, 5), numbered("second", 0, 50)
	all := linesOf(first + late + second)
	for _, c := range []struct {
		name string
		// Patterns beside app.log.
		patterns []string
		rotate   func(r *rig)
	}{
		{"rename", nil, func(r *rig) {
			r.step(2)
			r.rename("app.log", "app.log.1")
			r.write("app.log.1", late) // the program has not opened the new file yet
			r.write("app.log", second)
		}},
		{"rename, lines behind it after the new file is seen", nil, func(r *rig) {
			r.step(2)
			r.rename("app.log", "app.log.1")
			r.write("app.log", "")
			r.settle()
			r.write("app.log.1", late)
			r.settle()
			r.write("app.log", second)
		}},
		{"rename to a covered name", []string{"app.log.*"}, func(r *rig) {
			r.step(2)
			r.rename("app.log", "app.log.1")
			r.write("app.log.1", late)
			r.write("app.log", second)
		}},
		{"rename and gzip", []string{"app.log.*"}, func(r *rig) {
			r.step(2)
			r.rename("app.log", "app.log.1")
			r.write("app.log.1", late)
			r.settle()
			r.pack("app.log.1", "app.log.1.gz")
			r.settle()
			r.rename("app.log.1.gz", "app.log.2.gz")
			r.write("app.log", second)
		}},
		{"rename and gzip before the rest was read", nil, func(r *rig) {
			r.step(2)
			r.tail.open.closeAll() // as if many files were open
			r.write("app.log", late)
			r.pack("app.log", "app.log.1.gz")
			r.write("app.log", second)
		}},
		{"rename while down", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.rename("app.log", "app.log.1")
			r.write("app.log", second)
			r.start()
		}},
		{"rename twice while down", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.rename("app.log", "app.log.2")
			r.write("app.log", second)
			r.start()
		}},
		{"gzip while down", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.pack("app.log", "app.log-20261120.gz")
			r.write("app.log", second)
			r.start()
		}},
		{"copytruncate", nil, func(r *rig) {
			r.write("app.log", late)
			r.step(2)
			r.copyTo("app.log", "app.log.1")
			r.truncate("app.log")
			r.step(2)
			r.write("app.log", second)
		}},
		{"copytruncate, the rest only in the copy", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.copyTo("app.log", "app.log.1")
			r.truncate("app.log")
			r.write("app.log", second)
		}},
		{"copytruncate, copy covered and seen before the truncation", []string{"app.log.*"}, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.copyTo("app.log", "app.log.1")
			r.settle()
			r.truncate("app.log")
			r.step(1)
			r.write("app.log", second)
		}},
		{"copytruncate while down", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.copyTo("app.log", "app-20261120.log")
			r.truncate("app.log")
			r.write("app.log", second)
			r.start()
		}},
		{"truncated and grown beyond the old size between two looks", nil, func(r *rig) {
			r.write("app.log", late)
			r.settle()
			r.truncate("app.log")
			r.write("app.log", second+numbered("more", 0, 100))
			r.settle()
			r.sink.records = slices.DeleteFunc(r.sink.records, func(rec model.Record) bool { return strings.HasPrefix(rec.Msg, "more") })
		}},
		{"removed and made anew", nil, func(r *rig) {
			r.write("app.log", late)
			r.settle()
			r.tail.open.closeAll() // so that the inode may be used again
			r.remove("app.log")
			r.write("app.log", second)
		}},
		{"removed with lines that only the open file has", nil, func(r *rig) {
			r.step(2)
			r.write("app.log", late)
			r.remove("app.log")
			r.settle()
			r.write("app.log", second)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, append(c.patterns, "app.log")...)
			r.write("app.log", first)
			c.rotate(r)
			r.settle()
			r.wantMessages(all...)
			for _, rec := range r.sink.records {
				if rec.Peer != r.path("app.log") {
					t.Fatalf("line %q has path %q", rec.Msg, rec.Peer)
				}
			}
			before := len(r.sink.records)
			r.start()
			r.settle()
			if len(r.sink.records) != before {
				t.Fatalf("a restart gave lines again: %q", r.messages()[before:])
			}
		})
	}
}

// A gzip file of which nothing is known is read once, whatever rotation calls it later.
func TestGzipIsReadOnce(t *testing.T) {
	r := newRig(t, "app.log*")
	text := numbered("packed", 0, 3000) + "no line feed"
	r.write("plain", text)
	r.pack("plain", "app.log.1.gz")
	r.settle()
	r.wantMessages(linesOf(text)...)
	r.rename("app.log.1.gz", "app.log.2.gz")
	r.settle()
	r.start()
	r.settle()
	r.wantMessages(linesOf(text)...)
}

// A gzip file that is still being written must wait; one that stays damaged gives what can be unpacked.
func TestGzipUnfinished(t *testing.T) {
	text := numbered("packed", 0, 30_000)
	whole := zipped([]byte(text))
	half := whole[:len(whole)/2]

	r := newRig(t, "app.log*")
	r.write("app.log.1.gz", string(half))
	r.step(3)
	r.write("app.log.1.gz", string(whole[len(half):]))
	r.now = r.now.Add(time.Second)
	if err := os.Chtimes(r.path("app.log.1.gz"), r.now, r.now); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.wantMessages(linesOf(text)...)

	r = newRig(t, "app.log*")
	r.write("app.log.1.gz", string(half))
	r.step(3)
	r.now = r.now.Add(2 * damagedQuiet)
	if err := os.Chtimes(r.path("app.log.1.gz"), r.now.Add(-damagedQuiet), r.now.Add(-damagedQuiet)); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.now = r.now.Add(2 * damagedQuiet)
	r.settle()
	got := r.messages()
	if len(got) < 1000 || !slices.Equal(got[:len(got)-1], linesOf(text)[:len(got)-1]) {
		t.Fatalf("%d lines of a damaged file, want all that can be unpacked", len(got))
	}
	r.wantRejected(map[string]int64{"damaged gzip file": 1})
}

// Two programs whose logs begin alike must both be read, though one file is named like the other's rotation.
func TestFilesThatBeginAlike(t *testing.T) {
	r := newRig(t, "*.log")
	banner := strings.Repeat("banner of a program that says the same at each start\n", 40)
	r.write("app.log", banner)
	r.write("app-1.log", banner)
	r.write("app-2.log", banner)
	r.settle()
	r.now = r.now.Add(copyWindow)
	r.settle()
	if got, want := len(r.sink.records), 3*40; got != want {
		t.Fatalf("%d lines, want %d", got, want)
	}
}

// A file of which a known part is still to be read, and which is not there any more, must not keep a step from its end.
func TestStepEndsWhenAFileIsGone(t *testing.T) {
	r := newRig(t, "app.log")
	r.write("app.log", "first\n")
	r.step(2)
	f := r.tail.live[0]
	r.write("app.log", "second\n")
	f.Cut = f.next + int64(len("second\n"))
	r.tail.open.closeAll()
	r.rename("app.log", "elsewhere")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r.tail.step(ctx)
	if err := ctx.Err(); err != nil {
		t.Errorf("the step went on and on: %v", err)
	}
}
