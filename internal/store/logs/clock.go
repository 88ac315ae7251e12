package logs

import (
	"sync"
	"time"
)

// A clock that jumps by more than clockJump against the time that has passed is not trusted for clockDoubt, or until it
// has jumped back: a wrong time, set by mistake or by a broken time server, must not make all records look old.
const (
	clockJump  = time.Hour
	clockDoubt = time.Hour
)

// clockGuard watches the wall clock. A machine that was asleep seems to jump as well.
type clockGuard struct {
	mu     sync.Mutex
	passed time.Time // by a clock that only moves on, when it was last looked at
	wall   time.Time
	off    time.Duration // by how much the wall clock has jumped since it was last trusted
	until  time.Time     // not trusted before, by the clock that only moves on
}

// trusted reports whether ages may be counted by the wall clock; jumped is how far it has jumped since the last look,
// 0 when it has not.
func (g *clockGuard) trusted(passed, wall time.Time) (trusted bool, jumped time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.passed.IsZero() {
		if jump := wall.Sub(g.wall) - passed.Sub(g.passed); jump.Abs() > clockJump {
			g.off, g.until, jumped = g.off+jump, passed.Add(clockDoubt), jump
		}
	}
	g.passed, g.wall = passed, wall
	if g.off.Abs() <= clockJump || !passed.Before(g.until) {
		g.off, g.until = 0, time.Time{}
		return true, jumped
	}
	return false, jumped
}
