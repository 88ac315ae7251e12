package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Deletion removes the records that a filter finds among those that were there when it was asked for.
type Deletion struct {
	ID            string            `json:"id"`
	Query         string            `json:"query" doc:"LogsQL filter; its relative times count from asked"`
	Start         *time.Time        `json:"start" doc:"earliest event time besides what the query says; null for none"`
	End           *time.Time        `json:"end" doc:"latest event time, not included; null for none"`
	Reason        string            `json:"reason"`
	By            string            `json:"by" doc:"who asked for it"`
	Asked         time.Time         `json:"asked"`
	Finished      *time.Time        `json:"finished" doc:"null while it runs"`
	State         string            `json:"state" enum:"running,done,cancelled,failed"`
	Phase         string            `json:"phase,omitempty" enum:"waiting,segments" doc:"while it runs: waiting for rows in memory and in the queue to come to segments, or removing rows from segments"`
	SegmentsDone  int               `json:"segments_done" doc:"looked at, since the server was started"`
	SegmentsTotal int               `json:"segments_total"`
	Rewritten     int64             `json:"rewritten" doc:"segments that were written anew or removed"`
	Removed       []DeletionRemoved `json:"removed" nullable:"false" doc:"by dataset"`
	Damaged       []string          `json:"damaged" nullable:"false" doc:"segments with rows that could not be read, and were left"`
	Error         string            `json:"error,omitempty" doc:"why it failed, or what holds it up while it runs"`
	QueueGone     *time.Time        `json:"queue_gone" doc:"when the queue's copy of the records was gone; null while it is there"`
	QueueLeft     int64             `json:"queue_left" doc:"records that the queue still holds of the time before it was asked for, whether removed or not"`
}

// DeletionRemoved counts what was removed of one dataset.
type DeletionRemoved struct {
	Dataset   string `json:"dataset"`
	Rows      int64  `json:"rows"`
	RawBytes  int64  `json:"raw_bytes" doc:"as received"`
	DiskBytes int64  `json:"disk_bytes" doc:"by which segments became smaller"`
}

// DeletionPreview says what a deletion would remove if it were asked for now.
type DeletionPreview struct {
	Rows     int64               `json:"rows"`
	Datasets []DeletionPart      `json:"datasets" nullable:"false"`
	First    *time.Time          `json:"first" doc:"earliest event time of the rows; null without rows"`
	Last     *time.Time          `json:"last"`
	Sample   []map[string]string `json:"sample" nullable:"false" doc:"the newest rows, ten at most"`
}

// DeletionPart counts the rows of one dataset.
type DeletionPart struct {
	Dataset string `json:"dataset"`
	Rows    int64  `json:"rows"`
}

// DeletionAnswer has one of the two, by whether a dry run was asked for.
type DeletionAnswer struct {
	Deletion *Deletion        `json:"deletion,omitempty"`
	DryRun   *DeletionPreview `json:"dry_run,omitempty"`
}

// DeletionOrder is a deletion as somebody asks for it. The query was parsed with the time Asked.
type DeletionOrder struct {
	Query    string
	Asked    time.Time
	Min, Max int64 // event time, ns since the epoch, both inclusive; math.MinInt64 and math.MaxInt64 for no bound
	Reason   string
	By       string
}

// Deletions runs deletions one after the other in the background. Errors: model.ErrNotFound, or the store's.
type Deletions interface {
	// Delete begins a deletion; it is durable when it is returned.
	Delete(ctx context.Context, order DeletionOrder) (Deletion, error)
	// Deletions lists all that were ever asked for, the last one first.
	Deletions(ctx context.Context) ([]Deletion, error)
	// CancelDeletion ends one that runs; what it has removed stays removed.
	CancelDeletion(ctx context.Context, id string) (Deletion, error)
}

