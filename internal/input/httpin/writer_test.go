package httpin

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// sinkFunc is a sink made of a function.
type sinkFunc func(records []model.Record) error

func (f sinkFunc) Write(_ context.Context, records []model.Record) error { return f(records) }

func newTestWriter(sink sinkFunc) (*Writer, *input.Env) {
	env := &input.Env{Name: "jsonline", Sink: sink, Sources: input.NewSources(), Log: slog.Default(), Now: time.Now}
	return NewWriter(env, "192.0.2.1"), env
}

func records(messages ...string) []model.Record {
	var out []model.Record
	for _, m := range messages {
		out = append(out, model.Record{Msg: m})
	}
	return out
}

// A request of which nothing is stored must be refused at once, so that its sender decides; one of which a part
// is stored must wait for room, or its sender would repeat that part.
func TestBusySink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &model.BusyError{Bound: "queue.max_size", RetryAfter: time.Second}
		refusals := 1
		var kept []string
		w, env := newTestWriter(func(records []model.Record) error {
			if refusals > 0 {
				refusals--
				return busy
			}
			for _, r := range records {
				kept = append(kept, r.Msg)
			}
			return nil
		})
		if err := w.Write(t.Context(), records("a"), 10, nil); !errors.Is(err, busy) {
			t.Errorf("first write: %v, want the sink's error", err)
		}
		for _, message := range []string{"a", "b"} {
			if err := w.Write(t.Context(), records(message), 10, nil); err != nil {
				t.Error(err)
			}
			refusals = 3
		}
		if !slices.Equal(kept, []string{"a", "b"}) || w.Accepted != 2 {
			t.Errorf("kept %q, accepted %d", kept, w.Accepted)
		}
		refusals = 1 << 30
		if err := w.Write(t.Context(), records("c"), 10, nil); !errors.Is(err, busy) {
			t.Errorf("a sink that stays busy: %v, want its error", err)
		}
		if rows := env.Sources.All(time.Now()); len(rows) != 1 || rows[0].Records != 2 || rows[0].Bytes != 20 {
			t.Errorf("counted %+v, want 2 records and 20 bytes", rows)
		}
	})
}

// One record that is too large must not take the others with it, nor change their order.
func TestTooLargeRecords(t *testing.T) {
	var kept []string
	w, env := newTestWriter(func(records []model.Record) error {
		if slices.ContainsFunc(records, func(r model.Record) bool { return r.Msg == "X" }) {
			return model.ErrTooLarge
		}
		for _, r := range records {
			kept = append(kept, r.Msg)
		}
		return nil
	})
	var refused []int
	err := w.Write(t.Context(), records("X", "a", "b", "X", "X", "c", "X"), 70, func(i int, _ string) { refused = append(refused, i) })
	if err != nil || !slices.Equal(kept, []string{"a", "b", "c"}) || !slices.Equal(refused, []int{0, 3, 4, 6}) {
		t.Errorf("error %v, kept %q, refused %v", err, kept, refused)
	}
	row := env.Sources.All(time.Now())[0]
	if row.Records != 3 || row.Bytes != 30 || row.Rejected["line too long"] != 4 {
		t.Errorf("counted %+v", row)
	}
}

// What was written before a failure must be known exactly: clients repeat the rest.
func TestFailureBehindWrittenRecords(t *testing.T) {
	broken := errors.New("disk")
	w, _ := newTestWriter(func(records []model.Record) error {
		switch {
		case len(records) > 1:
			return model.ErrTooLarge
		case records[0].Msg == "c":
			return broken
		}
		return nil
	})
	err := w.Write(t.Context(), records("a", "b", "c", "d"), 4, func(int, string) {})
	if !errors.Is(err, broken) || w.Accepted != 2 {
		t.Errorf("error %v, accepted %d; want %v and 2", err, w.Accepted, broken)
	}
}

// A request that is stored in part goes on as one that has begun, and waits for its quota for as long as its sender does: an
// answer in the middle would make it send that part again.
func TestOverQuotaInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := &model.QuotaError{BusyError: model.BusyError{Bound: "limits.sources of x", RetryAfter: time.Second}}
		var patience []model.Patience
		began, frees := time.Now(), time.Duration(0)
		w, _ := newTestWriter(nil)
		w.env.Sink = patientSink(func(ctx context.Context) error {
			patience = append(patience, model.PatienceOf(ctx))
			if time.Since(began) < frees {
				return over
			}
			return nil
		})
		frees = time.Second
		if err := w.Write(t.Context(), records("a"), 10, nil); !errors.Is(err, over) {
			t.Errorf("first write: %v, want the quota's error at once", err)
		}
		frees = 0
		if err := w.Write(t.Context(), records("a"), 10, nil); err != nil {
			t.Error(err)
		}
		frees = 10 * time.Minute
		if err := w.Write(t.Context(), records("b"), 10, nil); err != nil || w.Accepted != 2 {
			t.Errorf("in the middle: %v, %d accepted", err, w.Accepted)
		}
		if patience[0] != model.PatienceWhole || patience[1] != model.PatienceWhole || patience[2] != model.PatienceBegun {
			t.Errorf("written with the patience %v", patience[:3])
		}
	})
}

// patientSink is a sink that looks at the context alone.
type patientSink func(ctx context.Context) error

func (f patientSink) Write(ctx context.Context, _ []model.Record) error { return f(ctx) }
