package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

func TestBatchSetsStreamApart(t *testing.T) {
	own := func(c input.Common) *Layout { return NewLayout(&c, "host.name", "service.name") }
	field := func(n, v string) model.Field { return model.Field{Name: n, Value: v} }
	for name, test := range map[string]struct {
		layout         *Layout
		stream, fields []model.Field
	}{
		"own stream fields": {
			own(input.Common{}),
			[]model.Field{field("host.name", "h"), field("service.name", "s")},
			[]model.Field{field("a", "1"), field("b", "2")},
		},
		"configured stream fields": {
			own(input.Common{StreamFields: []string{"b", "a", "missing"}}),
			[]model.Field{field("a", "1"), field("b", "2")},
			[]model.Field{field("service.name", "s"), field("host.name", "h")},
		},
		"extra fields win and may be stream fields": {
			own(input.Common{ExtraFields: map[string]string{"host.name": "x", "zone": "z", "_stream": "sent"}}),
			[]model.Field{field("host.name", "x"), field("service.name", "s")},
			[]model.Field{field("a", "1"), field("b", "2"), field("sent._stream", "sent"), field("zone", "z")},
		},
	} {
		b := NewBatch(test.layout)
		for range 3 { // records share one arena
			b.Field("a", "1")
			b.Field("service.name", "s")
			b.Field("empty", "")
			b.Field("b", "2")
			b.Field("host.name", "h")
			b.Add(model.Record{Msg: "m"}, 10)
		}
		for i, r := range b.Records() {
			if diff := cmp.Diff(test.stream, r.Stream); diff != "" {
				t.Errorf("%s: stream of record %d (-want +got):\n%s", name, i, diff)
			}
			if diff := cmp.Diff(test.fields, r.Fields); diff != "" {
				t.Errorf("%s: fields of record %d (-want +got):\n%s", name, i, diff)
			}
		}
		if b.Len() != 3 || b.Size() != 30 {
			t.Errorf("%s: %d records of %d bytes, want 3 of 30", name, b.Len(), b.Size())
		}
	}
}

// Texts that were kept must stay when the batch grows beyond its memory.
func TestBatchKeepsTexts(t *testing.T) {
	b := NewBatch(NewLayout(&input.Common{}))
	scratch := []byte(strings.Repeat("x", 1000))
	for i := range 100 {
		copy(scratch, fmt.Sprintf("%04d", i))
		b.Add(model.Record{Msg: b.Keep(scratch)}, len(scratch))
	}
	for i, r := range b.Records() {
		if want := fmt.Sprintf("%04d", i); r.Msg[:4] != want || len(r.Msg) != 1000 {
			t.Fatalf("text %d begins with %s and has %d bytes", i, r.Msg[:4], len(r.Msg))
		}
	}
}

func TestBatchInUseDoesNotAllocate(t *testing.T) {
	b := NewBatch(NewLayout(&input.Common{}, "host.name"))
	text := []byte("kept")
	fill := func() {
		b.Reset()
		for range 100 {
			b.Field("host.name", "h")
			b.Field("a", b.Keep(text))
			b.Add(model.Record{Msg: "m"}, 1)
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n > 0 {
		t.Errorf("%v allocations for 100 records", n)
	}
}

// numbers is a buffer whose items count one byte each.
type numbers struct{ items []int }

func (n *numbers) Size() int { return len(n.items) }
func (n *numbers) Reset()    { n.items = n.items[:0] }

// Everything that was filled is taken, in order, and never more than the bound waits.
func TestHandoffKeepsOrder(t *testing.T) {
	const limit, total = 8, 10_000
	h := NewHandoff(limit, new(numbers), new(numbers))
	go func() {
		for i := range total {
			h.Fill(func(n *numbers) { n.items = append(n.items, i) })
		}
		h.Close()
	}()
	next := 0
	for n, ok := h.Take(); ok; n, ok = h.Take() {
		if len(n.items) > limit {
			t.Fatalf("%d items waited, the bound is %d", len(n.items), limit)
		}
		for _, i := range n.items {
			if i != next {
				t.Fatalf("item %d comes as number %d", i, next)
			}
			next++
		}
	}
	if next != total {
		t.Errorf("%d of %d items came", next, total)
	}
}

// A reader that waits for room must not hang when the input stops.
func TestHandoffCloseWakesReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHandoff(1, new(numbers), new(numbers))
		add := func(n *numbers) { n.items = append(n.items, 1) }
		h.Fill(add)
		filled := true
		go func() { filled = h.Fill(add) }()
		synctest.Wait()
		h.Close()
		synctest.Wait()
		if filled {
			t.Error("an item was taken after the end")
		}
		if n, ok := h.Take(); !ok || len(n.items) != 1 {
			t.Error("what was filled before the end is gone")
		}
		if _, ok := h.Take(); ok {
			t.Error("there is no end")
		}
	})
}

// sinkFunc is a sink made of a function.
type sinkFunc func(records []model.Record) error

func (f sinkFunc) Write(_ context.Context, records []model.Record) error { return f(records) }

func newTestWriter(sink input.Sink) (*Writer, *input.Sources) {
	sources := input.NewSources()
	env := &input.Env{Name: "in", Sink: sink, Sources: sources, Now: time.Now}
	return NewWriter(env, slog.New(slog.DiscardHandler)), sources
}

func peers(names ...string) *Batch {
	b := NewBatch(NewLayout(&input.Common{}))
	for _, n := range names {
		b.Add(model.Record{Peer: n, Msg: n}, 10)
	}
	return b
}

// Records wait for a sink that fails, and each peer's are counted once, when they are durable.
func TestWriterWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := []error{errors.New("no fsync"), &model.BusyError{Bound: "disk", RetryAfter: time.Hour}, errors.New("no fsync")}
		var stored int
		w, sources := newTestWriter(sinkFunc(func(records []model.Record) error {
			if len(failures) > 0 {
				err := failures[0]
				failures = failures[1:]
				return err
			}
			stored += len(records)
			return nil
		}))
		if err := w.Write(t.Context(), peers("a", "a", "b", "a")); err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, row := range sources.All(time.Now()) {
			got[row.Peer] += row.Records
			if row.Bytes != 10*row.Records {
				t.Errorf("peer %s has %d bytes", row.Peer, row.Bytes)
			}
		}
		if diff := cmp.Diff(map[string]int64{"a": 3, "b": 1}, got); diff != "" || stored != 4 {
			t.Errorf("stored %d (-want +got):\n%s", stored, diff)
		}
	})
}

// The end of the context and a server that stops end the waiting; nothing is counted as received then.
func TestWriterGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, failure := range []error{&model.BusyError{Bound: "disk", RetryAfter: time.Second}, model.ErrStopping} {
			w, sources := newTestWriter(sinkFunc(func([]model.Record) error { return failure }))
			if err := w.Write(ctx, peers("a")); err == nil {
				t.Errorf("no error with a sink that says %v", failure)
			}
			if rows := sources.All(time.Now()); len(rows) > 0 {
				t.Errorf("counted %v", rows)
			}
		}
	})
}
