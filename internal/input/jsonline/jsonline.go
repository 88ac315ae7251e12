// Package jsonline is the input for JSON lines by HTTP: one object a line, at /insert/jsonline.
package jsonline

import (
	"context"
	"fmt"
	"net/http"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/model"
)

// Descriptor describes the input.
var Descriptor = input.Descriptor{
	Type:        "jsonline",
	Summary:     "JSON lines by HTTP at /insert/jsonline",
	Defaults:    func() any { return &Settings{} },
	New:         newInput,
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
}

func newInput(settings any, env input.Env) (input.Input, error) {
	profiles, err := httpin.NewProfiles(httpin.DocumentDefaults, settings.(*Settings).Settings())
	if err != nil {
		return nil, err
	}
	h := &handler{Endpoint: httpin.NewEndpoint(env), profiles: profiles}
	for _, pattern := range [...]string{"/insert/jsonline", "/insert/jsonline/{$}"} {
		if err := h.Handle(pattern, h.serve, nil); err != nil {
			return nil, err
		}
	}
	return h, nil
}

type handler struct {
	*httpin.Endpoint
	profiles *httpin.Profiles
}

// report is the answer: what became of the lines.
type report struct {
	Accepted int                `json:"accepted"`
	Rejected int                `json:"rejected"`
	Errors   []httpin.LineError `json:"errors,omitempty"`
}

// maxErrors bounds the lines that a report names.
const maxErrors = 10

func (rep *report) add(line int64, reason string) {
	if len(rep.Errors) < maxErrors {
		rep.Errors = append(rep.Errors, httpin.LineError{Line: line, Reason: reason})
	}
}

// serve answers 200 with a report when lines are durable, or when there were none. Broken lines are counted and
// named; when all are broken the answer is 400.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		w.Header().Set("Allow", "POST, PUT")
		httpin.WriteProblem(w, httpin.Failure{
			Status: http.StatusMethodNotAllowed, Code: "request.invalid", Detail: "send lines by POST",
		}, httpin.Problem{})
		return
	}
	var rep report
	err := h.receive(w, r, &rep)
	if err == nil && rep.Accepted == 0 && rep.Rejected > 0 {
		first := rep.Errors[0]
		err = &httpin.RequestError{
			Status: http.StatusBadRequest, Reason: "broken JSON",
			Err: fmt.Errorf("line %d: %s", first.Line, first.Reason),
		}
	}
	if err != nil {
		f := httpin.FailureOf(err)
		if f.Untold() {
			h.Env.Log.Error("lines were not accepted", "peer", r.RemoteAddr, "error", err)
		}
		httpin.WriteProblem(w, f, httpin.Problem{Accepted: rep.Accepted, Rejected: rep.Rejected, Errors: rep.Errors})
		return
	}
	httpin.WriteJSON(w, http.StatusOK, "application/json", rep)
}

// receive reads the body and returns when every line of it is durable or refused.
func (h *handler) receive(w http.ResponseWriter, r *http.Request, rep *report) error {
	leave, err := h.Enter()
	if err != nil {
		return err
	}
	defer leave()
	profile, err := h.profiles.Of(r)
	if err != nil {
		return err
	}
	docs := h.NewDocuments(profile, httpin.Peer(r.RemoteAddr))
	defer docs.Done()
	lines, err := httpin.NewLineReader(w, r, h.Gate, h.Env.MaxLine, h.Stopping())
	if err != nil {
		docs.Writer.RejectRequest(err)
		return err
	}
	defer lines.Close()
	err = store(r.Context(), lines, docs, rep)
	docs.Writer.RejectRequest(err)
	rep.Accepted, rep.Rejected = docs.Writer.Accepted, docs.Writer.Rejected
	return err
}

// store writes the lines to the sink, a piece at a time.
func store(ctx context.Context, lines *httpin.LineReader, docs *httpin.Documents, rep *report) error {
	var numbers []int64 // of the lines in the batch
	write := func() error {
		err := docs.Write(ctx, func(i int, reason string) { rep.add(numbers[i], reason) })
		numbers = numbers[:0]
		return err
	}
	for lines.Fill(ctx) {
		for line, ok := lines.Next(); ok; line, ok = lines.Next() {
			switch {
			case line.TooLong:
				docs.Writer.Reject("line too long", string(line.Data))
				rep.add(line.Number, "line too long")
				continue
			case blank(line.Data):
				continue
			}
			if err := docs.Add(line.Data, model.Field{}); err != nil {
				docs.Writer.Reject("broken JSON", string(line.Data[:min(len(line.Data), maxSample)]))
				rep.add(line.Number, err.Error())
				continue
			}
			numbers = append(numbers, line.Number)
			if docs.Full() {
				if err := write(); err != nil {
					return err
				}
			}
		}
		if err := write(); err != nil {
			return err
		}
	}
	return lines.Err()
}

// maxSample is how much of a broken line is kept to be looked at.
const maxSample = 256

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
