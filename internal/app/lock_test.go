package app

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A data folder that cannot be used is the first thing that a new user meets: the error says what to do.
func TestUnusableDataFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := lockData(filepath.Join(file, "data"))
	if err == nil || !strings.Contains(err.Error(), "a part of its name is a file; choose another folder") {
		t.Errorf("a file in the way: %v", err)
	}
	for _, c := range []struct {
		err  error
		says string
	}{
		{syscall.EACCES, fmt.Sprintf("give it to the user with id %d", os.Geteuid())},
		{syscall.EROFS, "mount it for writing"},
		{syscall.ENOSPC, "make room"},
	} {
		err := dataError("cannot write into the data folder", &fs.PathError{Op: "open", Path: "data/lock", Err: c.err})
		if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "data/lock") {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	unlock, err := lockData(filepath.Join(t.TempDir(), "new", "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
