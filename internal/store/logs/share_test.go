package logs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

// sharedMeta is memMeta as several processes see it.
type sharedMeta struct {
	*memMeta
	own      sync.Mutex // guards what follows, and makes one moment of it and memMeta
	changes  int64
	owners   map[int]string
	members  []store.Member
	received map[int]int64
	leases   map[string]store.Lease
	answer   func() // called while the answer to a commit is on its way
}

func (m *sharedMeta) Commit(ctx context.Context, c store.Checkpoint) error {
	defer m.answer()
	m.own.Lock()
	defer m.own.Unlock()
	m.changes++
	err := m.memMeta.Commit(ctx, c)
	if err == nil {
		m.received[c.From.Partition] = max(m.received[c.From.Partition], c.Received)
	}
	return err
}

func (m *sharedMeta) Swap(ctx context.Context, swap store.Swap) error {
	m.own.Lock()
	defer m.own.Unlock()
	if swap.Lease != m.leases[swap.Lease.Name] {
		return store.ErrConflict
	}
	m.changes++
	return m.memMeta.Swap(ctx, swap)
}

func (m *sharedMeta) Snapshot(ctx context.Context, since int64) (now store.Snapshot, err error) {
	m.own.Lock()
	defer m.own.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err, _ := m.ask("snapshot"); err != nil {
		return now, err
	}
	now.Changes = m.changes
	if now.Changes != since {
		now.Segments = slices.Collect(maps.Values(m.segments))
	}
	for _, p := range m.positions {
		now.Partitions = append(now.Partitions, store.Partition{Position: p, Owner: m.owners[p.Partition], Received: m.received[p.Partition]})
	}
	now.Members = slices.Clone(m.members)
	now.Leases = slices.Collect(maps.Values(m.leases))
	return now, ctx.Err()
}

// claim is what a queue does for its new owner.
func (m *sharedMeta) claim(partition int, owner string) int64 {
	m.own.Lock()
	defer m.own.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.positions[partition]
	p.Queue, p.Partition, p.Epoch = queueID, partition, p.Epoch+1
	m.positions[partition], m.owners[partition] = p, owner
	return p.Epoch
}

// turn runs f under a lease of a new term.
func (m *sharedMeta) turn(owner string) func(context.Context, string, func(context.Context) error) (bool, error) {
	return func(ctx context.Context, job string, f func(context.Context) error) (bool, error) {
		m.own.Lock()
		lease := m.leases[job]
		if lease.Owner != "" {
			m.own.Unlock()
			return false, nil
		}
		lease = store.Lease{Name: job, Owner: owner, Term: lease.Term + 1}
		m.leases[job] = lease
		m.own.Unlock()
		err := f(store.WithLease(ctx, lease))
		m.own.Lock()
		defer m.own.Unlock()
		lease.Owner = ""
		m.leases[job] = lease
		return true, err
	}
}

// sharers are the stores of processes that share a folder.
type sharers struct {
	*fixture
	meta   *sharedMeta
	stores []*Store
}

func newSharers(t *testing.T, n int) *sharers {
	f := &fixture{fs: vfstest.New(1), meta: newMemMeta(), now: time.Unix(0, logmix.Start).Add(time.Hour)}
	s := &sharers{fixture: f, meta: &sharedMeta{memMeta: f.meta, owners: map[int]string{}, received: map[int]int64{}, leases: map[string]store.Lease{}, answer: func() {}}}
	for i := range n {
		s.add(t, string(rune('a'+i)))
	}
	return s
}

func (s *sharers) add(t *testing.T, member string) {
	s.open(t, s.fs, func(o *Options) {
		o.Meta, o.Turn = s.meta, s.meta.turn(member)
		o.Sharing = &Sharing{Member: member, Snapshot: s.meta.Snapshot}
	})
	s.stores = append(s.stores, s.Store)
}

