package app

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
)

// newStored is an app of metadata, a queue of two partitions, a store and the audit trail. Nothing consumes the queue.
func newStored(t *testing.T, log *slog.Logger) *app {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	a := &app{cfg: &Config{Data: dir}, log: log, folder: folder{Member: "m"}, health: newHealth(), registry: prometheus.NewRegistry(), life: lifecycle{log: log}}
	var err error
	if a.meta, err = meta.Open(ctx, filepath.Join(dir, "meta.db"), log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.meta.Close() })
	q, err := wal.Open(wal.Options{Dir: filepath.Join(dir, "queue"), Partitions: 2, MaxBytes: 64 << 20, MaxPending: 1 << 20, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	a.queue = q
	if err := errors.Join(a.openAudit(), a.startAudit(ctx)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.life.stop() })
	a.store, err = logs.Open(logs.Options{Dir: filepath.Join(dir, "logs"), Meta: a.meta, Queue: q.ID(), Memory: 16 << 20, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	return a
}

// newDeletions has what deletions need of an app, with one row in the segments of each partition.
func newDeletions(t *testing.T, log *slog.Logger) *deletions {
	t.Helper()
	ctx, a := t.Context(), newStored(t, log)
	for partition := range 2 {
		w, err := a.store.Writer(ctx, partition, 1)
		if err != nil {
			t.Fatal(err)
		}
		w.Append(0, &model.Record{Dataset: model.DatasetLogs, Time: 1e18, Observed: 1e18, Msg: "precious"})
		if _, err := w.Checkpoint(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.openDeletions(ctx); err != nil {
		t.Fatal(err)
	}
	return a.deletions
}

var preciousOrder = api.DeletionOrder{Query: "precious", Asked: time.Now(), Min: math.MinInt64, Max: math.MaxInt64, Reason: "test", By: "me"}

// byID returns a deletion as it is stored.
func (d *deletions) byID(t *testing.T, id string) store.Deletion {
	t.Helper()
	list, err := d.a.meta.Deletions(t.Context())
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
	d := newDeletions(t, slog.New(slog.DiscardHandler))
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
	segments, err := d.a.meta.Segments(ctx)
	if err != nil || len(segments) != 2 {
		t.Fatalf("segments %v, error %v: the cancelled deletion removed rows", segments, err)
	}
}

// A deletion that waits for rows of a partition that does not move on must not hold up a later one that waits for none.
func TestWaitingDeletionHoldsNobodyUp(t *testing.T) {
	d := newDeletions(t, slog.New(slog.DiscardHandler))
	add := func(id string, asked int64, below map[int]int64) {
		t.Helper()
		err := d.a.meta.AddDeletion(t.Context(), store.Deletion{
			ID: id, Query: "precious", Asked: asked, Min: math.MinInt64, Max: math.MaxInt64, By: "me", Queue: d.a.queue.ID(), Below: below,
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
	d := newDeletions(t, slog.New(slog.DiscardHandler))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.renew(gone)
	if d.stale {
		t.Error("the deletion is not in effect")
	}
}
