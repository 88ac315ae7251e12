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
	// PendingLetters returns what was reserved and not finished, in the order of the sequences.
	PendingLetters(ctx context.Context) ([]model.Replay, error)
	// FinishLetters remembers those sent for good and forgets those given up.
	FinishLetters(ctx context.Context, sent, givenUp []model.Replay) error
}

// Replayer puts dead letters through the intake again, each at most once.
//
// A letter is reserved with a sequence before it is sent, and the record carries the sequence as its mark. Whoever
// dies between sending and finishing leaves it pending: it is sent again with the same mark before anything else is
// reserved, and the consumer skips what is not above its mark. So the sequences rise in every partition.
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

// Replay sends those letters that were not sent before. An error leaves the rest for the next call: it is durable that
// they are to be sent.
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
	givenUp, err := p.send(ctx, reserved)
	return len(reserved) - givenUp, len(letters) - len(reserved), givenUp, err
}

// send writes reserved letters and finishes them. Those that are above a bound of the intake by now are given up.
func (p *Replayer) send(ctx context.Context, letters []model.Replay) (givenUp int, err error) {
	records := make([]model.Record, len(letters))
	for i, l := range letters {
		var d record.Decoder
		if err := d.Decode(l.Record, &records[i]); err != nil {
			return 0, fmt.Errorf("cannot replay the dead letter %s: %w", l.Letter, err)
		}
		records[i].Mark = model.Mark{Source: replaySource, Seq: l.Sequence}
	}
	sent, large := letters, []model.Replay(nil)
	err = p.Write(ctx, records)
	if errors.Is(err, model.ErrTooLarge) { // then none was stored: find out which
		sent = nil
		for i := range records {
			switch err = p.Write(ctx, records[i:i+1]); {
			case err == nil:
				sent = append(sent, letters[i])
			case errors.Is(err, model.ErrTooLarge):
				large, err = append(large, letters[i]), nil
			}
			if err != nil {
				break
			}
		}
	}
	if err != nil {
		return 0, fmt.Errorf("cannot replay dead letters: %w", err)
	}
	return len(large), p.Journal.FinishLetters(ctx, sent, large)
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
	r.Time = timeOf(b.Value(i, letterTime))
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
