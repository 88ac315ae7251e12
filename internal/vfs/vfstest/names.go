package vfstest

import (
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/haetae/haetae/internal/vfs"
)

// Create implements vfs.FS.
func (f *FS) Create(name string) (vfs.File, error) {
	if err := f.ask(OpCreate, name); err != nil {
		return nil, err
	}
	name = filepath.Clean(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := filepath.Dir(name)
	if _, err := f.node("create", dir); err != nil {
		return nil, err
	}
	if f.nodes[name] != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	if f.capacity != 0 && f.used >= f.capacity {
		return nil, &fs.PathError{Op: "create", Path: name, Err: syscall.ENOSPC}
	}
	n := &inode{links: 1}
	f.nodes[name] = n
	f.change(dir, change{add: name, node: n})
	return &file{fs: f, node: n, name: name, writable: true}, nil
}

// OpenAppend implements vfs.FS.
func (f *FS) OpenAppend(name string) (vfs.File, error) { return f.open(name, true) }

// Open implements vfs.FS.
func (f *FS) Open(name string) (vfs.File, error) { return f.open(name, false) }

func (f *FS) open(name string, writable bool) (vfs.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file("open", name)
	if err != nil {
		return nil, err
	}
	return &file{fs: f, node: n, name: name, writable: writable}, nil
}

// Rename implements vfs.FS for files.
func (f *FS) Rename(oldName, newName string) error {
	if err := f.ask(OpRename, oldName); err != nil {
		return err
	}
	oldName, newName = filepath.Clean(oldName), filepath.Clean(newName)
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file("rename", oldName)
	if err != nil {
		return err
	}
	oldDir, newDir := filepath.Dir(oldName), filepath.Dir(newName)
	if _, err := f.node("rename", newDir); err != nil {
		return err
	}
	if oldName == newName {
		return nil
	}
	if replaced := f.nodes[newName]; replaced != nil {
		if replaced.dir {
			return &fs.PathError{Op: "rename", Path: newName, Err: syscall.EISDIR}
		}
		f.unlink(replaced)
	}
	f.nodes[newName] = n
	delete(f.nodes, oldName)
	if oldDir == newDir {
		f.change(oldDir, change{add: newName, node: n, gone: oldName})
		return nil
	}
	f.change(newDir, change{add: newName, node: n})
	f.change(oldDir, change{gone: oldName})
	return nil
}

// Remove implements vfs.FS for files and empty folders.
func (f *FS) Remove(name string) error {
	if err := f.ask(OpRemove, name); err != nil {
		return err
	}
	name = filepath.Clean(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node("remove", name)
	if err != nil {
		return err
	}
	if n.dir && len(f.children(name)) > 0 {
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.ENOTEMPTY}
	}
	delete(f.nodes, name)
	f.unlink(n)
	f.change(filepath.Dir(name), change{gone: name})
	return nil
}

func (f *FS) unlink(n *inode) {
	if n.links--; n.links == 0 {
		f.used -= int64(len(n.mem))
	}
}

// MkdirAll implements vfs.FS.
func (f *FS) MkdirAll(dir string) error {
	if err := f.ask(OpCreate, dir); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.crashed {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: ErrCrashed}
	}
	return f.mkdirAll(filepath.Clean(dir))
}

func (f *FS) mkdirAll(dir string) error {
	if n := f.nodes[dir]; n != nil {
		if !n.dir {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
		}
		return nil
	}
	parent := filepath.Dir(dir)
	if err := f.mkdirAll(parent); err != nil {
		return err
	}
	n := &inode{dir: true, links: 1}
	f.nodes[dir] = n
	f.change(parent, change{add: dir, node: n})
	return nil
}

// List implements vfs.FS.
func (f *FS) List(dir string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node("list", dir)
	if err != nil {
		return nil, err
	}
	if !n.dir {
		return nil, &fs.PathError{Op: "list", Path: dir, Err: syscall.ENOTDIR}
	}
	return f.children(filepath.Clean(dir)), nil
}

func (f *FS) children(dir string) []string {
	names := []string{}
	for name := range f.nodes {
		if name != dir && filepath.Dir(name) == dir {
			names = append(names, filepath.Base(name))
		}
	}
	slices.Sort(names)
	return names
}

// Stat implements vfs.FS. Times are zero.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node("stat", name)
	if err != nil {
		return nil, err
	}
	return info{name: filepath.Base(name), size: int64(len(n.mem)), dir: n.dir}, nil
}

// SyncDir implements vfs.FS.
func (f *FS) SyncDir(dir string) error {
	if err := f.ask(OpSyncDir, dir); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.node("syncdir", dir)
	if err != nil {
		return err
	}
	if !n.dir {
		return &fs.PathError{Op: "syncdir", Path: dir, Err: syscall.ENOTDIR}
	}
	dir = filepath.Clean(dir)
	for _, c := range f.pending[dir] {
		c.apply(f.durable)
	}
	delete(f.pending, dir)
	return nil
}

func (c change) apply(names map[string]*inode) {
	if c.add != "" {
		names[c.add] = c.node
	}
	if c.gone != "" {
		delete(names, c.gone)
	}
}

// Usage implements vfs.FS. Without a capacity the file system has 1 TiB.
func (f *FS) Usage(dir string) (total, free uint64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.node("usage", dir); err != nil {
		return 0, 0, err
	}
	total = uint64(f.capacity)
	if total == 0 {
		total = 1 << 40
	}
	return total, total - min(total, uint64(f.used)), nil
}

type info struct {
	name string
	size int64
	dir  bool
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.dir }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }

func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o750
	}
	return 0o640
}
