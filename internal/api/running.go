package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Exports that have ended stay listed for a while, so that who shows their progress learns how they ended.
const (
	endedFor = 5 * time.Minute
	maxEnded = 50 // of one owner: how many others there are must not show in one's own
)

// Kinds of queries.
const (
	kindSearch = "search"
	kindStats  = "stats"
	kindTail   = "tail"
	kindExport = "export"
)

// running is one query under way. Its texts are made when somebody asks for them.
type running struct {
	id, kind, peer string
	owner          string // id of who asked
	req            Request
	began          time.Time
	cancel         context.CancelCauseFunc
	progress       *model.Progress
	sent           atomic.Int64 // rows of a tail or an export that were written
	expected       atomic.Int64 // rows of an export, 0 as long as they are not known

	// Set when it ends.
	ended   time.Time
	problem *Problem
}

// queries knows the queries that run.
type queries struct {
	mu    sync.Mutex
	byID  map[queryKey]*running
	ended []*running // exports, the first that ended first
}

// queryKey names a query: what others call theirs is not to be learned.
type queryKey struct{ owner, id string }

func newQueries() *queries { return &queries{byID: map[queryKey]*running{}} }

var queryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// begin lists a query. Its id is the caller's choice, else that of the HTTP request, if no other query has it.
// The context that is returned ends when the query is cancelled.
func (q *queries) begin(ctx context.Context, kind string, req *Request) (context.Context, *running, error) {
	owner := PrincipalOf(ctx).ID
	r := &running{id: req.ID, kind: kind, peer: peerOf(ctx), owner: owner, req: *req, began: time.Now(), progress: req.Progress}
	if r.progress == nil {
		r.progress = &model.Progress{}
	}
	ctx, r.cancel = context.WithCancelCause(ctx)
	q.mu.Lock()
	defer q.mu.Unlock()
	if r.id == "" {
		if r.id = RequestID(ctx); !queryID.MatchString(r.id) || q.byID[queryKey{owner, r.id}] != nil {
			r.id = randomID()
		}
	} else if q.byID[queryKey{owner, r.id}] != nil {
		r.cancel(nil)
		return nil, nil, invalid("id", fmt.Errorf("%s is that of a query that runs; choose another", r.id))
	}
	q.byID[queryKey{owner, r.id}] = r
	return ctx, r, nil
}

// end takes a query off the list and words its error: that it was cancelled or refused meanwhile, when it was.
func (q *queries) end(ctx context.Context, r *running, err error) error {
	if cause := context.Cause(ctx); err != nil && (errors.Is(cause, errCancelled) || isRefusal(cause)) {
		err = cause
	}
	r.cancel(nil)
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.byID, queryKey{r.owner, r.id})
	if r.kind != kindExport {
		return err
	}
	r.ended = time.Now()
	if err != nil {
		r.problem = shown(ctx, err)
	}
	r.req.Query = nil
	q.forget(r.ended)
	q.ended = append(q.ended, r)
	ofOwner := func(o *running) bool { return o.owner == r.owner }
	n := 0
	for _, o := range q.ended {
		if ofOwner(o) {
			n++
		}
	}
	if n > maxEnded {
		first := slices.IndexFunc(q.ended, ofOwner)
		q.ended = slices.Delete(q.ended, first, first+1)
	}
	return err
}

// forget drops the exports that ended long ago; the list's lock is held.
func (q *queries) forget(now time.Time) {
	q.ended = slices.DeleteFunc(q.ended, func(r *running) bool { return now.Sub(r.ended) > endedFor })
}

// errCancelled is the cause of a context that somebody ended by DELETE /api/v1/queries/{id}.
var errCancelled = NewProblem("query.cancelled", "the query was cancelled by a person")

// cancelQuery ends a query that runs, one's own or with all anybody's, and says whose it was and what it asked; false when there
// is none.
func (q *queries) cancelQuery(owner, id string, all bool) (by, text string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.byID[queryKey{owner, id}]
	for key, other := range q.byID {
		if r == nil && all && key.id == id {
			r = other
		}
	}
	if r == nil {
		return "", "", false
	}
	r.cancel(errCancelled)
	return r.owner, r.req.Text, true
}

