package wal

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const (
	// tellAgain is how often the log says that a bound is still reached.
	tellAgain = time.Minute
	// refusesAfter is how long a bound refuses everybody before it is more than a sender who is asked to slow down.
	refusesAfter = 3 * time.Second
	// refusesUntil is how long after the last refusal the bound counts as still reached: senders may pause or leave.
	refusesUntil = 10 * time.Second
)

// complaints remembers which bound refuses senders, and when the log last said so.
type complaints struct {
	active atomic.Bool // spares appends the lock while nobody is refused

	mu          sync.Mutex
	told        map[string]time.Time
	bound       string
	first, last time.Time // refusals since the last append that was stored
}

// busy counts and says that a bound refuses senders, and returns what they are told. Partitions whose records are all
// stored let go of their last file: it may be all that fills the bound, and no more records come to roll it.
func (q *Queue) busy(bound string) error {
	q.metrics.refused.WithLabelValues(bound).Inc()
	for _, p := range q.partitions {
		p.sealSoon.Store(true)
		signal(p.kick)
	}
	if q.complaints.note(bound, q.now()) {
		q.log.Warn("the queue refuses records until there is room", "bound", bound,
			"bytes", q.disk.Load(), "max_size", q.maxBytes)
	}
	return &model.BusyError{Bound: bound, RetryAfter: retryAfter}
}

// note takes a refusal, and reports whether the log is to tell it.
func (c *complaints) note(bound string, now time.Time) (tell bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.active.Load() || now.Sub(c.last) > refusesUntil {
		c.first = now
		c.active.Store(true)
	}
	c.bound, c.last = bound, now
	if now.Sub(c.told[bound]) < tellAgain {
		return false
	}
	c.told[bound] = now
	return true
}

// over notes that an append was stored.
func (c *complaints) over() {
	if c.active.Load() {
		c.active.Store(false)
	}
}

// Refuses returns the bound that has let nothing in for some seconds while senders tried, "" when there is none.
func (q *Queue) Refuses() string {
	c := &q.complaints
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.active.Load() || c.last.Sub(c.first) < refusesAfter || q.now().Sub(c.last) > refusesUntil {
		return ""
	}
	return c.bound
}
