package httpin

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/haetae/haetae/internal/model"
)

// gateWait is how long a request waits for memory before its sender is told to come back.
const gateWait = 5 * time.Second

// Gate bounds the memory that all requests of an input hold together.
type Gate struct {
	sem  *semaphore.Weighted
	size int64
}

// NewGate returns a gate of size bytes.
func NewGate(size int) *Gate {
	return &Gate{sem: semaphore.NewWeighted(int64(size)), size: int64(size)}
}

// Share is what one request holds of a gate. It is used by one goroutine at a time.
type Share struct {
	gate *Gate
	most int64 // it asks for no more, whatever is needed
	held int64
}

// Share returns an empty share.
func (g *Gate) Share() *Share { return &Share{gate: g, most: g.size} }

// ShareBeside returns an empty share of a request that holds a second one of up to other bytes: both together
// do not ask for more than the gate has, so that a request does not wait for itself.
func (g *Gate) ShareBeside(other int) *Share {
	return &Share{gate: g, most: max(g.size-int64(other), g.size/2)}
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
	if err := s.gate.sem.Acquire(wait, more); err != nil {
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
		if !s.gate.sem.TryAcquire(more) {
			return false
		}
		s.held += more
	}
	return true
}

// Release gives everything back.
func (s *Share) Release() {
	s.gate.sem.Release(s.held)
	s.held = 0
}
