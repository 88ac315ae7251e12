package httpin

import (
	"context"
	"errors"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// patience is how long a request whose first records are durable already waits for room for the rest. To
// refuse it then would make its sender repeat them.
const patience = 30 * time.Second

// Writer hands one request's records to the sink and counts what becomes of them.
type Writer struct {
	env  *input.Env
	peer string

	Accepted int // records that are durable
	Rejected int // records that were refused
}

// NewWriter returns a writer for a request from peer.
func NewWriter(env *input.Env, peer string) *Writer {
	return &Writer{env: env, peer: peer}
}

// Peer is the sender's address, for the records.
func (w *Writer) Peer() string { return w.peer }

// Write makes records durable; bytes is their size as received. A record that the sink calls too large is
// reported to refused by its index, with the reason, and the others are written. Any other error means that none, or only
// those before the failing part, are durable: Accepted says how many.
func (w *Writer) Write(ctx context.Context, records []model.Record, bytes int, refused func(i int, reason string)) error {
	before := w.Accepted
	err := w.write(ctx, records, 0, refused)
	if n := w.Accepted - before; n > 0 {
		if n < len(records) {
			bytes = int(int64(bytes) * int64(n) / int64(len(records)))
		}
		w.env.Sources.Received(w.env.Name, w.peer, n, bytes, w.env.Now())
	}
	return err
}

// write looks for the records that are too large by halves: the sink refuses a batch as a whole.
func (w *Writer) write(ctx context.Context, records []model.Record, first int, refused func(i int, reason string)) error {
	if len(records) == 0 {
		return nil
	}
	err := w.send(ctx, records)
	switch {
	case err == nil:
		w.Accepted += len(records)
		return nil
	case !errors.Is(err, model.ErrTooLarge):
		return err
	case len(records) == 1:
		reason := model.TooLargeReason(err)
		w.Reject(reason, records[0].Msg)
		refused(first, reason)
		return nil
	}
	half := len(records) / 2
	if err := w.write(ctx, records[:half], first, refused); err != nil {
		return err
	}
	return w.write(ctx, records[half:], first+half, refused)
}

// send is one write to the sink, repeated while it is busy when the request has records that are durable. For its quota such a
// request waits as long as its sender does: its sender is the one to be slowed down.
func (w *Writer) send(ctx context.Context, records []model.Record) error {
	if w.Accepted == 0 {
		return w.env.Sink.Write(ctx, records)
	}
	ctx = model.WithPatience(ctx, model.PatienceBegun)
	err := w.env.Sink.Write(ctx, records)
	var busy *model.BusyError
	if !errors.As(err, &busy) {
		return err
	}
	if !errors.As(err, new(*model.QuotaError)) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	for errors.As(err, &busy) {
		timer := time.NewTimer(min(max(busy.RetryAfter, 10*time.Millisecond), time.Second))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
		err = w.env.Sink.Write(ctx, records)
	}
	return err
}

// Reject counts one refused record. sample is its start.
func (w *Writer) Reject(reason, sample string) {
	w.Rejected++
	w.env.Sources.Rejected(w.env.Name, w.peer, reason, 1, sample, w.env.Now())
}

// RejectRequest counts a request that was refused as a whole: its own reason for a *RequestError, nothing for
// errors that are not the sender's.
func (w *Writer) RejectRequest(err error) {
	var request *RequestError
	if errors.As(err, &request) {
		w.env.Sources.Rejected(w.env.Name, w.peer, request.Reason, 1, "", w.env.Now())
	}
}
