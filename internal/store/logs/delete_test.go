package logs

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

func deletion(t testing.TB, id, query string, below map[int]int64) *Deletion {
	return &Deletion{ID: id, Search: Search{Scope: model.Everything, Filter: filter(t, query)}, Queue: queueID, Below: below}
}

func deleteNow(t testing.TB, s *Store, d *Deletion) (damaged []string) {
	t.Helper()
	damaged, err := s.Delete(t.Context(), d, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return damaged
}

// all returns every row with its identity, sorted.
func all(t testing.TB, s *Store) []string {
	t.Helper()
	return slices.Sorted(slices.Values(rowsOf(t, s, Search{All: true, Fields: []string{"_time", "_record_id", "_observed", "_stream"}})))
}

// What a deletion leaves must be what the search for the opposite found before, byte for byte, in segments small and
// joined, with blocks that lose nothing, some rows and all rows.
func TestDeleteLeavesTheOthers(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		f := newFixture(t, nil)
		w := f.writer(t, 0, 1)
		for i := range 600 {
			r := plainRecord(i, fmt.Sprintf("row %d of kind %d\x00\xff", i, rng.IntN(5)))
			r.Format = []string{"", "pairs@1"}[i%2]
			if i%7 == 0 {
				r.Dataset = "audit"
			}
			r.Fields = []model.Field{{Name: "n", Value: fmt.Sprint(i % 10)}}
			w.Append(int64(i), r)
			if rng.IntN(100) == 0 {
				checkpoint(t, w)
			}
		}
		checkpoint(t, w)
		if seed%2 == 0 {
			for more := true; more; {
				more, _ = f.Join(t.Context())
			}
		}
		query := []string{"3", "n:=4", "{host.name=h1}", "row AND -2", "*", "nothing"}[seed]
		want := slices.Sorted(slices.Values(rowsOf(t, f.Store, Search{
			All: true, Fields: []string{"_time", "_record_id", "_observed", "_stream"}, Filter: filter(t, "!("+query+")"),
		})))
		audit := count(t, f.Store, Search{Datasets: []string{"audit"}})
		before := count(t, f.Store, Search{})
		deleteNow(t, f.Store, deletion(t, "d", query, map[int]int64{0: 600}))
		if diff := cmp.Diff(want, all(t, f.Store)); diff != "" {
			t.Fatalf("seed %d, %s (-want +got):\n%s", seed, query, diff)
		}
		if got := count(t, f.Store, Search{Datasets: []string{"audit"}}); got != audit {
			t.Errorf("%s took %d rows of another dataset", query, audit-got)
		}
		if got := f.meta.deleted["d"].Rows; got != int64(before-len(want)) {
			t.Errorf("%s: counted %d rows, want %d", query, got, before-len(want))
		}
		files, _ := f.fs.List("/data/logs")
		if len(files) != len(f.meta.segments) {
			t.Errorf("%s: files %q for %d segments", query, files, len(f.meta.segments))
		}
	}
}

// Rows that come after a deletion was asked for stay, also in a block that has rows of before.
func TestDeleteKeepsLaterRows(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 10 {
		w.Append(int64(i), plainRecord(i, "secret"))
	}
	checkpoint(t, w)
	d := deletion(t, "d", "secret", map[int]int64{0: 6})
	deleteNow(t, f.Store, d)
	if n := count(t, f.Store, Search{Filter: filter(t, "secret")}); n != 4 {
		t.Errorf("%d rows are left, want the 4 that came later", n)
	}
}

// A deletion waits for what is in memory: sealed by its wish, long before the checkpoint would be due.
func TestDeleteHurriesTheCheckpoint(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.CheckpointAge = time.Hour })
	w := f.writer(t, 0, 1)
	w.Append(0, plainRecord(0, "secret"))
	w.Publish()
	d := deletion(t, "d", "secret", map[int]int64{0: 2})
	if f.Sealed(d) || w.Due() {
		t.Fatal("a row that has not come yet counts as sealed")
	}
	w.Append(1, plainRecord(1, "secret"))
	w.Publish()
	if f.Sealed(d) || !w.Due() {
		t.Fatal("no checkpoint is due for the deletion")
	}
	checkpoint(t, w)
	if !f.Sealed(d) || w.Due() {
		t.Fatal("the rows do not count as sealed")
	}
	deleteNow(t, f.Store, d)
	if n := count(t, f.Store, Search{}); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// Two deletions that wait make the writer hurry for the one that needs fewer rows, whichever was asked about last.
func TestDeletionsHurryTheCheckpointForTheFirst(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.CheckpointAge = time.Hour })
	w := f.writer(t, 0, 1)
	w.Append(0, plainRecord(0, "secret"))
	w.Publish()
	first, second := deletion(t, "1", "secret", map[int]int64{0: 1}), deletion(t, "2", "secret", map[int]int64{0: 9})
	if f.Sealed(first) || f.Sealed(second) || !w.Due() {
		t.Fatal("no checkpoint is due for the first deletion")
	}
	checkpoint(t, w)
	for range 8 {
		w.Append(w.Offset(), plainRecord(1, "secret"))
	}
	w.Publish()
	if !f.Sealed(first) || f.Sealed(second) || !w.Due() {
		t.Fatal("no checkpoint is due for the second deletion")
	}
}

