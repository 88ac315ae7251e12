package queuetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
)

// A wait that ignores its context hangs the shutdown.
func testCancelledContexts(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 1))
	ended, cancel := context.WithCancel(limit(t))
	cancel()
	if err := q.Append(ended, Batches(1, 0, "never")); !errors.Is(err, context.Canceled) {
		t.Errorf("append with an ended context: %v", err)
	}
	appendTo(t, q, 0, "only")
	With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
		if err := r.From(0); err != nil {
			return err
		}
		if _, err := take(ctx, r, 0, 1); err != nil {
			return err
		}
		waiting, cancel := context.WithCancel(ctx)
		go cancel()
		if _, err := r.Next(waiting); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("next with an ended context: %w", err)
		}
		return nil
	})
}

func testConsumeOwnsAll(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 3))
	ctx, cancel := context.WithCancel(limit(t))
	var mu sync.Mutex
	owned := map[int]int{}
	err := q.Consume(ctx, func(ctx context.Context, r queue.Reader) error {
		mu.Lock()
		owned[r.Partition()]++
		if len(owned) == 3 {
			cancel()
		}
		mu.Unlock()
		<-ctx.Done()
		return ctx.Err()
	})
	if err != nil {
		t.Errorf("consume returned %v when its context ended", err)
	}
	if diff := cmp.Diff(map[int]int{0: 1, 1: 1, 2: 1}, owned); diff != "" {
		t.Errorf("calls per partition:\n%s", diff)
	}
}

// One partition's failure ends the others: half a consumer would lag unseen.
func testConsumeEnds(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 2))
	boom := errors.New("boom")
	other := false
	err := q.Consume(limit(t), func(ctx context.Context, r queue.Reader) error {
		if r.Partition() == 0 {
			return boom
		}
		<-ctx.Done()
		other = true
		return ctx.Err()
	})
	if !errors.Is(err, boom) || !other {
		t.Errorf("consume returned %v, the other call ended: %v", err, other)
	}
}

// The store's guard needs a higher epoch for each owner, after a restart too.
func testEpochsGrow(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 1)
	var last int64
	for range 3 {
		q := h.Open(t)
		for range 2 {
			With(t, q, 0, func(_ context.Context, r queue.Reader) error {
				if r.Epoch() <= last {
					return fmt.Errorf("epoch %d after %d", r.Epoch(), last)
				}
				last = r.Epoch()
				return nil
			})
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What the store does not have must stay, however much is stored behind and before it.
func testTrimsOnlyStored(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 1)
	q := h.Open(t)
	filler := strings.Repeat("x", 20_000)
	var want []string
	for i := range 60 {
		want = append(want, fmt.Sprint(i, filler))
		appendTo(t, q, 0, want[i])
	}
	With(t, q, 0, func(_ context.Context, r queue.Reader) error {
		return errors.Join(r.From(0), r.Stored(47))
	})
	check := func(q queue.Queue) int64 {
		t.Helper()
		s := q.Stats()[0]
		if s.Oldest > 47 || s.End != 60 {
			t.Fatalf("statistics: %+v", s)
		}
		if diff := cmp.Diff(want[47:], Read(t, q, 0, 47, 13)); diff != "" {
			t.Fatal(diff)
		}
		return s.Oldest
	}
	oldest := check(q)
	if h.Trims && oldest == 0 {
		t.Fatal("nothing was trimmed")
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = start(t, h)
	if oldest = check(q); oldest == 0 {
		return
	}
	With(t, q, 0, func(_ context.Context, r queue.Reader) error {
		var gone *queue.GoneError
		if err := r.From(0); !errors.As(err, &gone) || gone.Oldest != oldest || gone.Wanted != 0 {
			return fmt.Errorf("from a trimmed offset: %w", err)
		}
		return r.From(oldest)
	})
}

// At the bound senders wait, nothing is stored, and storing makes room again, over and over.
func testSizeBound(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 2)
	if h.MaxBytes == 0 {
		return // the queue has no bound of its own
	}
	q := start(t, h)
	rec := strings.Repeat("x", int(h.MaxBytes/20))
	var end int64
	for round := range 3 {
		appended := 0
		var err error
		for range 200 {
			if err = q.Append(limit(t), Batches(2, 0, rec)); err != nil {
				break
			}
			appended++
		}
		var busy *model.BusyError
		if !errors.As(err, &busy) || busy.Bound == "" || busy.RetryAfter <= 0 {
			t.Fatalf("round %d: after %d records: %v", round, appended, err)
		}
		end += int64(appended)
		if s := q.Stats()[0]; appended < 4 || s.End != end || s.Bytes > h.MaxBytes {
			t.Fatalf("round %d: %d appended, statistics %+v, want end %d", round, appended, s, end)
		}
		With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
			if err := r.From(end - int64(appended)); err != nil {
				return err
			}
			if _, err := take(ctx, r, end-int64(appended), appended); err != nil {
				return err
			}
			return r.Stored(end)
		})
		ctx := limit(t)
		for { // room comes soon
			err := q.Append(ctx, Batches(2, 0, rec))
			if err == nil {
				break
			}
			if !errors.As(err, &busy) {
				t.Fatalf("storing made no room: %v", err)
			}
		}
		end++
	}
}

func testClose(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	q := start(t, open(t, 1))
	reading := make(chan struct{})
	result := make(chan error, 1)
	go func() {
		result <- q.Consume(limit(t), func(ctx context.Context, r queue.Reader) error {
			if err := r.From(0); err != nil {
				return err
			}
			close(reading)
			_, err := r.Next(ctx)
			return err
		})
	}()
	<-reading
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-result; !errors.Is(err, queue.ErrClosed) {
		t.Errorf("a waiting reader got %v", err)
	}
	if err := q.Append(limit(t), Batches(1, 0, "late")); !errors.Is(err, queue.ErrClosed) {
		t.Errorf("append: %v", err)
	}
	err := q.Consume(limit(t), func(context.Context, queue.Reader) error { return nil })
	if !errors.Is(err, queue.ErrClosed) {
		t.Errorf("consume: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
