package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

const auditPath = "/api/v1/audit"

// AuditFilter chooses entries of the audit trail.
type AuditFilter struct {
	Query, Action, By, Outcome string
	Since                      string // RFC 3339, or a time span before now
}

func (f AuditFilter) params() (url.Values, error) {
	v := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "action": f.Action, "by": f.By, "outcome": f.Outcome, "start": f.Since} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if _, err := time.Parse(time.RFC3339, f.Since); f.Since != "" && err != nil {
		if span, ok := logsql.ParseDuration(f.Since); !ok || span <= 0 {
			return nil, fmt.Errorf("--since %s is neither a span before now, such as 90m or 1d, nor a time such as 2026-01-02T15:04:05Z", f.Since)
		}
		v.Set("start", "now-"+f.Since)
	}
	return v, nil
}

// AuditList shows entries of the audit trail, the newest first.
type AuditList struct {
	Server Server
	AuditFilter
	Limit int
	JSON  bool // the entries as the API has them, one a line
	Out   io.Writer
}

// Run lists them page by page.
func (l AuditList) Run(ctx context.Context) error {
	c := l.Server.client()
	params, err := l.params()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(l.Out, 0, 0, 2, ' ', 0)
	for left := l.Limit; left > 0; {
		params.Set("limit", strconv.Itoa(min(left, 1000)))
		var page struct {
			Entries []json.RawMessage `json:"entries"`
			Cursor  string            `json:"cursor"`
		}
		if err := c.call(ctx, http.MethodGet, auditPath+"?"+params.Encode(), nil, &page); err != nil {
			return err
		}
		for _, raw := range page.Entries {
			if err := l.show(w, raw); err != nil {
				return err
			}
		}
		left -= len(page.Entries)
		if page.Cursor == "" {
			break
		}
		params.Set("cursor", page.Cursor)
	}
	return w.Flush()
}

func (l AuditList) show(w io.Writer, raw json.RawMessage) error {
	if l.JSON {
		_, err := fmt.Fprintf(l.Out, "%s\n", raw)
		return err
	}
	var e struct {
		Seq                                  int64
		Time                                 time.Time
		Action, By, Target, Outcome, Address string
		SeenBy                               string `json:"seen_by"`
		ByKind                               string `json:"by_kind"`
		Count                                int
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	if e.Count > 1 {
		e.Action += " ×" + strconv.Itoa(e.Count)
	}
	if e.ByKind == string(model.KindToken) || e.ByKind == string(model.KindCertificate) {
		e.By = e.ByKind + " " + e.By // it may have the name of a user
	}
	if e.SeenBy != "" {
		e.By = e.SeenBy + " as " + e.By
	}
	_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.Time.Local().Format(time.DateTime), e.Outcome, e.By, e.Address, e.Action, oneLine(e.Target))
	return err
}

// AuditVerify has the server check its audit trail.
type AuditVerify struct {
	Server  Server
	Anchors []string // SEQ:HASH, as noted earlier
	JSON    bool
	Out     io.Writer
}

// ErrTampered means that the audit trail is not whole.
var ErrTampered = errors.New("the audit trail is not whole")

// AuditReport is what a check has found, see GET /api/v1/audit/verify.
type AuditReport struct {
	OK         bool         `json:"ok"`
	Entries    int64        `json:"entries"`
	First      *AuditLink   `json:"first"`
	Head       AuditLink    `json:"head"`
	Floor      AuditLink    `json:"floor"`
	Faults     []AuditFault `json:"faults"`
	MoreFaults int64        `json:"more_faults"`
}

// AuditLink is a place in the chain.
type AuditLink struct {
	Seq  int64      `json:"seq"`
	Hash string     `json:"hash"`
	Time *time.Time `json:"time"`
}

// AuditFault is something that is wrong.
type AuditFault struct {
	Seq   int64  `json:"seq"`
	Until int64  `json:"until"`
	What  string `json:"what"`
	Text  string `json:"text"`
}

// Run shows what is found; ErrTampered when that is anything.
func (v AuditVerify) Run(ctx context.Context) error {
	body, err := v.Server.client().get(ctx, auditPath+"/verify", url.Values{"anchor": v.Anchors}, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	var r AuditReport
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	if v.JSON {
		if _, err := v.Out.Write(data); err != nil {
			return err
		}
	} else if err := r.Show(v.Out); err != nil {
		return err
	}
	if !r.OK {
		return ErrTampered
	}
	return nil
}

// Show writes the report for people.
func (r *AuditReport) Show(w io.Writer) error {
	for _, f := range r.Faults {
		place := strconv.FormatInt(f.Seq, 10)
		if f.Until > f.Seq {
			place += "-" + strconv.FormatInt(f.Until, 10)
		}
		if _, err := fmt.Fprintf(w, "%-9s entry %s: %s\n", f.What, place, f.Text); err != nil {
			return err
		}
	}
	if r.MoreFaults > 0 {
		fmt.Fprintf(w, "and %d more\n", r.MoreFaults)
	}
	if r.Floor.Seq > 0 {
		fmt.Fprintf(w, "retention has removed entries up to %d\n", r.Floor.Seq)
	}
	verdict := "the chain is whole"
	if !r.OK {
		verdict = "THE CHAIN IS NOT WHOLE"
	}
	_, err := fmt.Fprintf(w, "%d entries, %s; the last is %d:%s\n", r.Entries, verdict, r.Head.Seq, r.Head.Hash)
	return err
}

// AuditExport fetches the trail as a file.
type AuditExport struct {
	Server Server
	AuditFilter
	Out io.Writer
}

// Run writes the lines as they come.
func (e AuditExport) Run(ctx context.Context) error {
	params, err := e.params()
	if err != nil {
		return err
	}
	body, err := e.Server.client().get(ctx, auditPath+"/export", params, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := io.Copy(e.Out, body); err != nil {
		return fmt.Errorf("the export broke off: %w", err)
	}
	return nil
}
