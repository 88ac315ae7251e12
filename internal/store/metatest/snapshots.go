package metatest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/store"
)

func snapshot(t *testing.T, s Store) store.Snapshot {
	t.Helper()
	got, err := s.Snapshot(t.Context(), store.NoChanges)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A query that took segments of one moment and offsets of another would miss rows or see them twice.
func testSnapshotIsOneMoment(t *testing.T, s Store) {
	stores := both(t, s)
	pos := load(t, s, "q", 0, 1).Pos
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := range int64(50) {
			c := store.Checkpoint{From: pos, To: i + 1, Add: []store.Segment{segment(fmt.Sprintf("%03d", i))}}
			if err := stores[1].Commit(t.Context(), c); err != nil {
				t.Error(err)
				return
			}
			pos.Offset = i + 1
		}
	}()
	for done := false; !done; {
		select {
		case <-ended:
			done = true
		default:
		}
		got := snapshot(t, stores[0])
		if n := int64(len(got.Segments)); len(got.Partitions) != 1 || got.Partitions[0].Offset != n {
			t.Fatalf("%d segments, partitions %+v", n, got.Partitions)
		}
	}
	if n := len(snapshot(t, stores[0]).Segments); n != 50 {
		t.Errorf("%d segments at the end", n)
	}
}

// A list that is kept for as long as nothing changes must not be kept for longer.
func testSnapshotSince(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	pos := load(t, s, "q", 0, 1).Pos
	before := snapshot(t, stores[1])
	since := func(what string, same bool) {
		t.Helper()
		got, err := stores[1].Snapshot(ctx, before.Changes)
		if err != nil {
			t.Fatal(err)
		}
		if unchanged := got.Changes == before.Changes; unchanged != same || unchanged && got.Segments != nil {
			t.Errorf("%s: %d changes after %d, %d segments", what, got.Changes, before.Changes, len(got.Segments))
		}
		all := snapshot(t, stores[1])
		if !same {
			if diff := cmp.Diff(all.Segments, got.Segments); diff != "" {
				t.Errorf("%s:\n%s", what, diff)
			}
		}
		before = all
	}
	since("nothing happened", true)
	if err := s.Commit(ctx, store.Checkpoint{From: pos, To: 5}); err != nil {
		t.Fatal(err)
	}
	since("only an offset moved", true)
	pos.Offset = 5
	if err := s.Commit(ctx, store.Checkpoint{From: pos, To: 6, Add: []store.Segment{segment("a")}}); err != nil {
		t.Fatal(err)
	}
	since("a checkpoint", false)
	wantConflict(t, "a swap of what is not there", s.Swap(ctx, store.Swap{Remove: []string{"b"}}))
	since("a swap that did not happen", true)
	lease, err := s.Lease(ctx, "job", "a", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"a"}, Lease: lease}); err != nil {
		t.Fatal(err)
	}
	since("a swap", false)
	if diff := cmp.Diff([]store.Lease{lease}, before.Leases); diff != "" {
		t.Errorf("leases:\n%s", diff)
	}
	if err := s.Release(ctx, lease); err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, stores[1]).Leases; len(got) != 1 || got[0].Owner != "" || got[0].Term != lease.Term {
		t.Errorf("after the release: %+v", got)
	}
}
