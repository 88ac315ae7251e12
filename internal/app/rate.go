package app

import (
	"cmp"
	"sync"
	"time"
)

// rate turns a growing counter into records per second over the last ten seconds. It is sampled every second, so
// that it is right whenever somebody asks.
type rate struct {
	window time.Duration // 0 means ten seconds

	mu     sync.Mutex
	points []ratePoint
}

type ratePoint struct {
	at    time.Time
	count int64
}

const rateWindow = 10 * time.Second

func (r *rate) sample(count int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.points = append(r.points, ratePoint{now, count})
	for len(r.points) > 2 && now.Sub(r.points[1].at) >= cmp.Or(r.window, rateWindow) {
		r.points = r.points[1:]
	}
}

func (r *rate) perSecond() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.points) < 2 {
		return 0
	}
	first, last := r.points[0], r.points[len(r.points)-1]
	return float64(last.count-first.count) / last.at.Sub(first.at).Seconds()
}
