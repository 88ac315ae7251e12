package measure

import (
	"math"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// A gap stays a gap, and what is a day old does not come back.
func TestHistoryKeepsGaps(t *testing.T) {
	var h History
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * Step) }
	h.Add(at(0), Point{Ingest: 5})
	h.Add(at(2), Point{Ingest: 7})
	first, values := h.Last(Ingest, 3*Step, at(2))
	if first.UTC() != at(0) || len(values) != 3 || values[0] != 5 || !math.IsNaN(values[1]) || values[2] != 7 {
		t.Errorf("from %v: %v", first, values)
	}
	_, values = h.Last(Ingest, Step, at(int(steps)))
	if len(values) != 1 || !math.IsNaN(values[0]) {
		t.Errorf("a day later: %v", values)
	}
}

func TestGrownCountsTheLastHour(t *testing.T) {
	var h History
	if n := h.Grown(Dropped, 40, time.Hour, noon); n != 40 {
		t.Errorf("grown by %v since the start, want all 40", n)
	}
	h.Add(noon.Add(-time.Hour), Point{Dropped: 30})
	if n := h.Grown(Dropped, 40, time.Hour, noon); n != 10 {
		t.Errorf("grown by %v in the last hour, want 10", n)
	}
}
