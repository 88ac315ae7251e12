package queuetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/queue"
)

// A record that changes its partition or its place breaks the order within a stream.
func testOrderAndOffsets(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 3))
	if q.Partitions() != 3 {
		t.Fatalf("%d partitions, want 3", q.Partitions())
	}
	const rounds, each = 20, 50
	want := make([][]string, 3)
	for round := range rounds {
		batches := make([]*queue.Batch, 3)
		for p := range batches {
			if round%3 == p {
				continue // nil: this partition gets nothing
			}
			batches[p] = &queue.Batch{}
			for _, r := range numbered(fmt.Sprintf("p%d-", p), round*each, (round+1)*each) {
				batches[p].AddBytes([]byte(r))
				want[p] = append(want[p], r)
			}
		}
		if err := q.Append(limit(t), batches); err != nil {
			t.Fatal(err)
		}
	}
	for p := range want {
		if diff := cmp.Diff(want[p], Read(t, q, p, 0, len(want[p]))); diff != "" {
			t.Errorf("partition %d (-appended +read):\n%s", p, diff)
		}
	}
	for p, s := range q.Stats() {
		if s.Partition != p || s.End != int64(len(want[p])) || s.Oldest > s.Stored || s.Stored > s.End || s.Damaged != 0 {
			t.Errorf("statistics of partition %d: %+v", p, s)
		}
	}
}

// Empty and huge records, empty batches, and a reused batch whose memory changes after Append has returned.
func testOddBatches(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 2))
	for _, batches := range [][]*queue.Batch{{nil, nil}, {{}, nil}} {
		if err := q.Append(limit(t), batches); err != nil {
			t.Fatalf("empty append: %v", err)
		}
	}
	if err := q.Append(limit(t), []*queue.Batch{{}}); err == nil {
		t.Fatal("batches for one of two partitions were accepted")
	}
	want := []string{"", "a", "", strings.Repeat("large", 400_000), "\x00\xff", ""}
	b := Batches(2, 1)
	for _, rec := range want {
		b[1].Reset()
		b[1].AddBytes([]byte(rec))
		if err := q.Append(limit(t), b); err != nil {
			t.Fatal(err)
		}
	}
	b[1].Reset()
	b[1].AddBytes([]byte("overwritten"))
	if diff := cmp.Diff(want, Read(t, q, 1, 0, len(want))); diff != "" {
		t.Error(diff)
	}
}

// Acknowledged means durable: a queue that is opened again has the same identity, records and offsets.
func testSurvivesReopen(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 2)
	var id string
	var want []string
	for round := range 4 {
		q := h.Open(t)
		if id == "" {
			id = q.ID()
		}
		if q.ID() != id || id == "" || q.Partitions() != 2 {
			t.Fatalf("round %d: queue %q with %d partitions, want %q with 2", round, q.ID(), q.Partitions(), id)
		}
		records := numbered("r", round*10, round*10+10)
		appendTo(t, q, 0, records...)
		want = append(want, records...)
		if diff := cmp.Diff(want, Read(t, q, 0, 0, len(want))); diff != "" {
			t.Fatal(diff)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Senders share groups: each must get all of its records stored once, in its order.
func testConcurrentAppends(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	const senders, rounds, each = 8, 20, 10
	q := start(t, open(t, 2))
	ctx := limit(t)
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for round := range rounds {
				batches := Batches(2, 0)
				batches[1] = &queue.Batch{}
				for i := range each {
					rec := fmt.Appendf(nil, "%d/%06d", s, round*each+i)
					batches[0].AddBytes(rec)
					batches[1].AddBytes(rec)
				}
				if err := q.Append(ctx, batches); err != nil {
					t.Errorf("sender %d: %v", s, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for p := range 2 {
		next := make([]int, senders)
		for _, rec := range Read(t, q, p, 0, senders*rounds*each) {
			var s, n int
			if _, err := fmt.Sscanf(rec, "%d/%d", &s, &n); err != nil {
				t.Fatalf("record %q: %v", rec, err)
			}
			if n != next[s] {
				t.Fatalf("partition %d, sender %d: record %d came where %d was due", p, s, n, next[s])
			}
			next[s]++
		}
	}
}

// A consumer resumes at its stored offset, wherever that is within what was written together.
func testFromAnyOffset(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 1)
	q := h.Open(t)
	want := numbered("r", 0, 90)
	appendTo(t, q, 0, want[:40]...)
	appendTo(t, q, 0, want[40:41]...)
	appendTo(t, q, 0, want[41:]...)
	check := func(q queue.Queue) {
		t.Helper()
		With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
			for _, from := range []int{0, 1, 39, 40, 41, 42, 89, 20} {
				if err := r.From(int64(from)); err != nil {
					return err
				}
				got, err := take(ctx, r, int64(from), len(want)-from)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want[from:], got); diff != "" {
					return fmt.Errorf("from %d:\n%s", from, diff)
				}
			}
			return r.From(int64(len(want)))
		})
	}
	check(q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	check(start(t, h))
}

// A reader at the end must wake for what is appended later: a lost wake-up is a log line that nobody sees.
func testNextWaits(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 1))
	With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
		if err := r.From(0); err != nil {
			return err
		}
		for i := range 50 {
			rec := fmt.Sprint(i)
			appended := make(chan error, 1)
			go func() { appended <- q.Append(ctx, Batches(1, 0, rec)) }()
			got, err := take(ctx, r, int64(i), 1)
			if err := errors.Join(err, <-appended); err != nil {
				return err
			}
			if got[0] != rec {
				return fmt.Errorf("got %q, want %q", got[0], rec)
			}
		}
		return nil
	})
}
