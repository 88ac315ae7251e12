package logs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/logmix"
	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// memMeta keeps metadata in memory, durable at once, with the guards that store.Meta asks for.
type memMeta struct {
	mu        sync.Mutex
	positions map[int]store.Position
	marks     map[int]map[string]uint64
	segments  map[string]store.Segment
	deleted   map[string]store.Removed // by deletion, of all datasets
	// fail, when set, is asked before a transaction; apply says that it happens although the error is returned.
	fail func(op string) (err error, apply bool)
}

func newMemMeta() *memMeta {
	return &memMeta{
		positions: map[int]store.Position{}, marks: map[int]map[string]uint64{}, segments: map[string]store.Segment{},
		deleted: map[string]store.Removed{},
	}
}

func (m *memMeta) ask(op string) (error, bool) {
	if m.fail == nil {
		return nil, true
	}
	err, apply := m.fail(op)
	return err, err == nil || apply
}

func (m *memMeta) Load(_ context.Context, queue string, partition int, epoch int64) (store.Position, map[string]uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.positions[partition]
	if p.Epoch > epoch {
		return p, nil, store.ErrConflict
	}
	p.Queue, p.Partition, p.Epoch = queue, partition, epoch
	m.positions[partition] = p
	return p, maps.Clone(m.marks[partition]), nil
}

func (m *memMeta) Commit(ctx context.Context, c store.Checkpoint) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.positions[c.From.Partition] != c.From {
		return store.ErrConflict
	}
	err, apply := m.ask("commit")
	if !apply {
		return err
	}
	p := c.From
	p.Offset = c.To
	m.positions[p.Partition] = p
	if m.marks[p.Partition] == nil {
		m.marks[p.Partition] = map[string]uint64{}
	}
	maps.Copy(m.marks[p.Partition], c.Marks)
	for _, seg := range c.Add {
		m.segments[seg.ID] = seg
	}
	for _, d := range c.Deleted {
		m.count(d)
	}
	return err
}

func (m *memMeta) Swap(_ context.Context, swap store.Swap) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range swap.Remove {
		if _, ok := m.segments[id]; !ok {
			return store.ErrConflict
		}
	}
	err, apply := m.ask("swap")
	if !apply {
		return err
	}
	for _, id := range swap.Remove {
		delete(m.segments, id)
	}
	for _, seg := range swap.Add {
		m.segments[seg.ID] = seg
	}
	m.count(swap.Deleted)
	return err
}

func (m *memMeta) count(d store.Deleted) {
	if d.Deletion == "" {
		return
	}
	sum := m.deleted[d.Deletion]
	sum.Rows, sum.RawBytes, sum.DiskBytes = sum.Rows+d.Removed.Rows, sum.RawBytes+d.Removed.RawBytes, sum.DiskBytes+d.Removed.DiskBytes
	m.deleted[d.Deletion] = sum
}

func (m *memMeta) Segments(context.Context) ([]store.Segment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err, _ := m.ask("segments"); err != nil {
		return nil, err
	}
	return slices.Collect(maps.Values(m.segments)), nil
}

const queueID = "5f0c21d7"

// fixture is a store over a file system in memory.
type fixture struct {
	*Store
	fs   *vfstest.FS
	meta *memMeta
	now  time.Time
	// jumped is by how much the clock was set since the start: of the time that f.now has moved on it did not pass.
	jumped time.Duration
}

func newFixture(t testing.TB, change func(*Options)) *fixture {
	t.Helper()
	f := &fixture{fs: vfstest.New(1), meta: newMemMeta(), now: time.Unix(0, logmix.Start).Add(time.Hour)}
	f.open(t, f.fs, change)
	return f
}

func (f *fixture) open(t testing.TB, fs vfs.FS, change func(*Options)) {
	t.Helper()
	opts := Options{
		Dir: "/data/logs", FS: fs, Meta: f.meta, Queue: queueID, Memory: 64 << 20, Cache: 1 << 20,
		Views: testViews, Now: func() time.Time { return f.now },
		Passed: func() time.Duration { return f.now.Sub(time.Unix(0, logmix.Start)) - f.jumped },
	}
	if change != nil {
		change(&opts)
	}
	s, err := Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	f.Store = s
	t.Cleanup(func() { _ = s.Close() })
}

func (f *fixture) writer(t testing.TB, partition int, epoch int64) *Writer {
	t.Helper()
	w, err := f.Writer(t.Context(), partition, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func checkpoint(t testing.TB, w *Writer) {
	t.Helper()
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// pairs reads name=value views of lines of format pairs@1.
type pairs struct{}

func (pairs) ViewNames() []string { return nil }
func (pairs) Open() bool          { return true }
func (pairs) Views(line string, dst []model.Field) []model.Field {
	for word := range strings.FieldsSeq(line) {
		if name, value, ok := strings.Cut(word, "="); ok {
			dst = append(dst, model.Field{Name: name, Value: value})
		}
	}
	return dst
}

func testViews(format string) ViewParser {
	if format == "pairs@1" {
		return pairs{}
	}
	return formatViews(format)
}

func filter(t testing.TB, query string) logsql.Filter {
	t.Helper()
	q, err := logsql.Parse(query, logsql.Options{Now: logmix.Start})
	if err != nil {
		t.Fatalf("query %s: %v", query, err)
	}
	return q.Filter
}

// rowsOf runs a search and returns each row as its JSON object.
func rowsOf(t testing.TB, s *Store, req Search) []string {
	t.Helper()
	rows, stats, err := search(t.Context(), s, req)
	if err != nil {
		t.Fatal(err)
	}
	if len(stats.Damaged) > 0 {
		t.Fatalf("damaged: %v", stats.Damaged)
	}
	return rows
}

func search(ctx context.Context, s *Store, req Search) ([]string, Stats, error) {
	req.Scope = model.Everything
	var mu sync.Mutex
	var rows []string
	stats, err := s.Search(ctx, req, func(_ int, b *logsql.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.N {
			rows = append(rows, string(b.AppendJSON(nil, i)))
		}
		return nil
	})
	return rows, stats, err
}

// count counts the rows that match.
func count(t testing.TB, s *Store, req Search) int {
	t.Helper()
	req.Scope = model.Everything
	var mu sync.Mutex
	n := 0
	stats, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		n += b.N
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if int64(n) != stats.RowsMatched {
		t.Fatalf("%d rows came, the statistics say %d", n, stats.RowsMatched)
	}
	return n
}

var errInjected = errors.New("injected")

// plainRecord makes a plain record of one stream.
func plainRecord(i int, msg string) *model.Record {
	return &model.Record{
		Dataset: model.DatasetLogs, Time: logmix.Start + int64(i)*1e9, Observed: logmix.Start + int64(i)*1e9, Msg: msg,
		Stream: []model.Field{{Name: "host.name", Value: fmt.Sprintf("h%d", i%3)}}, Input: "syslog", Peer: "192.0.2.1",
	}
}

// idOf is the record id of a row of partition 0.
func idOf(offset int64) string { return fmt.Sprintf("%s-logs-0-%d", queueID, offset) }
