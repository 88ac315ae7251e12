package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

func openNothing(context.Context, int, int64) (Writer, error) { panic("not opened here") }

// fakeReader gives out records from an offset in chunks of two, then waits for ctx or for more.
type fakeReader struct {
	base    int64 // offset of records[0]
	records [][]byte
	at      int64
	damage  map[int64]record.Damage // told with the chunk that begins at the offset
	nextErr error                   // returned once by Next
	next    func() error
	// storedErr is returned by Stored for offsets above 0.
	storedErr error
	stored    []int64
	froms     []int64
}

func (r *fakeReader) Partition() int { return 3 }
func (r *fakeReader) Epoch() int64   { return 9 }

func (r *fakeReader) From(offset int64) error {
	r.froms = append(r.froms, offset)
	if offset < r.base {
		return fmt.Errorf("from: %w", &model.GoneError{Partition: 3, Wanted: offset, Oldest: r.base})
	}
	r.at = offset
	return nil
}

func (r *fakeReader) Next(ctx context.Context) (record.Chunk, error) {
	if err := r.nextErr; err != nil {
		r.nextErr = nil
		return record.Chunk{}, err
	}
	if r.next != nil {
		if err := r.next(); err != nil {
			return record.Chunk{}, err
		}
	}
	rest := r.records[r.at-r.base:]
	for len(rest) > 0 && rest[0] == nil { // the offset is lost
		rest = rest[1:]
		r.at++
	}
	if lost := slices.IndexFunc(rest, func(data []byte) bool { return data == nil }); lost > 0 {
		rest = rest[:lost]
	}
	if len(rest) == 0 {
		<-ctx.Done()
		return record.Chunk{}, ctx.Err()
	}
	c := record.Chunk{Base: r.at, Records: rest[:min(2, len(rest))]}
	if d, ok := r.damage[r.at]; ok {
		c.Damaged = []record.Damage{d}
	}
	r.at += int64(len(c.Records))
	return c, nil
}

func (r *fakeReader) Stored(offset int64) error {
	r.stored = append(r.stored, offset)
	if offset > 0 {
		return r.storedErr
	}
	return nil
}

// fakeStore is a store with one partition: what was appended is open until a checkpoint.
type fakeStore struct {
	offset  int64 // stored
	records map[int64]model.Record
	fail    []error // results of the next checkpoints
	due     bool
	dueAt   time.Time // when set, due from then on
	opened  int
	closed  int
	events  []string
	// panics is called with what Append, Publish and Checkpoint work on.
	panics func(call string, records map[int64]model.Record)
}

func (s *fakeStore) mayPanic(call string, records map[int64]model.Record) {
	if s.panics != nil {
		s.panics(call, records)
	}
}

type fakeWriter struct {
	*fakeStore
	next int64
	open map[int64]model.Record
}

func (s *fakeStore) Open(_ context.Context, partition int, epoch int64) (Writer, error) {
	if partition != 3 || epoch != 9 {
		return nil, fmt.Errorf("partition %d, epoch %d", partition, epoch)
	}
	s.opened++
	return &fakeWriter{fakeStore: s, next: s.offset, open: map[int64]model.Record{}}, nil
}

func (w *fakeWriter) Offset() int64 { return w.next }
func (w *fakeWriter) Append(offset int64, r *model.Record) {
	if offset < w.next {
		panic("an offset again")
	}
	c := *r
	c.Msg = strings.Clone(r.Msg)
	c.Fields = slices.Clone(r.Fields)
	for i := range c.Fields {
		c.Fields[i].Name, c.Fields[i].Value = strings.Clone(c.Fields[i].Name), strings.Clone(c.Fields[i].Value)
	}
	w.open[offset] = c
	w.next = offset + 1
	w.mayPanic("append", map[int64]model.Record{offset: c})
}
func (w *fakeWriter) Advance(offset int64) { w.next = max(w.next, offset) }
func (w *fakeWriter) Publish() {
	w.mayPanic("publish", w.open)
	w.events = append(w.events, fmt.Sprintf("publish %d", w.next))
}

func (w *fakeWriter) Due() bool {
	return w.next > w.offset && (w.due || !w.dueAt.IsZero() && !time.Now().Before(w.dueAt))
}
func (w *fakeWriter) Close() { w.closed++ }

func (w *fakeWriter) Checkpoint(context.Context) (int64, error) {
	w.mayPanic("checkpoint", w.open)
	if len(w.fail) > 0 {
		err := w.fail[0]
		w.fail = w.fail[1:]
		return w.offset, err
	}
	for o, r := range w.open {
		if _, double := w.records[o]; double {
			panic("a record was stored twice")
		}
		w.records[o] = r
	}
	clear(w.open)
	w.offset = w.next
	w.events = append(w.events, fmt.Sprintf("checkpoint %d", w.next))
	return w.offset, nil
}

// count reads a counter or gauge.
func count(t *testing.T, m prometheus.Metric) float64 {
	t.Helper()
	var out dto.Metric
	if err := m.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.GetCounter().GetValue() + out.GetGauge().GetValue()
}

