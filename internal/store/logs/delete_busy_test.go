package logs

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Rows come, are stored, joined, searched and expired while two deletions run: what is to stay is found once by every
// search from the moment at which it is visible, and in the end nothing is left that was to go.
func TestDeleteWhileBusy(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Now = time.Now })
	const rounds, perRound = 40, 30
	var visible atomic.Int64 // rows to keep that every search must find
	var wg sync.WaitGroup
	stop := make(chan struct{})
	loop := func(work func() error) {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := work(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	loop(func() error {
		_, err := f.Join(t.Context())
		return err
	})
	loop(func() error { return f.Retain(t.Context()) })
	loop(func() error {
		want := visible.Load()
		rows, _, err := search(t.Context(), f.Store, Search{Filter: filter(t, "keep"), Fields: []string{"_msg"}})
		if got := int64(len(rows)); err == nil && got < want {
			return fmt.Errorf("a search found %d rows of %d", got, want)
		}
		seen := map[string]bool{}
		for _, row := range rows {
			if seen[row] {
				return fmt.Errorf("%s was found twice", row)
			}
			seen[row] = true
		}
		return err
	})
	deleted, allDeleted := make(chan *Deletion, rounds), make(chan struct{})
	wg.Go(func() {
		defer close(allDeleted)
		for d := range deleted {
			for !f.Sealed(d) {
				time.Sleep(time.Millisecond) // polling the writer, as the server does
			}
			if _, err := f.Delete(t.Context(), d, func(int, int) {}); err != nil {
				t.Error(err)
			}
		}
	})
	w := f.writer(t, 0, 1)
	var asked []Deletion
	n := 0
	for round := range rounds {
		for range perRound {
			kind := []string{"keep", "keep", "secret"}[n%3]
			now := time.Now().UnixNano()
			w.Append(int64(n), &model.Record{
				Dataset: model.DatasetLogs, Time: now, Observed: now, Msg: fmt.Sprintf("%s %d", kind, n),
				Stream: []model.Field{{Name: "app", Value: fmt.Sprint(n % 4)}},
			})
			n++
		}
		w.Publish()
		visible.Store(int64(n) - int64(n/3))
		if round%10 == 5 {
			d := deletion(t, fmt.Sprint("d", round), "secret", map[int]int64{0: int64(n)})
			asked = append(asked, *d)
			f.SetDeletions(asked)
			deleted <- d
		}
		if round%2 == 0 || w.Due() {
			checkpoint(t, w)
		}
	}
	checkpoint(t, w)
	last := deletion(t, "last", "secret", map[int]int64{0: int64(n)})
	deleted <- last
	close(deleted)
	<-allDeleted // searches go on while the last one runs
	close(stop)
	wg.Wait()
	if left := count(t, f.Store, Search{Filter: filter(t, "secret")}); left != 0 {
		t.Errorf("%d rows are left", left)
	}
	if got := count(t, f.Store, Search{}); got != n-n/3 {
		t.Errorf("%d rows, want %d", got, n-n/3)
	}
	removed := int64(0)
	for _, r := range f.meta.deleted {
		removed += r.Rows
	}
	if removed != int64(n/3) {
		t.Errorf("%d rows were counted, want %d", removed, n/3)
	}
	checkFiles(t, f, len(f.meta.segments))
}
