package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
)

// newStored is an app of metadata, a queue of two partitions, a store and the audit trail. Nothing consumes the queue.
func newStored(t *testing.T) *app {
	t.Helper()
	ctx, dir, log := t.Context(), t.TempDir(), slog.New(slog.DiscardHandler)
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

// Retention tells the trail first how far it goes, and a check then knows what may be gone.
func TestCutAudit(t *testing.T) {
	a := newStored(t)
	consumers, err := pipeline.NewConsumers(pipeline.ConsumerOptions{Queue: a.queue.ID(), Open: a.openWriter})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- a.queue.Consume(ctx, func(ctx context.Context, r queue.Reader) error { return consumers.Run(ctx, r) })
	}()
	for i := range 5 {
		if err := a.trail.Write(ctx, model.AuditEntry{Action: "x", By: haetae, Target: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	r := auditor{a}
	times := map[int64]int64{}
	settled := func() api.AuditLink {
		head, _, err := r.Ends(ctx)
		if err == nil {
			err = r.Settle(ctx, head)
		}
		if err != nil {
			t.Fatal(err)
		}
		return head
	}
	settled()
	if _, err := a.auditRows(ctx, nil, model.Page{Limit: 10}, 0, time.Now().Add(time.Hour).UnixNano(), func(b *logsql.Batch, i int) error {
		seq, err := strconv.ParseInt(b.Value(i, "audit.seq"), 10, 64)
		times[seq] = b.Times[i]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again changes nothing
		if err := a.cutAudit(ctx, []store.Segment{{Dataset: model.DatasetAudit, MaxTime: times[1], Rows: 1}, {Dataset: model.DatasetAudit, MaxTime: times[3], Rows: 2}}); err != nil {
			t.Fatal(err)
		}
	}
	if head := settled(); head.Seq != 6 {
		t.Errorf("the head is %d, want 6: the five, and the cut", head.Seq)
	}
	report, err := r.Verify(ctx, nil)
	if err != nil || !report.OK || report.Floor.Seq != 3 || report.Entries != 6 {
		t.Errorf("%+v, %v", report, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
