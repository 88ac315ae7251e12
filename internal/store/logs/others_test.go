package logs

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/logmix"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// direct asks the stores of the same test.
type direct struct {
	*sharers
	away   atomic.Value // member that does not answer
	breaks atomic.Bool  // answers break off behind their first part
}

func (d *direct) Unsealed(ctx context.Context, member store.Member, ask Ask, give func(Part) error) (Cursor, error) {
	if member.ID == d.away.Load() {
		return Cursor{}, errInjected
	}
	for _, s := range d.stores {
		if s.opts.Sharing.Member != member.ID {
			continue
		}
		cursor, err := s.Unsealed(ctx, ask, give)
		if err == nil && d.breaks.Load() {
			err = errInjected
		}
		return cursor, err
	}
	return Cursor{}, errInjected
}

// asking makes n processes that ask each other.
func asking(t *testing.T, n int) *direct {
	d := &direct{sharers: newSharers(t, n)}
	d.away.Store("")
	for i, s := range d.stores {
		s.opts.Sharing.Others = d
		d.meta.members = append(d.meta.members, store.Member{ID: s.opts.Sharing.Member, Address: fmt.Sprint("127.0.0.1:", i)})
	}
	return d
}

// allOf returns the messages that a search finds, and what it says of itself.
func allOf(t *testing.T, s *Store, req Search) ([]string, Stats) {
	t.Helper()
	var mu sync.Mutex
	var found []string
	req.Scope, req.Fields = model.Everything, []string{model.FieldMsg}
	stats, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.N {
			found = append(found, strings.Clone(b.Value(i, model.FieldMsg)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !req.ranked() {
		slices.Sort(found)
	}
	return found, stats
}

func TestEveryProcessSeesAllRows(t *testing.T) {
	d := asking(t, 3)
	var all []string
	for i := range d.stores {
		w := d.own(t, i, i)
		for k := range 9 {
			msg := fmt.Sprintf("p%d k%d", i, k)
			all = append(all, msg)
			w.Append(w.Offset(), plainRecord(k*3+i, msg))
			if k == 4 {
				checkpoint(t, w)
			}
		}
		w.Publish()
	}
	for i, s := range d.stores {
		got, stats := allOf(t, s, Search{})
		if !slices.Equal(got, all) || len(stats.Missing) > 0 || stats.CompleteUpTo != d.now.UnixNano() {
			t.Errorf("process %d finds %q, missing %v", i, got, stats.Missing)
		}
		if at := stats.Cursor.Offsets; len(at) != 3 || at[0] != 9 || at[1] != 9 || at[2] != 9 {
			t.Errorf("process %d searched up to %v", i, at)
		}
		if got, _ := allOf(t, s, Search{Newest: true, Limit: 4}); !slices.Equal(got, []string{"p2 k8", "p1 k8", "p0 k8", "p2 k7"}) {
			t.Errorf("the newest: %q", got)
		}
		if got, _ := allOf(t, s, Search{Filter: filter(t, "k1 or k7")}); len(got) != 6 {
			t.Errorf("with a filter: %q", got)
		}
		if n := count(t, s, Search{Filter: filter(t, "p1 or k8")}); n != 11 {
			t.Errorf("%d rows are counted, want 11", n)
		}
	}
}

// What an owner does not hand over is missing by name, and what it handed over in part is not shown at all.
func TestAnOwnerThatDoesNotAnswerIsNamed(t *testing.T) {
	d := asking(t, 2)
	w := d.own(t, 1, 4)
	w.Append(0, plainRecord(7, "stored"))
	checkpoint(t, w)
	w.Append(1, plainRecord(9, "not stored"))
	w.sealAll()
	w.Append(2, plainRecord(9, "not stored either"))
	w.Publish()
	for name, fail := range map[string]func(){
		"away":       func() { d.away.Store("b") },
		"breaks off": func() { d.breaks.Store(true) },
		"silent":     func() { d.meta.members[1].Silent = 2 * silentFor },
		"has left":   func() { d.meta.members = d.meta.members[:1] },
		"nobody":     func() { d.meta.owners[4] = "" },
		"not begun":  func() { d.meta.owners[4] = "a" },
	} {
		members := slices.Clone(d.meta.members)
		fail()
		got, stats := allOf(t, d.stores[0], Search{})
		if !slices.Equal(got, []string{"stored"}) || len(stats.Missing) != 1 || stats.Missing[4] == "" {
			t.Errorf("%s: finds %q, missing %v", name, got, stats.Missing)
		}
		if want := plainRecord(7, "").Observed; stats.CompleteUpTo != want {
			t.Errorf("%s: complete up to %d, want %d", name, stats.CompleteUpTo, want)
		}
		d.away.Store("")
		d.breaks.Store(false)
		d.meta.members, d.meta.owners[4] = members, "b"
	}
	if got, stats := allOf(t, d.stores[0], Search{}); len(got) != 3 || len(stats.Missing) > 0 {
		t.Errorf("all is well again: finds %q, missing %v", got, stats.Missing)
	}
}

// A partition that its last owner does not read, as one above the bounds of all processes, holds up no row of the owner's others.
func TestAPartitionThatNobodyReadsLeavesTheOthers(t *testing.T) {
	t.Parallel() // each search waits for a while
	d := asking(t, 2)
	w := d.own(t, 1, 0)
	w.Append(0, plainRecord(0, "stored"))
	checkpoint(t, w)
	d.own(t, 1, 1).Close() // the metadata go on naming its owner
	for _, msg := range []string{"one", "two"} {
		w.Append(w.Offset(), plainRecord(1, msg))
	}
	w.Publish()
	for i, s := range d.stores {
		for _, req := range []Search{{}, {Oldest: true, Limit: 5}} {
			got, stats := allOf(t, s, req)
			slices.Sort(got)
			if !slices.Equal(got, []string{"one", "stored", "two"}) || len(stats.Missing) != 1 || stats.Missing[1] == "" {
				t.Errorf("process %d finds %q, misses %v", i, got, stats.Missing)
			}
			if at := stats.Cursor.Offsets; at[0] != 3 || at[1] != 0 {
				t.Errorf("process %d searched up to %v", i, at)
			}
		}
		if n := count(t, s, Search{}); n != 3 {
			t.Errorf("process %d counts %d rows, want 3", i, n)
		}
	}
}

// Who takes a partition over reads from the queue what the owner before had shown. Until then nobody says that this is all.
func TestRowsOfAPartitionThatIsTakenOver(t *testing.T) {
	d := asking(t, 2)
	for _, s := range d.stores {
		s.opts.Ends = func(context.Context) (map[int]int64, error) { return map[int]int64{0: 3}, nil }
	}
	fill := func(w *Writer, from, to int64) {
		for i := from; i < to; i++ {
			w.Append(i, plainRecord(int(i), fmt.Sprint("row ", i)))
		}
		w.Publish()
	}
	fill(d.own(t, 0, 0), 0, 3)
	next := d.own(t, 1, 0)
	fill(next, 0, 2)
	for i, s := range d.stores {
		if got, stats := allOf(t, s, Search{}); len(stats.Missing) != 1 || stats.CompleteUpTo != 0 {
			t.Errorf("process %d finds %q of three rows and misses %v", i, got, stats.Missing)
		}
	}
	fill(next, 2, 3)
	for i, s := range d.stores {
		if got, stats := allOf(t, s, Search{}); len(got) != 3 || len(stats.Missing) > 0 {
			t.Errorf("process %d finds %q, misses %v", i, got, stats.Missing)
		}
	}
}

// An owner whose reader hangs does not show what came in a second ago, and says so whoever is asked.
func TestAnOwnerThatIsLateSaysSo(t *testing.T) {
	d := asking(t, 2)
	end := map[int]int64{0: 0}
	for _, s := range d.stores {
		s.opts.Ends = func(context.Context) (map[int]int64, error) { return maps.Clone(end), nil }
	}
	w := d.own(t, 0, 0)
	at := func(passed time.Duration, rows int, late bool) {
		t.Helper()
		for i, s := range d.stores {
			got, stats := allOf(t, s, Search{})
			if missing := len(stats.Missing) > 0; missing != late || !missing && len(got) != rows {
				t.Errorf("after %s process %d finds %q, misses %v", passed, i, got, stats.Missing)
			}
		}
	}
	pass := func(by time.Duration, n int64) {
		t.Helper()
		d.now = d.now.Add(by)
		end[0] = n
		if _, err := d.stores[0].askEnds(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	at(0, 0, false)
	pass(600*time.Millisecond, 2)
	at(600*time.Millisecond, 0, false) // they came just now
	pass(600*time.Millisecond, 2)
	at(1200*time.Millisecond, 0, true)
	appendMessages(w, "one", "two")
	at(1200*time.Millisecond, 2, false)
	d.now = d.now.Add(1100 * time.Millisecond) // nobody says where the partition ends
	at(2300*time.Millisecond, 2, true)
}

// A process alone lacks what it has acknowledged and not read yet: of a partition that its reader has begun with, and of one that
// nobody reads.
func TestAProcessAloneThatIsLateSaysSo(t *testing.T) {
	f := &fixture{fs: vfstest.New(1), meta: newMemMeta(), now: time.Unix(0, logmix.Start).Add(time.Hour)}
	end := map[int]int64{}
	f.open(t, f.fs, func(o *Options) {
		o.Partitions, o.Ends = 2, func(context.Context) (map[int]int64, error) { return maps.Clone(end), nil }
	})
	at := func(when string, rows, completeUpTo int64, missing ...int) {
		t.Helper()
		got, stats := allOf(t, f.Store, Search{})
		if int64(len(got)) != rows || !slices.Equal(slices.Sorted(maps.Keys(stats.Missing)), missing) || stats.CompleteUpTo != completeUpTo {
			t.Errorf("%s: finds %q, misses %v, complete up to %d, want %d", when, got, stats.Missing, stats.CompleteUpTo, completeUpTo)
		}
	}
	pass := func(by time.Duration) int64 {
		t.Helper()
		f.now = f.now.Add(by)
		if _, err := f.askEnds(t.Context()); err != nil {
			t.Fatal(err)
		}
		return f.now.UnixNano()
	}
	at("nothing is known", 0, 0, 0, 1)
	end[0], end[1] = 0, 0
	at("nothing is there", 0, pass(0))
	end[0] = 3
	at("records came just now", 0, pass(600*time.Millisecond))
	pass(600 * time.Millisecond)
	at("nobody reads them", 0, 0, 0)
	w := f.writer(t, 0, 1)
	appendMessages(w, "one", "two")
	at("all but one are read", 2, plainRecord(1, "").Observed, 0)
	appendMessages(w, "three")
	at("all are read", 3, f.now.UnixNano())
	checkpoint(t, w)
	at("all are stored", 3, f.now.UnixNano())
	w.Close()
	at("and the reader has gone", 3, 0, 0)
}

func TestAnswersOfOthersAreBounded(t *testing.T) {
	d := asking(t, 2)
	w := d.own(t, 1, 0)
	for i := range 200 {
		w.Append(int64(i), plainRecord(i, fmt.Sprint(rand.Uint64(), rand.Uint64(), rand.Uint64())))
	}
	w.Publish()
	_, _, err := search(t.Context(), d.stores[0], Search{All: true, MaxMemory: 2 << 10})
	if !isLimit(err) {
		t.Errorf("error %v", err)
	}
}

// While owners publish, store and join, every process sees each row that was published before its search, once.
func TestEveryProcessSeesAllRowsWhileBusy(t *testing.T) {
	d := asking(t, 3)
	const partitions = 3
	var published [partitions]atomic.Int64
	done := make(chan struct{})
	var work, searches sync.WaitGroup
	for p := range partitions {
		w := d.own(t, p, p)
		work.Go(func() {
			r := rand.New(rand.NewPCG(11, uint64(p)))
			for range 150 {
				for range 1 + r.IntN(10) {
					o := w.Offset()
					w.Append(o, plainRecord(int(o), fmt.Sprintf("p%d o%d", p, o)))
				}
				w.Publish()
				published[p].Store(w.Offset())
				switch r.IntN(4) {
				case 0:
					if _, err := w.Checkpoint(t.Context()); err != nil {
						t.Error(err)
						return
					}
				case 1:
					w.sealAll()
				}
			}
		})
	}
	for i, s := range d.stores {
		searches.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				var least [partitions]int64
				for p := range least {
					least[p] = published[p].Load()
				}
				got, stats := allOf(t, s, Search{})
				if len(stats.Missing) > 0 {
					t.Errorf("process %d misses %v", i, stats.Missing)
					return
				}
				if n := len(slices.Compact(slices.Clone(got))); n != len(got) {
					t.Errorf("process %d sees %d of %d rows twice", i, len(got)-n, len(got))
					return
				}
				for p := range least {
					prefix := fmt.Sprintf("p%d ", p)
					n := int64(len(slices.DeleteFunc(slices.Clone(got), func(msg string) bool { return !strings.HasPrefix(msg, prefix) })))
					if n < least[p] {
						t.Errorf("process %d sees %d rows of partition %d, %d were published", i, n, p, least[p])
						return
					}
				}
				if _, err := s.opts.Turn(t.Context(), JobJoin, func(ctx context.Context) error { _, err := s.Join(ctx); return err }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	close(done)
	searches.Wait()
}
