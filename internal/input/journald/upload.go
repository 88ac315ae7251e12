package journald

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
)

// uploads is the route that systemd-journal-upload sends to (systemd-journal-upload.service(8)).
type uploads struct {
	*httpin.Endpoint
	profiles *httpin.Profiles
}

func newUploads(common *input.Common, env input.Env) (*uploads, error) {
	profiles, err := httpin.NewProfiles(httpin.Defaults{
		MsgFields: []string{fieldMessage}, TimeFields: []string{fieldTime, fieldSentTime},
		StreamFields: streamFields[:], ParseTime: parseTime,
	}, common)
	if err != nil {
		return nil, err
	}
	u := &uploads{Endpoint: httpin.NewEndpoint(env), profiles: profiles}
	// The client adds /upload to the address that it was given, also to one that has it already.
	for _, pattern := range [...]string{"POST /insert/journald/upload", "POST /insert/journald/upload/{$}", "POST /insert/journald/upload/upload"} {
		if err := u.Handle(pattern, u.serve, nil); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// report is the answer: what became of the entries.
type report struct {
	Accepted int `json:"accepted"`
	Rejected int `json:"rejected"`
}

// serve answers 200 when every entry that could be read is durable, 400 when none could be read.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request) {
	out := httpin.NewWriter(&u.Env, httpin.Peer(r.RemoteAddr))
	err := u.receive(w, r, out)
	out.RejectRequest(err)
	if err == nil && out.Accepted == 0 && out.Rejected > 0 {
		err = &httpin.RequestError{
			Status: http.StatusBadRequest, Reason: reasonNotExport,
			Err: fmt.Errorf("none of %d entries could be kept, the journal export format is expected", out.Rejected),
		}
	}
	if err != nil {
		f := httpin.FailureOf(err)
		if f.Untold() {
			u.Env.Log.Error("journal entries were not accepted", "peer", r.RemoteAddr, "error", err)
		}
		httpin.WriteProblem(w, f, httpin.Problem{Accepted: out.Accepted, Rejected: out.Rejected})
		return
	}
	httpin.WriteJSON(w, http.StatusOK, "application/json", report{Accepted: out.Accepted, Rejected: out.Rejected})
}

func (u *uploads) receive(w http.ResponseWriter, r *http.Request, out *httpin.Writer) error {
	leave, err := u.Enter()
	if err != nil {
		return err
	}
	defer leave()
	profile, err := u.profiles.Of(r)
	if err != nil {
		return err
	}
	body, err := httpin.NewBody(w, r, u.Gate, u.Env.MaxLine, u.Stopping())
	if err != nil {
		return err
	}
	defer body.Close()
	mapper := profile.Mapper()
	defer mapper.Done()
	batch := httpin.TakeBatch()
	defer batch.Done()
	s := &upload{
		env: &u.Env, out: out, batch: batch, mapper: mapper,
		decoder: exportDecoder{limit: u.Env.MaxLine},
	}
	return s.store(r.Context(), body)
}

// upload is one request.
type upload struct {
	env     *input.Env
	out     *httpin.Writer
	batch   *httpin.Batch
	mapper  *httpin.Mapper
	decoder exportDecoder
	doc     document
}

// store writes the entries of a body, a piece at a time: records alias the decoder's buffer until they are written.
func (s *upload) store(ctx context.Context, body *httpin.Body) error {
	for {
		piece, err := body.Next(ctx)
		if err != nil && err != io.EOF {
			return err
		}
		s.decoder.feed(piece)
		for entry, ok := s.decoder.next(); ok; entry, ok = s.decoder.next() {
			s.add(entry)
			if s.batch.Full(s.env.MaxBatch) {
				if err := s.write(ctx); err != nil {
					return err
				}
			}
		}
		if err := s.write(ctx); err != nil {
			return err
		}
		if err == io.EOF {
			if entry, ok := s.decoder.end(); ok {
				s.add(entry)
			}
			return s.write(ctx)
		}
	}
}

func (s *upload) add(entry *exportEntry) {
	switch {
	case entry.refused:
		s.out.Reject(entry.reason, entry.sample)
		return
	case entry.reason != "": // something was dropped, the rest is kept
		s.env.Sources.Rejected(s.env.Name, s.out.Peer(), entry.reason, 1, entry.sample, s.env.Now())
	}
	s.doc.fill(entry.fields)
	now := s.env.Now().UnixNano()
	rec := s.batch.Add()
	rec.Observed, rec.Input, rec.Peer, rec.Severity = now, s.env.Name, s.out.Peer(), s.doc.severity
	s.batch.Arena = s.mapper.Map(rec, s.doc.fields, streamable, now, s.batch.Arena)
	s.batch.Bytes += entry.size
}

func (s *upload) write(ctx context.Context) error {
	err := s.out.Write(ctx, s.batch.Records, s.batch.Bytes, func(int, string) {})
	s.batch.Reset()
	return err
}
