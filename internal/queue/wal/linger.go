package wal

import "time"

// lingerBytes is how much makes a group worth its fsync: it waits for no more.
const lingerBytes = 1 << 20

// linger waits for more appends to share the fsync of those that are there.
func (p *partition) linger() {
	if p.q.linger == 0 || p.waiting() == 0 {
		return
	}
	t := time.NewTimer(p.q.linger)
	defer t.Stop()
	for p.waiting() < lingerBytes {
		select {
		case <-p.kick:
		case <-t.C:
			return
		case <-p.q.done: // Close waits for the appends
			return
		}
	}
}

// waiting is the size of the group that appends fill.
func (p *partition) waiting() int {
	p.pendingMu.Lock()
	defer p.pendingMu.Unlock()
	return len(p.pending.buf)
}
