package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Letters puts dead letters through the intake again.
type Letters interface {
	// Replay replays the letters that a query over the dataset finds, at most limit (0: all), each at most once.
	// What it counts is durable.
	Replay(ctx context.Context, r Request, limit int) (ReplayResult, error)
	// Replayed says when letters were replayed, by their _record_id; those that were not are missing.
	Replayed(ctx context.Context, ids []string) (map[string]time.Time, error)
	// Held says why replays of letters wait to be tried again, by their _record_id; the others are missing.
	Held(ctx context.Context, ids []string) (map[string]string, error)
	// Replays has those of letters, by their _record_id, that were replayed (false) or whose replay is held (true).
	Replays(ctx context.Context, ids []string) (held map[string]bool, err error)
}

// ReplayResult counts letters.
type ReplayResult struct {
	Replayed int64 `json:"replayed" doc:"went through the intake and are durable"`
	Skipped  int64 `json:"skipped" doc:"were replayed before, or wait to be tried again"`
	Failed   int64 `json:"failed" doc:"cannot be replayed: what was sent is not in the letter, or is above a bound by now, or the letter is held and tried again"`
}

// Letter is a dead letter in the list.
type Letter struct {
	ID       string     `json:"id" doc:"_record_id"`
	Time     time.Time  `json:"time" doc:"of receipt"`
	Reason   string     `json:"reason"`
	Input    string     `json:"input"`
	Peer     string     `json:"peer"`
	Source   string     `json:"source" doc:"its place as text, as that of a group; empty where it had none" example:"orders/3 @ 18220417"`
	Message  string     `json:"message" doc:"its first 4 KiB"`
	Fields   []Field    `json:"fields" nullable:"false" doc:"the other fields of the record, such as kafka.header.NAME, and deadletter.NAME of its place in the queue; values of 4 KiB at most, 16 KiB in all"`
	Cut      bool       `json:"cut,omitempty" doc:"the record has more than is shown here"`
	Replayed *time.Time `json:"replayed" doc:"null: not yet"`
	Held     string     `json:"held,omitempty" doc:"why its replay has not worked and is tried again"`
}

// Field is a name with its value.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type lettersInput struct {
	Query  string `query:"query" default:"*" doc:"LogsQL filter over the letters"`
	Start  string `query:"start" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
	End    string `query:"end" doc:"as start; exclusive"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	Before string `query:"before" doc:"only letters older than this cursor, the next of the page before"`
}

type lettersOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Letters []Letter `json:"letters" nullable:"false" doc:"newest first"`
		Total   int64    `json:"total" doc:"letters that the query finds, on all pages"`
		Next    string   `json:"next,omitempty" doc:"cursor of the next page; missing at the end"`
	}
}

type replayInput struct {
	Body struct {
		Query string `json:"query" doc:"LogsQL filter over the letters; * for all" example:"_record_id:in(\"...\")"`
		Start string `json:"start,omitempty" doc:"RFC 3339, Unix time (s, ms, us, ns), or now-1h; inclusive"`
		End   string `json:"end,omitempty" doc:"as start; exclusive"`
		Limit int    `json:"limit,omitempty" minimum:"0" doc:"at most so many letters; 0 for all"`
	}
}

type replayOutput struct {
	Body ReplayResult
}

func (s *server) registerLetters(a huma.API) {
	const path, tag = "/api/v1/deadletters", "dead letters"
	huma.Register(a, huma.Operation{
		OperationID: "list-dead-letters", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "Records that could not be processed, with the reason",
	}, s.listLetters)
	huma.Register(a, huma.Operation{
		OperationID: "replay-dead-letters", Method: http.MethodPost, Path: path + "/replay", Tags: []string{tag},
		Summary: "Put dead letters through the intake again, each at most once",
		Description: "They go in as they were sent: with their input, peer, stream and dataset. One that cannot be processed again " +
			"becomes a new dead letter.",
	}, s.replayLetters)
	s.registerLetterGroups(a)
}

// Bounds of a letter in the list, in bytes: of its message and of each value, and of all fields together.
const (
	maxLetterText   = 4 << 10
	maxLetterFields = 16 << 10
)

// letterRequest reads a filter over the dead letters.
func (s *server) letterRequest(ctx context.Context, query, start, end string) (Request, error) {
	req, err := s.parse(query, start, end, time.Now())
	if err != nil {
		return req, err
	}
	if len(req.Query.Pipes) > 0 {
		return req, withoutPipes("query")
	}
	dataset, err := logsql.ParseFilter("_dataset:="+model.DatasetDeadLetter, logsql.Options{})
	if err != nil {
		return req, err
	}
	req.Query = req.Query.AndFilter(dataset)
	req.Scope = scopeOf(ctx)
	return req, nil
}

