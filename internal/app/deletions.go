package app

import (
	"context"
	"time"

	"github.com/haetae/haetae/internal/app/deletion"
	"github.com/haetae/haetae/internal/model"
)

// openDeletions puts deletions in effect before the first record is read from the queue.
func (a *app) openDeletions(ctx context.Context) (err error) {
	a.deletions, err = deletion.New(ctx, deletion.Options{
		Queue: a.queue, Meta: a.meta, Store: a.store, Turn: a.turns.take, Log: a.log,
		Audit: func(ctx context.Context, e model.AuditEntry) {
			e.By = haetae
			a.audit(ctx, e)
		},
	})
	return err
}

// startDeletions goes on with what an earlier process has begun.
func (a *app) startDeletions(context.Context) error {
	a.life.background("deletions", 20*time.Second, a.deletions.Run)
	return nil
}
