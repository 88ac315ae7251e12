package app

import (
	"testing"
	"time"
)

// The rate is that of the last ten seconds, not since the start, and does not need anybody to have asked before.
func TestRate(t *testing.T) {
	var r rate
	if got := r.perSecond(); got != 0 {
		t.Errorf("rate before any sample is %v", got)
	}
	at := time.Unix(1_795_132_800, 0)
	count := int64(0)
	for range 60 {
		r.sample(count, at)
		at, count = at.Add(time.Second), count+5
	}
	for range 11 {
		r.sample(count, at)
		at, count = at.Add(time.Second), count+200
	}
	if got := r.perSecond(); got != 200 {
		t.Errorf("rate is %v, want 200", got)
	}
}
