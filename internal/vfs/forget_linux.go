package vfs

import "golang.org/x/sys/unix"

// Forget implements Forgetter by POSIX_FADV_DONTNEED, which passes over pages that are not synced.
func (f osFile) Forget(end int64) {
	_ = unix.Fadvise(int(f.Fd()), 0, end, unix.FADV_DONTNEED) // only advice
}
