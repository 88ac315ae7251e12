package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/backup"
	"github.com/haetae/haetae/internal/secret"
	"github.com/haetae/haetae/internal/vfs"
)

// lockFile is in the data folder; who holds its lock has the folder open.
const lockFile = "lock"

// lockData makes this process the only one that opens the data folder, until it ends in whatever way.
func lockData(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, dataError("cannot make the data folder", err)
	}
	if err := checkOwn(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640)
	if err == nil {
		vfs.Give(f)
	} else if errors.Is(err, os.ErrExist) {
		f, err = os.OpenFile(path, os.O_RDWR, 0)
	}
	if err != nil {
		return nil, dataError("cannot write into the data folder", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("data: %s is in use by another haetae; stop it, or choose another folder", dir)
		}
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}

// checkOwn refuses a folder of somebody else: one that has files, and none that shows that it is Haetae's, as each start, stored secret and
// restored backup leaves one. Hidden files, and what file systems put there, are nobody's; a queue or segments alone were brought here.
func checkOwn(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return dataError("cannot read the data folder", err)
	}
	foreign := ""
	for _, e := range list {
		switch name := e.Name(); {
		case slices.Contains([]string{lockFile, folderFile, "meta.db", secret.KeyFile, secret.VaultFile, backup.Unfinished}, name):
			return nil
		case slices.Contains([]string{"queue", "logs", "lost+found"}, name) || strings.HasPrefix(name, "."):
		case foreign == "":
			foreign = name
		}
	}
	if foreign == "" {
		return nil
	}
	return fmt.Errorf("data: %s is no data folder of Haetae, and holds other files, such as %s; choose an empty or a new folder", dir, foreign)
}

// dataError words an error of the data folder so that it says what to do.
func dataError(what string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, os.ErrPermission):
		hint = fmt.Sprintf("; give it to the user with id %d that haetae runs as, or choose another folder", os.Geteuid())
	case errors.Is(err, unix.EROFS):
		hint = "; its file system is read-only: mount it for writing, or choose another folder"
	case errors.Is(err, unix.ENOTDIR):
		hint = "; a part of its name is a file; choose another folder"
	case errors.Is(err, unix.ENOSPC):
		hint = "; its disk is full: make room, or choose another folder"
	}
	return fmt.Errorf("%s: %w%s", what, err, hint)
}