func newFakeStore() *fakeStore { return &fakeStore{records: map[int64]model.Record{}} }

func encoded(msgs ...string) [][]byte {
	var out [][]byte
	for _, m := range msgs {
		out = append(out, record.Append(nil, &model.Record{Msg: m, Observed: receiptTime}))
	}
	return out
}

func (s *fakeStore) messages() []string {
	var out []string
	for o := range s.offset {
		if r, ok := s.records[o]; ok {
			out = append(out, r.Msg)
		} else {
			out = append(out, "")
		}
	}
	return out
}

// run consumes until the store has an offset or a span of virtual time has passed, then stops and drains.
func run(t *testing.T, s *fakeStore, r *fakeReader, opts ConsumerOptions, span time.Duration) (*Consumers, []string) {
	t.Helper()
	var problems []string
	opts.Open = s.Open
	opts.Queue = "q1"
	opts.Log = slog.New(slog.DiscardHandler)
	opts.Problem = func(partition int, code, text string) {
		problems = append(problems, fmt.Sprintf("%d %s %v", partition, code, text != ""))
	}
	c := newTestConsumers(t, opts)
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	if err := c.Run(ctx, r); err != nil {
		t.Fatalf("Run: %v", err)
	}
	if s.opened != s.closed {
		t.Errorf("%d writers were opened, %d closed", s.opened, s.closed)
	}
	return c, problems
}

func TestConsumerStoresAllInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c", "d", "e")}
		_, problems := run(t, s, r, ConsumerOptions{}, time.Minute)
		if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		want := []string{"publish 2", "publish 4", "publish 5", "checkpoint 5"}
		if diff := cmp.Diff(want, s.events); diff != "" {
			t.Errorf("each chunk is visible at once, and the last checkpoint is made at the end:\n%s", diff)
		}
		if diff := cmp.Diff([]int64{0, 5}, r.stored); diff != "" || len(problems) != 0 {
			t.Error(diff, problems)
		}
	})
}

// A restarted consumer goes on at the stored offset.
func TestConsumerResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c")}
		run(t, s, r, ConsumerOptions{}, time.Minute)
		r.records = append(r.records, encoded("d")...)
		run(t, s, r, ConsumerOptions{}, time.Minute)
		if diff := cmp.Diff([]string{"a", "b", "c", "d"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int64{0, 3}, r.froms); diff != "" {
			t.Error(diff)
		}
	})
}

// How soon records are searchable is told by those that are received while the consumer runs, once: not by those that it
// reads again after a restart, nor after the store has moved.
func TestSearchableTellsOfNewRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{}
		for _, received := range []time.Duration{-time.Hour, -time.Nanosecond, 0, time.Second} {
			r.records = append(r.records, record.Append(nil, &model.Record{Msg: "m", Observed: receiptTime + int64(received)}))
		}
		s.dueAt = time.Now().Add(10 * time.Second) // all is read again
		s.fail = []error{fmt.Errorf("checkpoint: %w", model.ErrConflict)}
		metrics := NewMetrics(nil)
		run(t, s, r, ConsumerOptions{Metrics: metrics}, time.Minute)
		var out dto.Metric
		if err := metrics.searchable.Write(&out); err != nil {
			t.Fatal(err)
		}
		if n := out.GetHistogram().GetSampleCount(); n != 1 || len(r.froms) != 2 {
			t.Errorf("%d chunks were timed in %d sessions, want the one with new records", n, len(r.froms))
		}
	})
}

// A checkpoint that becomes due while nothing comes must still be made.
func TestConsumerChecksIdlePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a")}
		s.dueAt = time.Now().Add(10 * time.Second)
		run(t, s, r, ConsumerOptions{}, time.Minute)
		if diff := cmp.Diff([]int64{0, 1, 1}, r.stored); diff != "" { // at the start, when due, and at the end
			t.Error(diff)
		}
	})
}

// Bytes that are no record and a step that panics become dead letters with their place; what follows is stored.
func TestConsumerPoison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := encoded("a", "boom", "c")
		rows = append(rows, []byte{1, 200, 200}, rows[2])
		s, r := newFakeStore(), &fakeReader{records: rows}
		opts := ConsumerOptions{Rules: []Rule{{If: "boom", Drop: []string{"x"}}}}
		opts.Open = s.Open
		opts.Queue = "q1"
		c := newTestConsumers(t, opts)
		c.rules.Load().compiled[0].filter = panicOn("boom")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Run(ctx, r); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"a", "boom", "c", "\x01\xc8\xc8", "c"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		for offset, reason := range map[int64]string{1: "a step failed: boom", 3: "cannot decode: not a valid record: number"} {
			r := s.records[offset]
			want := []model.Field{
				{Name: "deadletter.reason", Value: reason},
				{Name: "deadletter.queue", Value: "q1"},
				{Name: "deadletter.partition", Value: "3"},
				{Name: "deadletter.offset", Value: fmt.Sprint(offset)},
			}
			if r.Dataset != model.DatasetDeadLetter || r.Time == 0 || !cmp.Equal(want, r.Fields) {
				t.Errorf("offset %d: %+v", offset, r)
			}
		}
		if n := count(t, c.opts.Metrics.deadLetters.WithLabelValues(reasonDecode)); n != 1 {
			t.Errorf("%v undecodable records are counted", n)
		}
	})
}

