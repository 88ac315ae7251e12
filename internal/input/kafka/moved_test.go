package kafka

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// slow is the queue of one process; each write takes a while.
type slow struct {
	*sink
	wait time.Duration
}

func (s *slow) Write(ctx context.Context, records []model.Record) error {
	time.Sleep(s.wait)
	return s.sink.Write(ctx, records)
}

// Processes of one group, each with a queue and a store of its own, store each record once when partitions move.
func TestStoredOnceWhenPartitionsMove(t *testing.T) {
	b := newBench(t)
	b.produce("orders", 0, 400)
	process := func(name string, wait time.Duration) (*sink, input.Input) {
		own := &sink{marks: map[string]uint64{}}
		set := defaults()
		set.Brokers, set.Topics, set.Group.ID = b.cluster.ListenAddrs(), []string{"orders"}, "shared"
		in, err := newInput(set, input.Env{
			Name: name, Sink: &slow{own, wait}, State: &state{m: map[string][]byte{}}, Sources: input.NewSources(), Log: slog.New(slog.DiscardHandler),
			MaxBatch: 1 << 9, MaxLine: 1 << 20, Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return own, in
	}
	first, one := process("one", 500*time.Millisecond)
	for first.count() == 0 {
		time.Sleep(10 * time.Millisecond) // the client polls brokers of its own
	}
	second, two := process("two", 0)
	deadline := time.Now().Add(25 * time.Second)
	for first.count()+second.count() < 400 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if err := one.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := two.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows := slices.Concat(first.rows, second.rows)
	slices.Sort(rows)
	if n := len(slices.Compact(slices.Clone(rows))); n != 400 || len(rows) != 400 {
		t.Errorf("%d + %d rows, %d different, want each of 400 once", len(first.rows), len(second.rows), n)
	}
}
