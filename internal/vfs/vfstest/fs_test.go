package vfstest

import (
	"bytes"
	"errors"
	"io/fs"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/vfs"
)

const seeds = 40

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, f *FS, name, data string) vfs.File {
	t.Helper()
	w, err := f.Create(name)
	must(t, err)
	_, err = w.Write([]byte(data))
	must(t, err)
	return w
}

func contents(t *testing.T, f vfs.FS, name string) string {
	t.Helper()
	b, err := vfs.ReadFile(f, name)
	must(t, err)
	return string(b)
}

// A crash test proves nothing when the file system keeps what nobody synced, or loses what somebody did.
func TestCrashForgetsBytesNotSynced(t *testing.T) {
	outcomes := map[string]int{}
	for seed := range uint64(seeds) {
		f := New(seed)
		w := create(t, f, "/a", "synced")
		must(t, w.Sync())
		must(t, f.SyncDir("/"))
		_, err := w.Write([]byte(" not"))
		must(t, err)
		got := contents(t, f.Crash(), "/a")
		if !bytes.HasPrefix([]byte(got), []byte("synced")) {
			t.Fatalf("seed %d: synced bytes are lost: %q", seed, got)
		}
		outcomes[got]++
		if _, err := w.Write([]byte("x")); !errors.Is(err, ErrCrashed) {
			t.Fatalf("write after the crash: %v", err)
		}
	}
	for _, want := range []string{"synced", "synced not", "synced\x00\x00\x00\x00"} {
		if outcomes[want] == 0 {
			t.Errorf("outcome %q never came in %d seeds: %v", want, seeds, outcomes)
		}
	}
}

func TestCrashForgetsNamesNotSynced(t *testing.T) {
	var lost, kept, renameLost int
	for seed := range uint64(seeds) {
		f := New(seed)
		must(t, vfs.MkdirDurable(f, "/d/e"))
		must(t, create(t, f, "/d/e/old", "1").Sync())
		must(t, f.SyncDir("/d/e"))
		must(t, create(t, f, "/d/e/new", "2").Sync())
		must(t, f.Rename("/d/e/old", "/d/e/renamed"))
		after := f.Crash()
		names, err := after.List("/d/e")
		must(t, err)
		switch {
		case cmp.Equal(names, []string{"old"}):
			lost++
		case cmp.Equal(names, []string{"new", "renamed"}):
			kept++
		case cmp.Equal(names, []string{"new", "old"}):
			renameLost++
		default:
			t.Fatalf("seed %d: %q is no prefix of the changes", seed, names)
		}
	}
	if lost == 0 || kept == 0 || renameLost == 0 {
		t.Errorf("outcomes: %d lost, %d kept, %d half", lost, kept, renameLost)
	}
}

// A removed name comes back when the folder was not synced; after SyncDir it never does.
func TestCrashAndRemove(t *testing.T) {
	back := 0
	for seed := range uint64(seeds) {
		f := New(seed)
		must(t, create(t, f, "a", "1").Sync())
		must(t, create(t, f, "b", "2").Sync())
		must(t, f.SyncDir("."))
		must(t, f.Remove("a"))
		must(t, f.SyncDir("."))
		must(t, f.Remove("b"))
		after := f.Crash()
		if _, err := after.Stat("a"); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("seed %d: synced removal was undone: %v", seed, err)
		}
		if _, err := after.Stat("b"); err == nil {
			back++
		}
	}
	if back == 0 || back == seeds {
		t.Errorf("removed name came back %d of %d times", back, seeds)
	}
}

// A folder that its parent does not know for certain takes all that is in it along.
func TestCrashForgetsFolders(t *testing.T) {
	lost := 0
	for seed := range uint64(seeds) {
		f := New(seed)
		must(t, f.MkdirAll("/d"))
		must(t, create(t, f, "/d/a", "1").Sync())
		must(t, f.SyncDir("/d"))
		if _, err := f.Crash().Stat("/d/a"); err != nil {
			lost++
		}
	}
	if lost == 0 || lost == seeds {
		t.Errorf("lost %d of %d times", lost, seeds)
	}
}

