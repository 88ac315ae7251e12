package logs

import (
	"fmt"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// One wrong look at the clock must not remove what is kept for months.
func TestClockGuard(t *testing.T) {
	passed := time.Unix(1_000_000, 0)
	wall := time.Unix(1_795_000_000, 0)
	var g clockGuard
	for i, step := range []struct {
		passed, wall time.Duration
		want         bool
	}{
		{0, 0, true},
		{time.Minute, time.Minute, true},
		{time.Minute, time.Minute + 20*time.Minute, true}, // set right by a little
		{time.Minute, 10 * 365 * 24 * time.Hour, false},
		{50 * time.Minute, 50 * time.Minute, false},
		{time.Minute, -10 * 365 * 24 * time.Hour, true}, // and back
		{time.Minute, -5 * time.Hour, false},
		{59 * time.Minute, 59 * time.Minute, false},
		{time.Minute, time.Minute, true}, // it has stood for an hour
		{time.Minute, time.Minute, true},
	} {
		passed, wall = passed.Add(step.passed), wall.Add(step.wall)
		if got, _ := g.trusted(passed, wall); got != step.want {
			t.Errorf("step %d: trusted %t, want %t", i, got, step.want)
		}
	}
}

// The clock jumps back and forth by hours and days while records come: each is stored under the times that it was sent
// with, found by them and once, joined and kept, and what comes later has later offsets.
func TestClockJumps(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Retention = Retention{Rules: []Rule{{Age: 30 * 24 * time.Hour}}} })
	w := f.writer(t, 0, 1)
	n := 0
	for _, jump := range []time.Duration{0, 5 * time.Hour, -8 * time.Hour, 26 * time.Hour, -30 * time.Hour, time.Minute, -time.Minute} {
		f.now = f.now.Add(jump)
		for range 3 {
			r := plainRecord(n, fmt.Sprintf("row %d", n))
			r.Time, r.Observed = f.now.UnixNano(), f.now.UnixNano()
			w.Append(int64(n), r)
			n++
		}
		w.Publish()
		if got := count(t, f.Store, Search{Min: f.now.UnixNano(), Max: f.now.UnixNano()}); got < 3 {
			t.Errorf("after a jump of %s the last minute has %d rows", jump, got)
		}
		checkpoint(t, w)
		joinAll(t, f.Store)
		if err := f.Retain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := count(t, f.Store, Search{}); got != n {
			t.Fatalf("after a jump of %s %d of %d rows are there", jump, got, n)
		}
	}
	last := int64(-1)
	_, err := f.Search(t.Context(), Search{Scope: model.Everything, Newest: true, Limit: n, Fields: []string{"_time"}}, func(_ int, b *logsql.Batch) error {
		for i := range b.N {
			if last >= 0 && b.Times[i] > last {
				t.Errorf("the newest rows come in the wrong order")
			}
			last = b.Times[i]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(40 * 24 * time.Hour)
	if err := f.Retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := count(t, f.Store, Search{}); got != 0 {
		t.Errorf("%d rows have outlived their retention", got)
	}
}
