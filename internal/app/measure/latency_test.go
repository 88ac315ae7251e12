package measure

import (
	"math"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

func histogram(counts ...uint64) *dto.Histogram {
	h := &dto.Histogram{}
	all := uint64(0)
	for i, bound := range []float64{.001, .01, .1} {
		all += counts[i]
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: new(bound), CumulativeCount: new(all)})
	}
	all += counts[3]
	h.SampleCount = &all
	return h
}

// The quantiles are those of the last minutes: what was slow at the start is forgotten.
func TestLatencyForgets(t *testing.T) {
	var l Latency
	l.Sample(histogram(0, 0, 0, 0))
	if q := l.Quantile(.99); !math.IsNaN(q) {
		t.Errorf("quantile of nothing is %v", q)
	}
	l.Sample(histogram(0, 0, 100, 0))
	if q := l.Quantile(.5); math.Round(q) != 55 {
		t.Errorf("p50 is %v ms, want 55, half of the way from 10 to 100", q)
	}
	for range latencySamples {
		l.Sample(histogram(100, 0, 100, 0))
	}
	l.Sample(histogram(200, 0, 100, 0))
	if q := l.Quantile(.99); q > 1 {
		t.Errorf("p99 is %v ms, want at most 1", q)
	}
}
