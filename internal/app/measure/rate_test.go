package measure

import (
	"testing"
	"time"
)

// The rate is that of the last ten seconds, not since the start, and does not need anybody to have asked before.
func TestRate(t *testing.T) {
	var r Rate
	if got := r.PerSecond(); got != 0 {
		t.Errorf("rate before any sample is %v", got)
	}
	at := time.Unix(1_795_132_800, 0)
	count := int64(0)
	for range 60 {
		r.Sample(count, at)
		at, count = at.Add(time.Second), count+5
	}
	for range 11 {
		r.Sample(count, at)
		at, count = at.Add(time.Second), count+200
	}
	if got := r.PerSecond(); got != 200 {
		t.Errorf("rate is %v, want 200", got)
	}
}
