package app

import (
	"os"
	"path/filepath"
	"testing"
)

// Whoever removes the data folder under a running server must hear of it, also when an empty one is made in its place.
func TestGoneOf(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	lock, moved := filepath.Join(data, lockFile), data+".moved"
	makeFolder := func() {
		t.Helper()
		if err := os.Mkdir(data, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(lock, nil, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	makeFolder()
	info, err := os.Stat(lock)
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]os.FileInfo{lock: info}
	check := func(when, want string) {
		t.Helper()
		if got := goneOf(held); got != want {
			t.Errorf("%s: %q is gone, want %q", when, got, want)
		}
	}
	check("untouched", "")
	if err := os.Rename(data, moved); err != nil {
		t.Fatal(err)
	}
	check("moved away", data)
	makeFolder()
	check("another in its place", data)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(moved, data); err != nil {
		t.Fatal(err)
	}
	check("put back", "")
}
