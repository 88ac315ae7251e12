package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// ErrPartial means that an answer was shown but is not whole; it was said why.
var ErrPartial = errors.New("the answer is partial")

// Query asks for rows once.
type Query struct {
	Server     Server
	Text       string
	Start, End string
	Limit      int // rows, newest first; 0 means all
	Out        io.Writer
	Err        io.Writer // why the answer is partial, and on a terminal what the query cost
	Terminal   bool
	Color      bool
}

type queryLine struct {
	Row   json.RawMessage `json:"row"`
	Error *Problem        `json:"error"`
	Stats *queryStats     `json:"stats"`
}

type queryStats struct {
	SegmentsTotal int    `json:"segments_total"`
	SegmentsRead  int    `json:"segments_read"`
	BytesRead     int64  `json:"bytes_read"`
	Millis        int64  `json:"duration_ms"`
	Partial       bool   `json:"partial"`
	PartialReason string `json:"partial_reason"`
	Next          string `json:"next"`
	More          bool   `json:"more"`
}

// Run asks page after page and writes the rows: JSON lines newest first, or for a terminal a table with the
// newest row last. The error is ErrPartial when some of what was to be searched could not be read.
func (q Query) Run(ctx context.Context) error {
	c := q.Server.client()
	var table rows
	var total queryStats
	given := 0
	for {
		params := url.Values{"query": {q.Text}, "start": {q.Start}, "end": {q.End}, "before": {total.Next}}
		params.Set("limit", strconv.Itoa(max(q.Limit-given, 0))) // 0 is all
		body, err := c.get(ctx, "/api/v1/logs/query", params, nil)
		if err != nil {
			return err
		}
		n, err := q.page(body, &table, &total)
		body.Close()
		if err != nil {
			return err
		}
		given += n
		if total.Next == "" || q.Limit > 0 && given >= q.Limit {
			break
		}
	}
	if total.More {
		fmt.Fprintf(q.Err, "there are more than these %d rows; -n 0 shows all\n", given)
	}
	if q.Terminal {
		if err := table.write(q.Out, q.Color); err != nil {
			return fmt.Errorf("cannot write the answer: %w", err)
		}
		fmt.Fprintf(q.Err, "%d rows, %d of %d segments read, %s, %d ms\n", given, total.SegmentsRead, total.SegmentsTotal, bytesText(total.BytesRead), total.Millis)
	}
	if total.Partial {
		fmt.Fprintln(q.Err, "the answer is partial: "+total.PartialReason)
		return ErrPartial
	}
	return nil
}

func (q Query) page(body io.Reader, table *rows, total *queryStats) (int, error) {
	n := 0
	ended := false
	err := eachLine(body, func(data []byte) error {
		var line queryLine
		if err := json.Unmarshal(data, &line); err != nil {
			return fmt.Errorf("cannot read the answer: %w", err)
		}
		switch {
		case line.Error != nil:
			return line.Error
		case line.Stats != nil:
			ended = true
			s := *line.Stats
			s.Millis += total.Millis
			s.BytesRead += total.BytesRead
			s.SegmentsRead = max(s.SegmentsRead, total.SegmentsRead)
			if total.Partial && !s.Partial { // of an earlier page
				s.Partial, s.PartialReason = true, total.PartialReason
			}
			*total = s
			return nil
		}
		n++
		if q.Terminal {
			return table.add(line.Row)
		}
		_, err := q.Out.Write(append(line.Row, '\n'))
		return err
	})
	if err == nil && !ended {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
