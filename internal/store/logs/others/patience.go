package others

import (
	"fmt"
	"sync"
	"time"
)

// patience is how long members may take to begin to answer. One that did not begin in time, such as a process that stands
// still, is given less for a while, so that not every search waits for it; then all of it again, for it may only be slow.
type patience struct {
	usual, short time.Duration
	holds        time.Duration // for how long a member counts as late

	mu   sync.Mutex
	late map[string]time.Time // by member, when it did not begin in the usual time
}

func newPatience() patience {
	return patience{usual: 5 * time.Second, short: time.Second, holds: 15 * time.Second, late: map[string]time.Time{}}
}

// with returns how long a member may take now.
func (p *patience) with(member string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := p.late[member]; ok && time.Since(at) < p.holds {
		return p.short
	}
	return p.usual
}

// inTime forgets that a member was late.
func (p *patience) inTime(member string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.late, member)
}

// wasLate notes that a member did not begin within what it was given. Less than the usual proves nothing new of it.
func (p *patience) wasLate(member string, within time.Duration) {
	if within < p.usual {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late[member] = time.Now()
}

// lateError says that a member did not begin to answer in time.
type lateError struct{ within, usual time.Duration }

func (e *lateError) Error() string {
	if e.within < e.usual {
		return fmt.Sprintf("nothing within %s, after it was late a moment ago", e.within)
	}
	return fmt.Sprintf("nothing within %s", e.within)
}