// After a failed sync the next one succeeds and still may not have written the bytes: a queue that only
// tries again loses records.
func TestFailedSyncLosesDirtyPages(t *testing.T) {
	var lost, kept, reverted int
	for seed := range uint64(seeds) {
		f := New(seed)
		w := create(t, f, "/a", "data")
		must(t, f.SyncDir("/"))
		f.SetHook(func(op Op, _ string) error {
			if op == OpSync {
				return syscall.EIO
			}
			return nil
		})
		if err := w.Sync(); !errors.Is(err, syscall.EIO) {
			t.Fatalf("sync: %v", err)
		}
		f.SetHook(nil)
		must(t, w.Sync())
		if contents(t, f, "/a") != "data" {
			reverted++
		}
		switch contents(t, f.Crash(), "/a") {
		case "data":
			kept++
		default:
			lost++
		}
	}
	if lost == 0 || kept == 0 || reverted == 0 {
		t.Errorf("%d lost, %d kept, %d read back differently", lost, kept, reverted)
	}
}

func TestTruncateIsDurableAfterSync(t *testing.T) {
	back := 0
	for seed := range uint64(seeds) {
		f := New(seed)
		w := create(t, f, "/a", "0123456789")
		must(t, w.Sync())
		must(t, f.SyncDir("/"))
		must(t, f.Truncate("/a", 4))
		if contents(t, f.Crash(), "/a") == "0123456789" {
			back++
		}

		f = New(seed)
		w = create(t, f, "/a", "0123456789")
		must(t, w.Sync())
		must(t, f.SyncDir("/"))
		must(t, f.Truncate("/a", 4))
		must(t, w.Sync())
		if got := contents(t, f.Crash(), "/a"); got != "0123" {
			t.Fatalf("seed %d: synced truncate was undone: %q", seed, got)
		}
	}
	if back == 0 || back == seeds {
		t.Errorf("truncate was undone %d of %d times", back, seeds)
	}
}

func TestCapacity(t *testing.T) {
	f := New(1)
	f.SetCapacity(10)
	w := create(t, f, "/a", "123456")
	n, err := w.Write([]byte("123456"))
	if n != 4 || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("wrote %d, %v; want 4 and ENOSPC", n, err)
	}
	if _, err := f.Create("/b"); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("create in a full file system: %v", err)
	}
	if total, free, _ := f.Usage("/"); total != 10 || free != 0 {
		t.Fatalf("usage %d, %d", total, free)
	}
	must(t, f.Truncate("/a", 2))
	_, err = w.Write([]byte("12345678"))
	must(t, err)
	must(t, f.Remove("/a"))
	if f.Used() != 0 {
		t.Fatalf("%d bytes used by nothing", f.Used())
	}
}

func TestHook(t *testing.T) {
	f := New(1)
	w := create(t, f, "/a", "")
	boom := errors.New("boom")
	f.SetHook(func(op Op, path string) error {
		if op == OpRemove {
			return nil
		}
		return boom
	})
	steps := map[Op]func() error{
		OpCreate:   func() error { _, err := f.Create("/b"); return err },
		OpWrite:    func() error { _, err := w.Write([]byte("some bytes")); return err },
		OpSync:     w.Sync,
		OpSyncDir:  func() error { return f.SyncDir("/") },
		OpRename:   func() error { return f.Rename("/a", "/c") },
		OpTruncate: func() error { return f.Truncate("/a", 0) },
		OpRead:     func() error { _, err := w.ReadAt(make([]byte, 1), 0); return err },
	}
	for op, step := range steps {
		if err := step(); !errors.Is(err, boom) {
			t.Errorf("%s: %v", op, err)
		}
	}
	must(t, f.Remove("/a"))
}

// A killed process leaves its bytes in the page cache: the next process reads them, and syncs them if it asks.
func TestKilledBeforeSync(t *testing.T) {
	for seed := range uint64(seeds) {
		f := New(seed)
		w := create(t, f, "/a", "data")
		must(t, f.SyncDir("/"))
		f.SetHook(func(Op, string) error { return ErrKilled })
		if err := w.Sync(); !errors.Is(err, ErrKilled) {
			t.Fatalf("sync: %v", err)
		}
		f.SetHook(nil)
		next, err := f.OpenAppend("/a")
		must(t, err)
		must(t, next.Sync())
		if got := contents(t, f.Crash(), "/a"); got != "data" {
			t.Fatalf("seed %d: %q", seed, got)
		}
	}
}
