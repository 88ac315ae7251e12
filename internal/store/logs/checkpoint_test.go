package logs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// messages returns the messages of all rows, sorted.
func messages(t testing.TB, s *Store) []string {
	t.Helper()
	rows := rowsOf(t, s, Search{Fields: []string{"_msg"}})
	for i, row := range rows {
		rows[i] = strings.TrimSuffix(strings.TrimPrefix(row, `{"_msg":"`), `"}`)
	}
	slices.Sort(rows)
	return rows
}

func appendMessages(w *Writer, msgs ...string) {
	for _, m := range msgs {
		w.Append(w.Offset(), plainRecord(int(w.Offset()), m))
	}
	w.Publish()
}

// Rows that were published are found before a checkpoint, after it, and after a restart, once.
func TestRowsAreFoundOnceAtEachStage(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	want := []string{"a", "b", "c"}
	appendMessages(w, want...)
	for _, stage := range []func(){
		func() {},
		w.sealAll,
		func() { checkpoint(t, w) },
		func() { w.Close(); f.open(t, f.fs, nil) },
	} {
		stage()
		if diff := cmp.Diff(want, messages(t, f.Store)); diff != "" {
			t.Fatalf("rows differ (-want +got):\n%s", diff)
		}
	}
	if w = f.writer(t, 0, 2); w.Offset() != 3 {
		t.Errorf("a new writer begins at %d, want 3", w.Offset())
	}
}

// Rows that were not published must not be seen.
func TestAppendIsInvisibleUntilPublished(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	w.Append(0, plainRecord(0, "a"))
	if got := messages(t, f.Store); len(got) != 0 {
		t.Errorf("found %q before Publish", got)
	}
	w.Publish()
	if got := messages(t, f.Store); len(got) != 1 {
		t.Errorf("found %q after Publish, want one row", got)
	}
}

