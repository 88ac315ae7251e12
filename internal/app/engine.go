package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/query"
)

// engine lets the API ask the log store.
type engine struct {
	store    *logs.Store
	patterns model.Patterns
	limits   query.Limits
	sealed   cursors // of tails that do not see everything
}

func (a *app) engine() api.Engine {
	return &engine{store: a.store, patterns: a.patterns, sealed: sealedCursors(), limits: query.Limits{
		MaxMemory: int64(a.cfg.Limits.QueryMemory), MaxDuration: time.Duration(a.cfg.Limits.QueryTime),
		Shared: a.queryMemory,
	}}
}

func (e *engine) Run(ctx context.Context, r api.Request, emit func(*logsql.Batch) error) (api.Stats, error) {
	limits := e.limits
	if t := time.Duration(r.Timeout); t > 0 && t < limits.MaxDuration {
		limits.MaxDuration = t
	}
	if r.Memory > 0 {
		limits.MaxMemory = min(limits.MaxMemory, r.Memory)
	}
	stats, err := query.Run(ctx, watched{e.store, r.Reads}, r.Query, query.Options{Scope: r.Scope, Min: r.Min, Max: r.Max, Page: r.Page, Progress: r.Progress, Explain: r.Explain, Patterns: e.patterns, Limits: limits}, emit)
	return apiStats(stats), err
}

// watched is a store that says which datasets are read before they are.
type watched struct {
	*logs.Store
	reads func(datasets []string) // may be nil
}

func (w watched) tell(req *logs.Search) {
	if w.reads != nil {
		w.reads(req.Datasets)
	}
}

func (w watched) Search(ctx context.Context, req logs.Search, emit logs.Emit) (logs.Stats, error) {
	w.tell(&req)
	return w.Store.Search(ctx, req, emit)
}

func (w watched) Tail(ctx context.Context, req logs.Search, from logs.Cursor, emit func(logs.TailChunk) error) error {
	w.tell(&req)
	return w.Store.Tail(ctx, req, from, emit)
}

func apiStats(s query.Stats) api.Stats {
	out := api.Stats{
		SegmentsTotal: s.SegmentsTotal, SegmentsRead: s.SegmentsRead, BlocksTotal: s.BlocksTotal, BlocksRead: s.BlocksRead,
		RowsScanned: s.RowsScanned, RowsMatched: s.RowsMatched, BytesRead: s.BytesRead, DurationMillis: s.Duration.Milliseconds(),
		First: s.First, Last: s.Last,
	}
	if s.CompleteUpTo != 0 {
		out.CompleteUpTo = logsql.TimeText(s.CompleteUpTo)
	}
	out.PartialReason = partialReason(&s)
	out.Partial = out.PartialReason != ""
	return out
}

// partialReason says what could not be searched; "" when all was.
func partialReason(s *query.Stats) string {
	var parts []string
	if len(s.Missing) > 0 {
		parts = append(parts, "rows that are not stored yet are missing: "+reasonsText("partition %v: %s", s.Missing))
	}
	if s.Stale != "" {
		parts = append(parts, s.Stale)
	}
	if len(s.Damaged) > 0 {
		parts = append(parts, "damaged segments: "+reasonsText("%v: %s", s.Damaged))
	}
	return strings.Join(parts, "; ")
}

func reasonsText[K cmp.Ordered](format string, reasons map[K]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(reasons)) {
		list = append(list, fmt.Sprintf(format, key, reasons[key]))
	}
	return strings.Join(list, "; ")
}

func (e *engine) CheckTail(q *logsql.Query) error { return query.CheckTail(q) }

func (e *engine) Tail(ctx context.Context, r api.TailRequest, emit func(api.TailChunk) error) error {
	cursors := plainCursors
	if !r.Scope.Whole() {
		cursors = e.sealed
	}
	from, err := cursors.open(r.Cursor)
	if err != nil {
		return api.NewProblem("request.invalid", fmt.Sprintf("cursor: %v", err))
	}
	var sample *logs.Sampler
	if r.MaxRate > 0 {
		sample = logs.NewSampler(r.MaxRate, time.Now)
	}
	begun := false
	return query.Tail(ctx, watched{e.store, r.Reads}, r.Query, r.Scope, from, sample, func(c logs.TailChunk) error {
		// That the cursor has moved on alone tells of rows that are not seen.
		if begun && !r.Scope.Whole() && (c.Rows == nil || c.Rows.N == 0) && c.Skipped == 0 && c.Sampled == 0 {
			return nil
		}
		begun = true
		return emit(api.TailChunk{Rows: c.Rows, Skipped: c.Skipped, Sampled: c.Sampled, Cursor: cursors.text(c.Cursor)})
	})
}
