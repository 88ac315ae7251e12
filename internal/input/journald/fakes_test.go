package journald

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

var testNow = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// TestMain lets the test binary stand in for journalctl.
func TestMain(m *testing.M) {
	if os.Getenv(fakeJournal) != "" {
		os.Exit(runFakeJournalctl())
	}
	os.Exit(m.Run())
}

// testRecord is a record as the expectations show it.
type testRecord struct {
	Time     string            `json:"time,omitempty"`
	Severity string            `json:"severity,omitempty"`
	Source   string            `json:"source"`
	Stream   map[string]string `json:"stream,omitempty"`
	Fields   map[string]string `json:"fields,omitempty"`
	Msg      string            `json:"msg"`
	Mark     string            `json:"mark,omitempty"`
	Seq      uint64            `json:"seq,omitempty"`
}

func show(r *model.Record) testRecord {
	t := testRecord{
		Severity: r.Severity.String(), Source: r.Source(), Msg: strings.Clone(r.Msg), Stream: fieldMap(r.Stream),
		Fields: fieldMap(r.Fields), Mark: strings.Clone(r.Mark.Source), Seq: r.Mark.Seq,
	}
	if r.Time != 0 {
		t.Time = time.Unix(0, r.Time).UTC().Format(time.RFC3339Nano)
	}
	return t
}

func fieldMap(fields []model.Field) map[string]string {
	if len(fields) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, f := range fields {
		m[strings.Clone(f.Name)] = strings.Clone(f.Value)
	}
	return m
}

// fakeSink keeps what it is given, unless gate refuses it.
type fakeSink struct {
	mu      sync.Mutex
	records []testRecord
	grown   chan struct{}
	gate    func(n int) error // n records were stored before
}

func newFakeSink() *fakeSink { return &fakeSink{grown: make(chan struct{}, 1)} }

func (s *fakeSink) Write(_ context.Context, records []model.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate != nil {
		if err := s.gate(len(s.records)); err != nil {
			return err
		}
	}
	for i := range records {
		s.records = append(s.records, show(&records[i]))
	}
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return nil
}

func (s *fakeSink) all() []testRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]testRecord(nil), s.records...)
}

// wait returns when n records are there.
func (s *fakeSink) wait(t *testing.T, n int) []testRecord {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		if got := s.all(); len(got) >= n {
			return got
		}
		select {
		case <-s.grown:
		case <-deadline:
			t.Fatalf("%d of %d records came", len(s.all()), n)
		}
	}
}

// fakeState keeps positions in memory.
type fakeState struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *fakeState) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key], nil
}

func (s *fakeState) Put(_ context.Context, values map[string][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = map[string][]byte{}
	}
	maps.Copy(s.values, values)
	return nil
}

func (s *fakeState) Keys(context.Context, string) ([]string, error) { return nil, nil }

func testEnv(sink input.Sink) input.Env {
	return input.Env{
		Name: "journald", Sink: sink, State: &fakeState{}, Sources: input.NewSources(),
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), MaxLine: 1 << 20, MaxBatch: 1 << 20,
		Mux: http.NewServeMux(), Now: func() time.Time { return testNow },
	}
}

// rejected returns the counts of all peers together.
func rejected(s *input.Sources) map[string]int64 {
	var m map[string]int64
	for _, row := range s.All(time.Now()) {
		for reason, n := range row.Rejected {
			if m == nil {
				m = map[string]int64{}
			}
			m[reason] += n
		}
	}
	return m
}