type panicOn string

func (p panicOn) Match(r logsql.Row) bool {
	if r.Value("_msg") == string(p) {
		panic(string(p))
	}
	return false
}
func (p panicOn) String() string { return string(p) }

// A full store holds the partition up, loses nothing, stores nothing twice, and goes on by itself.
func TestConsumerWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c", "d")}
		s.due = true
		full := fmt.Errorf("checkpoint: %w", model.ErrStoreFull)
		s.fail = []error{full, full, full, errors.New("disk on fire")}
		c, problems := run(t, s, r, ConsumerOptions{}, time.Hour)
		if diff := cmp.Diff([]string{"a", "b", "c", "d"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		want := []string{
			"3 store.full true", "3 store.full true", "3 store.full true", "3 store.failed true",
			"3 store.full false", "3 store.failed false",
		}
		if diff := cmp.Diff(want, problems); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
		if v := count(t, c.opts.Metrics.full); v != 0 {
			t.Errorf("%v partitions are still counted as full", v)
		}
	})
}

// A stale owner's commit is never tried again: the position is read anew, and nothing is stored twice.
func TestConsumerReloadsAfterConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c")}
		s.due = true
		s.fail = []error{fmt.Errorf("commit: %w", model.ErrConflict)}
		run(t, s, r, ConsumerOptions{}, time.Hour)
		if diff := cmp.Diff([]string{"a", "b", "c"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		if s.opened != 2 {
			t.Errorf("the store was opened %d times", s.opened)
		}
	})
}

// Records that are gone stop the partition until a person decides; going on would hide the loss.
func TestConsumerStandsStillWhenRecordsAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{base: 7, at: 7, records: encoded("h", "i")}
		_, problems := run(t, s, r, ConsumerOptions{}, time.Hour)
		if len(s.records) != 0 || s.opened != 1 {
			t.Errorf("%d records were stored, the store was opened %d times", len(s.records), s.opened)
		}
		if diff := cmp.Diff([]string{"3 queue.gone true", "3 queue.gone false"}, problems); diff != "" {
			t.Error(diff)
		}
	})
}

func TestConsumerTriesReadingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b"), nextErr: errors.New("i/o error")}
		_, problems := run(t, s, r, ConsumerOptions{}, time.Hour)
		if diff := cmp.Diff([]string{"a", "b"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"3 queue.failed true", "3 queue.failed false"}, problems); diff != "" {
			t.Error(diff)
		}
	})
}

// An error behind which something was stored begins with the shortest pause again.
func TestConsumerPauseStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a")}
		s.due = true
		var pauses []time.Duration
		var failed time.Time
		r.next = func() error { // an error, then a record that is stored, and so on
			switch {
			case len(pauses) == 12:
				return nil
			case failed.IsZero():
				failed = time.Now()
				return errors.New("i/o error")
			}
			pauses, failed = append(pauses, time.Since(failed)), time.Time{}
			r.records = append(r.records, encoded("b")...)
			return nil
		}
		run(t, s, r, ConsumerOptions{}, time.Hour)
		if len(pauses) != 12 {
			t.Fatalf("%d pauses", len(pauses))
		}
		for i, d := range pauses {
			if d > firstPause {
				t.Errorf("pause %d is %s, want %s", i+1, d, firstPause)
			}
		}
	})
}

// What the last checkpoint could not tell the queue is logged.
func TestConsumerLogsDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a"), storedErr: errors.New("read-only file system")}
		var log strings.Builder
		opts := ConsumerOptions{Open: s.Open, Log: slog.New(slog.NewTextHandler(&log, nil))}
		c := newTestConsumers(t, opts)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Run(ctx, r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), "read-only file system") {
			t.Errorf("the log says %q", log.String())
		}
	})
}

func TestConsumerCountsDamage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeStore()
		r := &fakeReader{records: encoded("a"), damage: map[int64]record.Damage{0: {Where: "f:1", Bytes: 100, From: 0, To: 4}}}
		c, _ := run(t, s, r, ConsumerOptions{}, time.Minute)
		if v := count(t, c.opts.Metrics.damagedBytes); v != 100 {
			t.Errorf("%v damaged bytes are counted", v)
		}
		if v := count(t, c.opts.Metrics.lostRecords); v != 4 {
			t.Errorf("%v lost records are counted", v)
		}
	})
}

// Records that a rule drops must still move the position, or the queue would keep them for ever.
func TestConsumerAdvancesOverDroppedRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("keep", "noise", "noise")}
		c, _ := run(t, s, r, ConsumerOptions{Rules: []Rule{{If: "noise", DropRecord: true}}}, time.Minute)
		if s.offset != 3 || len(s.records) != 1 {
			t.Errorf("offset %d with %d records", s.offset, len(s.records))
		}
		if v := count(t, c.opts.Metrics.dropped); v != 2 {
			t.Errorf("%v dropped records are counted", v)
		}
	})
}
