package metatest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// Deletions keeps what was deleted, and by whom.
type Deletions interface {
	AddDeletion(ctx context.Context, d store.Deletion) error
	Deletions(ctx context.Context) ([]store.Deletion, error)
	EndDeletion(ctx context.Context, id, state, reason string, damaged []string, at int64) error
	QueueGone(ctx context.Context, id string, at int64) error
}

func deletions(t *testing.T, s Store) []store.Deletion {
	t.Helper()
	list, err := s.Deletions.Deletions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What a deletion removed is counted in the transaction that removes it: a count of its own could be wrong by what a
// crash cuts off.
func testDeletions(t *testing.T, s Store) {
	ctx := t.Context()
	old := store.Deletion{ID: "a", Query: "old", Asked: 1, Queue: "q", Below: map[int]int64{}}
	d := store.Deletion{
		ID: "b", Query: `host:="a"`, Asked: 2, Min: -5, Max: 9, Reason: "a password", By: "local", Queue: "q",
		Below: map[int]int64{0: 7, 11: 1 << 40},
	}
	for _, add := range []store.Deletion{old, d} {
		if err := s.AddDeletion(ctx, add); err != nil {
			t.Fatal(err)
		}
	}
	removed := func(rows int64) store.Deleted {
		return store.Deleted{Deletion: "b", Removed: store.Removed{Dataset: "logs", Rows: rows, RawBytes: 10 * rows, DiskBytes: rows}}
	}
	pos := load(t, s, "q", 0, 1).Pos
	commit(t, s, store.Checkpoint{From: pos, To: 3, Add: []store.Segment{segment("x")}, Deleted: []store.Deleted{removed(2)}})
	if err := s.Swap(ctx, store.Swap{Remove: []string{"x"}, Add: []store.Segment{segment("y")}, Deleted: removed(3)}); err != nil {
		t.Fatal(err)
	}
	// Neither a commit nor a swap that is refused may count.
	if err := s.Commit(ctx, store.Checkpoint{From: pos, To: 4, Deleted: []store.Deleted{removed(100)}}); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	if err := s.Swap(ctx, store.Swap{Remove: []string{"x"}, Deleted: removed(100)}); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	if err := s.EndDeletion(ctx, "b", store.DeletionDone, "", []string{"bad.seg"}, 5); err != nil {
		t.Fatal(err)
	}
	if err := s.EndDeletion(ctx, "b", store.DeletionCancelled, "", nil, 6); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("one that is done was cancelled: %v", err)
	}
	if err := s.QueueGone(ctx, "b", 8); err != nil {
		t.Fatal(err)
	}
	d.State, d.Removed, d.Rewritten = store.DeletionDone, []store.Removed{{Dataset: "logs", Rows: 5, RawBytes: 50, DiskBytes: 5}}, 1
	d.Damaged, d.Finished, d.QueueGone = []string{"bad.seg"}, 5, 8
	old.State, old.Damaged = store.DeletionRunning, []string{}
	if diff := cmp.Diff([]store.Deletion{d, old}, deletions(t, s.Reopen(t))); diff != "" {
		t.Error(diff)
	}
}
