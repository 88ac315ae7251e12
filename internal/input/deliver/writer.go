package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// ReasonTooLong is the reason under which lines and records beyond limits.line are counted.
const ReasonTooLong = model.ReasonTooLong

const (
	firstWait = 50 * time.Millisecond
	lastWait  = 5 * time.Second
)

// Writer writes batches for senders that cannot be told to send again: while the sink is busy or fails, it waits
// and tries the same records once more. After a failure that leaves open whether they were stored, they may be there
// twice: to lose them would be worse. It is safe for concurrent use.
type Writer struct {
	sink    input.Sink
	sources *input.Sources
	input   string
	now     func() time.Time
	log     *slog.Logger // nil says nothing
	waiting atomic.Bool  // the log has said that records wait
}

// NewWriter returns a writer for one input. Log may be nil, for an input that must not be heard while it writes.
func NewWriter(env *input.Env, log *slog.Logger) *Writer {
	return &Writer{sink: env.Sink, sources: env.Sources, input: env.Name, now: env.Now, log: log}
}

// Write returns nil when every record of the batch is durable, or was refused as too large and counted so.
// The error is model.ErrStopping or the context's: then some of the records may be in the queue.
func (w *Writer) Write(ctx context.Context, b *Batch) error {
	return w.WriteRecords(ctx, b.records, b.sizes)
}

// Offer is Write for a sender that can be left waiting without its records in memory: when its source is over its quota nothing
// is written, and the error is a *model.QuotaError. The batch must be of one source.
func (w *Writer) Offer(ctx context.Context, b *Batch) error {
	if b.Len() == 0 {
		return nil
	}
	err := w.sink.Write(ctx, b.records)
	switch {
	case err == nil:
		w.received(b.records, b.sizes)
		return nil
	case errors.As(err, new(*model.QuotaError)):
		return err
	}
	return w.Write(ctx, b)
}

// WriteRecords is Write for records that were not assembled by a Batch; sizes are the bytes of each on the wire.
func (w *Writer) WriteRecords(ctx context.Context, records []model.Record, sizes []int) error {
	if len(records) == 0 {
		return nil
	}
	return w.write(ctx, records, sizes)
}

func (w *Writer) write(ctx context.Context, records []model.Record, sizes []int) error {
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := w.sink.Write(ctx, records)
		var busy *model.BusyError
		overQuota := errors.As(err, new(*model.QuotaError)) // the table of sources tells of it
		switch {
		case err == nil:
			w.received(records, sizes)
			if w.waiting.CompareAndSwap(true, false) && w.log != nil {
				w.log.Info("records are stored again")
			}
			return nil
		case errors.Is(err, model.ErrTooLarge):
			return w.split(ctx, records, sizes, model.TooLargeReason(err))
		case errors.Is(err, model.ErrStopping):
			return err
		case errors.As(err, &busy):
			wait = min(max(busy.RetryAfter, firstWait), lastWait)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("cannot store %d records before the end: %w", len(records), errors.Join(ctx.Err(), err))
		}
		if !overQuota && w.waiting.CompareAndSwap(false, true) && w.log != nil {
			w.log.Warn("cannot store records, trying again until it works", "error", err)
		}
		if err := Pause(ctx, wait); err != nil {
			return fmt.Errorf("cannot store %d records before the end: %w", len(records), err)
		}
	}
}

// split finds the record that is too large by halves, since the sink took none of them.
func (w *Writer) split(ctx context.Context, records []model.Record, sizes []int, reason string) error {
	if len(records) == 1 {
		w.sources.Rejected(w.input, records[0].Peer, reason, 1, records[0].Msg, w.now())
		return nil
	}
	half := len(records) / 2
	if err := w.write(ctx, records[:half], sizes[:half]); err != nil {
		return err
	}
	return w.write(ctx, records[half:], sizes[half:])
}

// received counts each run of records of one peer.
func (w *Writer) received(records []model.Record, sizes []int) {
	now := w.now()
	for from := 0; from < len(records); {
		peer, bytes, to := records[from].Peer, 0, from
		for ; to < len(records) && records[to].Peer == peer; to++ {
			bytes += sizes[to]
		}
		w.sources.Received(w.input, peer, to-from, bytes, now)
		from = to
	}
}

// Pause waits for d, or less when ctx ends first; then it returns the context's error.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
