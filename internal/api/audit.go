package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// AuditEntry is one entry of the audit trail.
type AuditEntry struct {
	Seq       int64     `json:"seq" doc:"its place in the chain, from 1"`
	Time      time.Time `json:"time"`
	Action    string    `json:"action" example:"retention.change"`
	By        string    `json:"by" doc:"name of who did it; of a failed sign-in the name that was tried, when a user has it"`
	ByID      string    `json:"by_id,omitempty"`
	ByKind    string    `json:"by_kind" doc:"user, token, certificate, local (the machine itself), or empty: nobody"`
	ByRole    string    `json:"by_role,omitempty"`
	SeenBy    string    `json:"seen_by,omitempty" doc:"name of the administrator who looked as this user"`
	SeenByID  string    `json:"seen_by_id,omitempty" doc:"missing in entries of earlier versions"`
	Target    string    `json:"target"`
	Outcome   string    `json:"outcome" enum:"begun,ok,denied,failed" doc:"begun: a change that is about to be made; another entry of the request says how it ended"`
	Before    any       `json:"before,omitempty"`
	After     any       `json:"after,omitempty"`
	Address   string    `json:"address"`
	RequestID string    `json:"request_id"`
	Count     int       `json:"count,omitempty" doc:"how often, when several are told as one"`
	Prev      string    `json:"prev" doc:"hash of the entry before"`
	Hash      string    `json:"hash" doc:"SHA-256 of the entry as GET /api/v1/audit/export writes it, in hex"`
}

// AuditLink is a place in the chain.
type AuditLink struct {
	Seq  int64      `json:"seq"`
	Hash string     `json:"hash"`
	Time *time.Time `json:"time" doc:"null at seq 0, before the first entry"`
}

// AuditFault is something that is wrong with the trail.
type AuditFault struct {
	Seq   int64  `json:"seq" doc:"of the entry, or of the first of those that are gone; 0 when it has none"`
	Until int64  `json:"until,omitempty" doc:"of the last of those that are gone, when there are several"`
	What  string `json:"what" enum:"altered,removed,cut_off,doubled,reordered,foreign,floor,anchor"`
	Text  string `json:"text"`
}

// AuditReport is what a check of the chain has found.
type AuditReport struct {
	OK         bool         `json:"ok"`
	Entries    int64        `json:"entries" doc:"that were read"`
	First      *AuditLink   `json:"first" doc:"the oldest one that is there; null without entries"`
	Last       *AuditLink   `json:"last"`
	Head       AuditLink    `json:"head" doc:"the last entry by the metadata; note it elsewhere, and give it back as anchor"`
	Floor      AuditLink    `json:"floor" doc:"up to this entry retention may have removed them"`
	Faults     []AuditFault `json:"faults" nullable:"false"`
	MoreFaults int64        `json:"more_faults,omitempty" doc:"beyond those that are listed"`
}

// AuditQuery chooses entries.
type AuditQuery struct {
	Filter   logsql.Filter // nil for all
	Min, Max int64         // ns since the epoch, both inclusive
	Page     model.Page
}

// Trail reads the audit trail.
type Trail interface {
	// Entries hands the texts of entries and their hashes to f, in the order of the page; last is the place of the last of
	// them, more whether there are others behind it. The text is valid during the call.
	Entries(ctx context.Context, q AuditQuery, f func(text []byte, hash string) error) (last model.Place, more bool, err error)
	// Decode reads the text of an entry.
	Decode(text []byte, hash string) (AuditEntry, error)
	// Verify checks all of it; anchors are hashes of entries that somebody has noted, by sequence.
	Verify(ctx context.Context, anchors map[int64]string) (AuditReport, error)
	// Ends are the last entry, and the last one that retention may have removed.
	Ends(ctx context.Context) (head, floor AuditLink, err error)
	// Settle waits for a while until Entries sees an entry that was just written.
	Settle(ctx context.Context, link AuditLink) error
}

// audit fills in who makes the request and writes the entry to the trail. The error matters to changes that must not be made
// unless they are told (changeAudited).
func (s *server) audit(ctx context.Context, e model.AuditEntry) error {
	if s.Audit == nil {
		return nil
	}
	if e.By.ID == "" && e.By.Name == "" {
		e.By = PrincipalOf(ctx)
	}
	if e.Address == "" {
		e.Address = visitOf(ctx).caller.Address
	}
	if e.RequestID == "" {
		e.RequestID = RequestID(ctx)
	}
	return s.Audit(ctx, e)
}

// changeAudited makes a change of access, retention or records, once the entry that tells that it begins is durable: what cannot be told
// is not done. A second entry says how it ended.
func (s *server) changeAudited(ctx context.Context, e model.AuditEntry, change func() error) error {
	e.Outcome = model.AuditBegun
	if err := s.audit(ctx, e); err != nil {
		return inside("audit.unavailable", "what cannot be told in the audit trail is not done", err)
	}
	err := change()
	e.Outcome, e.Ends = model.AuditOK, true
	s.auditDone(ctx, e, err)
	return err
}

// auditDone tells of what was done, or was tried and ended with err.
func (s *server) auditDone(ctx context.Context, e model.AuditEntry, err error) {
	if err != nil {
		e = failed(e, err)
	}
	_ = s.audit(ctx, e) // a problem that is shown
}

