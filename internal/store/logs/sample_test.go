package logs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A second's sample must keep to its bound, use it, and not take only the rows that came first.
func TestSampleIsFairOverEachSecond(t *testing.T) {
	for _, rate := range []int{1, 99, 5000, 20_000} {
		for _, chunk := range []int{1, 50, 3000} {
			now := time.Unix(1_700_000_000, 0)
			s := NewSampler(100, func() time.Time { return now })
			var seconds [6]int
			var halves [6][2]int
			step := time.Duration(chunk) * time.Second / time.Duration(rate)
			for start := now; now.Sub(start) < 6*time.Second; now = now.Add(step) {
				second, half := int(now.Sub(start)/time.Second), now.Nanosecond()/500_000_000
				k := len(s.Choose(chunk))
				seconds[second] += k
				halves[second][half] += k
			}
			for i := 2; i < 6; i++ { // the first two find out how many come
				want := min(rate, 100)
				if seconds[i] > 100 || rate >= chunk && rate%chunk == 0 && seconds[i] < want*9/10 {
					t.Errorf("rate %d in chunks of %d: %d rows shown in second %d, want about %d", rate, chunk, seconds[i], i, want)
				}
				if rate >= 20*chunk && (halves[i][0] < want/3 || halves[i][1] < want/3) {
					t.Errorf("rate %d in chunks of %d: halves of second %d show %v", rate, chunk, i, halves[i])
				}
			}
		}
	}
}

func TestChooseSpreadsRows(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := NewSampler(4, func() time.Time { return now })
	now = now.Add(time.Minute)
	if got, want := s.Choose(16), []int32{2, 6, 10, 14}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if got := s.Choose(16); len(got) != 0 {
		t.Errorf("rows %v beyond the bound of the second", got)
	}
}

// What a sampled tail shows and what it leaves out must add up to what came, and the cursor must pass both.
func TestSampledTailAddsUp(t *testing.T) {
	f := newFixture(t, nil)
	writers := []*Writer{f.writer(t, 0, 1), f.writer(t, 1, 1)}
	const rounds, each = 20, 500
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	now := time.Unix(1_700_000_000, 0)
	req := Search{Scope: model.Everything, Fields: []string{"_msg"}, Sample: NewSampler(30, func() time.Time { return now })}
	shown, sampled, round := 0, int64(0), 0
	err := f.Tail(ctx, req, Cursor{}, func(c TailChunk) error {
		sampled += c.Sampled
		if c.Rows != nil {
			shown += c.Rows.N
			return nil // the chunk behind it ends the round
		}
		if round++; round > rounds {
			if c.Cursor.Offsets[0] != rounds*each || c.Cursor.Offsets[1] != rounds*each {
				t.Errorf("the cursor ends at %v", c.Cursor.Offsets)
			}
			cancel()
			return nil
		}
		now = now.Add(100 * time.Millisecond)
		for _, w := range writers {
			for i := range each {
				w.Append(w.Offset(), plainRecord(i, fmt.Sprint(i)))
			}
			w.Publish()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if shown+int(sampled) != 2*rounds*each || shown > (catchUpSeconds+3)*30 || shown < 60 {
		t.Errorf("%d shown and %d left out of %d", shown, sampled, 2*rounds*each)
	}
}

// A tail that breaks off between two chunks of one moment must go on with the rows of the second.
func TestTailCursorBetweenChunks(t *testing.T) {
	f := newFixture(t, nil)
	writers := []*Writer{f.writer(t, 0, 1), f.writer(t, 1, 1)}
	broken := errors.New("broken off")
	req := Search{Scope: model.Everything, Fields: []string{"_msg"}}
	var cursor Cursor
	rows := 0
	begun := false
	err := f.Tail(t.Context(), req, Cursor{}, func(c TailChunk) error {
		if !begun {
			begun = true
			for _, w := range writers {
				for i := range batchRows {
					w.Append(w.Offset(), plainRecord(i, "x"))
				}
				w.Publish()
			}
			return nil
		}
		rows += c.Rows.N
		cursor = c.Cursor
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = f.Tail(ctx, req, cursor, func(c TailChunk) error {
		if c.Rows == nil {
			cancel()
			return nil
		}
		rows += c.Rows.N
		return nil
	})
	if !errors.Is(err, context.Canceled) || rows != 2*batchRows {
		t.Errorf("%v after %d rows, want each of %d once", err, rows, 2*batchRows)
	}
}
