package vfs_test

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// The file system of tests must answer as the operating system does, or tests prove nothing.
func TestBothFileSystemsAnswerAlike(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (vfs.FS, string){
		"os": func(t *testing.T) (vfs.FS, string) { return vfs.OS, t.TempDir() },
		"mem": func(t *testing.T) (vfs.FS, string) {
			f := vfstest.New(1)
			if err := f.MkdirAll("/data/x"); err != nil {
				t.Fatal(err)
			}
			return f, "/data/x"
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys, root := open(t)
			testFS(t, fsys, root)
		})
	}
}

func testFS(t *testing.T, fsys vfs.FS, root string) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	is := func(err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Fatalf("got error %v, want %v", err, want)
		}
	}
	dir := filepath.Join(root, "d", "e")
	must(vfs.MkdirDurable(fsys, dir))
	must(vfs.MkdirDurable(fsys, dir))
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")

	f, err := fsys.Create(a)
	must(err)
	_, err = fsys.Create(a)
	is(err, fs.ErrExist)
	_, err = fsys.Create(filepath.Join(dir, "no", "x"))
	is(err, fs.ErrNotExist)
	_, err = f.Write([]byte("0123456789"))
	must(err)
	must(f.Sync())
	must(fsys.SyncDir(dir))

	buf := make([]byte, 4)
	n, err := f.ReadAt(buf, 8)
	if n != 2 || err != io.EOF || string(buf[:n]) != "89" {
		t.Fatalf("short read: %d %v %q", n, err, buf[:n])
	}
	must(fsys.Truncate(a, 3))
	_, err = f.Write([]byte("x")) // at the new end, not at the old position
	must(err)
	must(f.Close())
	is(f.Close(), fs.ErrClosed)
	g, err := fsys.OpenAppend(a)
	must(err)
	_, err = g.Write([]byte("y"))
	must(err)
	if size, err := g.Size(); size != 5 || err != nil {
		t.Fatalf("size %d, %v", size, err)
	}

	must(fsys.Rename(a, b))
	_, err = fsys.Stat(a)
	is(err, fs.ErrNotExist)
	is(fsys.Rename(a, b), fs.ErrNotExist)
	must(fsys.Remove(b))
	is(fsys.Remove(b), fs.ErrNotExist)
	buf = make([]byte, 5)
	if _, err = g.ReadAt(buf, 0); err != nil || string(buf) != "012xy" { // open files outlive their name
		t.Fatalf("read %q, %v", buf, err)
	}
	must(g.Close())

	must(vfs.WriteFileDurable(fsys, a, []byte("one")))
	must(vfs.WriteFileDurable(fsys, a, []byte("two")))
	got, err := vfs.ReadFile(fsys, a)
	must(err)
	if string(got) != "two" {
		t.Fatalf("file holds %q", got)
	}
	r, err := fsys.Open(a)
	must(err)
	if _, err := r.Write([]byte("x")); err == nil {
		t.Fatal("a file opened for reading was written")
	}
	must(r.Close())
	names, err := fsys.List(dir)
	must(err)
	if diff := cmp.Diff([]string{"a"}, names); diff != "" {
		t.Fatal(diff)
	}
	_, err = fsys.List(filepath.Join(dir, "no"))
	is(err, fs.ErrNotExist)
	if info, err := fsys.Stat(dir); err != nil || !info.IsDir() {
		t.Fatalf("folder: %v, %v", info, err)
	}
	if total, free, err := fsys.Usage(dir); err != nil || total == 0 || free > total {
		t.Fatalf("usage %d of %d, %v", free, total, err)
	}
	if err := fsys.Remove(dir); err == nil {
		t.Fatal("removed a folder that is not empty")
	}
}

// Replacing a file must leave its old or its new bytes at every failed or crashed step.
func TestWriteFileDurableIsAtomic(t *testing.T) {
	for seed := range uint64(10) {
		for step := range 12 {
			f := vfstest.New(seed)
			if err := vfs.WriteFileDurable(f, "/a", []byte("old")); err != nil {
				t.Fatal(err)
			}
			n := 0
			f.SetHook(func(vfstest.Op, string) error {
				if n++; n > step {
					f.Crash()
				}
				return nil
			})
			done := vfs.WriteFileDurable(f, "/a", []byte("new")) == nil
			after := f.Crash()
			got, err := vfs.ReadFile(after, "/a")
			if err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
			if string(got) != "new" && (done || string(got) != "old") {
				t.Fatalf("seed %d, step %d: done %v, file holds %q", seed, step, done, got)
			}
			if err := vfs.WriteFileDurable(after, "/a", []byte("newer")); err != nil {
				t.Fatalf("seed %d, step %d: cannot write after the crash: %v", seed, step, err)
			}
		}
	}
}