// The queue still holds what was deleted: when it is read again from an earlier offset, the rows must not come back.
func TestDeletedRowsDoNotComeBack(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	replay := func() {
		for i := range 10 {
			w.Append(int64(i), plainRecord(i, []string{"secret", "other"}[i%2]))
		}
		w.Publish()
	}
	replay()
	checkpoint(t, w)
	d := deletion(t, "d", "secret", map[int]int64{0: 8})
	deleteNow(t, f.Store, d)
	d.Ended = true
	f.SetDeletions([]Deletion{*d})
	w.Close()
	f.meta.positions[0] = store.Position{Queue: queueID, Epoch: 1}
	for id := range f.meta.segments {
		delete(f.meta.segments, id)
	}
	f.open(t, f.fs, nil)
	f.SetDeletions([]Deletion{*d})
	w = f.writer(t, 0, 2)
	replay()
	check := func(when string) {
		t.Helper()
		got := rowsOf(t, f.Store, Search{Fields: []string{"_record_id"}, Filter: filter(t, "secret")})
		if len(got) != 1 || !strings.Contains(got[0], "-8") || count(t, f.Store, Search{}) != 6 {
			t.Errorf("%s: %q", when, got)
		}
	}
	check("in memory")
	checkpoint(t, w)
	check("in segments")
	if n := f.meta.deleted["d"].Rows; n != 4 {
		t.Errorf("counted %d rows, want 4: the replay counts nothing", n)
	}
}

// Rows that the queue held when a deletion was asked for, and that the consumer comes to while it runs, count too.
func TestDeletionCountsRowsOfTheQueue(t *testing.T) {
	f := newFixture(t, nil)
	d := deletion(t, "d", "secret", map[int]int64{0: 3})
	f.SetDeletions([]Deletion{*d})
	w := f.writer(t, 0, 1)
	for i := range 5 {
		w.Append(int64(i), plainRecord(i, "secret"))
	}
	checkpoint(t, w)
	checkpoint(t, w) // must not count again
	if n, left := f.meta.deleted["d"].Rows, count(t, f.Store, Search{}); n != 3 || left != 2 {
		t.Errorf("counted %d, left %d rows; want 3 and 2", n, left)
	}
}

// A deletion passes over what it cannot read, names it, and leaves it as it is.
func TestDeleteFromDamagedSegment(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 20 {
		r := plainRecord(i, fmt.Sprintf("secret %d", i)) // not constant: it has to be read
		r.Stream = []model.Field{{Name: "app", Value: []string{"a", "b"}[i%2]}}
		w.Append(int64(i), r)
	}
	checkpoint(t, w)
	var seg string
	for id := range f.meta.segments {
		seg = id
	}
	file, err := f.files.acquire(seg)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Blocks) != 2 {
		t.Fatalf("%d blocks", len(file.Blocks))
	}
	at := file.Blocks[1].Base
	for i := range int64(file.Blocks[1].Header.Size()) {
		if err := f.fs.Flip("/data/logs/"+seg, at+i, 0xff); err != nil {
			t.Fatal(err)
		}
	}
	f.files.release(seg)
	damaged := deleteNow(t, f.Store, deletion(t, "d", "secret", map[int]int64{0: 20}))
	if len(damaged) != 1 || damaged[0] == seg || f.meta.segments[damaged[0]].ID == "" {
		t.Errorf("damaged are %q, want what is left of %s", damaged, seg)
	}
	if again := deleteNow(t, f.Store, deletion(t, "d", "secret", map[int]int64{0: 20})); !slices.Equal(again, damaged) {
		t.Errorf("the second time damaged are %q", again)
	}
	if n := f.meta.deleted["d"].Rows; n != 10 {
		t.Errorf("deleted %d rows, want the 10 of the block that can be read", n)
	}
	var rows int64
	for _, s := range f.meta.segments {
		rows += s.Rows
	}
	if rows != 10 {
		t.Errorf("%d rows are left", rows)
	}
}

// A disk that refuses to read a segment, at whichever read, must not hold a deletion up: the segment stays as it is and
// is named, and the others lose their rows.
func TestDeletePassesOverReadErrors(t *testing.T) {
	for n, refused := 0, true; refused; n++ {
		f := newFixture(t, nil)
		w := f.writer(t, 0, 1)
		for i := range 20 {
			r := plainRecord(i, fmt.Sprintf("secret %d", i)) // not constant: it has to be read
			r.Stream = []model.Field{{Name: "app", Value: []string{"a", "b"}[i%2]}}
			r.Fields = []model.Field{{Name: "keep", Value: fmt.Sprint(i%4 > 1)}}
			w.Append(int64(i), r)
			if i == 9 {
				checkpoint(t, w)
			}
		}
		checkpoint(t, w)
		bad := slices.Sorted(maps.Keys(f.meta.segments))[0] // which is looked at first
		if _, err := f.files.acquire(bad); err != nil {
			t.Fatal(err)
		}
		reads := 0
		refused = false
		f.fs.SetHook(func(op vfstest.Op, path string) error {
			if op != vfstest.OpRead || path != "/data/logs/"+bad {
				return nil
			}
			if reads++; reads > n {
				refused = true
				return syscall.EIO
			}
			return nil
		})
		damaged := deleteNow(t, f.Store, deletion(t, "d", "secret keep:=false", map[int]int64{0: 20}))
		f.fs.SetHook(nil)
		left := count(t, f.Store, Search{Filter: filter(t, "keep:=false")})
		kept := count(t, f.Store, Search{Filter: filter(t, "keep:=true")})
		switch {
		case kept != 10 || f.meta.deleted["d"].Rows != int64(10-left):
			t.Errorf("refused from read %d on: %d rows to keep are left, %d were counted, %d are left of those to go",
				n, kept, f.meta.deleted["d"].Rows, left)
		case refused && (len(damaged) != 1 || left == 0 || left > 6):
			t.Errorf("refused from read %d on: damaged are %q, %d rows are left", n, damaged, left)
		case !refused && (len(damaged) != 0 || left != 0):
			t.Errorf("damaged are %q, %d rows are left", damaged, left)
		}
	}
}
