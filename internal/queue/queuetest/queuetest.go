// Package queuetest is the conformance suite of queue.Queue: every implementation runs it.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/queue"
)

// Harness is a queue with the place where it keeps its records.
type Harness struct {
	// Open opens the queue; after Close it opens the same one again. The suite closes what it opened.
	Open func(t *testing.T) queue.Queue
	// MaxBytes is the queue's bound, a few MiB, or 0 when it has none.
	MaxBytes int64
	// Grow has later Opens give datasets besides logs places of their own; nil where all datasets share all partitions.
	Grow func(datasets ...string)
	// Remake removes what holds a dataset that has a place of its own, behind the queue's back; nil as Grow.
	Remake func(t *testing.T, dataset string)
	// Trims says that records are gone soon after Stored, at the latest when MaxBytes is reached.
	Trims bool
}

// patience bounds how long a test waits for what must happen; it is never waited out when all is well.
const patience = 30 * time.Second

// Run runs the suite. open makes an empty queue's harness with this number of partitions.
func Run(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open func(t *testing.T, partitions int) Harness)
	}{
		{"OrderAndOffsets", testOrderAndOffsets},
		{"OddBatches", testOddBatches},
		{"SurvivesReopen", testSurvivesReopen},
		{"ConcurrentAppends", testConcurrentAppends},
		{"FromAnyOffset", testFromAnyOffset},
		{"NextWaits", testNextWaits},
		{"CancelledContexts", testCancelledContexts},
		{"ConsumeOwnsAll", testConsumeOwnsAll},
		{"ConsumeEnds", testConsumeEnds},
		{"EpochsGrow", testEpochsGrow},
		{"TrimsOnlyStored", testTrimsOnlyStored},
		{"SizeBound", testSizeBound},
		{"Close", testClose},
		{"Datasets", testDatasets},
		{"GrowsByADataset", testGrowsByADataset},
		{"DatasetMadeAgain", testDatasetMadeAgain},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

func start(t *testing.T, h Harness) queue.Queue {
	t.Helper()
	q := h.Open(t)
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return q
}

func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// Batches returns batches for n partitions with the given records in partition p.
func Batches(n, p int, records ...string) []*queue.Batch {
	b := make([]*queue.Batch, n)
	b[p] = &queue.Batch{}
	for _, r := range records {
		b[p].AddBytes([]byte(r))
	}
	return b
}

func appendTo(t *testing.T, q queue.Queue, p int, records ...string) {
	t.Helper()
	if err := q.Append(limit(t), Batches(q.Partitions(), p, records...)); err != nil {
		t.Fatalf("append to partition %d: %v", p, err)
	}
}

func numbered(prefix string, from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf("%s%06d", prefix, i))
	}
	return out
}

var errDone = errors.New("test has seen enough")

// With lends the reader of one partition to f and ends the consumption afterwards.
func With(t *testing.T, q queue.Queue, p int, f func(ctx context.Context, r queue.Reader) error) {
	t.Helper()
	err := q.Consume(limit(t), func(ctx context.Context, r queue.Reader) error {
		if r.Partition() != p {
			<-ctx.Done()
			return nil
		}
		if err := f(ctx, r); err != nil {
			return err
		}
		return errDone
	})
	if !errors.Is(err, errDone) {
		t.Fatalf("partition %d: consume: %v", p, err)
	}
}

// Read returns n records of a partition from an offset on, and fails the test unless their offsets are
// consecutive.
func Read(t *testing.T, q queue.Queue, p int, from int64, n int) []string {
	t.Helper()
	var out []string
	With(t, q, p, func(ctx context.Context, r queue.Reader) error {
		if err := r.From(from); err != nil {
			return err
		}
		var err error
		out, err = take(ctx, r, from, n)
		return err
	})
	return out
}

func take(ctx context.Context, r queue.Reader, next int64, n int) ([]string, error) {
	var out []string
	for len(out) < n {
		c, err := r.Next(ctx)
		if err != nil {
			return out, fmt.Errorf("after %d of %d records: %w", len(out), n, err)
		}
		if c.Base != next || len(c.Damaged) != 0 {
			return out, fmt.Errorf("chunk begins at offset %d, want %d; damage: %v", c.Base, next, c.Damaged)
		}
		for _, rec := range c.Records {
			out = append(out, string(rec))
		}
		next += int64(len(c.Records))
	}
	if len(out) != n {
		return out, fmt.Errorf("%d records, want %d", len(out), n)
	}
	return out, nil
}
