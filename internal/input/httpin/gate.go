package httpin

import (
	"context"
	"time"

	"github.com/haetae/haetae/internal/fair"
	"github.com/haetae/haetae/internal/model"
)

// gateWait is how long a request waits for memory before its sender is told to come back.
const gateWait = 5 * time.Second

// Gate bounds the memory that all requests of an input hold together. While there is none left, peers take turns.
type Gate struct {
	memory *fair.Memory
	size   int64
}

// NewGate returns a gate of size bytes.
func NewGate(size int) *Gate {
	return &Gate{memory: fair.NewMemory(int64(size)), size: int64(size)}
}

// Share is what one request holds of a gate. It is used by one goroutine at a time.
type Share struct {
	gate *Gate
	peer string
	most int64 // it asks for no more, whatever is needed
	held int64
}

// Share returns an empty share of a request from peer.
func (g *Gate) Share(peer string) *Share { return &Share{gate: g, peer: peer, most: g.size} }

// ShareBeside returns an empty share of a request that holds a second one of up to other bytes: both together
// do not ask for more than the gate has, so that a request does not wait for itself.
func (g *Gate) ShareBeside(peer string, other int) *Share {
	return &Share{gate: g, peer: peer, most: max(g.size-int64(other), g.size/2)}
}

// Ensure makes the share at least n bytes, at most what it may hold. It waits for a moment; a gate that stays
// full is a *model.BusyError.
func (s *Share) Ensure(ctx context.Context, n int) error {
	more := min(int64(n), s.most) - s.held
	if more <= 0 || s.TryEnsure(n) {
		return nil
	}
	wait, cancel := context.WithTimeout(ctx, gateWait)
	defer cancel()
	if err := s.gate.memory.Acquire(wait, fair.Source{Peer: s.peer}, more); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &model.BusyError{Bound: "limits.memory", RetryAfter: time.Second}
	}
	s.held += more
	return nil
}

// TryEnsure is Ensure without waiting; it reports whether the share has n bytes now.
func (s *Share) TryEnsure(n int) bool {
	more := min(int64(n), s.most) - s.held
	if more > 0 {
		if !s.gate.memory.TryAcquire(more) {
			return false
		}
		s.held += more
	}
	return true
}

// Release gives everything back.
func (s *Share) Release() {
	s.gate.memory.Release(s.held)
	s.held = 0
}
