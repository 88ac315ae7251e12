package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// rowOf shows a stored record as a search for all its fields does.
func rowOf(r *model.Record) *logsql.Batch {
	b := &logsql.Batch{N: 1, Times: []int64{r.Time}}
	row := ruleRow{rec: r}
	for _, name := range []string{
		model.FieldStream, model.FieldMsg, model.FieldSeverity, model.FieldSource, model.FieldObserved, model.FieldDataset,
	} {
		b.Columns = append(b.Columns, logsql.ConstColumn(name, row.Value(name)))
	}
	for _, f := range slices.Concat(r.Stream, r.Fields) {
		b.Columns = append(b.Columns, logsql.ConstColumn(f.Name, f.Value))
	}
	return b
}

// letterOf makes a dead letter of a record as a consumer does.
func letterOf(t *testing.T, data []byte, reason string) *model.Record {
	t.Helper()
	p := &consumer{Consumers: newTestConsumers(t, ConsumerOptions{Queue: "q1"}), reader: &fakeReader{}, told: map[string]bool{}}
	p.log = p.opts.Log
	return p.poison(7, data, reason, errors.New("out of range"))
}

// What goes into a letter must come out of it as it was sent, or the replayed record is another one.
func TestLetterKeepsWhatWasSent(t *testing.T) {
	const hour = int64(time.Hour)
	for name, sent := range map[string]model.Record{
		"a line":        {Msg: "hello\x00\xff", Input: "syslog", Peer: "192.0.2.7", Observed: receiptTime},
		"without input": {Msg: "hello", Observed: receiptTime},
		"with everything": {
			Dataset: "audit", Time: receiptTime - hour, Observed: receiptTime, Msg: "m", Severity: model.SeverityWarn,
			Stream: fields{{Name: "app", Value: `a="b",c`}, {Name: "host.name", Value: "web-1"}},
			Fields: fields{{Name: "sent._time", Value: "x"}, {Name: "b", Value: "2"}, {Name: "a", Value: "1"}},
			Input:  "otlp", Peer: "192.0.2.9", Format: "java@1",
		},
		"of a topic":        {Msg: "m", Input: "orders", Peer: "orders/3", Sent: receiptTime - hour, Observed: receiptTime},
		"of a file":         {Msg: "m", Input: "files", Peer: "var/log/a.log", Observed: receiptTime},
		"received long ago": {Msg: "m", Time: receiptTime, Observed: 1},
	} {
		letter := letterOf(t, record.Append(nil, &sent), reasonPanic)
		if letter.Dataset != model.DatasetDeadLetter || letter.Time != sent.Observed {
			t.Errorf("%s: the letter is %+v", name, letter)
		}
		got, err := Unletter(rowOf(letter), 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if sent.Dataset == "" {
			sent.Dataset = got.Dataset
		}
		if diff := cmp.Diff(sent, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestLettersWithoutWhatWasSent(t *testing.T) {
	broken := letterOf(t, []byte{1, 200, 200}, reasonDecode)
	if _, err := Unletter(rowOf(broken), 0); !errors.Is(err, ErrBareLetter) {
		t.Errorf("bytes that are no record: %v", err)
	}
	sent := model.Record{Dataset: "logs", Msg: "hello", Observed: receiptTime}
	bytes := record.Append(nil, &sent)
	older := &model.Record{Msg: string(bytes), Observed: receiptTime, Fields: fields{{Name: letterReason, Value: reasonDecode + ": version"}}}
	if got, err := Unletter(rowOf(older), 0); err != nil || got.Msg != "hello" {
		t.Errorf("bytes that this version can read: %+v, %v", got, err)
	}
	p := &consumer{Consumers: newTestConsumers(t, ConsumerOptions{}), reader: &fakeReader{}}
	p.log = p.opts.Log
	if _, err := Unletter(rowOf(p.bareLetter(7, bytes)), 0); !errors.Is(err, ErrBareLetter) {
		t.Errorf("a bare letter: %v", err)
	}
}

// What the store cannot take must still say where it stood, and not be stored again when its topic is read again.
func TestBareLetterKeepsItsPlace(t *testing.T) {
	place := fields{{Name: "kafka.topic", Value: "orders"}, {Name: "kafka.partition", Value: "3"}, {Name: "kafka.offset", Value: "41"}}
	sent := model.Record{
		Msg: "worst", Input: "shop", Peer: "orders/3", Observed: receiptTime, Mark: model.Mark{Source: "kafka/id/3", Seq: 42},
		Fields: append(fields{{Name: "a", Value: "1"}}, place...),
	}
	p := &consumer{Consumers: newTestConsumers(t, ConsumerOptions{Queue: "q1", Place: func(p int) (string, int) { return "haetae.logs", p }}), reader: &fakeReader{}}
	p.log = p.opts.Log
	bare := p.bareLetter(7, record.Append(nil, &sent))
	if bare.Source() != "shop/orders/3" || bare.Mark != sent.Mark {
		t.Errorf("the letter is %+v", bare)
	}
	if diff := cmp.Diff(append(place, model.Field{Name: letterTopic, Value: "haetae.logs"}), bare.Fields[:4]); diff != "" {
		t.Errorf("place:\n%s", diff)
	}
	sent.Peer = "192.0.2.7"
	if bare := p.bareLetter(7, record.Append(nil, &sent)); len(bare.Fields) != 5 || bare.Fields[0].Name != letterReason && bare.Fields[0].Name != letterTopic {
		t.Errorf("a place that a sender made up is kept: %+v", bare.Fields)
	}
}

// memoryJournal is a journal whose process may die before it finishes.
type memoryJournal struct {
	last    uint64
	pending []model.Replay
	held    []model.Replay
	known   map[string]bool
	dies    bool
}

func (j *memoryJournal) ReserveLetters(_ context.Context, letters []model.Replay) (out []model.Replay, err error) {
	for _, l := range letters {
		if !j.known[l.Letter] {
			j.last++
			l.Sequence, j.known[l.Letter] = j.last, true
			out = append(out, l)
		}
	}
	j.pending = append(j.pending, out...)
	return out, nil
}

func (j *memoryJournal) PendingLetters(context.Context) ([]model.Replay, error) {
	return j.pending, nil
}

func (j *memoryJournal) FinishLetters(_ context.Context, _, givenUp []model.Replay) error {
	if j.dies {
		return errors.New("killed")
	}
	for _, l := range givenUp {
		delete(j.known, l.Letter)
	}
	j.pending = nil
	return nil
}

func (j *memoryJournal) HoldLetters(_ context.Context, letters []model.Replay) error {
	for _, l := range letters {
		j.held = append(j.held, l)
		j.pending = slices.DeleteFunc(j.pending, func(p model.Replay) bool { return p.Letter == l.Letter })
	}
	return nil
}

func (j *memoryJournal) RetryLetters(_ context.Context, limit int) ([]model.Replay, error) {
	out := j.held[:min(limit, len(j.held))]
	j.held = j.held[len(out):]
	for i := range out {
		j.last++
		out[i].Sequence, out[i].Fault = j.last, ""
	}
	j.pending = append(j.pending, out...)
	return out, nil
}

func replays(n, from int) (out []model.Replay) {
	for i := from; i < from+n; i++ {
		r := model.Record{Msg: fmt.Sprint("m", i), Observed: receiptTime}
		out = append(out, model.Replay{Letter: fmt.Sprint(i), Record: record.Append(nil, &r)})
	}
	return out
}

// What an earlier process left pending goes first, with its old marks: a higher mark before it would hide it.
func TestReplayFinishesWhatIsPending(t *testing.T) {
	journal := &memoryJournal{known: map[string]bool{}, dies: true}
	queue := &memoryQueue{single: true}
	in := newTestIntake(t, queue, nil)
	p := &Replayer{Journal: journal, Write: in.Write}
	if _, _, _, err := p.Replay(t.Context(), replays(2, 0)); err == nil {
		t.Fatal("the process did not die")
	}
	journal.dies = false
	replayed, skipped, failed, err := (&Replayer{Journal: journal, Write: in.Write}).Replay(t.Context(), replays(3, 1))
	if err != nil || replayed != 2 || skipped != 1 || failed != 0 {
		t.Fatalf("replayed %d, skipped %d, failed %d, %v", replayed, skipped, failed, err)
	}
	var got []uint64
	for _, r := range queue.records[0] {
		if r.Mark.Source != replaySource || r.Observed != receiptTime {
			t.Errorf("a record without its mark: %+v", r)
		}
		got = append(got, r.Mark.Seq)
	}
	if diff := cmp.Diff([]uint64{1, 2, 1, 2, 3, 4}, got); diff != "" {
		t.Errorf("marks in the queue:\n%s", diff)
	}
}

// One letter that is above a bound must not hold up the others, nor be remembered as replayed.
func TestReplayGivesUpLargeLetters(t *testing.T) {
	journal := &memoryJournal{known: map[string]bool{}}
	queue := &memoryQueue{}
	in := newTestIntake(t, queue, func(o *IntakeOptions) { o.MaxLine = 2 })
	p := &Replayer{Journal: journal, Write: in.Write}
	letters := replays(3, 9) // m9, m10, m11
	replayed, skipped, failed, err := p.Replay(t.Context(), letters)
	if err != nil || replayed != 1 || skipped != 0 || failed != 2 {
		t.Errorf("replayed %d, skipped %d, failed %d, %v", replayed, skipped, failed, err)
	}
	if journal.known["10"] || !journal.known["9"] || len(journal.pending) != 0 {
		t.Errorf("known %v, pending %v", journal.known, journal.pending)
	}
	queue.err = &model.BusyError{Bound: "queue.max_size"}
	var busy *model.BusyError
	if _, _, _, err := p.Replay(t.Context(), replays(1, 1)); !errors.As(err, &busy) || len(journal.pending) != 1 {
		t.Errorf("a full queue: %v, pending %v", err, journal.pending)
	}
}

// A letter that always fails must not stop those behind it. It waits with its fault, and goes when the reason is gone:
// with a mark above those that went before.
func TestReplayHoldsWhatFailsAlone(t *testing.T) {
	journal := &memoryJournal{known: map[string]bool{}}
	queue := &memoryQueue{single: true}
	in := newTestIntake(t, queue, nil)
	refused := "m2"
	p := &Replayer{Journal: journal, Write: func(ctx context.Context, records []model.Record) error {
		if slices.ContainsFunc(records, func(r model.Record) bool { return r.Msg == refused }) {
			return errors.New("can never fit")
		}
		return in.Write(ctx, records)
	}}
	letters := replays(4, 0)
	good := letters[1].Record
	letters[1].Record = []byte{1, 200, 200}
	if replayed, skipped, failed, err := p.Replay(t.Context(), letters); err != nil || replayed != 2 || skipped != 0 || failed != 2 {
		t.Errorf("replayed %d, skipped %d, failed %d, %v", replayed, skipped, failed, err)
	}
	if replayed, _, _, err := p.Replay(t.Context(), replays(1, 4)); err != nil || replayed != 1 {
		t.Errorf("behind those held: replayed %d, %v", replayed, err)
	}
	held, err := p.Retry(t.Context())
	if err != nil || len(held) != 2 || held[0].Letter != "1" || held[1].Fault != "can never fit" || len(journal.pending) != 0 {
		t.Fatalf("tried again: held %v, pending %v, %v", held, journal.pending, err)
	}
	refused = ""
	journal.held[0].Record = good
	if held, err := p.Retry(t.Context()); err != nil || len(held)+len(journal.held)+len(journal.pending) != 0 {
		t.Errorf("when nothing is wrong: held %v, %v", held, err)
	}
	var got []string
	last := uint64(0)
	for _, r := range queue.records[0] {
		got = append(got, r.Msg)
		if r.Mark.Seq <= last {
			t.Errorf("%s has the mark %d behind %d: the consumer skips it", r.Msg, r.Mark.Seq, last)
		}
		last = r.Mark.Seq
	}
	if diff := cmp.Diff([]string{"m0", "m3", "m4", "m1", "m2"}, got); diff != "" {
		t.Errorf("in the queue:\n%s", diff)
	}
}

// A replayed record that fails again is one new letter, also when it was put into the queue twice.
func TestLetterKeepsTheMark(t *testing.T) {
	sent := model.Record{Msg: "m", Observed: receiptTime, Mark: model.Mark{Source: replaySource, Seq: 7}}
	if letter := letterOf(t, record.Append(nil, &sent), reasonPanic); letter.Mark != sent.Mark {
		t.Errorf("the letter's mark is %+v", letter.Mark)
	}
}
