package logs

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A clock that jumps by more than clockJump against the time that has passed is not trusted for as long as it has
// jumped, at least clockDoubt and at most clockLong, or until it has jumped back: a wrong time, set by mistake or by a
// broken time server, must not make all records look old.
const (
	clockJump  = time.Hour
	clockDoubt = time.Hour
	clockLong  = 24 * time.Hour
	// clockNote is how far the clock moves between two notes of it. It is well below clockJump, so that the next
	// start does not doubt a clock that is right.
	clockNote = 10 * time.Minute
)

// clockGuard watches the wall clock. A machine that was asleep, or a server that was not running, seems to jump as
// well: then what is old goes a little later.
type clockGuard struct {
	mu     sync.Mutex
	seen   bool          // it was looked at, or a witness told of an earlier time
	passed time.Duration // by a clock that only moves on, when it was last looked at
	wall   time.Time
	off    time.Duration // by how much the wall clock has jumped since it was last trusted
	until  time.Duration // not trusted before, by the clock that only moves on
}

// witness tells the wall clock of an earlier process, against which the first look is compared.
func (g *clockGuard) witness(passed time.Duration, wall time.Time) { _, _ = g.trusted(passed, wall) }

// trusted reports whether ages may be counted by the wall clock; jumped is how far it has jumped since the last look,
// 0 when it has not.
func (g *clockGuard) trusted(passed time.Duration, wall time.Time) (trusted bool, jumped time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen {
		if jump := wall.Sub(g.wall) - (passed - g.passed); jump.Abs() > clockJump {
			g.off, jumped = g.off+jump, jump
			g.until = passed + g.doubt()
		}
	}
	g.seen, g.passed, g.wall = true, passed, wall
	if g.off.Abs() <= clockJump || passed >= g.until {
		g.off, g.until = 0, 0
		return true, jumped
	}
	return false, jumped
}

// doubt is how long a clock has to stand that is off.
func (g *clockGuard) doubt() time.Duration { return min(max(g.off.Abs(), clockDoubt), clockLong) }

// clockKey is where the state keeps the last time at which the clock was trusted, RFC 3339.
const clockKey = "clock"

// openClock looks for a witness of the time of the last process: the clock as it was last trusted, otherwise the last
// receipt of a record. Without it a clock that is wrong when the server starts would expire everything at once.
func (s *Store) openClock(ctx context.Context) error {
	if s.opts.State != nil {
		noted, err := s.opts.State.Get(ctx, clockKey)
		if err != nil {
			return err
		}
		if t, err := time.Parse(time.RFC3339, string(noted)); err == nil {
			s.noted = t
			s.clock.witness(s.opts.Passed(), t)
			return nil
		}
	}
	last := int64(0)
	for _, ref := range s.segments {
		last = max(last, ref.MaxReceived)
	}
	if last > 0 {
		s.clock.witness(s.opts.Passed(), time.Unix(0, last))
	}
	return nil
}

// trustClock reports whether the wall clock, which shows now, may tell the age of records, and notes it when it may.
func (s *Store) trustClock(ctx context.Context, now time.Time) (bool, error) {
	trusted, jumped := s.clock.trusted(s.opts.Passed(), now)
	if jumped != 0 {
		s.opts.Log.Warn("the clock differs from what was seen of it before; nothing is removed for its age until it has stood for a while, or is set back",
			"clock", now.UTC().Format(time.RFC3339), "differs by", jumped, "wait at most", clockLong)
	}
	if !trusted || s.opts.State == nil || now.Sub(s.noted).Abs() < clockNote {
		return trusted, nil
	}
	if err := s.opts.State.Put(ctx, map[string][]byte{clockKey: []byte(now.UTC().Format(time.RFC3339))}); err != nil {
		return false, fmt.Errorf("cannot note the time: %w", err)
	}
	s.noted = now
	return true, nil
}
