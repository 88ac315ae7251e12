package metatest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// Shared is what processes need of a store that they share.
type Shared interface {
	ID() string
	Claim(ctx context.Context, queue string, partition int, owner string) (epoch int64, err error)
	Carry(ctx context.Context, from string, partition int, to string, as int) error
	Lease(ctx context.Context, name, owner string, ttl time.Duration) (store.Lease, error)
	Release(ctx context.Context, lease store.Lease) error
	Join(ctx context.Context, who store.Member) (epoch int64, err error)
	Beat(ctx context.Context, id string, epoch int64) error
	Leave(ctx context.Context, id string, epoch int64) error
	Snapshot(ctx context.Context, since int64) (store.Snapshot, error)
}

// both returns the store and a second one on the same database, as another process opens it.
func both(t *testing.T, s Store) []Store {
	t.Helper()
	return []Store{s, s.Second(t)}
}

func wantConflict(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("%s: %v, want a conflict", what, err)
	}
}

// The group's name in Kafka carries the id: a new one would read everything again.
func testID(t *testing.T, s Store) {
	id := s.ID()
	if second := s.Second(t).ID(); id == "" || second != id {
		t.Errorf("one process sees the id %q, another %q", id, second)
	}
	if again := s.Reopen(t).ID(); again != id {
		t.Errorf("the id was %q, and is %q after a restart", id, again)
	}
}

// The metadata of one folder must not become those of another.
func testOneOfTwoStateClaims(t *testing.T, s Store) {
	stores := both(t, s)
	const racers = 8
	held := make([]string, racers)
	var all sync.WaitGroup
	for i := range racers {
		all.Go(func() {
			holds, err := stores[i%2].State("folder").Claim(t.Context(), "k", fmt.Append(nil, i))
			if err != nil {
				t.Error(err)
			}
			held[i] = string(holds)
		})
	}
	all.Wait()
	if first := slices.Compact(held); len(first) != 1 || first[0] == "" {
		t.Errorf("they hold %q", held)
	}
	if got, err := s.Reopen(t).State("folder").Get(t.Context(), "k"); err != nil || string(got) != held[0] {
		t.Errorf("%q is kept, %v; want %q", got, err, held[0])
	}
}

// Whoever claims a partition last owns it alone: what an earlier owner still commits would be stored twice.
func testClaim(t *testing.T, s Store) {
	ctx := t.Context()
	const racers = 8
	stores := both(t, s)
	epochs := make([]int64, racers)
	var all sync.WaitGroup
	for i := range racers {
		all.Go(func() {
			var err error
			if epochs[i], err = stores[i%2].Claim(ctx, "q", 3, fmt.Sprint("m", i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	last := slices.Index(epochs, slices.Max(epochs))
	slices.Sort(epochs)
	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5, 6, 7, 8}, epochs); diff != "" {
		t.Fatalf("epochs of %d claims:\n%s", racers, diff)
	}
	owner := load(t, s, "q", 3, racers).Pos
	_, _, err := s.Load(ctx, "q", 3, racers-1)
	wantConflict(t, "an earlier owner loads", err)

	epoch, err := stores[1].Claim(ctx, "q", 3, "next")
	if err != nil || epoch != racers+1 {
		t.Fatalf("claimed with epoch %d, %v", epoch, err)
	}
	wantConflict(t, "the owner before commits", s.Commit(ctx, store.Checkpoint{From: owner, To: 5, Add: []store.Segment{segment("x")}}))
	next := load(t, stores[1], "q", 3, epoch).Pos
	commit(t, stores[1], store.Checkpoint{From: next, To: 5, Received: 70})
	next.Offset = 5
	commit(t, stores[1], store.Checkpoint{From: next, To: 9, Received: 60})
	want := []store.Partition{{Position: store.Position{Queue: "q", Partition: 3, Offset: 9, Epoch: epoch}, Owner: "next", Received: 70}}
	if diff := cmp.Diff(want, snapshot(t, s).Partitions); diff != "" {
		t.Errorf("after the commit of the new owner (m%d was the last racer):\n%s", last, diff)
	}
}

// A topic that becomes another queue's is read on from where it was, and what its sources repeat is known; once it was read there,
// that counts.
func testCarry(t *testing.T, s Store) {
	ctx := t.Context()
	commit(t, s, store.Checkpoint{From: load(t, s, "old", 2, 7).Pos, To: 5, Received: 70, Marks: map[string]uint64{"a": 9, "b": 1}})
	carry := func(partition, as int) {
		t.Helper()
		if err := s.Carry(ctx, "old", partition, "new", as); err != nil {
			t.Fatal(err)
		}
	}
	carry(2, 4)
	carry(1, 5) // of which nothing is known
	epoch, err := s.Claim(ctx, "new", 4, "m")
	if err != nil || epoch != 1 {
		t.Fatalf("claimed with epoch %d, %v", epoch, err)
	}
	got := load(t, s, "new", 4, epoch)
	want := view{Pos: store.Position{Queue: "new", Partition: 4, Offset: 5, Epoch: epoch}, Marks: map[string]uint64{"a": 9, "b": 1}, IDs: got.IDs}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("carried:\n%s", diff)
	}
	if got := load(t, s, "new", 5, 1); got.Pos.Offset != 0 || len(got.Marks) > 0 {
		t.Errorf("a partition that was in no other queue is %+v", got)
	}
	commit(t, s, store.Checkpoint{From: got.Pos, To: 8, Marks: map[string]uint64{"a": 12}})
	carry(2, 4)
	if got := load(t, s, "new", 4, epoch); got.Pos.Offset != 8 || got.Marks["a"] != 12 {
		t.Errorf("carried over what was read since: %+v", got)
	}
}

// Two processes that both believe to own a partition commit the same offsets: one of them must not.
func testOneOfTwoProcessesCommits(t *testing.T, s Store) {
	stores := both(t, s)
	pos := load(t, s, "q", 0, 1).Pos
	const rounds, racers = 20, 4
	for round := range int64(rounds) {
		errs := make([]error, racers)
		var all sync.WaitGroup
		for i := range racers {
			all.Go(func() {
				errs[i] = stores[i%2].Commit(t.Context(), store.Checkpoint{
					From: pos, To: round + 1, Add: []store.Segment{segment(fmt.Sprint(round, "-", i))}, Marks: map[string]uint64{"a": uint64(round)},
				})
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, store.ErrConflict):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of %d commits of one offset happened", won, racers)
		}
		pos.Offset = round + 1
	}
	if n := len(ids(t, s)); n != rounds {
		t.Errorf("%d segments of %d commits", n, rounds)
	}
}

// Two joins of the same segments would hold their rows twice.
func testOneOfTwoProcessesSwaps(t *testing.T, s Store) {
	stores := both(t, s)
	if err := s.Swap(t.Context(), store.Swap{Add: []store.Segment{segment("a"), segment("b")}}); err != nil {
		t.Fatal(err)
	}
	remove := [][]string{{"a", "b"}, {"b", "a"}} // which may wait for each other
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			errs[i] = stores[i].Swap(t.Context(), store.Swap{Remove: remove[i], Add: []store.Segment{segment(fmt.Sprint("joined", i))}})
		})
	}
	all.Wait()
	if n := len(ids(t, s)); n != 1 || (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), store.ErrConflict) {
		t.Errorf("%d segments are left, errors %v", n, errs)
	}
}

