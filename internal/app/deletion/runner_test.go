package deletion

import (
	"context"
	"log/slog"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
)

// newRunner has a queue of two partitions that nothing consumes, and one row in the segments of each.
func newRunner(t *testing.T) *Runner {
	t.Helper()
	ctx, dir, log := t.Context(), t.TempDir(), slog.New(slog.DiscardHandler)
	m, err := meta.Open(ctx, filepath.Join(dir, "meta.db"), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	q, err := wal.Open(wal.Options{Dir: filepath.Join(dir, "queue"), Partitions: 2, MaxBytes: 64 << 20, MaxPending: 1 << 20, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	rows, err := logs.Open(logs.Options{Dir: filepath.Join(dir, "logs"), Meta: m, Queue: q.ID(), Memory: 16 << 20, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rows.Close() })
	for partition := range 2 {
		w, err := rows.Writer(ctx, partition, 1)
		if err != nil {
			t.Fatal(err)
		}
		w.Append(0, &model.Record{Dataset: model.DatasetLogs, Time: 1e18, Observed: 1e18, Msg: "precious"})
		if _, err := w.Checkpoint(ctx); err != nil {
			t.Fatal(err)
		}
	}
	d, err := New(ctx, Options{
		Queue: q, Meta: m, Store: rows, Log: log, Audit: func(context.Context, model.AuditEntry) {},
		Turn: func(ctx context.Context, _ string, f func(context.Context) error) (bool, error) { return true, f(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var preciousOrder = api.DeletionOrder{Query: "precious", Asked: time.Now(), Min: math.MinInt64, Max: math.MaxInt64, Reason: "test", By: "me"}

// byID returns a deletion as it is stored.
func (d *Runner) byID(t *testing.T, id string) store.Deletion {
	t.Helper()
	list, err := d.opts.Meta.Deletions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(del store.Deletion) bool { return del.ID == id })
	if i < 0 {
		t.Fatalf("there is no deletion %s", id)
	}
	return list[i]
}

// A deletion that was cancelled while it waited for another one, after the round had listed it, must remove nothing.
func TestCancelledBeforeItsTurn(t *testing.T) {
	d := newRunner(t)
	ctx := t.Context()
	asked, err := d.Delete(ctx, preciousOrder)
	if err != nil {
		t.Fatal(err)
	}
	listed := d.byID(t, asked.ID)
	listed.Below = map[int]int64{0: 1, 1: 1}
	if _, err := d.CancelDeletion(ctx, asked.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.one(ctx, listed); err != nil {
		t.Fatal(err)
	}
	if state := d.byID(t, asked.ID).State; state != store.DeletionCancelled {
		t.Fatal(state)
	}
	segments, err := d.opts.Meta.Segments(ctx)
	if err != nil || len(segments) != 2 {
		t.Fatalf("segments %v, error %v: the cancelled deletion removed rows", segments, err)
	}
}

// A deletion that waits for rows of a partition that does not move on must not hold up a later one that waits for none.
func TestWaitingDeletionHoldsNobodyUp(t *testing.T) {
	d := newRunner(t)
	add := func(id string, asked int64, below map[int]int64) {
		t.Helper()
		err := d.opts.Meta.AddDeletion(t.Context(), store.Deletion{
			ID: id, Query: "precious", Asked: asked, Min: math.MinInt64, Max: math.MaxInt64, By: "me", Queue: d.opts.Queue.ID(), Below: below,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	add("first", 1, map[int]int64{0: 100, 1: 1})
	add("second", 2, map[int]int64{1: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // the round that this test is against never ended
	defer cancel()
	if again, err := d.round(ctx); err != nil || again != sealedEvery {
		t.Errorf("the round says to look again after %s: %v", again, err)
	}
	if first := d.describe(d.byID(t, "first")); first.State != store.DeletionRunning || first.Phase != "waiting" {
		t.Errorf("first: %+v", first)
	}
	second := d.byID(t, "second")
	if second.State != store.DeletionDone || len(second.Removed) != 1 || second.Removed[0].Rows != 1 {
		t.Errorf("second: %+v", second)
	}
	if said := d.describe(second); said.SegmentsDone == 0 || said.SegmentsDone != said.SegmentsTotal {
		t.Errorf("once it has ended it says %d of %d segments", said.SegmentsDone, said.SegmentsTotal)
	}
}

// Who asks for a deletion and is gone once it is stored has not failed: the deletion is in effect.
func TestDeletionOfOneWhoIsGone(t *testing.T) {
	d := newRunner(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.renew(gone)
	if d.stale {
		t.Error("the deletion is not in effect")
	}
}
