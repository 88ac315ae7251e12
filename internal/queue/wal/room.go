package wal

import (
	"sync"

	"github.com/haetae/haetae/internal/vfs"
)

// roomStep bounds what may be appended between two looks at the file system, and so does a quarter of the
// room: others write there too.
const roomStep = 16 << 20

// room keeps the queue from filling the disk to the last byte: the store needs room to take records out of
// the queue, else neither could go on.
type room struct {
	fs      vfs.FS
	dir     string
	minFree int64 // 0 for the default

	mu   sync.Mutex
	left int64 // bytes that may be appended before the next look
}

// take reports whether n more bytes may be written. When the file system does not tell, they may: the write
// itself will say.
func (r *room) take(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left >= n {
		r.left -= n
		return true
	}
	r.left = 0
	total, free, err := r.fs.Usage(r.dir)
	if err != nil {
		return true
	}
	keep := r.minFree
	if keep == 0 {
		keep = int64(min(defaultMinFree, total/4))
	}
	usable := int64(min(free, 1<<62)) - keep
	if usable < n {
		return false
	}
	r.left = min((usable-n)/4, roomStep)
	return true
}

// isFull makes the next take look again.
func (r *room) isFull() {
	r.mu.Lock()
	r.left = 0
	r.mu.Unlock()
}
