// Package metatest is the conformance suite of metadata stores: every implementation of store.Meta and of the
// inputs' state runs it.
package metatest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// State is the durable map of one input.
type State interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, values map[string][]byte) error
	Keys(ctx context.Context, prefix string) ([]string, error)
	Claim(ctx context.Context, key string, value []byte) (holds []byte, err error)
}

// Store is one open metadata store.
type Store struct {
	store.Meta
	Made
	Deletions
	Shared
	EventLog
	model.AccessStore
	Audit
	State func(namespace string) State
	// Reopen closes the store and opens it again.
	Reopen func(t *testing.T) Store
	// Second opens the database once more, as another process does.
	Second func(t *testing.T) Store
}

// Run runs the suite; open makes an empty store.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s Store)
	}{
		{"Checkpoint", testCheckpoint},
		{"Guards", testGuards},
		{"CommitIsAtomic", testCommitIsAtomic},
		{"OneOfTwoCommits", testOneOfTwoCommits},
		{"MarksOnlyGrow", testMarksOnlyGrow},
		{"LargeCheckpoint", testLargeCheckpoint},
		{"Swap", testSwap},
		{"Deletions", testDeletions},
		{"State", testState},
		{"ManyKeys", testManyKeys},
		{"SavedQueries", testSavedQueries},
		{"SavedQueriesAreBounded", testSavedQueriesAreBounded},
		{"OneOfTwoChanges", testOneOfTwoChanges},
		{"Rules", testRules},
		{"Replays", testReplays},
		{"AnyBytes", testAnyBytes},
		{"ID", testID},
		{"OneOfTwoStateClaims", testOneOfTwoStateClaims},
		{"Claim", testClaim},
		{"Carry", testCarry},
		{"OneOfTwoProcessesCommits", testOneOfTwoProcessesCommits},
		{"OneOfTwoProcessesSwaps", testOneOfTwoProcessesSwaps},
		{"OneOfTwoProcessesChanges", testOneOfTwoProcessesChanges},
		{"Lease", testLease},
		{"OneOfTwoLeases", testOneOfTwoLeases},
		{"Members", testMembers},
		{"Events", testEvents},
		{"Audit", testAudit},
		{"AuditOfSeveral", testAuditOfSeveral},
		{"SnapshotIsOneMoment", testSnapshotIsOneMoment},
		{"SnapshotSince", testSnapshotSince},
		{"Accounts", testAccounts},
		{"AccountsOfProviders", testAccountsOfProviders},
		{"LastAdministrator", testLastAdministrator},
		{"OneOfTwoSetups", testOneOfTwoSetups},
		{"TeamsTokensMasks", testTeamsTokensMasks},
		{"Sessions", testSessions},
		{"Attempts", testAttempts},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func segment(id string) store.Segment {
	return store.Segment{
		ID: id, Dataset: "logs", Day: "2026-01-02", Received: "2026-01-03", Class: "audit",
		Rows: 1, RawBytes: math.MaxInt64, Bytes: 3, MinTime: math.MinInt64, MaxTime: math.MaxInt64,
		MaxReceived: math.MaxInt64,
	}
}

type view struct {
	Pos   store.Position
	Marks map[string]uint64
	IDs   []string
}

func load(t *testing.T, s Store, queue string, partition int, epoch int64) view {
	t.Helper()
	pos, marks, err := s.Load(t.Context(), queue, partition, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return view{Pos: pos, Marks: marks, IDs: ids(t, s)}
}

func ids(t *testing.T, s Store) []string {
	t.Helper()
	segments, err := s.Segments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, seg := range segments {
		out = append(out, seg.ID)
	}
	return out
}

func commit(t *testing.T, s Store, c store.Checkpoint) {
	t.Helper()
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func testCheckpoint(t *testing.T, s Store) {
	first := load(t, s, "q", 1, 5)
	want := view{Pos: store.Position{Queue: "q", Partition: 1, Epoch: 5}, Marks: map[string]uint64{}, IDs: []string{}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Fatalf("a new partition:\n%s", diff)
	}
	commit(t, s, store.Checkpoint{
		From: first.Pos, To: 10, Add: []store.Segment{segment("b"), segment("a")},
		Marks: map[string]uint64{"file/x": 7, "big": math.MaxUint64, "zero": 0},
	})
	s = s.Reopen(t)
	want.Pos.Offset, want.Pos.Epoch = 10, 6
	want.Marks = map[string]uint64{"file/x": 7, "big": math.MaxUint64, "zero": 0}
	want.IDs = []string{"a", "b"}
	if diff := cmp.Diff(want, load(t, s, "q", 1, 6)); diff != "" {
		t.Fatalf("after a commit and a restart:\n%s", diff)
	}
	segments, err := s.Segments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Segment{segment("a"), segment("b")}, segments); diff != "" {
		t.Fatalf("segments:\n%s", diff)
	}
	for _, other := range []view{load(t, s, "q", 2, 1), load(t, s, "other", 1, 1)} {
		if other.Pos.Offset != 0 || len(other.Marks) != 0 {
			t.Errorf("the position of another partition moved too: %+v", other)
		}
	}
}

// A stale owner's commit would store rows a second time.
func testGuards(t *testing.T, s Store) {
	old := load(t, s, "q", 0, 1).Pos
	commit(t, s, store.Checkpoint{From: old, To: 10})
	next := load(t, s, "q", 0, 2).Pos
	if _, _, err := s.Load(t.Context(), "q", 0, 1); !errors.Is(err, store.ErrConflict) {
		t.Errorf("load with a lower epoch: %v", err)
	}
	stale := next
	stale.Epoch = 1
	unknown := next
	unknown.Queue = "never loaded"
	for name, c := range map[string]store.Checkpoint{
		"stale offset":  {From: store.Position{Queue: "q", Epoch: 2}, To: 20, Add: []store.Segment{segment("x")}},
		"ahead":         {From: store.Position{Queue: "q", Epoch: 2, Offset: 11}, To: 20},
		"stale epoch":   {From: stale, To: 20, Add: []store.Segment{segment("x")}, Marks: map[string]uint64{"x": 1}},
		"unknown queue": {From: unknown, To: 20},
	} {
		if err := s.Commit(t.Context(), c); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s: %v, want a conflict", name, err)
		}
	}
	if err := s.Commit(t.Context(), store.Checkpoint{From: next, To: 9}); err == nil {
		t.Error("a checkpoint went backwards")
	}
	want := view{Pos: next, Marks: map[string]uint64{}, IDs: []string{}}
	if diff := cmp.Diff(want, load(t, s, "q", 0, 2)); diff != "" {
		t.Errorf("refused commits left something:\n%s", diff)
	}
	commit(t, s, store.Checkpoint{From: next, To: 10, Add: []store.Segment{segment("x")}})
}

// Segments without their offset are rows twice; an offset without its segments is rows lost.
func testCommitIsAtomic(t *testing.T, s Store) {
	pos := load(t, s, "q", 0, 1).Pos
	commit(t, s, store.Checkpoint{From: pos, To: 5, Add: []store.Segment{segment("taken")}, Marks: map[string]uint64{"m": 1}})
	before := load(t, s, "q", 0, 1)
	for _, add := range [][]store.Segment{
		{segment("new"), segment("taken")},
		{segment("new"), segment("new")},
	} {
		err := s.Commit(t.Context(), store.Checkpoint{From: before.Pos, To: 9, Add: add, Marks: map[string]uint64{"m": 2, "n": 1}})
		if err == nil {
			t.Fatal("two segments with one id were accepted")
		}
		if diff := cmp.Diff(before, load(t, s, "q", 0, 1)); diff != "" {
			t.Fatalf("a failed commit left something:\n%s", diff)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ended, store.Checkpoint{From: before.Pos, To: 9}); err == nil {
		t.Fatal("commit with an ended context succeeded")
	}
	if diff := cmp.Diff(before, load(t, s, "q", 0, 1)); diff != "" {
		t.Fatal(diff)
	}
}

func testOneOfTwoCommits(t *testing.T, s Store) {
	pos := load(t, s, "q", 0, 1).Pos
	const racers = 8
	errs := make([]error, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			errs[i] = s.Commit(t.Context(), store.Checkpoint{From: pos, To: 1, Add: []store.Segment{segment(fmt.Sprint(i))}})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrConflict):
			t.Error(err)
		}
	}
	if n := len(ids(t, s)); won != 1 || n != 1 {
		t.Errorf("%d commits won, %d segments", won, n)
	}
}

