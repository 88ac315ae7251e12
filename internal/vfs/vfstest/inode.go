package vfstest

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

const sectorBytes = 512

// inode is a file or folder without its name. Files only grow at their end or are truncated, so one offset
// tells what is dirty.
type inode struct {
	dir       bool
	links     int    // names that mean it; 0 once it is removed or replaced
	mem       []byte // what readers see: the page cache
	disk      []byte // what is on the medium for certain
	dirtyFrom int    // mem[dirtyFrom:] is not on the medium; dirtyFrom <= len(disk), len(mem)
}

func (n *inode) truncate(size int) {
	if size <= len(n.mem) {
		n.mem = n.mem[:size:size]
	} else {
		n.mem = append(n.mem, make([]byte, size-len(n.mem))...)
	}
	n.dirtyFrom = min(n.dirtyFrom, size)
}

func (n *inode) sync() {
	n.disk = append(n.disk[:n.dirtyFrom:n.dirtyFrom], n.mem[n.dirtyFrom:]...)
	n.dirtyFrom = len(n.mem)
}

// failSync does what Linux does when writeback fails: each dirty sector may or may not have reached the
// medium, all count as clean, so that a later sync succeeds without writing them, and readers see either the
// bytes written or those of the medium (Rebello et al., "Can Applications Recover from fsync Failures?",
// USENIX ATC 2020).
func (n *inode) failSync(rnd *rand.Rand) {
	n.disk = append(n.disk[:n.dirtyFrom:n.dirtyFrom], n.torn(rnd, len(n.mem))...)
	n.dirtyFrom = len(n.mem)
	if rnd.IntN(2) == 0 {
		n.mem = bytes.Clone(n.disk)
	}
}

// torn returns mem[dirtyFrom:end] with some sectors zero.
func (n *inode) torn(rnd *rand.Rand, end int) []byte {
	t := bytes.Clone(n.mem[n.dirtyFrom:end])
	for i := 0; i < len(t); {
		next := min((n.dirtyFrom+i)/sectorBytes*sectorBytes+sectorBytes-n.dirtyFrom, len(t))
		if rnd.IntN(4) == 0 {
			clear(t[i:next])
		}
		i = next
	}
	return t
}

// afterCrash returns what the medium holds when the machine stops now.
func (n *inode) afterCrash(rnd *rand.Rand) *inode {
	if n.dir {
		return &inode{dir: true}
	}
	kept := bytes.Clone(n.disk)
	if dirty := len(n.mem) - n.dirtyFrom; dirty > 0 || n.dirtyFrom < len(n.disk) {
		kept = slices.Concat(n.disk[:n.dirtyFrom], n.lostTail(rnd, dirty))
	}
	if n.dirtyFrom < len(n.disk) && rnd.IntN(2) == 0 {
		kept = bytes.Clone(n.disk) // the truncate did not reach the medium
	}
	return &inode{mem: kept, disk: bytes.Clone(kept), dirtyFrom: len(kept)}
}

// lostTail chooses what remains of the dirty bytes: none, all, a prefix, or a prefix with torn sectors.
func (n *inode) lostTail(rnd *rand.Rand, dirty int) []byte {
	switch rnd.IntN(5) {
	case 0:
		return nil
	case 1:
		return n.mem[n.dirtyFrom:]
	case 2:
		return n.mem[n.dirtyFrom : n.dirtyFrom+rnd.IntN(dirty+1)]
	case 3:
		return make([]byte, rnd.IntN(dirty+1)) // the size grew, no byte arrived
	}
	return n.torn(rnd, n.dirtyFrom+rnd.IntN(dirty+1))
}