// list returns what runs of those that wanted takes, the longest first, and behind it the exports that have ended, the last
// first.
func (q *queries) list(now time.Time, wanted func(owner string) bool) []RunningQuery {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.forget(now)
	all := []RunningQuery{}
	for _, r := range slices.SortedFunc(maps.Values(q.byID), func(a, b *running) int {
		return cmp.Or(a.began.Compare(b.began), cmp.Compare(a.id, b.id))
	}) {
		if wanted(r.owner) {
			all = append(all, r.describe(now))
		}
	}
	for _, r := range slices.Backward(q.ended) {
		if wanted(r.owner) {
			all = append(all, r.describe(now))
		}
	}
	return all
}

// describe writes what is known of a query; the list's lock is held.
func (r *running) describe(now time.Time) RunningQuery {
	d := RunningQuery{
		ID: r.id, Kind: r.kind, Query: r.req.Text, Started: r.began, Peer: r.peer, State: "running",
		Rows: r.progress.Rows(), BytesRead: r.progress.Bytes(),
	}
	d.SegmentsDone, d.SegmentsTotal = r.progress.Segments()
	if r.req.Min != math.MinInt64 {
		d.Start = logsql.TimeText(r.req.Min)
	}
	if r.req.Max != math.MaxInt64 {
		d.End = logsql.TimeText(r.req.Max + 1)
	}
	if r.kind == kindTail || r.kind == kindExport {
		d.Rows = r.sent.Load()
	}
	if n := r.expected.Load(); n > 0 {
		d.ExpectedRows = &n
	}
	switch {
	case r.ended.IsZero():
	case r.problem == nil:
		d.State, now = "done", r.ended
	case r.problem.Code == errCancelled.Code:
		d.State, now = "cancelled", r.ended
	default:
		d.State, d.Error, now = "failed", r.problem, r.ended
	}
	d.ElapsedMillis = now.Sub(r.began).Milliseconds()
	return d
}

// tracked lists each query while it runs.
type tracked struct {
	Engine
	queries *queries
	audit   func(ctx context.Context, e model.AuditEntry) error
}

// tellRead returns what writes to the audit trail that a query of a person reads it, once and whichever part of it does: which
// datasets a query reads is known when the queries within it are answered. Others than those with scope over all never see it.
func (t *tracked) tellRead(ctx context.Context, text string) func(datasets []string) {
	if !scopeOf(ctx).All() {
		return nil
	}
	var once sync.Once
	return func(datasets []string) {
		if slices.Contains(datasets, model.DatasetAudit) {
			once.Do(func() { _ = t.audit(ctx, model.AuditEntry{Action: "audit.read", Target: text}) }) // a problem that is shown
		}
	}
}

// Run lists and runs a query.
func (t *tracked) Run(ctx context.Context, req Request, emit func(*logsql.Batch) error) (stats Stats, err error) {
	kind := kindSearch
	if slices.ContainsFunc(req.Query.Pipes, counts) {
		kind = kindStats
	}
	req.Reads = t.tellRead(ctx, req.Text)
	ctx, r, err := t.queries.begin(ctx, kind, &req)
	if err != nil {
		return Stats{}, err
	}
	defer func() { err = t.queries.end(ctx, r, err) }()
	req.Progress = r.progress
	return t.Engine.Run(ctx, req, emit)
}

// Tail lists and follows a query.
func (t *tracked) Tail(ctx context.Context, req TailRequest, emit func(TailChunk) error) (err error) {
	req.Reads = t.tellRead(ctx, req.Text)
	ctx, r, err := t.queries.begin(ctx, kindTail, &Request{Text: req.Text, ID: req.ID, Min: math.MinInt64, Max: math.MaxInt64})
	if err != nil {
		return err
	}
	defer func() { err = t.queries.end(ctx, r, err) }()
	return t.Engine.Tail(ctx, req, func(c TailChunk) error {
		if err := ctx.Err(); err != nil { // rows that were found before it ended are not shown behind that
			return err
		}
		if c.Rows != nil {
			r.sent.Add(int64(c.Rows.N))
		}
		return emit(c)
	})
}

// counts reports whether a pipe makes numbers of rows.
func counts(p logsql.Pipe) bool {
	switch p.(type) {
	case *logsql.PipeStats, *logsql.PipeTop, *logsql.PipeUniq, *logsql.PipeFacets, *logsql.PipeFieldNames, *logsql.PipeFieldValues:
		return true
	}
	return false
}