// A mark that falls back lets replayed records in again.
func testMarksOnlyGrow(t *testing.T, s Store) {
	pos := load(t, s, "q", 0, 1).Pos
	commit(t, s, store.Checkpoint{From: pos, To: 1, Marks: map[string]uint64{"a": 1 << 63, "b": 5}})
	pos.Offset = 1
	commit(t, s, store.Checkpoint{From: pos, To: 2, Marks: map[string]uint64{"a": 9, "b": 6, "c": 1}})
	want := map[string]uint64{"a": 1 << 63, "b": 6, "c": 1}
	if diff := cmp.Diff(want, load(t, s, "q", 0, 1).Marks); diff != "" {
		t.Error(diff)
	}
}

func testSwap(t *testing.T, s Store) {
	ctx := t.Context()
	if err := s.Swap(ctx, store.Swap{Add: []store.Segment{segment("a"), segment("b"), segment("c")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"a", "gone"}, Add: []store.Segment{segment("new")}}); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("swap of a segment that is not there: %v", err)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"a", "a"}}); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("one segment removed twice: %v", err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, ids(t, s)); diff != "" {
		t.Fatalf("a refused swap left something:\n%s", diff)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"a", "c"}, Add: []store.Segment{segment("d")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"d"}, Add: []store.Segment{segment("d")}}); err != nil { // rewritten in place
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b", "d"}, ids(t, s.Reopen(t))); diff != "" {
		t.Fatal(diff)
	}
}

