package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// What one step of an export holds. It has as many rows as its memory lets it, at most exportRows.
const (
	exportRows   = 20_000
	exportMemory = 32 << 20
)

type exportInput struct {
	Query  string `query:"query" doc:"LogsQL" example:"error _time:1d"`
	Start  string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End    string `query:"end" doc:"as start; exclusive. Missing with order=asc means now"`
	Format string `query:"format" enum:"jsonl,csv,plain" default:"jsonl" doc:"csv: RFC 4180 with a header; cells that begin with = + - @ tab or CR get a leading apostrophe, so that no spreadsheet runs them as a formula. plain: the messages"`
	Fields string `query:"fields" doc:"fields wanted, parted by commas. * for every field. Missing: as *; in csv _time, _severity, host.name, service.name and _msg of log rows, every column that pipes make"`
	BOM    bool   `query:"bom" doc:"csv begins with a byte order mark, without which Excel does not read it as UTF-8"`
	Limit  int    `query:"limit" minimum:"0" doc:"rows at most, 0 for all"`
	Order  string `query:"order" enum:"desc,asc" default:"desc" doc:"newest or oldest first; of queries whose pipes set no order of their own"`
	ID     string `query:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"names the export in /api/v1/queries, which has its progress and can cancel it"`
}

// export is one export under way.
type export struct {
	engine  Engine
	req     Request
	format  exportFormat
	columns []string // of csv; nil until they are known
	bom     bool     // csv begins with a byte order mark
	limit   int64
	oldest  bool
	paged   bool // rows pass through the pipes as they come, so that the export goes through time step by step
	began   time.Time

	w     http.ResponseWriter
	out   *lineWriter
	run   *running
	ended func() error // says why nothing more may be written; nil as long as it may
	tell  func()       // told of before the first row is written
}

func (s *server) registerExport(a huma.API) {
	content := map[string]*huma.MediaType{}
	for _, f := range exportFormats {
		content[f.media] = &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	}
	huma.Register(a, huma.Operation{
		OperationID: "export-logs", Method: http.MethodGet, Path: "/api/v1/logs/export", Tags: []string{"logs"},
		Summary:     "Every row of a query as a file",
		Description: "Rows are streamed while they are found. A connection that breaks off means that the file is not whole; /api/v1/queries/{id} says why.",
		Responses:   map[string]*huma.Response{"200": {Description: "the file", Content: content}},
	}, s.exportLogs)
}

func (s *server) exportLogs(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	now := time.Now()
	req, err := s.parse(in.Query, in.Start, in.End, now)
	if err != nil {
		return nil, problemOf(err)
	}
	req.Scope, req.ID = scopeOf(ctx), in.ID
	x := &export{
		engine: s.unlisted, req: req, format: exportFormats[in.Format], bom: in.BOM, limit: int64(in.Limit), oldest: in.Order == "asc",
		paged: s.Engine.CheckTail(req.Query) == nil, began: now,
	}
	if x.paged && x.oldest && in.End == "" {
		x.req.Max = now.UnixNano() // or it would run after the rows that arrive
	}
	if err := x.choose(in.Fields); err != nil {
		return nil, problemOf(err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		e := exportTold(in)
		x.tell = func() { s.tellExport(r.Context(), e, w) }
		err := s.runExport(r.Context(), x, w)
		if x.out != nil {
			e = model.AuditEntry{Action: "logs.exported", Target: in.Query, After: map[string]int64{"rows": x.sent()}, Ends: true}
		} // else nobody has got anything, and may try again without end
		s.auditDone(r.Context(), e, err)
		switch {
		case err == nil:
		case x.out == nil || !x.out.written:
			w.Header().Del("Content-Disposition")
			writeProblem(w, r, err)
		default:
			logInside(r.Context(), err)
			panic(http.ErrAbortHandler) // half a file must not look whole
		}
	}}, nil
}

// exportTold is the entry of an export.
func exportTold(in *exportInput) model.AuditEntry {
	asked := map[string]any{"format": in.Format, "start": in.Start, "end": in.End, "fields": in.Fields, "limit": in.Limit}
	return model.AuditEntry{Action: "logs.export", Target: in.Query, After: asked}
}

// tellExport writes the export to the audit trail before its first row, and names the head of the trail in the answer to who sees
// the whole: its number tells how much others do.
func (s *server) tellExport(ctx context.Context, e model.AuditEntry, w http.ResponseWriter) {
	_ = s.audit(ctx, e) // a problem that is shown
	if s.Trail == nil || !scopeOf(ctx).Whole() {
		return
	}
	if head, _, err := s.Trail.Ends(ctx); err == nil { // else the file is without it
		w.Header().Set("Haetae-Audit-Head", fmt.Sprintf("%d:%s", head.Seq, head.Hash))
	}
}

// sent is how many rows were written.
func (x *export) sent() int64 {
	if x.run == nil {
		return 0
	}
	return x.run.sent.Load()
}