// What a replayable input sends again is not stored again, not even after a restart.
func TestMarksSkipReplays(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	send := func(w *Writer, seq uint64) {
		r := plainRecord(1, fmt.Sprint(seq))
		r.Mark = model.Mark{Source: "files/1", Seq: seq}
		w.Append(w.Offset(), r)
		w.Publish()
	}
	send(w, 1)
	send(w, 2)
	send(w, 2)
	checkpoint(t, w)
	send(w, 1)
	w.Close()
	f.open(t, f.fs, nil)
	w = f.writer(t, 0, 2)
	if w.Offset() != 3 {
		t.Errorf("the new writer begins at %d, want 3: skipped records move the offset", w.Offset())
	}
	send(w, 2)
	send(w, 3)
	if diff := cmp.Diff([]string{"1", "2", "3"}, messages(t, f.Store)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

// The writer of an old epoch must not commit, and must leave no files.
func TestStaleWriterConflicts(t *testing.T) {
	f := newFixture(t, nil)
	old := f.writer(t, 0, 1)
	appendMessages(old, "a")
	if _, _, err := f.meta.Load(t.Context(), queueID, 0, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := old.Checkpoint(t.Context()); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("checkpoint of a stale writer: got error %v, want ErrConflict", err)
	}
	names, err := f.fs.List("/data/logs")
	if err != nil || len(names) > 0 {
		t.Errorf("left over files %q, error %v", names, err)
	}
	old.Close()
	if got := messages(t, f.Store); len(got) != 0 {
		t.Errorf("rows of the closed writer are still found: %q", got)
	}
	if _, err := f.Writer(t.Context(), 0, 1); !errors.Is(err, store.ErrConflict) {
		t.Errorf("writer of an old epoch: got error %v, want ErrConflict", err)
	}
}

// A full disk commits nothing, keeps rows searchable, leaves no files, and the next checkpoint stores all.
func TestFullDisk(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	appendMessages(w, "a", "b")
	f.fs.SetCapacity(f.fs.Used() + 100)
	for range 3 {
		if _, err := w.Checkpoint(t.Context()); !errors.Is(err, store.ErrFull) {
			t.Fatalf("checkpoint on a full disk: got error %v, want ErrFull", err)
		}
	}
	if names, _ := f.fs.List("/data/logs"); len(names) > 0 {
		t.Errorf("left over files %q", names)
	}
	if diff := cmp.Diff([]string{"a", "b"}, messages(t, f.Store)); diff != "" {
		t.Fatalf("rows differ while the disk is full (-want +got):\n%s", diff)
	}
	f.fs.SetCapacity(1 << 30)
	checkpoint(t, w)
	if diff := cmp.Diff([]string{"a", "b"}, messages(t, f.Store)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

// A commit may fail and happen all the same: its rows must not be there twice, nor its files be removed.
func TestCommitOfUnknownOutcome(t *testing.T) {
	for _, happened := range []bool{true, false} {
		t.Run(fmt.Sprint(happened), func(t *testing.T) {
			f := newFixture(t, nil)
			w := f.writer(t, 0, 1)
			appendMessages(w, "a")
			f.meta.fail = func(string) (error, bool) { return errInjected, happened }
			if _, err := w.Checkpoint(t.Context()); !errors.Is(err, errInjected) {
				t.Fatalf("got error %v", err)
			}
			f.meta.fail = nil
			appendMessages(w, "b")
			_, err := w.Checkpoint(t.Context())
			if conflict := errors.Is(err, store.ErrConflict); conflict != happened {
				t.Fatalf("second checkpoint: %v", err)
			}
			w.Close()
			w = f.writer(t, 0, 2)
			if happened { // "b" is read from the queue again
				appendMessages(w, "b")
			}
			if diff := cmp.Diff([]string{"a", "b"}, messages(t, f.Store)); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	}
}

// The process is killed, or the machine loses power, at each step of a checkpoint, that of the metadata among them: after
// the restart exactly the rows below the stored offset are found, once, whatever the file system forgot, and no file is
// left over.
func TestCrashAtEachStep(t *testing.T) {
	for _, end := range []struct {
		name  string
		after func(*vfstest.FS) *vfstest.FS
	}{{"power", (*vfstest.FS).Crash}, {"kill", (*vfstest.FS).Clone}} {
		for step := range 40 {
			f := newFixture(t, func(o *Options) { o.Memory = minMemory })
			w := f.writer(t, 0, 1)
			n, crashed := 0, false
			hit := func() error {
				if n++; n > step {
					crashed = true
					return errInjected
				}
				return nil
			}
			f.fs.SetHook(func(vfstest.Op, string) error { return hit() })
			f.meta.fail = func(string) (error, bool) { return hit(), false }
			for i := range 4 {
				appendMessages(w, fmt.Sprintf("m%d", 3*i), fmt.Sprintf("m%d", 3*i+1), fmt.Sprintf("m%d", 3*i+2))
				if _, err := w.Checkpoint(t.Context()); err != nil {
					break
				}
				if i == 2 {
					_, _ = f.Join(t.Context())
				}
			}
			f.fs, f.meta.fail = end.after(f.fs), nil
			f.fs.SetHook(nil)
			f.open(t, f.fs, nil)
			checkFiles(t, f, len(f.meta.segments))
			w = f.writer(t, 0, 2)
			var want []string
			for i := range w.Offset() {
				want = append(want, fmt.Sprintf("m%d", i))
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, messages(t, f.Store)); diff != "" {
				t.Fatalf("%s, step %d (crashed: %t): rows differ (-want +got):\n%s", end.name, step, crashed, diff)
			}
		}
	}
}

// A flipped byte in a segment is named and counted; everything else is still found, and nothing panics.
func TestFlippedByteInSegment(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	appendMessages(w, "one good", "two good")
	checkpoint(t, w)
	appendMessages(w, "bad row", "another bad row")
	checkpoint(t, w)
	var bad store.Segment
	for _, seg := range f.listed() {
		if seg.MaxTime > plainRecord(2, "").Time {
			bad = seg
		}
	}
	w.Close()
	for at := range bad.Bytes {
		if err := f.fs.Flip("/data/logs/"+bad.ID, at, 0x10); err != nil {
			t.Fatal(err)
		}
		f.open(t, f.fs, nil)
		rows, stats, err := search(context.Background(), f.Store, Search{All: true})
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		if len(rows) != 4 && stats.Damaged[bad.ID] == "" {
			t.Fatalf("byte %d: %d rows, and damage is not reported: %v", at, len(rows), stats.Damaged)
		}
		if good := strings.Join(rows, "\n"); !strings.Contains(good, "one good") || !strings.Contains(good, "two good") {
			t.Fatalf("byte %d: rows of another segment are missing:\n%s", at, good)
		}
		if len(rows) == 4 && !strings.Contains(strings.Join(rows, "\n"), `"another bad row"`) {
			t.Fatalf("byte %d: damaged rows were shown", at)
		}
		if err := f.fs.Flip("/data/logs/"+bad.ID, at, 0x10); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
}

// A segment that is gone is named, and the rest is found.
func TestMissingSegment(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	appendMessages(w, "a")
	checkpoint(t, w)
	id := f.listed()[0].ID
	if err := f.fs.Remove("/data/logs/" + id); err != nil {
		t.Fatal(err)
	}
	w.Close()
	f.open(t, f.fs, nil)
	_, stats, err := search(t.Context(), f.Store, Search{})
	if err != nil || stats.Damaged[id] == "" {
		t.Errorf("error %v, damaged %v; want %s named", err, stats.Damaged, id)
	}
}