func testState(t *testing.T, s Store) {
	ctx := t.Context()
	st := s.State("files")
	put := func(st State, values map[string][]byte) {
		t.Helper()
		if err := st.Put(ctx, values); err != nil {
			t.Fatal(err)
		}
	}
	check := func(st State, key string, want []byte) {
		t.Helper()
		got, err := st.Get(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("key %q:\n%s", key, diff)
		}
	}
	put(st, nil)
	check(st, "a", nil)
	put(st, map[string][]byte{"a": []byte("1"), "a/x": {0, 255}, "a/é": {}, "b": []byte("2"), "A": []byte("3"), "": []byte("4")})
	put(s.State("other"), map[string][]byte{"a": []byte("other"), "a/z": []byte("x")})
	put(st, map[string][]byte{"a": []byte("changed"), "b": nil, "never": nil})
	s = s.Reopen(t)
	st = s.State("files")
	check(st, "a", []byte("changed"))
	check(st, "a/x", []byte{0, 255})
	check(st, "a/é", []byte{})
	check(st, "b", nil)
	check(st, "", []byte("4"))
	check(s.State("other"), "a", []byte("other"))
	for prefix, want := range map[string][]string{
		"":     {"", "A", "a", "a/x", "a/é"},
		"a":    {"a", "a/x", "a/é"},
		"a/":   {"a/x", "a/é"},
		"a/é":  {"a/é"},
		"none": nil,
	} {
		got, err := st.Keys(ctx, prefix)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("keys of prefix %q:\n%s", prefix, diff)
		}
	}
}

// An input with thousands of files stores all their positions at once.
func testManyKeys(t *testing.T, s Store) {
	const n = 5237 // a store may write many at once, and then the few that are left
	values := map[string][]byte{}
	for i := range n {
		values[fmt.Sprintf("file/%06d", i)] = []byte("position")
	}
	st := s.State("files")
	for range 2 {
		if err := st.Put(t.Context(), values); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := st.Keys(t.Context(), "file/")
	if err != nil || len(keys) != n {
		t.Fatalf("%d keys, %v; want %d", len(keys), err, n)
	}
}

// A checkpoint after a long time holds many days, and marks of many files.
func testLargeCheckpoint(t *testing.T, s Store) {
	const n = 137
	c := store.Checkpoint{From: load(t, s, "q", 0, 1).Pos, To: n, Marks: map[string]uint64{}}
	for i := range n {
		c.Add = append(c.Add, segment(fmt.Sprintf("%03d", i)))
		c.Marks[fmt.Sprint("file/", i)] = uint64(i)
	}
	commit(t, s, c)
	got, err := s.Segments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Add, got); diff != "" {
		t.Errorf("segments:\n%s", diff)
	}
	if diff := cmp.Diff(c.Marks, load(t, s, "q", 0, 1).Marks); diff != "" {
		t.Errorf("marks:\n%s", diff)
	}
}