// failed is an entry of what was to be done and ended with an error.
func failed(e model.AuditEntry, err error) model.AuditEntry {
	after := map[string]any{"error": problemOf(err).Detail}
	if e.After != nil {
		after["after"] = e.After
	}
	e.Outcome, e.After = model.AuditFailed, after
	return e
}

// AuditFilter chooses entries by what they say.
type AuditFilter struct {
	Q       string `query:"q" doc:"LogsQL filter over the entries; a word finds it anywhere in one"`
	Action  string `query:"action" doc:"several parted by commas; user.* for all that begin so"`
	By      string `query:"by" doc:"name or id; also of the administrator who looked as another user"`
	Outcome string `query:"outcome" enum:"begun,ok,denied,failed"`
	Start   string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End     string `query:"end" doc:"as start; exclusive"`
}

type auditPageInput struct {
	AuditFilter
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	Cursor string `query:"cursor" doc:"that of the page before: entries older than its last"`
}

type auditPage struct {
	Entries []AuditEntry `json:"entries" nullable:"false" doc:"the newest first"`
	Cursor  string       `json:"cursor,omitempty" doc:"of the next page; missing at the end"`
}

func (s *server) registerAudit(a huma.API) {
	const path, tag = "/api/v1/audit", "audit"
	huma.Register(a, huma.Operation{
		OperationID: "list-audit", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "Who did what: the audit trail, page by page",
	}, s.listAudit)
	huma.Register(a, huma.Operation{
		OperationID: "verify-audit", Method: http.MethodGet, Path: path + "/verify", Tags: []string{tag},
		Summary: "Check that no entry was removed, altered, doubled or moved",
	}, func(ctx context.Context, in *struct {
		Anchor []string `query:"anchor" doc:"SEQ:HASH of an entry, as it was noted earlier"`
	},
	) (*uncached[AuditReport], error) {
		anchors, err := ParseAnchors(in.Anchor)
		if err != nil {
			return nil, err
		}
		_ = s.audit(ctx, model.AuditEntry{Action: "audit.verify"})
		report, err := s.Trail.Verify(ctx, anchors)
		return outcome(fresh(report), err)
	})
	s.registerAuditExport(a)
}

func (s *server) listAudit(ctx context.Context, in *auditPageInput) (*uncached[auditPage], error) {
	q, err := s.auditQuery(&in.AuditFilter)
	if err != nil {
		return nil, problemOf(err)
	}
	q.Page.Limit = in.Limit
	if in.Cursor != "" {
		if q.Page.Behind, err = parseCursor(in.Cursor); err != nil {
			return nil, invalid("cursor", err)
		}
	}
	_ = s.audit(ctx, model.AuditEntry{Action: "audit.read", Target: in.text()})
	page := auditPage{Entries: []AuditEntry{}}
	last, more, err := s.Trail.Entries(ctx, q, func(text []byte, hash string) error {
		e, err := s.Trail.Decode(text, hash)
		page.Entries = append(page.Entries, e)
		return err
	})
	if more {
		page.Cursor = cursorOf(last)
	}
	return outcome(fresh(page), err)
}

// text is how the trail tells what was asked for.
func (in *AuditFilter) text() string {
	var parts []string
	for _, p := range [...]struct{ name, value string }{
		{"q", in.Q}, {"action", in.Action}, {"by", in.By}, {"outcome", in.Outcome}, {"start", in.Start}, {"end", in.End},
	} {
		if p.value != "" {
			parts = append(parts, p.name+"="+p.value)
		}
	}
	return strings.Join(parts, " ")
}

// auditQuery reads what entries are wanted.
func (s *server) auditQuery(in *AuditFilter) (q AuditQuery, err error) {
	parts := []string{}
	if in.Q != "" {
		parts = append(parts, "("+in.Q+")")
	}
	if in.Action != "" {
		var any []string
		for action := range strings.SplitSeq(in.Action, ",") {
			if prefix, ok := strings.CutSuffix(action, "*"); ok {
				any = append(any, "audit.action:="+quote(prefix)+"*")
			} else {
				any = append(any, "audit.action:="+quote(action))
			}
		}
		parts = append(parts, "("+strings.Join(any, " or ")+")")
	}
	if in.By != "" {
		var any []string
		for _, field := range []string{"audit.by", "audit.by_id", "audit.seen_by", "audit.seen_by_id"} {
			any = append(any, field+":="+quote(in.By))
		}
		parts = append(parts, "("+strings.Join(any, " or ")+")")
	}
	if in.Outcome != "" {
		parts = append(parts, "audit.outcome:="+quote(in.Outcome))
	}
	if in.Q != "" { // by itself first: what is wrong in it is shown at its place
		alone, err := s.parse(in.Q, "", "", time.Now())
		if err != nil {
			return q, err
		}
		if len(alone.Query.Pipes) > 0 {
			return q, withoutPipes("q")
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "*")
	}
	req, err := s.parse(strings.Join(parts, " "), in.Start, in.End, time.Now())
	if err != nil {
		return q, err
	}
	return AuditQuery{Filter: req.Query.Filter, Min: req.Min, Max: req.Max}, nil
}
