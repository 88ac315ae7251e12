package syslog

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

var update = flag.Bool("update", false, "write the expected records of the test cases anew")

var testNow = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// testRecord is a record as the expectations show it.
type testRecord struct {
	Time     string            `json:"time,omitempty"`
	Severity string            `json:"severity,omitempty"`
	Source   string            `json:"source"`
	Stream   map[string]string `json:"stream"`
	Fields   map[string]string `json:"fields,omitempty"`
	Msg      string            `json:"msg"`
}

func show(r *model.Record) testRecord {
	t := testRecord{Severity: r.Severity.String(), Source: r.Source(), Msg: strings.Clone(r.Msg), Stream: fieldMap(r.Stream), Fields: fieldMap(r.Fields)}
	if r.Time != 0 {
		t.Time = time.Unix(0, r.Time).UTC().Format(time.RFC3339Nano)
	}
	return t
}

func fieldMap(fields []model.Field) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		m[strings.Clone(f.Name)] = strings.Clone(f.Value)
	}
	return m
}

// fakeSink keeps what it is given. A gate, when set, is asked before each write.
type fakeSink struct {
	mu      sync.Mutex
	records []testRecord
	grown   chan struct{} // gets a token after each write
	gate    func(ctx context.Context, records []model.Record) error
}

func newFakeSink() *fakeSink { return &fakeSink{grown: make(chan struct{}, 1)} }

func (s *fakeSink) Write(ctx context.Context, records []model.Record) error {
	if s.gate != nil {
		if err := s.gate(ctx, records); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
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

func testEnv(sink input.Sink) input.Env {
	return input.Env{
		Name: "syslog", Sink: sink, Sources: input.NewSources(), Log: slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(), MaxLine: 16 << 20, MaxBatch: 1 << 20,
		Now: func() time.Time { return testNow },
	}
}

// rejected returns the counts of all peers together.
func rejected(s *input.Sources) map[string]int64 {
	m := map[string]int64{}
	for _, row := range s.All(time.Now()) {
		for reason, n := range row.Rejected {
			m[reason] += n
		}
	}
	return m
}

type expectation struct {
	Records  []testRecord     `json:"records"`
	Rejected map[string]int64 `json:"rejected,omitempty"`
}

// Each folder of testdata holds what came over the wire as quoted texts (one a datagram, or one a read of a
// stream), the settings, and the records.
func TestCases(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/input.txt")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range folders {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) { runCase(t, dir) })
	}
}

func runCase(t *testing.T, dir string) {
	extra := struct {
		Transport string `yaml:"transport"`
		MaxLine   int    `yaml:"max_line"`
	}{MaxLine: 1 << 20}
	settings := Defaults()
	text := readFile(t, filepath.Join(dir, "settings.yaml"))
	for _, into := range []any{&extra, settings} {
		if err := yaml.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	if settings.Timezone == "" {
		settings.Timezone = "UTC"
	}
	var pieces [][]byte
	for line := range strings.Lines(string(readFile(t, filepath.Join(dir, "input.txt")))) {
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("input %s: %v", line, err)
		}
		pieces = append(pieces, []byte(s))
	}

	run := func(t *testing.T, receive func(in *Input)) {
		sink := newFakeSink()
		env := testEnv(sink)
		env.MaxLine = extra.MaxLine
		in, err := New(settings, env)
		if err != nil {
			t.Fatal(err)
		}
		receive(in)
		got := expectation{Records: sink.all(), Rejected: rejected(env.Sources)}
		if len(got.Rejected) == 0 {
			got.Rejected = nil
		}
		file := filepath.Join(dir, "expected.json")
		if *update && !strings.HasSuffix(t.Name(), "byte_by_byte") {
			writeExpectation(t, file, got)
		}
		compare(t, file, got)
	}
	if extra.Transport == "udp" {
		run(t, func(in *Input) {
			var d datagrams
			for _, p := range pieces {
				d.add(p, "192.0.2.7", testNow.UnixNano())
			}
			b := deliver.NewBatch(in.udp.layout)
			d.batch(b, 0, batchRecords, in.env.MaxBatch, in.udp.mapper)
			if err := in.udp.writer.Write(context.Background(), b); err != nil {
				t.Fatal(err)
			}
		})
		return
	}
	run(t, func(in *Input) {
		in.streams.receive(context.Background(), &pieceReader{pieces: slices.Clone(pieces)}, "192.0.2.7", func() {})
	})
	if bytes.Contains(bytes.Join(pieces, nil), []byte{0, ' '}) {
		return // whether a NUL ends a message depends on what has come behind it
	}
	t.Run("byte_by_byte", func(t *testing.T) {
		run(t, func(in *Input) {
			r := iotest.OneByteReader(&pieceReader{pieces: slices.Clone(pieces)})
			in.streams.receive(context.Background(), r, "192.0.2.7", func() {})
		})
	})
}

func compare(t *testing.T, file string, got expectation) {
	t.Helper()
	var want expectation
	if err := json.Unmarshal(readFile(t, file), &want); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got) // so that nil and empty maps are alike
	if err != nil {
		t.Fatal(err)
	}
	var plain expectation
	if err := json.Unmarshal(again, &plain); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("records differ (-want +got):\n%s", diff)
	}
}

func writeExpectation(t *testing.T, file string, e expectation) {
	t.Helper()
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pieceReader returns one piece a read.
type pieceReader struct{ pieces [][]byte }

func (r *pieceReader) Read(p []byte) (int, error) {
	if len(r.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.pieces[0])
	if r.pieces[0] = r.pieces[0][n:]; len(r.pieces[0]) == 0 {
		r.pieces = r.pieces[1:]
	}
	return n, nil
}
