// Package fair lends what is bounded so that nobody who asks often keeps others from their turn.
package fair

import (
	"context"
	"slices"
	"sync"
)

// Memory lends bytes of a bound. When it has not enough, those who ask wait, and they are served source by source in turn
// (round robin; J. Nagle, RFC 970): a source with a thousand requests waits a thousand rounds, one with a single request
// waits one. Within a source the first comes first. It is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	free   int64
	rounds []*source // those that wait, the next one first
}

// source is one that waits, with what it asks for in order.
type source struct {
	name    Source
	waiting []*request
}

// Source names who asks; what is equal shares its turns.
type Source struct{ Input, Peer string }

type request struct {
	bytes   int64
	granted chan struct{} // closed when it is
}

// NewMemory returns a bound of so many bytes, all of them free.
func NewMemory(bytes int64) *Memory { return &Memory{free: bytes} }

// TryAcquire takes bytes when they are free and nobody waits.
func (m *Memory) TryAcquire(bytes int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.rounds) > 0 || m.free < bytes {
		return false
	}
	m.free -= bytes
	return true
}

// Acquire takes bytes, at most the bound, when it is the source's turn. The error is the context's; then nothing was taken.
func (m *Memory) Acquire(ctx context.Context, s Source, bytes int64) error {
	if m.TryAcquire(bytes) {
		return nil
	}
	r := &request{bytes: bytes, granted: make(chan struct{})}
	m.mu.Lock()
	m.queue(s, r)
	m.grant() // what was taken may have come back meanwhile
	m.mu.Unlock()
	select {
	case <-r.granted:
		return nil
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-r.granted: // at the same moment
		return nil
	default:
	}
	m.remove(s, r)
	m.grant() // a smaller one may fit now
	return ctx.Err()
}

// Release gives bytes back.
func (m *Memory) Release(bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free += bytes
	m.grant()
}

func (m *Memory) queue(name Source, r *request) {
	i := m.find(name)
	if i < 0 {
		i = len(m.rounds)
		m.rounds = append(m.rounds, &source{name: name})
	}
	m.rounds[i].waiting = append(m.rounds[i].waiting, r)
}

func (m *Memory) remove(name Source, r *request) {
	i := m.find(name)
	s := m.rounds[i]
	s.waiting = slices.DeleteFunc(s.waiting, func(w *request) bool { return w == r })
	if len(s.waiting) == 0 {
		m.rounds = slices.Delete(m.rounds, i, i+1)
	}
}

func (m *Memory) find(name Source) int {
	return slices.IndexFunc(m.rounds, func(s *source) bool { return s.name == name })
}

// grant serves the sources in turn. Nobody passes the one whose turn it is, so that large requests have theirs too.
func (m *Memory) grant() {
	for len(m.rounds) > 0 {
		s := m.rounds[0]
		r := s.waiting[0]
		if m.free < r.bytes {
			return
		}
		m.free -= r.bytes
		close(r.granted)
		m.rounds = m.rounds[1:]
		if s.waiting = s.waiting[1:]; len(s.waiting) > 0 {
			m.rounds = append(m.rounds, s)
		}
	}
}
