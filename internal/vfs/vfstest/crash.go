package vfstest

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
)

// Crash stops the machine: every later call on f and its open files returns ErrCrashed. It returns the file
// system as it is found after the restart, without a hook. Called again it returns another outcome of the
// same crash.
func (f *FS) Crash() *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.crashed = true
	names := maps.Clone(f.durable)
	for _, dir := range slices.Sorted(maps.Keys(f.pending)) {
		changes := f.pending[dir]
		for _, c := range changes[:f.kept(len(changes))] {
			c.apply(names)
		}
	}
	after := New(f.rnd.Uint64())
	after.capacity = f.capacity
	copies := map[*inode]*inode{} // an inode may be found under two names when a rename was lost half
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name == "/" || name == "." || !reachable(names, name) {
			continue
		}
		n := names[name]
		if copies[n] == nil {
			copies[n] = n.afterCrash(f.rnd)
			after.used += int64(len(copies[n].mem))
		}
		copies[n].links++
		after.nodes[name], after.durable[name] = copies[n], copies[n]
	}
	return after
}

// Clone returns a copy of the file system in which everything counts as synced, without a hook.
func (f *FS) Clone() *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := New(f.rnd.Uint64())
	c.capacity, c.used = f.capacity, f.used
	copies := map[*inode]*inode{}
	for name, n := range f.nodes {
		if copies[n] == nil {
			mem := bytes.Clone(n.mem)
			copies[n] = &inode{dir: n.dir, links: n.links, mem: mem, disk: bytes.Clone(mem), dirtyFrom: len(mem)}
		}
		c.nodes[name], c.durable[name] = copies[n], copies[n]
	}
	return c
}

// kept chooses how many of n changes survive; none and all are the likeliest.
func (f *FS) kept(n int) int {
	switch f.rnd.IntN(4) {
	case 0, 1:
		return 0
	case 2:
		return n
	}
	return f.rnd.IntN(n + 1)
}

// reachable reports whether all folders above name are there.
func reachable(names map[string]*inode, name string) bool {
	for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
		if n := names[dir]; n == nil || !n.dir {
			return false
		}
		if dir == "/" || dir == "." {
			return true
		}
	}
}
