package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Delete removes what a filter finds, after it has shown what that is.
type Delete struct {
	Server     Server
	Text       string
	Start, End string
	AllTime    bool
	Reason     string
	DryRun     bool
	Yes        bool      // does not ask
	In         io.Reader // a person who answers; nil when there is none
	Out        io.Writer
	Err        io.Writer // questions and progress
}

type deletionOrder struct {
	Query   string `json:"query"`
	Start   string `json:"start,omitempty"`
	End     string `json:"end,omitempty"`
	DryRun  bool   `json:"dry_run,omitempty"`
	AllTime bool   `json:"all_time,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

type deletionAnswer struct {
	Deletion *deletionState `json:"deletion"`
	DryRun   *struct {
		Rows   int64               `json:"rows"`
		First  *time.Time          `json:"first"`
		Last   *time.Time          `json:"last"`
		Sample []map[string]string `json:"sample"`
	} `json:"dry_run"`
}

type deletionState struct {
	ID            string `json:"id"`
	State         string `json:"state"`
	Phase         string `json:"phase"`
	SegmentsDone  int    `json:"segments_done"`
	SegmentsTotal int    `json:"segments_total"`
	Removed       []struct {
		Dataset   string `json:"dataset"`
		Rows      int64  `json:"rows"`
		RawBytes  int64  `json:"raw_bytes"`
		DiskBytes int64  `json:"disk_bytes"`
	} `json:"removed"`
	Damaged []string `json:"damaged"`
	Error   string   `json:"error"`
}

const deletionsPath = "/api/v1/logs/deletions"

// Run shows what would go, asks, deletes, and waits until it is done. When ctx ends the deletion goes on.
func (d Delete) Run(ctx context.Context) error {
	c := d.Server.client()
	if d.Reason == "" && !d.DryRun {
		return errors.New("say why with --reason; it is kept with what is deleted")
	}
	order := deletionOrder{Query: d.Text, Start: d.Start, End: d.End, AllTime: d.AllTime, DryRun: true}
	var answer deletionAnswer
	if err := c.call(ctx, http.MethodPost, deletionsPath, order, &answer); err != nil {
		return err
	}
	if rows, err := d.preview(&answer); err != nil || d.DryRun || rows == 0 {
		return err
	}
	if !d.Yes {
		if err := d.ask(answer.DryRun.Rows); err != nil {
			return err
		}
	}
	order.DryRun, order.Reason = false, d.Reason
	if err := c.call(ctx, http.MethodPost, deletionsPath, order, &answer); err != nil {
		return err
	}
	return d.follow(ctx, c, answer.Deletion)
}

func (d Delete) preview(answer *deletionAnswer) (rows int64, err error) {
	p := answer.DryRun
	if p == nil {
		return 0, errors.New("cannot read the answer: it has no dry run")
	}
	if p.Rows == 0 {
		_, err := fmt.Fprintln(d.Out, "no records match")
		return 0, err
	}
	fmt.Fprintf(d.Out, "%d records match", p.Rows)
	if p.First != nil && p.Last != nil {
		fmt.Fprintf(d.Out, ", from %s to %s", p.First.Format(time.RFC3339), p.Last.Format(time.RFC3339))
	}
	fmt.Fprintln(d.Out, "; the newest:")
	for _, row := range p.Sample {
		if _, err := fmt.Fprintf(d.Out, "  %s %s %s\n", row["_time"], row["_stream"], oneLine(row["_msg"])); err != nil {
			return 0, err
		}
	}
	return p.Rows, nil
}

// oneLine makes a line of a message.
func oneLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func (d Delete) ask(rows int64) error {
	if d.In == nil {
		return errors.New("nobody can be asked here; add --yes to delete without a question")
	}
	fmt.Fprintf(d.Err, "Delete these %d records for good? Type yes: ", rows)
	line, err := bufio.NewReader(d.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	if strings.TrimSpace(line) != "yes" {
		return errors.New("nothing was deleted")
	}
	return nil
}

// follow waits for the end of a deletion.
func (d Delete) follow(ctx context.Context, c *client, state *deletionState) error {
	if state == nil {
		return errors.New("cannot read the answer: it has no deletion")
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	told := ""
	for state.State == "running" {
		text := state.Phase
		if state.SegmentsTotal > 0 {
			text = fmt.Sprintf("%d of %d segments", state.SegmentsDone, state.SegmentsTotal)
		}
		if state.Error != "" {
			text = "held up: " + state.Error
		}
		if text != told {
			fmt.Fprintln(d.Err, text)
			told = text
		}
		select {
		case <-ctx.Done():
			fmt.Fprintf(d.Err, "the deletion %s goes on in the server\n", state.ID)
			return ctx.Err()
		case <-tick.C:
		}
		next := &deletionState{}
		if err := c.call(ctx, http.MethodGet, deletionsPath+"/"+state.ID, nil, next); err != nil {
			return err
		}
		state = next
	}
	for _, r := range state.Removed {
		change := "smaller"
		if r.DiskBytes < 0 { // a few records weigh less than the bytes of a segment by which blocks are found
			change = "larger"
		}
		if _, err := fmt.Fprintf(d.Out, "deleted %d records of %s, %s as received; segments are %s %s\n",
			r.Rows, r.Dataset, bytesText(r.RawBytes), bytesText(max(r.DiskBytes, -r.DiskBytes)), change); err != nil {
			return err
		}
	}
	if len(state.Removed) == 0 {
		fmt.Fprintln(d.Out, "nothing was left to delete")
	}
	for _, id := range state.Damaged {
		fmt.Fprintf(d.Err, "%s could not be read whole; what it holds was left\n", id)
	}
	if state.State != "done" {
		return fmt.Errorf("the deletion %s is %s: %s", state.ID, state.State, state.Error)
	}
	return nil
}