type deletionInput struct {
	Body struct {
		Query   string `json:"query" doc:"LogsQL filter, without pipes" example:"_stream:{host=\"web-1\"} _time:1d password"`
		Start   string `json:"start,omitempty" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
		End     string `json:"end,omitempty" doc:"as start; exclusive"`
		DryRun  bool   `json:"dry_run,omitempty" doc:"counts and shows some rows, and removes none"`
		AllTime bool   `json:"all_time,omitempty" doc:"confirms that a query without any bound of time is meant"`
		Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"is kept with who asked and what was removed; needed unless dry_run"`
	}
}

type deletionOutput struct {
	Status int
	Body   DeletionAnswer
}

type deletionsBody struct {
	Deletions []Deletion `json:"deletions" nullable:"false" doc:"the last one first"`
}

func (s *server) registerDeletions(a huma.API) {
	const path, tag = "/api/v1/logs/deletions", "deletions"
	huma.Register(a, huma.Operation{
		OperationID: "delete-logs", Method: http.MethodPost, Path: path, Tags: []string{tag},
		Summary: "Delete the records that a filter finds, in the background; or see what that would remove", DefaultStatus: http.StatusAccepted,
		Description: "It covers the records that were acknowledged before it was asked for, also those in memory and in the queue. " +
			"It goes on after a restart. A copy is in backups until they are removed, and in the queue until queue_gone.",
	}, s.deleteLogs)
	huma.Register(a, huma.Operation{
		OperationID: "list-deletions", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "All deletions: who removed what, when, why, and how much",
	}, func(ctx context.Context, _ *struct{}) (*uncached[deletionsBody], error) {
		list, err := s.Deletions.Deletions(ctx)
		return outcome(fresh(deletionsBody{append([]Deletion{}, list...)}), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-deletion", Method: http.MethodGet, Path: path + "/{id}", Tags: []string{tag},
		Summary: "One deletion with its progress",
	}, func(ctx context.Context, in *idInput) (*uncached[Deletion], error) {
		list, err := s.Deletions.Deletions(ctx)
		for _, d := range list {
			if d.ID == in.ID {
				return fresh(d), nil
			}
		}
		if err == nil {
			err = model.ErrNotFound
		}
		return nil, problemOf(err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "cancel-deletion", Method: http.MethodPost, Path: path + "/{id}/cancel", Tags: []string{tag},
		Summary: "End a deletion that runs; what it has removed stays removed",
	}, func(ctx context.Context, in *idInput) (*uncached[Deletion], error) {
		var d Deletion
		err := s.changeAudited(ctx, model.AuditEntry{Action: "logs.delete.cancel", Target: in.ID, Before: s.deletionText(ctx, in.ID)}, func() (err error) {
			d, err = s.Deletions.CancelDeletion(ctx, in.ID)
			return err
		})
		return outcome(fresh(d), err)
	})
}

// deletionText is what a deletion was asked for with, for the audit trail; nil when there is none.
func (s *server) deletionText(ctx context.Context, id string) any {
	list, err := s.Deletions.Deletions(ctx)
	i := slices.IndexFunc(list, func(d Deletion) bool { return d.ID == id })
	if err != nil || i < 0 { // the change then says what is wrong
		return nil
	}
	return map[string]string{"query": list[i].Query, "by": list[i].By, "reason": list[i].Reason}
}

// refused is the problem of a query that no deletion can have; the console words said in its language.
func refused(said, detail string) *Problem {
	p := NewProblem("query.unsupported", detail)
	p.Params = map[string]string{"said": said}
	return p
}

func (s *server) deleteLogs(ctx context.Context, in *deletionInput) (*deletionOutput, error) {
	now := time.Now()
	req, err := s.parse(in.Body.Query, in.Body.Start, in.Body.End, now)
	if err != nil {
		return nil, problemOf(err)
	}
	req.Scope = scopeOf(ctx)
	if len(req.Query.Pipes) > 0 {
		return nil, refused("deletion_pipes", "a deletion takes a filter without pipes; remove what follows |")
	}
	if sub := req.Query.Subqueries(); len(sub) > 0 {
		p := refused("deletion_subquery", "a deletion cannot ask another query within its filter: its answer may be another one "+
			"when the deletion goes on after a restart; write the values, as in "+sub[0].Field+`:in("a", "b")`)
		p.Params["field"] = sub[0].Field
		return nil, p
	}
	byPattern := false
	logsql.WalkFields(req.Query.Filter, func(name string) { byPattern = byPattern || name == model.FieldPattern })
	if byPattern {
		return nil, refused("deletion_pattern", "a deletion cannot go by _pattern: patterns are learned, and another line may belong to it "+
			"when the deletion runs; write the words that its lines have in common")
	}
	if slices.Contains(req.Query.Datasets(), model.DatasetAudit) {
		return nil, refused("deletion_audit", "nobody deletes from the audit trail; it goes by store.logs.audit_retention alone")
	}
	if req.Query.Options.TimeOffset != 0 {
		return nil, refused("deletion_offset", "a deletion takes no time_offset; write the times of the records themselves")
	}
	lo, hi := req.Query.TimeRange()
	if req.Query.Options.IgnoreGlobalTimeFilter {
		req.Min, req.Max = math.MinInt64, math.MaxInt64
	}
	if max(lo, req.Min) == math.MinInt64 && min(hi, req.Max) == math.MaxInt64 && !in.Body.AllTime {
		return nil, NewProblem("deletion.unbounded",
			`the query has no bound of time; add one, such as _time:1d or start, or confirm with "all_time": true (--all-time on the command line) that records of all times are meant`)
	}
	if in.Body.DryRun {
		preview, err := s.previewDeletion(ctx, req)
		return outcome(&deletionOutput{http.StatusOK, DeletionAnswer{DryRun: &preview}}, err)
	}
	reason := strings.TrimSpace(in.Body.Reason)
	if reason == "" {
		return nil, invalid("reason", errors.New("is missing; say why, as it is kept with what was removed"))
	}
	var d Deletion
	err = s.changeAudited(ctx, model.AuditEntry{
		Action: "logs.delete", Target: in.Body.Query,
		After: map[string]any{"start": in.Body.Start, "end": in.Body.End, "all_time": in.Body.AllTime, "reason": reason},
	}, func() (err error) {
		d, err = s.Deletions.Delete(ctx, DeletionOrder{
			Query: in.Body.Query, Asked: now, Min: req.Min, Max: req.Max, Reason: reason, By: PrincipalOf(ctx).Name,
		})
		return err
	})
	return outcome(&deletionOutput{http.StatusAccepted, DeletionAnswer{Deletion: &d}}, err)
}

// sampleRows is how many rows a dry run shows.
const sampleRows = 10

func (s *server) previewDeletion(ctx context.Context, req Request) (p DeletionPreview, err error) {
	p = DeletionPreview{Datasets: []DeletionPart{}, Sample: []map[string]string{}}
	counts, err := s.collect(ctx, req, "stats by (_dataset) count() as n, min(_time) as first, max(_time) as last | sort by (_dataset)",
		model.FieldDataset, "n", "first", "last")
	if err != nil {
		return p, err
	}
	for _, row := range counts {
		n, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			return p, err
		}
		p.Rows += n
		p.Datasets = append(p.Datasets, DeletionPart{row[0], n})
		p.First = outermost(p.First, row[2], time.Time.Before)
		p.Last = outermost(p.Last, row[3], time.Time.After)
	}
	req.Page = &model.Page{Limit: sampleRows}
	_, err = s.Engine.Run(ctx, req, func(b *logsql.Batch) error {
		for i := range b.N {
			row := map[string]string{}
			if err := json.Unmarshal(b.AppendJSON(nil, i), &row); err != nil {
				return err
			}
			p.Sample = append(p.Sample, row)
		}
		return nil
	})
	return p, err
}

// outermost returns the time that comes first in an order, the known one or that of a text.
func outermost(known *time.Time, text string, before func(t, u time.Time) bool) *time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || known != nil && !before(t, *known) {
		return known
	}
	return &t
}