func testLease(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	take := func(i int, owner string, ttl time.Duration) store.Lease {
		t.Helper()
		lease, err := stores[i].Lease(ctx, "join", owner, ttl)
		if err != nil {
			t.Fatal(err)
		}
		return lease
	}
	refused := func(what string, i int, owner string) {
		t.Helper()
		_, err := stores[i].Lease(ctx, "join", owner, time.Hour)
		wantConflict(t, what, err)
	}
	first := take(0, "a", time.Hour)
	if diff := cmp.Diff(store.Lease{Name: "join", Owner: "a", Term: 1}, first); diff != "" {
		t.Errorf("taken:\n%s", diff)
	}
	refused("another takes it", 1, "b")
	if _, err := stores[1].Lease(ctx, "retain", "b", time.Hour); err != nil {
		t.Errorf("a lease of another name: %v", err)
	}
	if again := take(0, "a", time.Hour); again != first {
		t.Errorf("renewed: %+v, was %+v", again, first)
	}
	if err := stores[0].Release(ctx, first); err != nil {
		t.Fatal(err)
	}
	second := take(1, "b", 0) // expires at once
	if second.Term <= first.Term {
		t.Errorf("the term does not grow: %+v after %+v", second, first)
	}
	third := take(0, "a", time.Hour)
	if third.Term <= second.Term {
		t.Errorf("the term does not grow: %+v after %+v", third, second)
	}
	for _, lost := range []store.Lease{first, second} { // the releases of those that had it before
		if err := stores[1].Release(ctx, lost); err != nil {
			t.Fatal(err)
		}
	}
	refused("taken after a late release", 1, "b")

	// What was written under a lease that is lost may have been swept away.
	swap := func(lease store.Lease, id string) error {
		return stores[1].Swap(ctx, store.Swap{Add: []store.Segment{segment(id)}, Lease: lease})
	}
	wantConflict(t, "a swap under a lost lease", swap(second, "x"))
	if err := swap(third, "y"); err != nil {
		t.Errorf("a swap under a lease: %v", err)
	}
	if diff := cmp.Diff([]string{"y"}, ids(t, s)); diff != "" {
		t.Error(diff)
	}
}