func (s *server) listLetters(ctx context.Context, in *lettersInput) (*lettersOutput, error) {
	req, err := s.letterRequest(ctx, in.Query, in.Start, in.End)
	if err != nil {
		return nil, problemOf(err)
	}
	out := lettersOutput{CacheControl: "no-store"}
	if out.Body.Total, err = s.count(ctx, req); err != nil {
		return nil, problemOf(err)
	}
	req.Page = &model.Page{Limit: in.Limit}
	if in.Before != "" {
		if req.Page.Behind, err = parseCursor(in.Before); err != nil {
			return nil, invalid("before", err)
		}
	}
	letters := []Letter{}
	ids := []string{}
	stats, err := s.Engine.Run(ctx, req, func(b *logsql.Batch) error {
		for i := range b.N {
			letters = append(letters, letterOf(b, i))
			ids = append(ids, letters[len(letters)-1].ID)
		}
		return nil
	})
	if err != nil {
		return nil, problemOf(err)
	}
	replayed, err := s.Letters.Replayed(ctx, ids)
	if err != nil {
		return nil, problemOf(err)
	}
	held, err := s.Letters.Held(ctx, ids)
	if err != nil {
		return nil, problemOf(err)
	}
	for i := range letters {
		letters[i].Held = held[letters[i].ID]
		if at, ok := replayed[letters[i].ID]; ok {
			letters[i].Replayed = &at
		}
	}
	end := pageStats{Stats: stats}
	end.cursors(&req)
	out.Body.Letters, out.Body.Next = letters, end.Next
	return &out, nil
}

// count returns how many rows a query finds.
func (s *server) count(ctx context.Context, req Request) (n int64, err error) {
	if req, err = with(req, "count() as n"); err != nil {
		return 0, err
	}
	_, err = s.Engine.Run(ctx, req, func(b *logsql.Batch) error {
		for i := range b.N {
			if n, err = strconv.ParseInt(b.Value(i, "n"), 10, 64); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func letterOf(b *logsql.Batch, i int) Letter {
	input, peer, _ := strings.Cut(b.Value(i, model.FieldSource), "/")
	message, cut := letterText(b.Value(i, model.FieldMsg))
	var at LetterGroup
	topic, partition, offset, _ := letterPlace(b, i)
	at.place(topic, partition, offset)
	fields, more := letterFieldsOf(b, i)
	return Letter{
		ID: strings.Clone(b.Value(i, model.FieldRecordID)), Time: time.Unix(0, b.Times[i]).UTC(),
		Reason: strings.Clone(b.Value(i, "deadletter.reason")), Input: strings.Clone(input), Peer: strings.Clone(peer), Source: at.Source,
		Message: message, Fields: fields, Cut: cut || more,
	}
}

// letterFieldsOf returns the fields of row i that a Letter does not name itself; cut when that is not all of them.
func letterFieldsOf(b *logsql.Batch, i int) (list []Field, cut bool) {
	list = []Field{}
	size := 0
	for k := range b.Columns {
		name, value := b.Columns[k].Name, b.Columns[k].At(i)
		if value == "" || model.ReservedName(name) || name == "deadletter.reason" {
			continue
		}
		text, shortened := letterText(value)
		if size += len(name) + len(text); size > maxLetterFields {
			return list, true
		}
		list, cut = append(list, Field{strings.Clone(name), text}), cut || shortened
	}
	return list, cut
}

// letterText copies a text, or its beginning.
func letterText(s string) (text string, cut bool) {
	return strings.ToValidUTF8(strings.Clone(s[:min(len(s), maxLetterText)]), "\ufffd"), len(s) > maxLetterText
}

func (s *server) replayLetters(ctx context.Context, in *replayInput) (*replayOutput, error) {
	req, err := s.letterRequest(ctx, in.Body.Query, in.Body.Start, in.Body.End)
	if err != nil {
		return nil, problemOf(err)
	}
	result, err := s.Letters.Replay(ctx, req, in.Body.Limit)
	s.letterGroups.forget() // a part may be replayed
	s.auditDone(ctx, model.AuditEntry{Action: "deadletters.replay", Target: in.Body.Query, After: result}, err)
	return outcome(&replayOutput{result}, err)
}