// own makes a process the owner of a partition.
func (s *sharers) own(t testing.TB, i, partition int) *Writer {
	t.Helper()
	w, err := s.stores[i].Writer(t.Context(), partition, s.meta.claim(partition, s.stores[i].opts.Sharing.Member))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (s *sharers) files(t testing.TB) []string {
	t.Helper()
	names, err := s.fs.List("/data/logs")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// What one process stores, the others find at once, also when they have a snapshot already; what the owner has not stored
// is the owner's alone, and what an owner of before still holds is nobody's.
func TestSharedSegments(t *testing.T) {
	s := newSharers(t, 2)
	w := s.own(t, 0, 0)
	appendMessages(w, "one", "two")
	want := func(what string, i int, want ...string) {
		t.Helper()
		if got := messages(t, s.stores[i]); !slices.Equal(got, want) {
			t.Errorf("%s: process %d finds %q, want %q", what, i, got, want)
		}
	}
	want("in memory", 0, "one", "two")
	want("in memory", 1)
	checkpoint(t, w)
	want("stored", 0, "one", "two")
	want("stored", 1, "one", "two")
	for _, msg := range []string{"three", "four", "five", "six", "seven", "eight", "nine"} {
		appendMessages(w, msg)
		checkpoint(t, w)
	}
	all := messages(t, s.stores[1])
	if len(all) != 9 {
		t.Fatalf("%q", all)
	}
	if _, err := s.meta.turn("b")(t.Context(), JobJoin, func(ctx context.Context) error { _, err := s.stores[1].Join(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	if n := len(s.f().segments); n != 1 {
		t.Fatalf("%d segments after the join", n)
	}
	want("joined by the other", 0, all...)
	with := slices.Sorted(slices.Values(append(slices.Clone(all), "unsealed")))
	appendMessages(w, "unsealed")
	want("before the move", 0, with...)
	next := s.own(t, 1, 0)
	want("moved", 0, all...)
	appendMessages(next, "unsealed")
	checkpoint(t, next)
	want("moved and stored", 0, with...)
	if _, err := w.Checkpoint(t.Context()); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the owner of before commits: %v", err)
	}
	w.Close()
	want("at the end", 1, with...)
}

// A commit has happened before its process knows; meanwhile others may even have joined its segments.
func TestSharedCommitOnItsWay(t *testing.T) {
	s := newSharers(t, 2)
	w := s.own(t, 0, 0)
	for i := range 7 {
		appendMessages(w, fmt.Sprint(i))
		checkpoint(t, w)
	}
	appendMessages(w, "7")
	all := messages(t, s.stores[0])
	same := func(what string, i int) {
		t.Helper()
		if got := messages(t, s.stores[i]); !slices.Equal(got, all) {
			t.Errorf("%s: process %d finds %q", what, i, got)
		}
	}
	s.meta.answer = func() {
		same("committed", 0)
		same("committed", 1)
		if _, err := s.meta.turn("b")(t.Context(), JobJoin, func(ctx context.Context) error { _, err := s.stores[1].Join(ctx); return err }); err != nil {
			t.Error(err)
		}
		same("joined", 0)
	}
	checkpoint(t, w)
	if n := len(s.f().segments); n != 1 {
		t.Fatalf("%d segments after the join", n)
	}
	if snap := s.stores[0].snapshot([]string{model.DatasetLogs}, 0, 1<<62); len(snap.segments) != 1 { // as a search that had refreshed before
		t.Errorf("%d segments in searches", len(snap.segments))
	}
	same("answered", 0)
}

func (s *sharers) f() *memMeta { return s.fixture.meta }

// While owners store, join, move and search at once, nobody sees a row twice, and nobody misses one that was stored, or
// that its own writer has published.
func TestSharedWhileBusy(t *testing.T) {
	s := newSharers(t, 3)
	const partitions = 3
	var stored [partitions]atomic.Int64 // of each partition
	done := make(chan struct{})
	var work, searches sync.WaitGroup
	for p := range partitions {
		work.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(p)))
			var w, frozen *Writer
			for range 60 {
				if w == nil || r.IntN(6) == 0 {
					if frozen != nil {
						frozen.Close()
					}
					frozen = w
					at := r.IntN(len(s.stores))
					if frozen != nil && frozen.store == s.stores[at] {
						frozen.Close()
						frozen = nil
					}
					w = s.own(t, at, p)
				}
				for range 1 + r.IntN(20) {
					o := w.Offset()
					w.Append(o, plainRecord(int(o), fmt.Sprintf("p%d o%d", p, o)))
				}
				w.Publish()
				if r.IntN(3) > 0 {
					checkpoint(t, w)
					stored[p].Store(w.Offset())
				}
			}
			checkpoint(t, w)
			stored[p].Store(w.Offset())
		})
	}
	for i, at := range s.stores {
		searches.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				var least [partitions]int64
				for p := range least {
					least[p] = stored[p].Load()
				}
				seen := map[string]bool{}
				var most [partitions]int64
				for _, msg := range messages(t, at) {
					if seen[msg] {
						t.Errorf("process %d sees %q twice", i, msg)
						return
					}
					seen[msg] = true
					var p, o int64
					if _, err := fmt.Sscanf(msg, "p%d o%d", &p, &o); err != nil {
						t.Error(err)
						return
					}
					most[p]++
				}
				for p := range least {
					if most[p] < least[p] {
						t.Errorf("process %d sees %d rows of partition %d, of which %d were stored before", i, most[p], p, least[p])
						return
					}
				}
				_, err := at.opts.Turn(t.Context(), JobJoin, func(ctx context.Context) error { _, err := at.Join(ctx); return err })
				if err != nil {
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

// A file goes when nothing can name it any more, and not before searches of other processes are over that may read it.
func TestSweep(t *testing.T) {
	s := newSharers(t, 2)
	w := s.own(t, 0, 0)
	appendMessages(w, "one")
	s.f().fail = func(op string) (error, bool) {
		if op == "commit" {
			return store.ErrConflict, false
		}
		return nil, true
	}
	// A commit that is about to happen, and one whose process was killed: to others they look the same.
	w.sealAll()
	if _, err := w.writeSegments(); err != nil {
		t.Fatal(err)
	}
	s.f().fail = nil
	sweep := func(i int) {
		t.Helper()
		if _, err := s.stores[i].opts.Turn(t.Context(), JobSweep, s.stores[i].Sweep); err != nil {
			t.Fatal(err)
		}
	}
	later := func() {
		sweep(1)
		s.now = s.now.Add(sweepGrace)
		sweep(1)
	}
	later()
	if n := len(s.files(t)); n != 1 {
		t.Fatalf("%d files; that of a commit under way is gone", n)
	}
	next := s.own(t, 1, 0)
	sweep(1)
	if n := len(s.files(t)); n != 1 {
		t.Fatal("it is removed before searches are over")
	}
	later()
	if names := s.files(t); len(names) != 0 {
		t.Fatalf("what nobody can commit stays: %q", names)
	}
	for i := range 8 {
		appendMessages(next, fmt.Sprint(i))
		checkpoint(t, next)
	}
	all := messages(t, s.stores[0])
	if _, err := s.meta.turn("a")(t.Context(), JobJoin, func(ctx context.Context) error { _, err := s.stores[0].Join(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	if n := len(s.files(t)); n != 9 {
		t.Errorf("%d files after a join", n)
	}
	if got := messages(t, s.stores[1]); !slices.Equal(got, all) { // which tells it what was replaced
		t.Errorf("%q", got)
	}
	later()
	if names := s.files(t); len(names) != 1 || !strings.Contains(names[0], "-a-join8-t1-") {
		t.Errorf("after the grace: %q", names)
	}
	if got := messages(t, s.stores[1]); !slices.Equal(got, all) {
		t.Errorf("%q", got)
	}
}

// A search that comes too late to a file must not answer with fewer rows.
func TestSharedSegmentIsGone(t *testing.T) {
	s := newSharers(t, 2)
	w := s.own(t, 0, 0)
	for i := range 8 {
		appendMessages(w, fmt.Sprint(i))
		checkpoint(t, w)
	}
	late := s.stores[1]
	if _, err := late.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	snap := late.snapshot([]string{model.DatasetLogs}, 0, 1<<62)
	defer late.release(snap)
	if _, err := s.meta.turn("a")(t.Context(), JobJoin, func(ctx context.Context) error { _, err := s.stores[0].Join(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	for _, ref := range snap.segments {
		if err := s.fs.Remove(late.path(ref.ID)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	req := Search{Scope: model.Everything, All: true}.withDefaults()
	_, err := late.newRun(req, snap).all(t.Context(), func(int, *logsql.Batch) error { return nil })
	if !errors.Is(err, errReplaced) {
		t.Errorf("the late search: %v", err)
	}
	if got := messages(t, late); len(got) != 8 {
		t.Errorf("asked again: %q", got)
	}
}

// A process that cannot learn what others have stored answers with what it knows, and says since when it is not more.
func TestSharedMetadataAway(t *testing.T) {
	s := newSharers(t, 2)
	for i := range s.stores {
		w := s.own(t, i, i)
		appendMessages(w, fmt.Sprint("stored by ", i))
		checkpoint(t, w)
	}
	at := s.stores[0]
	if got := messages(t, at); len(got) != 2 {
		t.Fatalf("before it finds %q", got)
	}
	s.now = s.now.Add(time.Minute)
	s.f().fail = func(op string) (error, bool) { return errInjected, op != "snapshot" }
	known := s.now.Add(-time.Minute)
	got, stats, err := search(t.Context(), at, Search{})
	if err != nil || len(got) != 2 {
		t.Errorf("%d rows, %v", len(got), err)
	}
	if since := known.UTC().Format(time.RFC3339); !strings.Contains(stats.Stale, since) || strings.Contains(stats.Stale, errInjected.Error()) {
		t.Errorf("it says %q, want since %s and no word of the database", stats.Stale, since)
	}
	if stats.CompleteUpTo > known.UnixNano() {
		t.Errorf("complete up to %d, the metadata were last seen at %d", stats.CompleteUpTo, known.UnixNano())
	}
	s.f().fail = nil
	if _, stats, err := search(t.Context(), at, Search{}); err != nil || stats.Stale != "" {
		t.Errorf("afterwards: %q, %v", stats.Stale, err)
	}
}

func TestCanCommit(t *testing.T) {
	now := &store.Snapshot{
		Partitions: []store.Partition{
			{Position: store.Position{Queue: "5f0c21d7", Partition: 3, Epoch: 7}},
			{Position: store.Position{Queue: "old", Partition: 3, Epoch: 90}},
		},
		Leases: []store.Lease{{Name: JobJoin, Owner: "a", Term: 4}, {Name: JobDelete, Owner: "", Term: 9}},
	}
	for name, want := range map[string]bool{
		"logs-20260102-a-5f0c21d7-p3-e7-00.seg":  true,
		"logs-20260102-a-5f0c21d7-p3-e8-00.seg":  true, // claimed since
		"logs-20260102-a-5f0c21d7-p3-e6-00.seg":  false,
		"logs-20260102-a-5f0c21d7-p30-e6-00.seg": true,
		"logs-20260102-a-older-p3-e6-00.seg":     true,
		"logs-20260102-a-join12-t4-00.seg":       true,
		"logs-20260102-a-join12-t3-00.seg":       false,
		"logs-20260102-a-cut-t9-00.seg":          false, // its lease was given back
		"logs-20260102-a-salvaged-t3-00.seg":     true,
		"logs-20260102-p3-e6-00.seg":             true, // of a process alone
		"logs-20260102-join12-00.seg":            true,
		"notes.seg":                              true,
	} {
		if got := canCommit(now, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A partition that nobody has claimed yet may hold rows that were acknowledged.
func TestSharedUnclaimedPartition(t *testing.T) {
	s := newSharers(t, 1)
	at := s.stores[0]
	at.opts.Partitions = 2
	s.own(t, 0, 0)
	missing := func(what string, want ...int) {
		t.Helper()
		_, stats, err := search(t.Context(), at, Search{})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(stats.Missing)); !slices.Equal(got, want) {
			t.Errorf("%s: %v is missing, want %v", what, stats.Missing, want)
		}
	}
	missing("one of two is claimed", 1)
	s.own(t, 0, 1)
	missing("both are claimed")
}
