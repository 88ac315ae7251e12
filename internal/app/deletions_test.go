package app

import (
	"log/slog"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
)

// A deletion that was cancelled while it waited for another one, after the round had listed it, must remove nothing.
func TestCancelledBeforeItsTurn(t *testing.T) {
	ctx, dir, log := t.Context(), t.TempDir(), slog.New(slog.DiscardHandler)
	a := &app{cfg: &Config{Data: dir}, log: log}
	var err error
	if a.meta, err = meta.Open(ctx, filepath.Join(dir, "meta.db"), log); err != nil {
		t.Fatal(err)
	}
	defer a.meta.Close()
	q, err := wal.Open(wal.Options{Dir: filepath.Join(dir, "queue"), Partitions: 1, MaxBytes: 64 << 20, MaxPending: 1 << 20, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	a.queue = q
	a.store, err = logs.Open(logs.Options{Dir: filepath.Join(dir, "logs"), Meta: a.meta, Queue: q.ID(), Memory: 16 << 20, Log: log, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer a.store.Close()
	w, err := a.store.Writer(ctx, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.Append(0, &model.Record{Time: 1e18, Observed: 1e18, Msg: "precious"})
	if _, err := w.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.openDeletions(ctx); err != nil {
		t.Fatal(err)
	}
	d := a.deletions
	asked, err := d.Delete(ctx, api.DeletionOrder{Query: "precious", Asked: time.Now(), Min: math.MinInt64, Max: math.MaxInt64, Reason: "test", By: "me"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := a.meta.Deletions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	list[0].Below = map[int]int64{0: 1}
	if _, err := d.CancelDeletion(ctx, asked.ID, "me"); err != nil {
		t.Fatal(err)
	}
	if err := d.one(ctx, list[0]); err != nil {
		t.Fatal(err)
	}
	if list, err = a.meta.Deletions(ctx); err != nil || list[0].State != store.DeletionCancelled {
		t.Fatal(list, err)
	}
	segments, err := a.meta.Segments(ctx)
	if err != nil || len(segments) != 1 {
		t.Fatalf("segments %v, error %v: the cancelled deletion removed rows", segments, err)
	}
}
