package app

import (
	"math"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/store/logs"
)

// A gap stays a gap, and what is a day old does not come back.
func TestHistoryKeepsGaps(t *testing.T) {
	var h history
	at := func(steps int) time.Time { return noon.Add(time.Duration(steps) * historyStep) }
	h.add(at(0), [metrics]float64{metricIngest: 5})
	h.add(at(2), [metrics]float64{metricIngest: 7})
	first, values := h.last(metricIngest, 3*historyStep, at(2))
	if first.UTC() != at(0) || len(values) != 3 || values[0] != 5 || !math.IsNaN(values[1]) || values[2] != 7 {
		t.Errorf("from %v: %v", first, values)
	}
	_, values = h.last(metricIngest, historyStep, at(int(historyPoints)))
	if len(values) != 1 || !math.IsNaN(values[0]) {
		t.Errorf("a day later: %v", values)
	}
}

func TestGrownCountsTheLastHour(t *testing.T) {
	var h history
	if n := h.grown(countDropped, 40, time.Hour, noon); n != 40 {
		t.Errorf("grown by %v since the start, want all 40", n)
	}
	h.add(noon.Add(-time.Hour), [metrics]float64{countDropped: 30})
	if n := h.grown(countDropped, 40, time.Hour, noon); n != 10 {
		t.Errorf("grown by %v in the last hour, want 10", n)
	}
}

// Just after a start nobody knows where a partition is read: then all that the queue holds must not count as lag.
func TestLagBeforeItIsKnown(t *testing.T) {
	stats := []queue.PartitionStats{{Partition: 0, Oldest: 5, End: 5}, {Partition: 1, Oldest: 100, End: 900}}
	if lag := queueLag(stats, nil); !math.IsNaN(lag) {
		t.Errorf("the lag is %v before anything is read", lag)
	}
	if lag := queueLag(stats, []logs.Progress{{Partition: 1, Visible: 890}}); lag != 10 {
		t.Errorf("the lag is %v, want 10", lag)
	}
	stats[1].Stored = 900
	if lag := queueLag(stats, []logs.Progress{{Partition: 1, Visible: 890}}); lag != 0 {
		t.Errorf("the lag is %v when all is stored", lag)
	}
}

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
	var l latency
	l.sample(histogram(0, 0, 0, 0))
	if q := l.quantile(.99); !math.IsNaN(q) {
		t.Errorf("quantile of nothing is %v", q)
	}
	l.sample(histogram(0, 0, 100, 0))
	if q := l.quantile(.5); math.Round(q) != 55 {
		t.Errorf("p50 is %v ms, want 55, half of the way from 10 to 100", q)
	}
	for range latencySamples {
		l.sample(histogram(100, 0, 100, 0))
	}
	l.sample(histogram(200, 0, 100, 0))
	if q := l.quantile(.99); q > 1 {
		t.Errorf("p99 is %v ms, want at most 1", q)
	}
}
