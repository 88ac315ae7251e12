package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// memoryQueue keeps what is appended; gate, when set, holds every Append until it is closed.
type memoryQueue struct {
	gate    chan struct{}
	entered chan struct{}
	err     error
	single  bool             // one partition, else four
	records [][]model.Record // by partition
}

func (q *memoryQueue) Partitions() int {
	if q.single {
		return 1
	}
	return 4
}

func (q *memoryQueue) Partition(_ string, key uint64) int { return int(key % uint64(q.Partitions())) }

func (q *memoryQueue) Append(ctx context.Context, batches []*record.Batch) error {
	if q.gate != nil {
		q.entered <- struct{}{}
		<-q.gate
	}
	if q.err != nil {
		return q.err
	}
	if q.records == nil {
		q.records = make([][]model.Record, len(batches))
	}
	for p, b := range batches {
		for i := range b.Len() {
			var d record.Decoder
			var r model.Record
			if err := d.Decode([]byte(string(b.At(i))), &r); err != nil {
				return err
			}
			q.records[p] = append(q.records[p], r)
		}
	}
	return nil
}

func newTestIntake(t *testing.T, q Appender, change func(*IntakeOptions)) *Intake {
	t.Helper()
	opts := IntakeOptions{
		Queue: q, MaxLine: 1 << 10, Memory: 1 << 20,
		Now: func() time.Time { return time.Unix(0, receiptTime) },
	}
	if change != nil {
		change(&opts)
	}
	in, err := NewIntake(opts)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// All records of a stream must be in one partition, in the order in which they came.
func TestIntakeKeepsStreamOrder(t *testing.T) {
	q := &memoryQueue{}
	in := newTestIntake(t, q, nil)
	const streams, rows = 20, 50
	for i := range rows {
		var batch []model.Record
		for s := range streams {
			batch = append(batch, model.Record{
				Msg: fmt.Sprint(i), Stream: []model.Field{{Name: "s", Value: fmt.Sprint(s)}},
			})
		}
		if err := in.Write(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	home := map[string]int{}
	next := map[string]int{}
	for p, records := range q.records {
		for _, r := range records {
			s := r.Stream[0].Value
			if at, ok := home[s]; ok && at != p {
				t.Fatalf("stream %s is in partitions %d and %d", s, at, p)
			}
			home[s] = p
			if r.Msg != fmt.Sprint(next[s]) {
				t.Fatalf("stream %s: row %s comes when %d is due", s, r.Msg, next[s])
			}
			next[s]++
			if r.Observed != receiptTime {
				t.Fatalf("observed %d", r.Observed)
			}
		}
	}
	if len(home) != streams {
		t.Fatalf("%d streams arrived", len(home))
	}
}

func TestIntakeKeepsObserved(t *testing.T) {
	q := &memoryQueue{single: true}
	in := newTestIntake(t, q, nil)
	if err := in.Write(t.Context(), []model.Record{{Msg: "x", Observed: 7}}); err != nil {
		t.Fatal(err)
	}
	if got := q.records[0][0].Observed; got != 7 {
		t.Errorf("the input's time of receipt became %d", got)
	}
}

// One record that is too long refuses the write as a whole, so that an input can find it by halves.
func TestIntakeRefusesTooLong(t *testing.T) {
	q := &memoryQueue{}
	in := newTestIntake(t, q, nil)
	for _, long := range []model.Record{
		{Msg: strings.Repeat("x", 1025)},
		{Fields: []model.Field{{Name: strings.Repeat("n", 600), Value: strings.Repeat("v", 600)}}},
	} {
		err := in.Write(t.Context(), []model.Record{{Msg: "short"}, long})
		if !errors.Is(err, model.ErrTooLarge) {
			t.Errorf("got %v, want ErrTooLarge", err)
		}
	}
	if q.records != nil {
		t.Error("a refused write stored something")
	}
	if err := in.Write(t.Context(), []model.Record{{Msg: strings.Repeat("x", 1024)}}); err != nil {
		t.Errorf("a record of exactly limits.line: %v", err)
	}
}

// Names become columns: thousands of rows with names of a megabyte took gigabytes of memory in the store.
func TestIntakeRefusesAbsurdNames(t *testing.T) {
	q := &memoryQueue{}
	in := newTestIntake(t, q, func(o *IntakeOptions) { o.MaxLine = 1 << 20 })
	long, many := strings.Repeat("n", maxName+1), make([]model.Field, maxFields+1)
	for i := range many {
		many[i] = model.Field{Name: fmt.Sprint(i), Value: "v"}
	}
	for _, c := range []struct {
		reason  string
		refused model.Record
		kept    model.Record
	}{
		{
			"field name too long",
			model.Record{Fields: []model.Field{{Name: long, Value: "v"}}},
			model.Record{Fields: []model.Field{{Name: long[1:], Value: "v"}}},
		},
		{
			"field name too long",
			model.Record{Stream: []model.Field{{Name: long, Value: "v"}}},
			model.Record{Stream: []model.Field{{Name: long[1:], Value: "v"}}},
		},
		{"too many fields", model.Record{Fields: many}, model.Record{Fields: many[1:]}},
		{"line too long", model.Record{Msg: strings.Repeat("x", 1<<20+1)}, model.Record{Msg: strings.Repeat("x", 1<<20)}},
	} {
		err := in.Write(t.Context(), []model.Record{{Msg: "short"}, c.refused})
		if !errors.Is(err, model.ErrTooLarge) || model.TooLargeReason(err) != c.reason {
			t.Errorf("got %v, want ErrTooLarge for %q", err, c.reason)
		}
		if err := in.Write(t.Context(), []model.Record{c.kept}); err != nil {
			t.Errorf("just within the bound of %q: %v", c.reason, err)
		}
	}
}

func TestIntakeStopped(t *testing.T) {
	in := newTestIntake(t, &memoryQueue{}, nil)
	in.Stop()
	if err := in.Write(t.Context(), []model.Record{{Msg: "x"}}); !errors.Is(err, model.ErrStopping) {
		t.Errorf("got %v, want ErrStopping", err)
	}
}

// The queue's answer must reach the sender as it is: a busy queue is no success and no other error.
func TestIntakePassesBusy(t *testing.T) {
	want := &model.BusyError{Bound: "queue.max_size", RetryAfter: time.Second}
	in := newTestIntake(t, &memoryQueue{err: want}, nil)
	var busy *model.BusyError
	if err := in.Write(t.Context(), []model.Record{{Msg: "x"}}); !errors.As(err, &busy) || busy != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

// While the memory bound is reached, a sender waits a moment and is told to come again; when the memory is free
// it goes through.
func TestIntakeBoundsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &memoryQueue{gate: make(chan struct{}), entered: make(chan struct{}, 8)}
		in := newTestIntake(t, q, func(o *IntakeOptions) { o.Memory = 1 << 10 })
		row := []model.Record{{Msg: strings.Repeat("x", 1000)}}
		first := make(chan error, 1)
		go func() { first <- in.Write(t.Context(), row) }()
		<-q.entered

		start := time.Now()
		var busy *model.BusyError
		if err := in.Write(t.Context(), row); !errors.As(err, &busy) || busy.Bound != "limits.memory" {
			t.Fatalf("got %v, want BusyError of limits.memory", err)
		}
		if waited := time.Since(start); waited != 2*time.Second {
			t.Errorf("waited %s of virtual time", waited)
		}
		gone, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := in.Write(gone, row); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a sender that is gone: %v", err)
		}

		second := make(chan error, 1)
		go func() { second <- in.Write(t.Context(), row) }()
		synctest.Wait()
		close(q.gate)
		if err := <-first; err != nil {
			t.Error(err)
		}
		if err := <-second; err != nil {
			t.Errorf("the sender that waited: %v", err)
		}
	})
}

