package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/haetae/haetae/internal/audit"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/record"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/query"
)

// haetae is who does what nobody asked for at that moment.
var haetae = model.Principal{ID: "haetae", Name: "haetae", Kind: model.KindLocal, Role: model.RoleAdmin}

// openAudit makes the one door of the audit trail.
func (a *app) openAudit() (err error) {
	a.trail, err = audit.New(audit.Options{
		Book: a.meta, Source: "audit/" + a.folder.Member, Queue: a.auditPlace(), Append: a.appendAudit, Stored: a.storedAudit,
		Problem: func(code, text string) {
			if text == "" {
				a.health.clear(code)
				return
			}
			a.health.set(code, text)
		},
		Log: a.log.With("component", "audit"), Registerer: a.registry,
	})
	return err
}

// startAudit opens the door. What waits from an earlier run goes to the queue.
func (a *app) startAudit(context.Context) error {
	a.life.background("the audit trail", 10*time.Second, func(ctx context.Context) {
		if err := a.trail.Run(ctx); err != nil {
			a.stopSelf(fmt.Errorf("the audit trail cannot be written: %w", err))
		}
	})
	return nil
}

// audit is for what nobody can be refused any more: an entry that cannot be written is a problem that is shown.
func (a *app) audit(ctx context.Context, e model.AuditEntry) {
	_ = a.trail.Write(ctx, e) // which counts and tells what is wrong
}

// appendAudit puts records of the audit trail into the queue, past masks and bounds of what senders send.
func (a *app) appendAudit(ctx context.Context, records []model.Record) error {
	batches := make([]*queue.Batch, a.queue.Partitions())
	for i := range records {
		stream := record.StreamHash(records[i].Stream)
		p := a.queue.Partition(records[i].Dataset, stream)
		if batches[p] == nil {
			batches[p] = &queue.Batch{}
		}
		batches[p].Add(&records[i], stream)
	}
	return a.queue.Append(ctx, batches)
}

// auditSettles is how long a start waits for the queue to be read before it says that an entry is not there.
const auditSettles = time.Minute

// auditPlace names what the marks of the trail's sources hold for: a partition of a queue.
func (a *app) auditPlace() string {
	return fmt.Sprint(a.queue.ID(), "/", a.queue.Partition(model.DatasetAudit, 0))
}

// storedAudit reports whether the dataset has an entry. Just after a start it is an error when not all of the queue can be seen
// yet: the entry may be there.
func (a *app) storedAudit(ctx context.Context, link model.AuditLink) (found bool, err error) {
	stats, err := a.auditRows(ctx, nil, model.Page{Limit: 1}, link.Time, link.Time, func(b *logsql.Batch, i int) error {
		found = found || b.Value(i, audit.FieldSeq) == strconv.FormatInt(link.Seq, 10)
		return nil
	})
	if err == nil && !found && len(stats.Missing) > 0 && time.Since(a.started) < auditSettles {
		err = errors.New("not all of the queue is read yet")
	}
	return found, err
}

// auditRows hands rows of the audit trail to f, those that a filter finds (nil: all) in the order of a page; min and max bound
// their times, both inclusive.
func (a *app) auditRows(ctx context.Context, filter logsql.Filter, page model.Page, lo, hi int64, f func(b *logsql.Batch, i int) error) (query.Stats, error) {
	q, err := logsql.Parse("_dataset:="+model.DatasetAudit, logsql.Options{})
	if err != nil {
		return query.Stats{}, err
	}
	if filter != nil {
		q = q.AndFilter(filter)
	}
	e := a.engine().(*engine)
	return query.Run(ctx, e.store, q, query.Options{Scope: model.Everything, Min: lo, Max: hi, Page: &page, Limits: e.limits}, func(b *logsql.Batch) error {
		for i := range b.N {
			if err := f(b, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// cutAudit says in the trail, before retention removes segments of it, which entries go.
func (a *app) cutAudit(ctx context.Context, segments []store.Segment) error {
	until, records := int64(math.MinInt64), int64(0)
	for _, seg := range segments {
		until = max(until, seg.MaxTime)
		records += seg.Rows
	}
	var floor model.AuditLink
	_, err := a.auditRows(ctx, nil, model.Page{Limit: 1}, math.MinInt64+1, until, func(b *logsql.Batch, i int) error {
		seq, err := strconv.ParseInt(b.Value(i, audit.FieldSeq), 10, 64)
		floor = model.AuditLink{Seq: seq, Hash: b.Value(i, audit.FieldHash), Time: b.Times[i]}
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot find out which audit entries retention removes: %w", err)
	}
	book, err := a.meta.AuditBook(ctx)
	if err != nil || floor.Seq <= book.Floor.Seq {
		return err
	}
	return a.trail.Cut(ctx, model.AuditEntry{
		By: haetae, Target: strconv.FormatInt(floor.Seq, 10),
		After: audit.CutTo{Hash: floor.Hash, Reason: "age", Segments: len(segments), Records: records},
	}, floor)
}
