package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// replaySource is the source of the marks that replayed records carry.
const replaySource = "deadletter/replay"

// Journal remembers which dead letters were replayed, see store/meta.
type Journal interface {
	// ReserveLetters returns the letters that were not known before, with sequences above all earlier ones.
	ReserveLetters(ctx context.Context, letters []model.Replay) ([]model.Replay, error)
	// PendingLetters returns what was reserved and neither finished nor held, in the order of the sequences.
	PendingLetters(ctx context.Context) ([]model.Replay, error)
	// HoldLetters sets pending letters aside with their faults.
	HoldLetters(ctx context.Context, letters []model.Replay) error
	// RetryLetters makes at most limit held letters pending again, with sequences above all earlier ones.
	RetryLetters(ctx context.Context, limit int) ([]model.Replay, error)
	// FinishLetters remembers those sent for good and forgets those given up.
	FinishLetters(ctx context.Context, sent, givenUp []model.Replay) error
}

// Replayer puts dead letters through the intake again, each at most once.
//
// A letter is reserved with a sequence before it is sent, and the record carries the sequence as its mark. Whoever
// dies between sending and finishing leaves it pending: it is sent again with the same mark before anything else is
// reserved, and the consumer skips what is not above its mark. So the sequences rise in every partition. A letter that
// fails alone, before anything of it is stored, is held with its fault and tried again later with a higher sequence, so
// that it stops no other.
type Replayer struct {
	Journal Journal
	// Write makes records durable, see Intake.Write.
	Write func(ctx context.Context, records []model.Record) error

	mu sync.Mutex // one batch is reserved, sent and finished before the next
}

// Resume sends what an earlier process has reserved and not finished.
func (p *Replayer) Resume(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resume(ctx)
}

func (p *Replayer) resume(ctx context.Context) error {
	pending, err := p.Journal.PendingLetters(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	_, err = p.send(ctx, pending)
	return err
}

// retryAtOnce bounds how many held letters are tried again together.
const retryAtOnce = 100

// Retry tries those letters again that are held for longest. It returns those that failed again, with their faults.
func (p *Replayer) Retry(ctx context.Context) (held []model.Replay, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.resume(ctx); err != nil {
		return nil, err
	}
	letters, err := p.Journal.RetryLetters(ctx, retryAtOnce)
	if err != nil || len(letters) == 0 {
		return nil, err
	}
	failed, err := p.send(ctx, letters)
	return slices.DeleteFunc(failed, func(l model.Replay) bool { return l.Fault == "" }), err
}

// Replay sends those letters that were not sent before; failed counts those given up and those held. An error leaves
// the rest for the next call: it is durable that they are to be sent.
func (p *Replayer) Replay(ctx context.Context, letters []model.Replay) (replayed, skipped, failed int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.resume(ctx); err != nil {
		return 0, 0, 0, err
	}
	reserved, err := p.Journal.ReserveLetters(ctx, letters)
	if err != nil || len(reserved) == 0 {
		return 0, len(letters), 0, err
	}
	fails, err := p.send(ctx, reserved)
	return len(reserved) - len(fails), len(letters) - len(reserved), len(fails), err
}

// send writes pending letters and finishes them. It returns those that failed: those above a bound of the intake by now
// are given up, those with a Fault are held.
func (p *Replayer) send(ctx context.Context, letters []model.Replay) (failed []model.Replay, err error) {
	letters, records, failed := decodeLetters(letters)
	if len(failed) > 0 { // before what is above them is sent
		if err := p.Journal.HoldLetters(ctx, failed); err != nil {
			return nil, err
		}
	}
	if err = p.Write(ctx, records); err == nil {
		return failed, p.Journal.FinishLetters(ctx, letters, nil)
	}
	if ofAll(err) {
		return nil, fmt.Errorf("cannot replay dead letters: %w", err)
	}
	var sent, large []model.Replay
	for i, l := range letters { // none was stored: find out which is to blame
		switch err := p.Write(ctx, records[i:i+1]); {
		case err == nil:
			sent = append(sent, l)
		case errors.Is(err, model.ErrTooLarge):
			large = append(large, l)
		case ofAll(err):
			return nil, fmt.Errorf("cannot replay dead letters: %w", err)
		default:
			l.Fault = err.Error()
			if err := p.Journal.HoldLetters(ctx, []model.Replay{l}); err != nil {
				return nil, err
			}
			failed = append(failed, l)
		}
	}
	return append(failed, large...), p.Journal.FinishLetters(ctx, sent, large)
}

// decodeLetters returns the letters that can be read with their records, marked, and the others with their faults.
func decodeLetters(letters []model.Replay) (good []model.Replay, records []model.Record, bad []model.Replay) {
	for _, l := range letters {
		var d record.Decoder
		var r model.Record
		if err := d.Decode(l.Record, &r); err != nil {
			l.Fault = fmt.Sprintf("what is to be replayed cannot be read: %v", err)
			bad = append(bad, l)
			continue
		}
		r.Mark = model.Mark{Source: replaySource, Seq: l.Sequence}
		good, records = append(good, l), append(records, r)
	}
	return good, records, bad
}

// ofAll reports whether an error of Write is of the queue or the server and not of one record. Then what was to be
// written may be stored, and must be sent with the same marks before anything else.
func ofAll(err error) bool {
	return errors.As(err, new(*model.BusyError)) || errors.Is(err, model.ErrStopping) || errors.Is(err, model.ErrNotDurable) ||
		errors.Is(err, model.ErrQueueClosed) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// ErrBareLetter means that a dead letter does not hold what was sent.
var ErrBareLetter = errors.New("the letter does not hold what was sent")

// Unletter makes of row i, a dead letter with all its fields, the record that was sent.
func Unletter(b *logsql.Batch, i int) (model.Record, error) {
	reason := b.Value(i, letterReason)
	r := model.Record{Msg: b.Value(i, model.FieldMsg)}
	switch {
	case strings.HasPrefix(reason, reasonDecode): // another version of Haetae may know how
		var d record.Decoder
		data := []byte(r.Msg)
		if err := d.Decode(data, &r); err != nil {
			return r, ErrBareLetter
		}
		return r, nil
	case strings.HasPrefix(reason, bareReason):
		return r, ErrBareLetter
	}
	r.Dataset, r.Format = b.Value(i, letterDataset), b.Value(i, letterFormat)
	r.Severity = model.ParseSeverity(b.Value(i, model.FieldSeverity))
	r.Input, r.Peer, _ = strings.Cut(b.Value(i, model.FieldSource), "/")
	r.Time, r.Sent = timeOf(b.Value(i, letterTime)), timeOf(b.Value(i, letterSent))
	if r.Observed = timeOf(b.Value(i, model.FieldObserved)); r.Observed == 0 {
		r.Observed = b.Times[i]
	}
	stream := b.Value(i, model.FieldStream)
	for k := range b.Columns {
		f := model.Field{Name: b.Columns[k].Name, Value: b.Columns[k].At(i)}
		switch {
		case f.Value == "" || model.ReservedName(f.Name) || slices.Contains(letterNames[:], f.Name):
		case logsql.StreamValue(stream, f.Name) != "":
			r.Stream = append(r.Stream, f)
		default:
			r.Fields = append(r.Fields, f)
		}
	}
	r.Stream = model.SortStream(r.Stream)
	return r, nil
}

// timeOf reads a time of a letter, 0 when there is none.
func timeOf(text string) int64 {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0
	}
	return t.UnixNano()
}
