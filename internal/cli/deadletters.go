package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/haetae/haetae/internal/config"
)

const lettersPath = "/api/v1/deadletters"

// LetterGroups lists the dead letters by reason and input.
type LetterGroups struct {
	Server Server
	Since  string // a duration or a time
	JSON   bool   // the server's answer
	Out    io.Writer
}

type letterGroup struct {
	Reason   string    `json:"reason"`
	Input    string    `json:"input"`
	Source   string    `json:"source"`
	Count    int64     `json:"count"`
	Replayed int64     `json:"replayed"`
	Held     int64     `json:"held"`
	Last     time.Time `json:"last"`
	Query    string    `json:"query"`
}

// Run writes two lines for each group, the second with the query that finds its letters. The error is ErrPartial when
// letters may be missing.
func (l LetterGroups) Run(ctx context.Context) error {
	var raw json.RawMessage
	path := "/api/v1/dead-letters/groups?" + url.Values{"since": {l.Since}}.Encode()
	if err := l.Server.client().call(ctx, http.MethodGet, path, nil, &raw); err != nil {
		return err
	}
	var answer struct {
		Total   int64         `json:"total"`
		Groups  []letterGroup `json:"groups"`
		More    int           `json:"more"`
		Partial string        `json:"partial"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	out := bufio.NewWriter(l.Out)
	switch {
	case l.JSON:
		fmt.Fprintln(out, string(raw))
	case len(answer.Groups) == 0:
		fmt.Fprintln(out, "no dead letters "+sinceText(l.Since))
	default:
		writeGroups(out, answer.Groups)
		if answer.More > 0 {
			fmt.Fprintf(out, "and %d groups more; shorten --since\n", answer.More)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("cannot write the answer: %w", err)
	}
	if answer.Partial != "" {
		return fmt.Errorf("%w: %s", ErrPartial, answer.Partial)
	}
	return nil
}

// sinceText words a duration before now, or a time.
func sinceText(since string) string {
	if _, err := config.ParseDuration(since); err == nil {
		return "in the last " + since
	}
	return "since " + since
}

// writeGroups writes a table with the query of each group below its line.
func writeGroups(out io.Writer, groups []letterGroup) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COUNT\tREPLAYED\tHELD\tNEWEST\tINPUT\tPLACE OF THE NEWEST\tREASON")
	for _, g := range groups {
		last := g.Last.Local().Format(time.DateTime)
		fmt.Fprintf(w, "%d\t%d\t%d\t%s\t%s\t%s\t%s\n", g.Count, g.Replayed, g.Held, last, g.Input, g.Source, oneLine(g.Reason))
	}
	_ = w.Flush() // a builder takes all
	head, rest, _ := strings.Cut(table.String(), "\n")
	fmt.Fprintln(out, head)
	for i, line := range slices.Collect(strings.Lines(rest)) {
		fmt.Fprintf(out, "%s  %s\n", line, groups[i].Query)
	}
}

// ShowLetters shows dead letters one by one.
type ShowLetters struct {
	Server     Server
	Text       string // LogsQL filter
	Start, End string
	Limit      int
	JSON       bool // one letter a line
	Out        io.Writer
}

type field struct{ Name, Value string }

type letter struct {
	ID       string     `json:"id"`
	Time     time.Time  `json:"time"`
	Reason   string     `json:"reason"`
	Input    string     `json:"input"`
	Peer     string     `json:"peer"`
	Source   string     `json:"source"`
	Message  string     `json:"message"`
	Fields   []field    `json:"fields"`
	Cut      bool       `json:"cut"`
	Replayed *time.Time `json:"replayed"`
	Held     string     `json:"held"`
}

// Run writes the letters, newest first.
func (l ShowLetters) Run(ctx context.Context) error {
	params := url.Values{"query": {l.Text}, "start": {l.Start}, "end": {l.End}, "limit": {strconv.Itoa(l.Limit)}}
	var answer struct {
		Letters []json.RawMessage `json:"letters"`
		Total   int64             `json:"total"`
	}
	if err := l.Server.client().call(ctx, http.MethodGet, lettersPath+"?"+params.Encode(), nil, &answer); err != nil {
		return err
	}
	out := bufio.NewWriter(l.Out)
	for _, raw := range answer.Letters {
		if l.JSON {
			fmt.Fprintln(out, string(raw))
			continue
		}
		var one letter
		if err := json.Unmarshal(raw, &one); err != nil {
			return fmt.Errorf("cannot read the answer: %w", err)
		}
		one.write(out)
	}
	if left := answer.Total - int64(len(answer.Letters)); left > 0 && !l.JSON {
		fmt.Fprintf(out, "and %d more; --limit shows more of them\n", left)
	}
	return out.Flush()
}

func (l *letter) write(out io.Writer) {
	from := l.Input
	if l.Peer != "" {
		from += "/" + l.Peer
	}
	state := "not replayed"
	switch {
	case l.Held != "":
		state = "its replay is held: " + l.Held
	case l.Replayed != nil:
		state = "replayed " + l.Replayed.Local().Format(time.DateTime)
	}
	fmt.Fprintf(out, "%s  %s  %s  %s\n", l.Time.Local().Format(time.DateTime), from, l.ID, state)
	rows := []field{{"reason", l.Reason}}
	if l.Source != "" {
		rows = append(rows, field{"place", l.Source})
	}
	rows = append(append(rows, l.Fields...), field{"_msg", l.Message})
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range rows {
		// A line of several keeps its column.
		fmt.Fprintf(w, "  %s\t%s\n", visible(f.Name), strings.ReplaceAll(visible(f.Value), "\n", "\n  \t"))
	}
	_ = w.Flush() // out tells when it is flushed
	if l.Cut {
		fmt.Fprintf(out, "  there is more of it: haetae query '_dataset:deadletter _record_id:=\"%s\"' --json\n", l.ID)
	}
}

// ReplayLetters puts dead letters through the intake again, each at most once.
type ReplayLetters struct {
	Server     Server
	Text       string // LogsQL filter
	Start, End string
	Limit      int // 0 is all
	Out        io.Writer
}

// Run writes what the replay did. What could not be replayed is an error.
func (l ReplayLetters) Run(ctx context.Context) error {
	body := struct {
		Query string `json:"query"`
		Start string `json:"start,omitempty"`
		End   string `json:"end,omitempty"`
		Limit int    `json:"limit,omitempty"`
	}{l.Text, l.Start, l.End, l.Limit}
	var did struct {
		Replayed int64 `json:"replayed"`
		Skipped  int64 `json:"skipped"`
		Failed   int64 `json:"failed"`
	}
	if err := l.Server.client().call(ctx, http.MethodPost, lettersPath+"/replay", body, &did); err != nil {
		return err
	}
	fmt.Fprintf(l.Out, "%d replayed, %d were replayed before, %d failed\n", did.Replayed, did.Skipped, did.Failed)
	if did.Failed > 0 {
		return errors.New("some letters cannot be replayed; \"haetae dead-letters show\" says which are held, and why")
	}
	return nil
}
