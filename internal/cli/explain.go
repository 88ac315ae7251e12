package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/haetae/haetae/internal/model"
)

// Explain asks how a query is answered.
type Explain struct {
	Server     Server
	Text       string
	Start, End string
	Limit      int // as of Query
	Out        io.Writer
	JSON       bool
}

type explainAnswer struct {
	model.Explain
	Stats struct {
		queryStats
		BlocksTotal int64 `json:"blocks_total"`
		BlocksRead  int64 `json:"blocks_read"`
		RowsMatched int64 `json:"rows_matched"`
	} `json:"stats"`
}

// Run writes the answer as a text in columns, or as the server's JSON.
func (e Explain) Run(ctx context.Context) error {
	params := url.Values{"query": {e.Text}, "start": {e.Start}, "end": {e.End}, "limit": {strconv.Itoa(e.Limit)}}
	var raw json.RawMessage
	if err := e.Server.client().call(ctx, http.MethodGet, "/api/v1/logs/explain?"+params.Encode(), nil, &raw); err != nil {
		return err
	}
	if e.JSON {
		_, err := fmt.Fprintln(e.Out, string(raw))
		return err
	}
	var answer explainAnswer
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	w := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	answer.write(w)
	if answer.Stats.Partial {
		fmt.Fprintln(w, "the answer is partial: "+answer.Stats.PartialReason)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot write the answer: %w", err)
	}
	return nil
}

func (a *explainAnswer) write(w io.Writer) {
	// A line of text alone, without a tab, stays as it is.
	s := &a.Search
	fmt.Fprintf(w, "search %s in %s", s.Filter, strings.Join(s.Datasets, ", "))
	if s.Start != "" || s.End != "" {
		fmt.Fprintf(w, " from %s to %s", s.Start, s.End)
	}
	if s.Order != "" {
		fmt.Fprintf(w, ", the %d %s rows", s.Limit, s.Order)
	}
	switch {
	case s.AllFields:
		fmt.Fprint(w, ", for all fields")
	case len(s.Fields) > 0:
		fmt.Fprintf(w, ", for %s", strings.Join(s.Fields, ", "))
	}
	fmt.Fprintln(w)
	for _, p := range a.Pipes {
		fmt.Fprintf(w, "then %s", p.Text)
		if p.Repeats {
			fmt.Fprint(w, " (equal rows as one with a number)")
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\nsegments\tblocks\trows\tstored\t   left behind")
	for i := range a.Steps {
		step := &a.Steps[i]
		name := step.Step
		if step.Filter != "" {
			name = "filter " + step.Filter
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t   %s\n", some(step.Segments), some(step.Blocks), step.Rows, bytesText(step.Bytes), name)
		for _, p := range step.Pruned {
			fmt.Fprintf(w, "\t%s\t-%d\t\t     by %s\n", some(-p.Blocks), p.Rows, words(p.By))
		}
	}
	if len(a.Reads) > 0 {
		fmt.Fprintln(w, "\nread\tcached\t   column")
	}
	for _, r := range a.Reads {
		fmt.Fprintf(w, "%s\t%s\t   %s\n", bytesText(r.Bytes), some(r.Cached), words(r.Column))
	}
	if len(a.Answers) > 0 {
		fmt.Fprintln(w, "\nrows\t   answered from")
	}
	for _, x := range a.Answers {
		fmt.Fprintf(w, "%d\t   %s\n", x.Rows, strings.TrimSpace(words(x.By)+" "+x.Format))
	}
	fmt.Fprintf(w, "\n%d rows matched, %d of %d segments read, %s, %d ms\n",
		a.Stats.RowsMatched, a.Stats.SegmentsRead, a.Stats.SegmentsTotal, bytesText(a.Stats.BytesRead), a.Stats.Millis)
}

// some writes a number, nothing for 0.
func some(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func words(name string) string { return strings.ReplaceAll(name, "token_filter", "token filter") }
