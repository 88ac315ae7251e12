//go:build unix

package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// OS is the file system of the operating system.
var OS FS = system{}

const (
	fileMode = 0o640
	dirMode  = 0o750
)

type system struct{}

type osFile struct{ *os.File }

// Files are opened with O_APPEND so that a write after Truncate goes to the new end, whatever was written
// through the same file before.
func (system) Create(name string) (File, error) {
	return openFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND)
}

func (system) OpenAppend(name string) (File, error) { return openFile(name, os.O_RDWR|os.O_APPEND) }

func (system) Open(name string) (File, error) { return openFile(name, os.O_RDONLY) }

func openFile(name string, flag int) (File, error) {
	f, err := os.OpenFile(name, flag, fileMode)
	if err != nil {
		return nil, err
	}
	if flag&os.O_CREATE != 0 {
		Give(f)
	}
	return osFile{f}, nil
}

// Give hands a file or folder that root has just made in another user's folder to that user: a command that is run as root must leave nothing that
// the service cannot open. Only for files that this process has made itself (O_EXCL): the folder's owner could have put
// a link to any other. What cannot be handed over, as in some folders of a network, stays root's.
func Give(f *os.File) {
	if os.Geteuid() != 0 {
		return
	}
	var dir unix.Stat_t
	if err := unix.Stat(filepath.Dir(f.Name()), &dir); err == nil && dir.Uid != 0 {
		_ = f.Chown(int(dir.Uid), int(dir.Gid))
	}
}

func (system) Rename(oldName, newName string) error { return os.Rename(oldName, newName) }

func (system) Remove(name string) error { return os.Remove(name) }

func (system) MkdirAll(dir string) error {
	if os.Geteuid() != 0 {
		return os.MkdirAll(dir, dirMode)
	}
	err := os.Mkdir(dir, dirMode)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(dir) != dir {
		if err := OS.MkdirAll(filepath.Dir(dir)); err != nil {
			return err
		}
		err = os.Mkdir(dir, dirMode)
	}
	if err != nil {
		return os.MkdirAll(dir, dirMode) // it is there, or this says why it cannot be made
	}
	f, err := os.OpenFile(dir, unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	Give(f)
	return f.Close()
}

func (system) List(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	names, err := d.Readdirnames(-1)
	if err := errors.Join(err, d.Close()); err != nil {
		return nil, fmt.Errorf("cannot list %q: %w", dir, err)
	}
	slices.Sort(names)
	return names, nil
}

func (system) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

func (system) Truncate(name string, size int64) error { return os.Truncate(name, size) }

func (system) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("cannot sync folder %q: %w", dir, err)
	}
	return nil
}

func (system) Usage(dir string) (total, free uint64, err error) {
	var st unix.Statfs_t
	for {
		err = unix.Statfs(dir, &st)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return 0, 0, fmt.Errorf("cannot read the usage of the file system of %q: %w", dir, err)
	}
	block := uint64(st.Bsize)
	return uint64(st.Blocks) * block, uint64(st.Bavail) * block, nil
}

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
