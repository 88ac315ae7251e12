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

// Nothing is scattered among the files of somebody else; what file systems and a backup put there is no hindrance.
func TestFolderOfSomebodyElse(t *testing.T) {
	for name, foreign := range map[string]bool{".git": false, "lost+found": false, "meta.db": false, "secret.key": false, "queue": false, "README.md": true} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		unlock, err := lockData(dir)
		if err == nil {
			unlock()
		}
		if foreign != (err != nil && strings.Contains(err.Error(), "is no data folder of Haetae, and holds other files, such as "+name)) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, lockFile)); foreign == (err == nil) {
			t.Errorf("%s: the lock: %v", name, err)
		}
	}
}

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
