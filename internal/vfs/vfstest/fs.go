// Package vfstest is a file system in memory that forgets at a crash whatever was not synced, and that fails
// any step on demand. Tests of the queue and the stores run on it.
//
// It grants no more than POSIX does. File.Sync makes the bytes of a file durable, never its name; SyncDir
// makes the names created, renamed and removed in one folder durable (a folder's own name belongs to its
// parent); Truncate is durable after File.Sync. Of everything else a crash keeps a random part, the same for
// the same seed: names a random prefix of the changes of each folder, bytes a random prefix of what was
// written with 512-byte sectors missing (zeros) in it.
package vfstest

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/haetae/haetae/internal/vfs"
)

// ErrCrashed is what every call on a file system returns after its Crash.
var ErrCrashed = errors.New("the machine has crashed")

// ErrKilled is what a hook returns when the process, not the machine, dies at the step: a sync that fails with
// it was never asked for, so the dirty bytes stay in the page cache for the next process. A write may still
// have written a part.
var ErrKilled = errors.New("the process was killed")

// Op is a step that can be made to fail.
type Op uint8

// The steps. The path given to a hook is the file or folder; for OpRename it is the old name.
const (
	OpCreate Op = iota
	OpWrite
	OpSync
	OpSyncDir
	OpRename
	OpRemove
	OpTruncate
	OpRead
)

func (o Op) String() string {
	return [...]string{"create", "write", "sync", "syncdir", "rename", "remove", "truncate", "read"}[o]
}

// Hook is called before each step, without any lock held, from the goroutine that makes the step; it may call
// Crash. An error makes the step fail with it. A failed write has written a random part of its bytes; a
// failed sync leaves unknown bytes in all that was not synced before (see inode.failSync).
type Hook func(op Op, path string) error

// FS is the file system. It is safe for concurrent use.
type FS struct {
	mu       sync.Mutex
	rnd      *rand.Rand
	hook     Hook
	crashed  bool
	capacity int64 // bytes; 0 for no bound
	used     int64 // bytes of all files that have a name
	nodes    map[string]*inode
	durable  map[string]*inode   // names that survive a crash for certain
	pending  map[string][]change // by folder: changes of names since the last SyncDir
}

// change of the names in one folder, all of it or nothing. A rename within a folder adds and removes in one
// change; one between folders is two changes, either of which may be lost.
type change struct {
	add  string // name that now means node
	node *inode
	gone string // name removed
}

var _ vfs.FS = (*FS)(nil)

// New returns an empty file system with the folders "/" and ".". The seed chooses what crashes and failures
// leave behind.
func New(seed uint64) *FS {
	f := &FS{rnd: rand.New(rand.NewPCG(seed, 0x48616574)), pending: map[string][]change{}}
	f.nodes = map[string]*inode{"/": {dir: true}, ".": {dir: true}}
	f.durable = map[string]*inode{"/": f.nodes["/"], ".": f.nodes["."]}
	return f
}

// SetHook replaces the hook; nil removes it.
func (f *FS) SetHook(h Hook) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = h
}

// SetCapacity bounds the bytes of all files together; a write beyond it writes what has room and returns
// ENOSPC, a Create in a full file system returns ENOSPC. 0 removes the bound.
func (f *FS) SetCapacity(bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.capacity = bytes
}

// Used returns the bytes of all files together.
func (f *FS) Used() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used
}

// Flip inverts the bits of mask in one byte, in memory and on the disk, as a decaying medium does.
func (f *FS) Flip(name string, offset int64, mask byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file("flip", name)
	if err != nil {
		return err
	}
	if offset < 0 || offset >= int64(len(n.mem)) {
		return fmt.Errorf("cannot flip byte %d of %q: it has %d bytes", offset, name, len(n.mem))
	}
	n.mem[offset] ^= mask
	if offset < int64(n.dirtyFrom) {
		n.disk[offset] ^= mask
	}
	return nil
}

// ask calls the hook; the caller takes the lock afterwards and looks whether the machine has crashed meanwhile.
func (f *FS) ask(op Op, path string) error {
	f.mu.Lock()
	hook := f.hook
	f.mu.Unlock()
	if hook == nil {
		return nil
	}
	if err := hook(op, path); err != nil {
		return &fs.PathError{Op: op.String(), Path: path, Err: err}
	}
	return nil
}

// node finds what has a name; the lock is held.
func (f *FS) node(op, name string) (*inode, error) {
	if f.crashed {
		return nil, &fs.PathError{Op: op, Path: name, Err: ErrCrashed}
	}
	n := f.nodes[filepath.Clean(name)]
	if n == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return n, nil
}

// file finds a regular file; the lock is held.
func (f *FS) file(op, name string) (*inode, error) {
	n, err := f.node(op, name)
	if err == nil && n.dir {
		err = &fs.PathError{Op: op, Path: name, Err: syscall.EISDIR}
	}
	return n, err
}

// room returns how many of n bytes fit.
func (f *FS) room(n int) int {
	if f.capacity == 0 {
		return n
	}
	return int(min(int64(n), max(f.capacity-f.used, 0)))
}

func (f *FS) change(dir string, c change) {
	f.pending[dir] = append(f.pending[dir], c)
}
