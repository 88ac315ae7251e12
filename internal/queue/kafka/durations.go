package kafka

import (
	"math"
	"time"
)

// Buckets of Durations: the first ends at firstDuration, each further one is a quarter longer, the last has no end (about
// ten seconds and more).
const (
	firstDuration = 100 * time.Microsecond
	durationStep  = 1.25
	durations     = 53
)

// Durations counts how long something took, exact to a quarter.
type Durations [durations]int64

func (d *Durations) add(took time.Duration) {
	i := 0
	if took > firstDuration {
		i = int(math.Ceil(math.Log(float64(took)/float64(firstDuration)) / math.Log(durationStep)))
	}
	d[min(i, durations-1)]++
}

// Quantile returns a duration that a share q of all does not exceed, 0 when nothing was counted.
func (d *Durations) Quantile(q float64) time.Duration {
	var all int64
	for _, n := range d {
		all += n
	}
	rest := int64(math.Ceil(q * float64(all)))
	for i, n := range d {
		if rest -= n; rest <= 0 && all > 0 {
			return time.Duration(float64(firstDuration) * math.Pow(durationStep, float64(i)))
		}
	}
	return 0
}