// Masks act on message, fields and stream, and leave the sender's own slices alone: it may send them again.
func TestIntakeMasks(t *testing.T) {
	q := &memoryQueue{single: true}
	in := newTestIntake(t, q, func(o *IntakeOptions) { o.Masks = []string{"card_numbers"} })
	const card, hidden = "4111111111111111", "************1111"
	row := model.Record{
		Msg: "pay " + card, Observed: receiptTime,
		Fields: []model.Field{{Name: "a", Value: "b"}, {Name: "card", Value: card}},
		Stream: []model.Field{{Name: "customer", Value: card}},
	}
	sent := []model.Record{row}
	if err := in.Write(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	if sent[0].Msg != "pay "+card || sent[0].Fields[1].Value != card || sent[0].Stream[0].Value != card {
		t.Error("the sender's record was changed")
	}
	want := model.Record{
		Dataset: model.DatasetLogs, Msg: "pay " + hidden, Observed: receiptTime,
		Fields: []model.Field{{Name: "a", Value: "b"}, {Name: "card", Value: hidden}},
		Stream: []model.Field{{Name: "customer", Value: hidden}},
	}
	if diff := cmp.Diff(want, q.records[0][0]); diff != "" {
		t.Errorf("in the queue (-want +got):\n%s", diff)
	}
}

// The least of several runs counts: the race detector makes pools forget at random, and others allocate meanwhile.
func TestIntakeDoesNotAllocatePerRow(t *testing.T) {
	in := newTestIntake(t, discardQueue(4), nil)
	rows := make([]model.Record, 1000)
	for i := range rows {
		rows[i] = model.Record{Msg: "a line of some length", Stream: []model.Field{{Name: "a", Value: "b"}}}
	}
	least := math.Inf(1)
	for range 20 {
		least = min(least, testing.AllocsPerRun(1, func() {
			if err := in.Write(context.Background(), rows); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if least > 20 {
		t.Errorf("1000 rows allocate %v times", least)
	}
}

// discardQueue is how many partitions it has.
type discardQueue int

func (q discardQueue) Partitions() int                             { return int(q) }
func (q discardQueue) Partition(_ string, key uint64) int          { return int(key % uint64(q)) }
func (discardQueue) Append(context.Context, []*record.Batch) error { return nil }

func BenchmarkIntake(b *testing.B) {
	for _, masks := range [][]string{nil, {"card_numbers", "resident_numbers", "tokens"}} {
		b.Run(fmt.Sprintf("masks=%d", len(masks)), func(b *testing.B) {
			in, err := NewIntake(IntakeOptions{
				Queue: discardQueue(2), MaxLine: 1 << 20, Memory: 1 << 30, Masks: masks,
			})
			if err != nil {
				b.Fatal(err)
			}
			var rows []model.Record
			for i := range 1000 {
				for _, row := range benchRows() {
					rows = append(rows, row(i))
				}
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := in.Write(context.Background(), rows); err != nil {
					b.Fatal(err)
				}
				n += len(rows)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
		})
	}
}
