package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// memState keeps positions in memory; fail is asked before each Put.
type memState struct {
	values map[string][]byte
	fail   func() error
}

func (m *memState) Get(_ context.Context, key string) ([]byte, error) { return m.values[key], nil }

func (m *memState) Keys(_ context.Context, prefix string) ([]string, error) {
	var keys []string
	for k := range m.values {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (m *memState) Put(_ context.Context, values map[string][]byte) error {
	if m.fail != nil {
		if err := m.fail(); err != nil {
			return err
		}
	}
	for k, v := range values {
		if v == nil {
			delete(m.values, k)
		} else {
			m.values[k] = bytes.Clone(v)
		}
	}
	return nil
}

// consumer is a sink that skips by mark, as the log store does.
type consumer struct {
	records []model.Record
	marks   map[string]uint64
	skipped int
	before  func([]model.Record) error // refuses before anything is stored
	after   func() error               // loses the answer to what was stored
}

func (c *consumer) Write(_ context.Context, records []model.Record) error {
	if c.before != nil {
		if err := c.before(records); err != nil {
			return err
		}
	}
	for _, r := range records {
		if r.Mark.Seq <= c.marks[r.Mark.Source] {
			c.skipped++
			continue
		}
		c.marks[r.Mark.Source] = r.Mark.Seq
		r.Msg = strings.Clone(r.Msg)
		r.Fields = slices.Clone(r.Fields)
		c.records = append(c.records, r)
	}
	if c.after != nil {
		return c.after()
	}
	return nil
}

// rig is a folder, an input over it that is driven step by step, and what it sends to.
type rig struct {
	*testing.T
	dir     string
	set     *Settings
	state   *memState
	sink    *consumer
	sources *input.Sources
	now     time.Time
	maxLine int
	tail    *tailer
}

func newRig(t *testing.T, patterns ...string) *rig {
	t.Helper()
	r := &rig{
		T: t, dir: t.TempDir(), set: defaults(), now: time.Now(), maxLine: 1 << 20,
		state: &memState{values: map[string][]byte{}}, sink: &consumer{marks: map[string]uint64{}}, sources: input.NewSources(),
	}
	r.set.Paths = nil
	for _, p := range patterns {
		r.set.Paths = append(r.set.Paths, filepath.Join(r.dir, p))
	}
	return r
}

// start begins anew with what the state holds; what was not stored is lost, as by kill -9.
func (r *rig) start() {
	r.Helper()
	if r.tail != nil {
		r.tail.open.closeAll()
	}
	sel, rules, err := r.set.compile("")
	if err != nil {
		r.Fatal(err)
	}
	r.tail = newTailer(r.set, sel, rules, "host-1", input.Env{
		Name: "files", Sink: r.sink, State: r.state, Sources: r.sources, MaxLine: r.maxLine,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return r.now },
	})
	r.Cleanup(r.tail.open.closeAll)
	if err := r.tail.load(r.Context()); err != nil {
		r.Fatal(err)
	}
}

// step runs n steps, each after the time that the one before asked for.
func (r *rig) step(n int) {
	r.Helper()
	if r.tail == nil {
		r.start()
	}
	for range n {
		r.now = r.now.Add(max(r.tail.step(r.Context()), time.Millisecond))
	}
}

// settle runs steps until everything that time decides is decided.
func (r *rig) settle() {
	r.Helper()
	for end := r.now.Add(20 * time.Second); r.now.Before(end); {
		r.step(1)
		r.tail.scanDue = true
	}
}

func (r *rig) path(name string) string { return filepath.Join(r.dir, name) }

func (r *rig) write(name, text string) {
	r.Helper()
	f, err := os.OpenFile(r.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		r.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		r.Fatal(err)
	}
	if err := f.Close(); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) rename(from, to string) {
	r.Helper()
	if err := os.Rename(r.path(from), r.path(to)); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) remove(name string) {
	r.Helper()
	if err := os.Remove(r.path(name)); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) copyTo(from, to string) {
	r.Helper()
	b, err := os.ReadFile(r.path(from))
	if err == nil {
		err = os.WriteFile(r.path(to), b, 0o644)
	}
	if err != nil {
		r.Fatal(err)
	}
}

func (r *rig) truncate(name string) {
	r.Helper()
	if err := os.Truncate(r.path(name), 0); err != nil {
		r.Fatal(err)
	}
}

// pack writes the gzip form of a file and removes the file.
func (r *rig) pack(from, to string) {
	r.Helper()
	b, err := os.ReadFile(r.path(from))
	if err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(r.path(to), zipped(b), 0o644); err != nil {
		r.Fatal(err)
	}
	r.remove(from)
}

func zipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(b) // a buffer takes everything
	_ = w.Close()
	return buf.Bytes()
}

func (r *rig) messages() []string {
	var out []string
	for _, rec := range r.sink.records {
		out = append(out, rec.Msg)
	}
	return out
}

func (r *rig) wantMessages(want ...string) {
	r.Helper()
	if diff := cmp.Diff(want, r.messages()); diff != "" {
		r.Fatalf("messages differ (-want +got):\n%s", diff)
	}
}

func (r *rig) rejected() map[string]int64 {
	out := map[string]int64{}
	for _, s := range r.sources.All(time.Now()) {
		for reason, n := range s.Rejected {
			out[reason] += n
		}
	}
	return out
}

func (r *rig) wantRejected(want map[string]int64) {
	r.Helper()
	if got := r.rejected(); !maps.Equal(got, want) {
		r.Fatalf("rejected: got %v, want %v", got, want)
	}
}

var errCrash = errors.New("crash")

// numbered returns lines "prefix 0001" ... that no two files share.
func numbered(prefix string, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(prefix)
		b.WriteByte(' ')
		b.WriteString(strings.Repeat("0", max(0, 5-len(strconv.Itoa(i)))) + strconv.Itoa(i))
		b.WriteByte('\n')
	}
	return b.String()
}

func linesOf(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }
