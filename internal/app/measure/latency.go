package measure

import (
	"math"

	dto "github.com/prometheus/client_model/go"
)

// latencySamples is how many steps of the history the quantiles of a latency look back: five minutes.
const latencySamples = 30

// Latency tells quantiles of what a histogram has counted lately.
type Latency struct {
	bounds  []float64
	samples [][]uint64 // counts by bucket, cumulative as the histogram has them; the oldest first
}

// Sample notes what the histogram has counted by now.
func (l *Latency) Sample(h *dto.Histogram) {
	counts := make([]uint64, 0, len(h.GetBucket())+1)
	l.bounds = l.bounds[:0]
	for _, b := range h.GetBucket() {
		l.bounds = append(l.bounds, b.GetUpperBound())
		counts = append(counts, b.GetCumulativeCount())
	}
	l.samples = append(l.samples, append(counts, h.GetSampleCount()))
	if len(l.samples) > latencySamples+1 {
		l.samples = l.samples[1:]
	}
}

// Quantile returns a quantile in ms, interpolated within its bucket, or NaN when nothing was counted. What lies
// beyond the last bound is told as that bound.
func (l *Latency) Quantile(q float64) float64 {
	if len(l.samples) < 2 {
		return math.NaN()
	}
	first, last := l.samples[0], l.samples[len(l.samples)-1]
	all := float64(last[len(last)-1] - first[len(first)-1])
	if all == 0 {
		return math.NaN()
	}
	lower, below := 0., 0.
	for i, upper := range l.bounds {
		count := float64(last[i] - first[i])
		if count >= q*all {
			return 1000 * (lower + (upper-lower)*(q*all-below)/(count-below))
		}
		lower, below = upper, count
	}
	return 1000 * lower
}
