package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// MkdirDurable makes dir with all its parents and syncs each folder that got a new entry, so that dir is
// still there after a power loss. The entry of a folder that exists is synced too, unless its parent may not
// be read: a process that was killed may have made it and not come to the sync.
func MkdirDurable(fsys FS, dir string) error {
	dir = filepath.Clean(dir)
	parent := filepath.Dir(dir)
	_, err := fsys.Stat(dir)
	if err == nil {
		if err := fsys.SyncDir(parent); err != nil && !errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("cannot make folder %q durable: %w", dir, err)
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot look for folder %q: %w", dir, err)
	}
	if parent != dir {
		if err := MkdirDurable(fsys, parent); err != nil {
			return err
		}
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return fmt.Errorf("cannot make folder %q: %w", dir, err)
	}
	if err := fsys.SyncDir(parent); err != nil {
		return fmt.Errorf("cannot make folder %q durable: %w", dir, err)
	}
	return nil
}

// WriteFileDurable replaces name by data in one step: whatever happens, name holds its old bytes or all of
// data afterwards, and data once nil is returned. It writes name+".tmp" first; a rest of an earlier attempt
// is removed.
func WriteFileDurable(fsys FS, name string, data []byte) error {
	tmp := name + ".tmp"
	if err := fsys.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the old %q: %w", tmp, err)
	}
	f, err := fsys.Create(tmp)
	if err != nil {
		return fmt.Errorf("cannot create %q: %w", tmp, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("cannot write %q: %w", tmp, err)
	}
	if err := fsys.Rename(tmp, name); err != nil {
		return fmt.Errorf("cannot rename %q: %w", tmp, err)
	}
	if err := fsys.SyncDir(filepath.Dir(name)); err != nil {
		return fmt.Errorf("cannot make %q durable: %w", name, err)
	}
	return nil
}

// ReadFile returns all bytes of a file.
func ReadFile(fsys FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	size, err := f.Size()
	data := make([]byte, max(size, 0))
	if err == nil && size > 0 {
		_, err = f.ReadAt(data, 0)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("cannot read %q: %w", name, err)
	}
	return data, nil
}