// choose sets which columns are written.
func (x *export) choose(fields string) error {
	switch {
	case x.format.name == "plain":
		x.columns = []string{model.FieldMsg}
	case fields == "*" || fields == "" && x.format.name == "csv" && len(x.req.Query.Pipes) > 0:
		x.columns = resultColumns(x.req.Query)
		return nil
	case fields != "":
		for name := range strings.SplitSeq(fields, ",") {
			if name = strings.TrimSpace(name); name == "" {
				return invalid("fields", errors.New("wants names parted by commas"))
			}
			x.columns = append(x.columns, name)
		}
	case x.format.name == "csv":
		x.columns = []string{model.FieldTime, model.FieldSeverity, "host.name", "service.name", model.FieldMsg}
	}
	if x.columns == nil {
		return nil
	}
	quoted := make([]string, len(x.columns))
	for i, name := range x.columns {
		quoted[i] = quote(name)
	}
	var err error
	x.req, err = with(x.req, "fields "+strings.Join(quoted, ", "))
	return err
}

// runExport lists the export while it runs, counts its rows beside it, and writes it.
func (s *server) runExport(ctx context.Context, x *export, w http.ResponseWriter) (err error) {
	ctx, run, err := s.queries.begin(ctx, kindExport, &x.req)
	if err != nil {
		return err
	}
	defer func() { err = s.queries.end(ctx, run, err) }()
	x.w, x.run, x.ended = w, run, ctx.Err
	var wg sync.WaitGroup
	defer wg.Wait()
	counting, stop := context.WithCancel(ctx)
	defer stop()
	if x.paged {
		wg.Go(func() { x.count(counting) })
	}
	if x.format.name == "csv" && x.columns == nil {
		if x.columns, err = x.findColumns(ctx); err != nil {
			return err
		}
	}
	if x.paged {
		err = x.pages(ctx)
	} else {
		err = x.whole(ctx)
	}
	if err == nil {
		x.begin() // where there are no rows
		err = x.out.flush()
	}
	return err
}

// count finds out how many rows will come. An export whose rows cannot be counted goes on without their number.
func (x *export) count(ctx context.Context) {
	rows, _, err := collectRows(ctx, x.engine, x.req, "stats count() n", "n")
	if err != nil || len(rows) == 0 {
		return
	}
	n, _ := strconv.ParseInt(rows[0][0], 10, 64) // count() writes whole numbers
	if x.limit > 0 {
		n = min(n, x.limit)
	}
	x.run.expected.Store(n)
}

// findColumns asks for the names of the fields that the rows have.
func (x *export) findColumns(ctx context.Context) ([]string, error) {
	rows, _, err := collectRows(ctx, x.engine, x.req, "field_names", "name")
	columns := []string{}
	for _, row := range rows {
		columns = append(columns, row[0])
	}
	return columns, err
}

// pages writes the rows in the order of time, step by step; a step that needs too much memory is made smaller.
func (x *export) pages(ctx context.Context) error {
	req, page := x.req, model.Page{Limit: exportRows, Oldest: x.oldest}
	req.Memory, req.Page, req.Progress = exportMemory, &page, x.run.progress
	filtered := slices.ContainsFunc(req.Query.Pipes, func(p logsql.Pipe) bool { return p.Name() == "filter" })
	for !x.full() {
		if x.limit > 0 && !filtered { // each row of a page is one of the file
			page.Limit = int(min(int64(page.Limit), x.limit-x.run.sent.Load()))
		}
		stats, err := x.engine.Run(ctx, req, x.rows)
		var limit *model.LimitError
		if errors.As(err, &limit) && limit.Code == "query.too_much_memory" && page.Limit > 1 {
			page.Limit /= 2 // the rows are read before the first one is handed on
			continue
		}
		if err != nil || stats.RowsMatched < int64(page.Limit) {
			return err
		}
		page.Behind = &stats.Last
	}
	return nil
}

// whole writes what the pipes make of all rows.
func (x *export) whole(ctx context.Context) error {
	req := x.req
	req.Progress = x.run.progress
	if x.limit > 0 {
		var err error
		if req, err = with(req, "limit "+strconv.FormatInt(x.limit, 10)); err != nil {
			return err
		}
	}
	_, err := x.engine.Run(ctx, req, x.rows)
	return err
}

func (x *export) full() bool { return x.limit > 0 && x.run.sent.Load() >= x.limit }

// begin sends the header once.
func (x *export) begin() {
	if x.out != nil {
		return
	}
	name := fmt.Sprintf("haetae-logs-%s.%s", x.began.UTC().Format("20060102T1504Z"), x.format.extension)
	x.tell()
	h := x.w.Header()
	h.Set("Content-Type", x.format.media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
	x.out = newLineWriter(x.w)
	if x.format.name == "csv" {
		if x.bom {
			x.out.buf = append(x.out.buf, "\ufeff"...)
		}
		x.out.buf = appendCSV(x.out.buf, len(x.columns), func(i int) string { return x.columns[i] })
	}
}

func (x *export) rows(b *logsql.Batch) error {
	x.begin()
	for i := range b.N {
		if x.full() {
			break
		}
		x.out.buf = x.format.row(x.out.buf, b, i, x.columns)
		x.run.sent.Add(1)
		if err := errors.Join(x.ended(), x.out.flushIfLarge()); err != nil { // who takes the rows of one batch slowly may lose the right meanwhile
			return err
		}
	}
	return nil
}
