// Package httpintest runs the test cases of inputs that receive by HTTP: a request file against a real server,
// the answer and the records that reached the sink against files.
package httpintest

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// Received is the fixed time of receipt in tests.
var Received = time.Date(2026, 11, 20, 3, 12, 34, 0, time.UTC)

// Sink keeps copies of records as the queue would, or refuses them.
type Sink struct {
	mu      sync.Mutex
	records []model.Record
	writes  int
	before  func(write int, records []model.Record) error
}

// Before sets what runs in front of each write, counted from 1; its error is the answer, and nothing is kept.
func (s *Sink) Before(f func(write int, records []model.Record) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// Write is the method of input.Sink.
func (s *Sink) Write(_ context.Context, records []model.Record) error {
	s.mu.Lock()
	s.writes++
	n, before := s.writes, s.before
	s.mu.Unlock()
	if before != nil {
		if err := before(n, records); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		s.records = append(s.records, clone(r))
	}
	return nil
}

// Records returns what was kept.
func (s *Sink) Records() []model.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]model.Record(nil), s.records...)
}

// clone copies a record with its text, since the original aliases buffers that are used again.
func clone(r model.Record) model.Record {
	r.Msg, r.Input, r.Peer = strings.Clone(r.Msg), strings.Clone(r.Input), strings.Clone(r.Peer)
	r.Stream, r.Fields = cloneFields(r.Stream), cloneFields(r.Fields)
	return r
}

func cloneFields(fields []model.Field) []model.Field {
	var out []model.Field
	for _, f := range fields {
		out = append(out, model.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)})
	}
	return out
}

// Env returns an environment with small bounds whose routes lie on its Mux.
func Env(t testing.TB, name string, sink input.Sink) input.Env {
	return input.Env{
		Name: name, Sink: sink, Sources: input.NewSources(),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Metrics: prometheus.NewRegistry(),
		MaxLine: 64 << 10, MaxBatch: 1 << 20,
		Mux:  http.NewServeMux(),
		Wrap: func(mux *http.ServeMux) http.Handler { return mux },
		Now:  func() time.Time { return Received },
	}
}

// New builds an input with its default settings, changed by change when that is not nil.
func New(t testing.TB, d input.Descriptor, env input.Env, change func(settings any)) input.Input {
	t.Helper()
	settings := d.Defaults()
	if change != nil {
		change(settings)
	}
	in, err := d.New(settings, env)
	if err != nil {
		t.Fatalf("cannot build input %s: %v", d.Type, err)
	}
	return in
}
