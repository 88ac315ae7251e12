// Package measure turns counters of the running server into rates, quantiles and a history.
package measure

import (
	"cmp"
	"sync"
	"time"
)

// Rate turns a growing counter into records per second over the last ten seconds. It is sampled every second, so
// that it is right whenever somebody asks.
type Rate struct {
	Window time.Duration // 0 means ten seconds

	mu     sync.Mutex
	points []ratePoint
}

type ratePoint struct {
	at    time.Time
	count int64
}

const rateWindow = 10 * time.Second

// Sample notes what the counter says now.
func (r *Rate) Sample(count int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.points = append(r.points, ratePoint{now, count})
	for len(r.points) > 2 && now.Sub(r.points[1].at) >= cmp.Or(r.Window, rateWindow) {
		r.points = r.points[1:]
	}
}

// PerSecond returns 0 before the second sample.
func (r *Rate) PerSecond() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.points) < 2 {
		return 0
	}
	first, last := r.points[0], r.points[len(r.points)-1]
	return float64(last.count-first.count) / last.at.Sub(first.at).Seconds()
}

// Rates are of counters by key. Who shares them guards them.
type Rates[K comparable] map[K]*Rate

// Sample notes what a counter says now.
func (r Rates[K]) Sample(key K, count int64, now time.Time) {
	of := r[key]
	if of == nil {
		of = &Rate{}
		r[key] = of
	}
	of.Sample(count, now)
}

// PerSecond returns the rate of a counter: 0 before it was sampled twice, and while what is counted shrinks.
func (r Rates[K]) PerSecond(key K) float64 {
	if of := r[key]; of != nil {
		return max(of.PerSecond(), 0)
	}
	return 0
}