// Two sweepers remove what the other writes.
func testOneOfTwoLeases(t *testing.T, s Store) {
	stores := both(t, s)
	const racers = 8
	errs := make([]error, racers)
	var all sync.WaitGroup
	for i := range racers {
		all.Go(func() {
			_, errs[i] = stores[i%2].Lease(t.Context(), "sweep", fmt.Sprint("m", i), time.Hour)
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantConflict(t, "a lease that is taken", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d have the lease", won, racers)
	}
}

func testMembers(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	join := func(i int, id, address string) int64 {
		t.Helper()
		epoch, err := stores[i].Join(ctx, store.Member{ID: id, Address: address, Version: "1.0", Instance: "web-" + id})
		if err != nil {
			t.Fatal(err)
		}
		return epoch
	}
	a, b := join(0, "a", "10.0.0.1:7700"), join(1, "b", "10.0.0.2:7700")
	if err := stores[0].Beat(ctx, "a", a); err != nil {
		t.Error(err)
	}
	again := join(1, "a", "10.0.0.3:7700") // restarted elsewhere
	if again <= a {
		t.Errorf("the epoch does not grow: %d after %d", again, a)
	}
	wantConflict(t, "the process before beats", stores[0].Beat(ctx, "a", a))
	wantConflict(t, "one that never joined beats", stores[0].Beat(ctx, "c", 1))
	if err := stores[0].Leave(ctx, "a", a); err != nil { // its id is another's now
		t.Error(err)
	}
	members := snapshot(t, stores[0]).Members
	want := []store.Member{
		{ID: "a", Address: "10.0.0.3:7700", Version: "1.0", Instance: "web-a", Epoch: again},
		{ID: "b", Address: "10.0.0.2:7700", Version: "1.0", Instance: "web-b", Epoch: b},
	}
	if diff := cmp.Diff(want, members, cmpopts.IgnoreFields(store.Member{}, "Silent")); diff != "" {
		t.Errorf("members:\n%s", diff)
	}
	for _, m := range members {
		if m.Silent < 0 || m.Silent > time.Minute {
			t.Errorf("%s is silent for %s", m.ID, m.Silent)
		}
	}
	if err := stores[1].Leave(ctx, "b", b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[:1], snapshot(t, stores[0]).Members, cmpopts.IgnoreFields(store.Member{}, "Silent")); diff != "" {
		t.Errorf("after one left:\n%s", diff)
	}
	if epoch := join(1, "b", "10.0.0.2:7700"); epoch <= b {
		t.Errorf("the epoch does not grow: %d after %d", epoch, b)
	}
}

// Two people in front of two processes.
func testOneOfTwoProcessesChanges(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	const writers = 8
	errs := make([]error, writers)
	race := func(what string, f func(s Store, i int) error) (won int) {
		t.Helper()
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() { errs[i] = f(stores[i%2], i) })
		}
		all.Wait()
		for _, err := range errs {
			var taken *model.TakenError
			switch {
			case err == nil:
				won++
			case !errors.As(err, &taken):
				t.Errorf("%s: %v", what, err)
			}
		}
		return won
	}
	if won := race("a name", func(s Store, _ int) error {
		_, err := s.AddSavedQuery(ctx, operator("kim"), model.SavedQueryText{Name: "a", Query: "*"})
		return err
	}); won != 1 {
		t.Errorf("%d queries have one name", won)
	}
	rule, err := s.AddRule(ctx, everything, model.SavedRule{Name: "r"})
	if err != nil {
		t.Fatal(err)
	}
	if won := race("a change", func(s Store, i int) error {
		r := rule
		r.Name = fmt.Sprint("by ", i)
		_, err := s.ChangeRule(ctx, everything, r)
		return err
	}); won != 1 {
		t.Errorf("%d changes of one revision were accepted", won)
	}
	if won := race("letters", func(s Store, i int) error {
		got, err := s.ReserveLetters(ctx, []model.Replay{{Letter: "same", Record: []byte("r")}, {Letter: fmt.Sprint(i), Record: []byte("r")}})
		if err == nil && len(got) == 2 {
			return nil
		}
		if err == nil { // another has reserved the one for all
			return &model.TakenError{}
		}
		return err
	}); won != 1 {
		t.Errorf("%d have reserved one letter", won)
	}
	pending, err := s.PendingLetters(ctx)
	if err != nil || len(pending) != writers+1 {
		t.Errorf("%d letters are pending, %v; want %d", len(pending), err, writers+1)
	}
}

// Names of files and sources may be any bytes, and are sorted by them.
func testAnyBytes(t *testing.T, s Store) {
	ctx := t.Context()
	keys := []string{"", "\x00", "A", "\\x41", "a", "a\x00b", "é", "\xff\xfe"}
	slices.Sort(keys)
	values, marks := map[string][]byte{}, map[string]uint64{}
	for i, key := range keys {
		values[key], marks[key] = []byte{byte(i), 0, 0xff}, uint64(i)
	}
	pos := load(t, s, "q", 0, 1).Pos
	commit(t, s, store.Checkpoint{From: pos, To: 1, Marks: marks})
	if err := s.State("files").Put(ctx, values); err != nil {
		t.Fatal(err)
	}
	s = s.Reopen(t)
	if diff := cmp.Diff(marks, load(t, s, "q", 0, 1).Marks); diff != "" {
		t.Errorf("marks:\n%s", diff)
	}
	got, err := s.State("files").Keys(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(keys, got); diff != "" {
		t.Errorf("keys:\n%s", diff)
	}
	for key, want := range values {
		if value, err := s.State("files").Get(ctx, key); err != nil || !slices.Equal(value, want) {
			t.Errorf("key %q: %v, %v; want %v", key, value, err, want)
		}
	}
}
