package vfstest

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// file is an open file; it stays readable after its name is removed.
type file struct {
	fs       *FS
	node     *inode
	name     string
	writable bool
	closed   bool
}

// check says why the file cannot be used; the lock is held.
func (f *file) check(op string) error {
	switch {
	case f.fs.crashed:
		return &fs.PathError{Op: op, Path: f.name, Err: ErrCrashed}
	case f.closed:
		return &fs.PathError{Op: op, Path: f.name, Err: fs.ErrClosed}
	}
	return nil
}

func (f *file) Write(p []byte) (int, error) {
	failed := f.fs.ask(OpWrite, f.name)
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.check("write"); err != nil {
		return 0, err
	}
	if !f.writable {
		return 0, &fs.PathError{Op: "write", Path: f.name, Err: syscall.EBADF}
	}
	n := f.fs.room(len(p))
	if n < len(p) && failed == nil {
		failed = &fs.PathError{Op: "write", Path: f.name, Err: syscall.ENOSPC}
	} else if failed != nil && n > 0 {
		n = f.fs.rnd.IntN(n)
	}
	f.node.mem = append(f.node.mem, p[:n]...)
	if f.node.links > 0 {
		f.fs.used += int64(n)
	}
	return n, failed
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if err := f.fs.ask(OpRead, f.name); err != nil {
		return 0, err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.check("read"); err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: syscall.EINVAL}
	}
	if off >= int64(len(f.node.mem)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.mem[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) Sync() error {
	failed := f.fs.ask(OpSync, f.name)
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.check("sync"); err != nil {
		return err
	}
	if errors.Is(failed, ErrKilled) {
		return failed
	}
	if failed != nil {
		f.node.failSync(f.fs.rnd)
		return failed
	}
	f.node.sync()
	return nil
}

func (f *file) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.check("stat"); err != nil {
		return 0, err
	}
	return int64(len(f.node.mem)), nil
}

func (f *file) Close() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return &fs.PathError{Op: "close", Path: f.name, Err: fs.ErrClosed}
	}
	f.closed = true
	return nil
}

// Truncate implements vfs.FS.
func (f *FS) Truncate(name string, size int64) error {
	if err := f.ask(OpTruncate, name); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file("truncate", name)
	if err != nil {
		return err
	}
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: name, Err: syscall.EINVAL}
	}
	f.used += size - int64(len(n.mem))
	n.truncate(int(size))
	return nil
}
