package app

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/audit"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// auditor reads the audit trail; it implements api.Trail.
type auditor struct{ a *app }

var _ api.Trail = auditor{}

// Entries implements api.Trail.
func (r auditor) Entries(ctx context.Context, q api.AuditQuery, f func(text []byte, hash string) error) (last model.Place, more bool, err error) {
	stats, err := r.a.auditRows(ctx, q.Filter, q.Page, q.Min, q.Max, func(b *logsql.Batch, i int) error {
		return f([]byte(b.Value(i, model.FieldMsg)), b.Value(i, audit.FieldHash))
	})
	return stats.Last, stats.RowsMatched >= int64(q.Page.Limit), err
}

// Decode implements api.Trail. A text that cannot be read becomes an entry that says so: who looks at the list must see it.
func (auditor) Decode(text []byte, hash string) (api.AuditEntry, error) {
	e, err := audit.Parse(text)
	if err != nil {
		return api.AuditEntry{Action: "audit.unreadable", Target: err.Error(), Outcome: model.AuditFailed, Hash: strings.Clone(hash)}, nil
	}
	out := api.AuditEntry{
		Seq: e.Seq, Time: e.Time, Action: e.Action, By: e.By.Name, ByID: e.By.ID, ByKind: e.By.Kind, ByRole: e.By.Role, SeenBy: e.By.SeenBy, SeenByID: e.By.SeenByID,
		Target: e.Target, Outcome: e.Outcome, Address: e.Address, RequestID: e.RequestID, Count: e.Count, Prev: e.Prev, Hash: strings.Clone(hash),
	}
	if e.Before != nil {
		out.Before = e.Before
	}
	if e.After != nil {
		out.After = e.After
	}
	return out, nil
}

// Ends implements api.Trail.
func (r auditor) Ends(ctx context.Context) (head, floor api.AuditLink, err error) {
	book, err := r.a.meta.AuditBook(ctx)
	return auditLink(book.Head), auditLink(book.Floor), err
}

// Settle implements api.Trail.
func (r auditor) Settle(ctx context.Context, link api.AuditLink) error {
	if link.Time == nil {
		return nil
	}
	for deadline := time.Now().Add(verifyWithin); ; {
		found, err := r.a.storedAudit(ctx, model.AuditLink{Seq: link.Seq, Time: link.Time.UnixNano()})
		if err != nil || found {
			return err
		}
		if time.Now().After(deadline) {
			return api.NewProblem("busy", onTheirWay)
		}
		select {
		case <-time.After(verifyAgain / 4):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// onTheirWay words that the queue is behind.
const onTheirWay = "the last entries are still on their way through the queue; /readyz may say why. Try again"

// How many entries a step of a check reads, and how long it waits for the last ones to come through the queue.
const (
	verifyPage   = 5000
	verifyWithin = 15 * time.Second
	verifyAgain  = 200 * time.Millisecond
)

// Verify implements api.Trail.
func (r auditor) Verify(ctx context.Context, anchors map[int64]string) (api.AuditReport, error) {
	book, err := r.a.meta.AuditBook(ctx)
	if err != nil {
		return api.AuditReport{}, err
	}
	waiting, err := r.a.meta.WaitingAudit(ctx) // what is not among them is in the queue by now
	if err != nil {
		return api.AuditReport{}, err
	}
	v := audit.NewVerifier(book, anchors)
	page := model.Page{Limit: verifyPage, Oldest: true}
	for deadline := time.Now().Add(verifyWithin); ; {
		settled := r.a.queueIsVisible()
		stats, err := r.a.auditRows(ctx, nil, page, math.MinInt64+1, math.MaxInt64, func(b *logsql.Batch, i int) error {
			v.Add(audit.Row{Time: b.Times[i], Text: b.Value(i, model.FieldMsg), Field: func(name string) string { return b.Value(i, name) }})
			return nil
		})
		if err != nil {
			return api.AuditReport{}, err
		}
		for id := range stats.Damaged {
			v.Damaged(id)
		}
		if stats.RowsMatched > 0 {
			last := stats.Last
			page.Behind = &last
		}
		if stats.RowsMatched >= verifyPage {
			continue
		}
		if settled || v.Last().Seq >= book.Head.Seq {
			break
		}
		if time.Now().After(deadline) {
			if r.a.cfg.shares() { // what others have in memory may not be known here; by now they have told it
				break
			}
			return api.AuditReport{}, api.NewProblem("busy", onTheirWay)
		}
		select {
		case <-time.After(verifyAgain):
		case <-ctx.Done():
			return api.AuditReport{}, ctx.Err()
		}
	}
	now, err := r.a.meta.AuditBook(ctx)
	if err != nil {
		return api.AuditReport{}, err
	}
	return auditReport(v.End(now.Head, waiting)), nil
}

// queueIsVisible reports whether searches see everything that the queue held a moment ago, of the partitions that are known here.
func (a *app) queueIsVisible() bool {
	stats, visible := a.queue.Stats(), visibleOffsets(a.store.Progress())
	for _, p := range a.ownedPartitions() {
		if visible[p].Visible < stats[p].End {
			return false
		}
	}
	return !a.cfg.shares()
}

func auditLink(l model.AuditLink) api.AuditLink {
	out := api.AuditLink{Seq: l.Seq, Hash: l.Hash}
	if l.Seq > 0 {
		t := time.Unix(0, l.Time).UTC()
		out.Time = &t
	}
	return out
}

func auditReport(r audit.Report) api.AuditReport {
	out := api.AuditReport{
		OK: r.OK(), Entries: r.Entries, Head: auditLink(r.Book.Head), Floor: auditLink(r.Book.Floor),
		Faults: []api.AuditFault{}, MoreFaults: r.MoreFaults,
	}
	if r.First.Seq > 0 {
		first, last := auditLink(r.First), auditLink(r.Last)
		out.First, out.Last = &first, &last
	}
	for _, f := range r.Faults {
		out.Faults = append(out.Faults, api.AuditFault(f))
	}
	return out
}
