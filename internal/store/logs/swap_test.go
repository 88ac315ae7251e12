package logs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A swap may fail and happen all the same, and the list of segments may fail then as well: rows are found once all
// the time, later work goes on, and no file is left over.
func TestSwapOfUnknownOutcome(t *testing.T) {
	for _, c := range []struct {
		happened, listed bool
	}{{true, true}, {true, false}, {false, true}, {false, false}} {
		fail := func(op string) (error, bool) {
			if op == "segments" && c.listed {
				return nil, true
			}
			return errInjected, c.happened
		}
		t.Run(fmt.Sprintf("join happened %t, listed %t", c.happened, c.listed), func(t *testing.T) {
			f, want := swapFixture(t)
			f.meta.fail = fail
			_, err := f.Join(t.Context())
			if known := c.happened && c.listed; known != (err == nil) || !known && !errors.Is(err, errInjected) {
				t.Fatalf("join: %v", err)
			}
			if diff := cmp.Diff(want, messages(t, f.Store)); diff != "" {
				t.Errorf("rows while the outcome is not known (-want +got):\n%s", diff)
			}
			f.meta.fail = nil
			joinAll(t, f.Store)
			if diff := cmp.Diff(want, messages(t, f.Store)); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
			checkFiles(t, f, 1)
		})
		t.Run(fmt.Sprintf("expiry happened %t, listed %t", c.happened, c.listed), func(t *testing.T) {
			f, _ := swapFixture(t)
			if err := f.SetRetention(Retention{Rules: []Rule{{Age: time.Minute}}}); err != nil {
				t.Fatal(err)
			}
			f.meta.fail = fail
			if err := f.Retain(t.Context()); (c.happened && c.listed) != (err == nil) {
				t.Fatalf("retain: %v", err)
			}
			f.meta.fail = nil
			if err := f.Retain(t.Context()); err != nil {
				t.Fatalf("retain again: %v", err)
			}
			if got := messages(t, f.Store); len(got) > 0 {
				t.Errorf("rows left: %q", got)
			}
			checkFiles(t, f, 0)
		})
	}
}

// swapFixture is a store of segments that want to be joined.
func swapFixture(t *testing.T) (*fixture, []string) {
	t.Helper()
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	var want []string
	for i := range joinAtLeast {
		want = append(want, fmt.Sprint("row ", i))
		appendMessages(w, want[i])
		checkpoint(t, w)
	}
	return f, want
}

// checkFiles compares the segments that the store knows with the metadata and the files.
func checkFiles(t *testing.T, f *fixture, n int) {
	t.Helper()
	files, err := f.fs.List("/data/logs")
	if err != nil {
		t.Fatal(err)
	}
	f.mu.RLock()
	known := slices.Sorted(maps.Keys(f.segments))
	f.mu.RUnlock()
	stored := slices.Sorted(maps.Keys(f.meta.segments))
	slices.Sort(files)
	if len(stored) != n || !slices.Equal(known, stored) || !slices.Equal(files, stored) {
		t.Errorf("segments known %q, stored %q, files %q; want the same %d", known, stored, files, n)
	}
}

// What can be joined is joined in one go, so that a backlog does not take a tick for each group.
func TestDrainJoinsBacklog(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	const days = 5
	for range 2 {
		for day := range days {
			r := plainRecord(0, fmt.Sprint("day ", day))
			r.Observed += int64(day) * dayNs
			r.Time = r.Observed
			w.Append(w.Offset(), r)
		}
		checkpoint(t, w)
	}
	f.now = f.now.Add(10 * 24 * time.Hour)
	f.drain(t.Context())
	checkFiles(t, f, days)
}
