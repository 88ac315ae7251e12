package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/model"
)

// exportAuditRows is how many entries one step of an export of the trail holds.
const exportAuditRows = 2000

// auditEnd is the last line of an export of the trail.
type auditEnd struct {
	Head  AuditLink `json:"head"`
	Floor AuditLink `json:"floor"`
}

func (s *server) registerAuditExport(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "export-audit", Method: http.MethodGet, Path: "/api/v1/audit/export", Tags: []string{"audit"},
		Summary: "The audit trail as a file",
		Description: "Each line is an entry in the bytes of which its hash is the SHA-256, the oldest first; the last line, " +
			"`{\"head\":{...}}`, names the last entry of the whole trail at that time. `haetae audit verify --file` checks it.",
		Responses: map[string]*huma.Response{"200": {Description: "the file", Content: map[string]*huma.MediaType{
			"application/x-ndjson": {Schema: &huma.Schema{Type: "string"}},
		}}},
	}, func(ctx context.Context, in *AuditFilter) (*huma.StreamResponse, error) {
		q, err := s.auditQuery(in)
		if err != nil {
			return nil, problemOf(err)
		}
		_ = s.audit(ctx, model.AuditEntry{Action: "audit.export", Target: in.text()})
		head, floor, err := s.Trail.Ends(ctx)
		if err == nil {
			err = s.Trail.Settle(ctx, head)
		}
		if err != nil {
			return nil, problemOf(err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			if err := s.exportAudit(r.Context(), q, auditEnd{head, floor}, w); err != nil {
				s.Log.Warn("an export of the audit trail broke off", "error", err)
				panic(http.ErrAbortHandler) // half a file must not look whole
			}
		}}, nil
	})
}

func (s *server) exportAudit(ctx context.Context, q AuditQuery, end auditEnd, w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="haetae-audit.jsonl"`)
	w.Header().Set("Cache-Control", "no-store")
	out := newLineWriter(w)
	q.Page = model.Page{Limit: exportAuditRows, Oldest: true}
	if end.Head.Time != nil { // what is written meanwhile is for the next export
		q.Max = min(q.Max, end.Head.Time.UnixNano())
	}
	for more := true; more; {
		last, left, err := s.Trail.Entries(ctx, q, func(text []byte, _ string) error {
			out.buf = append(append(out.buf, text...), '\n')
			return errors.Join(ctx.Err(), out.flushIfLarge())
		})
		if err != nil {
			return err
		}
		q.Page.Behind, more = &last, left
	}
	line, err := json.Marshal(end)
	if err != nil {
		return err
	}
	out.buf = append(append(out.buf, line...), '\n')
	return out.flush()
}

// ParseAnchors reads hashes of entries as people note them: SEQ:HASH.
func ParseAnchors(texts []string) (map[int64]string, error) {
	anchors := map[int64]string{}
	for _, text := range texts {
		before, hash, _ := strings.Cut(text, ":")
		seq, err := strconv.ParseInt(before, 10, 64)
		if sum, hashErr := hex.DecodeString(hash); err != nil || hashErr != nil || len(sum) != 32 || seq < 1 {
			return nil, invalid("anchor", errors.New("wants SEQ:HASH, as an earlier check or an export has named the head"))
		}
		anchors[seq] = strings.ToLower(hash)
	}
	return anchors, nil
}
