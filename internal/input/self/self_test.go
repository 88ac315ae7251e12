package self

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// fakeSink keeps what it is given; after, when set, runs behind each write.
type fakeSink struct {
	mu      sync.Mutex
	records []string
	writes  int
	err     error
	after   func()
}

func (s *fakeSink) Write(_ context.Context, records []model.Record) error {
	s.mu.Lock()
	s.writes++
	err := s.err
	for i := range records {
		if err == nil {
			s.records = append(s.records, show(&records[i]))
		}
	}
	s.mu.Unlock()
	if s.after != nil {
		s.after()
	}
	return err
}

func (s *fakeSink) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.records...)
}

// show writes a record as severity, stream without the host, message and fields.
func show(r *model.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.Severity, r.Msg)
	for _, f := range append(r.Stream[:len(r.Stream):len(r.Stream)], r.Fields...) {
		if f.Name != "host.name" {
			fmt.Fprintf(&b, " %s=%s", f.Name, f.Value)
		}
	}
	return b.String()
}

func newTestInput(t *testing.T, sink input.Sink, log *slog.Logger) (*Input, *input.Sources) {
	t.Helper()
	sources := input.NewSources()
	in, err := New(&Settings{}, input.Env{
		Name: "self", Sink: sink, Sources: sources, Log: log, Metrics: prometheus.NewRegistry(),
		MaxLine: 1 << 20, MaxBatch: 1 << 20, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return in, sources
}

func stopInput(t *testing.T, in *Input) {
	t.Helper()
	if err := in.Stop(t.Context()); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// Lines from before the start are stored too, with component, attributes and groups as fields, and the terminal
// sees everything as before.
func TestLinesBecomeRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var terminal bytes.Buffer
		log := slog.New(NewHandler(slog.NewTextHandler(&terminal, nil), slog.LevelInfo))
		log.Info("early")
		sink := &fakeSink{}
		in, _ := newTestInput(t, sink, log.With("component", "input"))
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		queue := log.With("component", "queue").WithGroup("segment")
		queue.Warn("cannot sync", "error", errors.New("disk is gone"), slog.Group("at", "offset", 7))
		queue.Debug("not kept")
		log.Log(t.Context(), slog.LevelError+4, "fatal", "_stream", "reserved", "empty", "", "service.name", "not ours")
		stopInput(t, in)
		want := []string{
			"info early service.name=haetae",
			"warn cannot sync service.name=haetae component=queue segment.error=disk is gone segment.at.offset=7",
			"fatal fatal service.name=haetae sent._stream=reserved",
		}
		if diff := cmp.Diff(want, sink.all()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := strings.Count(terminal.String(), "\n"); got != 3 {
			t.Errorf("the terminal has %d lines, want 3:\n%s", got, terminal.String())
		}
	})
}

// A stuck queue must never block who logs; what does not fit is counted.
func TestStuckSinkDropsAndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{err: &model.BusyError{Bound: "disk", RetryAfter: time.Second}}
		log := slog.New(NewHandler(slog.DiscardHandler, slog.LevelInfo))
		in, sources := newTestInput(t, sink, log)
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		log.Info("first")
		synctest.Wait() // the first line waits in the sink
		const lines = 3 * maxLines
		for range lines {
			log.Info("line")
		}
		sink.mu.Lock()
		sink.err = nil
		sink.mu.Unlock()
		stopInput(t, in)
		stored, dropped := int64(len(sink.all())), sources.All(time.Now())[0].Rejected[reasonDropped]
		if dropped == 0 || stored+dropped != lines+1 {
			t.Errorf("logged %d, stored %d, counted as dropped %d", lines+1, stored, dropped)
		}
	})
}

// A sink that logs a line for each write must not keep the process busy with its own log.
func TestFeedbackIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(NewHandler(slog.DiscardHandler, slog.LevelInfo))
		sink := &fakeSink{after: func() { log.Warn("a write was slow") }}
		in, _ := newTestInput(t, sink, log)
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		log.Info("begin")
		time.Sleep(10 * time.Second)
		sink.mu.Lock()
		writes := sink.writes
		sink.mu.Unlock()
		if limit := int(10*time.Second/writeInterval) + 1; writes > limit {
			t.Errorf("%d writes in ten seconds, want at most %d", writes, limit)
		}
		stopInput(t, in)
	})
}

// Stop ends with its context although the queue takes nothing, and says what was lost.
func TestStopGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(NewHandler(slog.DiscardHandler, slog.LevelInfo))
		in, sources := newTestInput(t, &fakeSink{err: &model.BusyError{Bound: "disk", RetryAfter: time.Hour}}, log)
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		log.Info("one")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := in.Stop(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("stop: %v", err)
		}
		if n := sources.All(time.Now())[0].Rejected[reasonDropped]; n != 1 {
			t.Errorf("%d lines were counted, want 1", n)
		}
		log.Info("after the end")
	})
}

// A logger that writes elsewhere leaves the input without lines until somebody uses its handler.
func TestHandlerOfAnotherLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{}
		in, _ := newTestInput(t, sink, slog.New(slog.DiscardHandler))
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		slog.New(in.Handler()).Error("by the handler")
		stopInput(t, in)
		if diff := cmp.Diff([]string{"error by the handler service.name=haetae"}, sink.all()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
