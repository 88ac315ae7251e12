package logs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// pagesOf reads all pages of one order and returns the messages of their rows; grow runs between two pages.
func pagesOf(t *testing.T, s *Store, limit int, oldest bool, grow func(page int)) []string {
	t.Helper()
	var got []string
	var behind *model.Place
	for n := range 10_000 {
		req := Search{Filter: filter(t, "row"), Fields: []string{"_msg"}, Newest: !oldest, Oldest: oldest, Limit: limit, Behind: behind, Scope: model.Everything}
		rows := 0
		stats, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
			for i := range b.N {
				got = append(got, b.Value(i, "_msg"))
			}
			rows += b.N
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if rows < limit {
			return got
		}
		last := stats.Last
		behind = &last
		grow(n)
	}
	t.Fatal("the pages do not end")
	return nil
}

// Pages of either order must meet each row once, in order, also where a page ends among many rows of one time, and
// whether rows are in memory, in segments, or arrive at times around the page meanwhile.
func TestPagesMeetEachRowOnce(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, limit := range []int{1, 7, 50, 1000} {
		f := newFixture(t, nil)
		writers := []*Writer{f.writer(t, 0, 1), f.writer(t, 1, 1)}
		type row struct {
			at  model.Place
			msg string
		}
		var all []row
		add := func(second int, msg string) {
			p := rnd.IntN(2)
			r := plainRecord(second, msg)
			r.Stream[0].Value = fmt.Sprintf("h%d", rnd.IntN(4))
			all = append(all, row{at: model.Place{Time: r.Time, Partition: int64(p), Offset: writers[p].Offset()}, msg: msg})
			writers[p].Append(writers[p].Offset(), r)
		}
		count := min(600, 60*limit)
		for i := range count {
			add(rnd.IntN(20)*rnd.IntN(2), fmt.Sprintf("row %d", i)) // half of them have one time
			if i == count/2 {
				checkpoint(t, writers[0])
				checkpoint(t, writers[1])
			}
		}
		for _, w := range writers {
			w.Publish()
		}
		slices.SortFunc(all, func(a, b row) int { return a.at.Compare(b.at) })
		var ascending []string
		for _, r := range all {
			ascending = append(ascending, r.msg)
		}
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for _, oldest := range []bool{false, true} {
			want := descending
			if oldest {
				want = ascending
			}
			got := pagesOf(t, f.Store, limit, oldest, func(page int) {
				if page > 20 {
					return
				}
				for _, w := range writers {
					late := plainRecord(rnd.IntN(20), "row that is late")
					w.Append(w.Offset(), late)
					w.Publish()
				}
			})
			got = slices.DeleteFunc(got, func(msg string) bool { return msg == "row that is late" })
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("pages of %d, oldest first %v (-want +got):\n%.2000s", limit, oldest, diff)
			}
		}
	}
}

// A page of either end must leave out segments that lie behind it.
func TestRankedSearchLeavesOutSegments(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for s := range 8 {
		for i := range 100 {
			w.Append(w.Offset(), plainRecord(s*1000+i, "row"))
		}
		checkpoint(t, w)
	}
	for _, oldest := range []bool{false, true} {
		req := Search{Fields: []string{"_msg"}, Newest: !oldest, Oldest: oldest, Limit: 10, Workers: 1, Scope: model.Everything}
		stats, err := f.Search(t.Context(), req, func(int, *logsql.Batch) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		want := model.Place{Time: logmix.Start + 7099*1e9, Offset: 799}
		if oldest {
			want = model.Place{Time: logmix.Start}
		}
		if stats.First != want {
			t.Errorf("oldest first %v: begins at %+v, want %+v", oldest, stats.First, want)
		}
		if stats.SegmentsRead > 3 {
			t.Errorf("oldest first %v: %d of %d segments were read for 10 rows", oldest, stats.SegmentsRead, stats.SegmentsTotal)
		}
	}
}
