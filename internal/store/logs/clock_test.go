package logs

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// One wrong look at the clock must not remove what is kept for months.
func TestClockGuard(t *testing.T) {
	const year = 365 * 24 * time.Hour
	passed, wall := time.Duration(0), time.Unix(1_795_000_000, 0)
	var g clockGuard
	for i, step := range []struct {
		passed, wall time.Duration
		want         bool
	}{
		{0, 0, true},
		{time.Minute, time.Minute, true},
		{time.Minute, time.Minute + 20*time.Minute, true}, // set right by a little
		{time.Minute, 10 * year, false},
		{23 * time.Hour, 23 * time.Hour, false},
		{time.Minute, -10 * year, true}, // and back
		{time.Minute, time.Minute - 5*time.Hour, false},
		{5*time.Hour - time.Minute, 5*time.Hour - time.Minute, false},
		{time.Minute, time.Minute, true}, // it has stood for as long as it has jumped
		{time.Minute, time.Minute + year, false},
		{24*time.Hour - time.Minute, 24*time.Hour - time.Minute, false},
		{time.Minute, time.Minute, true}, // or for a day
	} {
		passed, wall = passed+step.passed, wall.Add(step.wall)
		if got, _ := g.trusted(passed, wall); got != step.want {
			t.Errorf("step %d: trusted %t, want %t", i, got, step.want)
		}
	}
}

// noted is a state in memory.
type noted map[string][]byte

func (n noted) Get(_ context.Context, key string) ([]byte, error) { return n[key], nil }
func (n noted) Put(_ context.Context, values map[string][]byte) error {
	maps.Copy(n, values)
	return nil
}

// set sets the clock, which takes no time.
func (f *fixture) set(by time.Duration) { f.now, f.jumped = f.now.Add(by), f.jumped+by }

// retainRows applies retention and returns how many rows are left.
func (f *fixture) retainRows(t *testing.T) int {
	t.Helper()
	if err := f.Retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return count(t, f.Store, Search{})
}

// A server that starts with a clock that is a year ahead removes nothing: not at once, not after records came with that
// time, not after it was started again with it. Set right, it goes on as ever. What has outlived its retention while the
// server did not run goes after a day.
func TestClockAtStart(t *testing.T) {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	for _, state := range []noted{nil, {}} {
		change := func(o *Options) {
			o.Retention = Retention{Rules: []Rule{{Age: 30 * day}}}
			if state != nil {
				o.State = state
			}
		}
		f := newFixture(t, change)
		epoch, wrong := int64(0), 0 // rows received with the wrong clock
		receive := func() {
			epoch++
			w := f.writer(t, 0, epoch)
			r := plainRecord(0, "a row")
			r.Time, r.Observed = f.now.UnixNano(), f.now.UnixNano()
			w.Append(w.Offset(), r)
			checkpoint(t, w)
			w.Close()
		}
		receive()
		if n := f.retainRows(t); n != 1 {
			t.Fatalf("%d rows, want 1", n)
		}
		f.set(year)
		f.open(t, f.fs, change)
		if n := f.retainRows(t); n != 1 {
			t.Fatalf("started with a wrong clock, %d rows are left", n)
		}
		if state != nil { // what was received with the wrong clock does not vouch for it
			receive()
			wrong++
			f.open(t, f.fs, change)
			if n := f.retainRows(t); n != 2 {
				t.Fatalf("started again with a wrong clock, %d rows are left", n)
			}
		}
		f.set(-year)
		f.now = f.now.Add(31 * day) // that pass
		if n := f.retainRows(t); n != wrong {
			t.Errorf("the clock was set right, and %d rows are left", n)
		}
	}
}

// What outlived its retention while the server did not run goes once the clock has stood for a day.
func TestRetentionAfterAPause(t *testing.T) {
	change := func(o *Options) { o.Retention, o.State = Retention{Rules: []Rule{{Age: 30 * 24 * time.Hour}}}, noted{} }
	f := newFixture(t, change)
	w := f.writer(t, 0, 1)
	appendMessages(w, "a row")
	checkpoint(t, w)
	f.set(100 * 24 * time.Hour)
	f.open(t, f.fs, change)
	for _, want := range []int{1, 1, 0} {
		if n := f.retainRows(t); n != want {
			t.Errorf("%d rows, want %d", n, want)
		}
		f.now = f.now.Add(12 * time.Hour)
	}
}

// The clock jumps back and forth while records come: each is stored under the times that it was sent with, found by
// them and once, joined and kept, and what comes later has later offsets. Jumps of more than the retention remove
// nothing.
func TestClockJumps(t *testing.T) {
	const day = 24 * time.Hour
	f := newFixture(t, func(o *Options) { o.Retention = Retention{Rules: []Rule{{Age: 30 * day}}} })
	w := f.writer(t, 0, 1)
	n := 0
	for _, jump := range []time.Duration{0, 5 * time.Hour, -8 * time.Hour, 26 * time.Hour, -30 * time.Hour, 400 * day, time.Minute, -400 * day, -40 * day, 40 * day} {
		f.set(jump)
		f.now = f.now.Add(time.Second)
		for range 3 {
			r := plainRecord(n, fmt.Sprintf("row %d", n))
			r.Time, r.Observed = f.now.UnixNano(), f.now.UnixNano()
			w.Append(int64(n), r)
			n++
		}
		w.Publish()
		if got := count(t, f.Store, Search{Min: f.now.UnixNano(), Max: f.now.UnixNano()}); got != 3 {
			t.Errorf("after a jump of %s the last second has %d rows", jump, got)
		}
		checkpoint(t, w)
		joinAll(t, f.Store)
		if got := f.retainRows(t); got != n {
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
	f.now = f.now.Add(32 * day) // that pass
	if got := f.retainRows(t); got != 6 {
		t.Errorf("%d rows are left, want the 6 that a clock ahead by 400 days has stamped", got)
	}
}
