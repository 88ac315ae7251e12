package deliver

import "sync"

// Buffer is what a Handoff carries: bytes with bookkeeping, emptied by Reset.
type Buffer interface {
	Size() int // bytes held
	Reset()
}

// Handoff passes what readers have read to one writer. Two buffers take turns: readers fill one while the writer
// empties the other, so a slow write delays nobody before the bound is reached, and the slower the writer, the
// larger its batches.
type Handoff[B Buffer] struct {
	mu     sync.Mutex
	filled sync.Cond // something to take, or closed
	room   sync.Cond // room to fill, or closed

	filling, resting B
	empty            bool // nothing was filled since the last Take
	limit            int
	closed           bool
}

// NewHandoff returns a handoff between two empty buffers, each of which takes about limit bytes.
func NewHandoff[B Buffer](limit int, a, b B) *Handoff[B] {
	h := &Handoff[B]{filling: a, resting: b, empty: true, limit: limit}
	h.filled.L, h.room.L = &h.mu, &h.mu
	return h
}

// Fill waits for room and calls add, which puts more into the buffer. It reports false, without a call, when the
// handoff is closed.
func (h *Handoff[B]) Fill(add func(B)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.filling.Size() >= h.limit && !h.closed {
		h.room.Wait()
	}
	if h.closed {
		return false
	}
	add(h.filling)
	h.empty = false
	h.filled.Signal()
	return true
}

// Take waits for something and returns the buffer that holds it, which is the caller's until its next call.
// It reports false when the handoff is closed and everything was taken. Only one goroutine takes.
func (h *Handoff[B]) Take() (B, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.resting.Reset()
	for h.empty && !h.closed {
		h.filled.Wait()
	}
	if h.empty {
		var none B
		return none, false
	}
	h.filling, h.resting = h.resting, h.filling
	h.empty = true
	h.room.Broadcast()
	return h.resting, true
}

// Close lets no more in; the writer takes what is left.
func (h *Handoff[B]) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.filled.Broadcast()
	h.room.Broadcast()
}
