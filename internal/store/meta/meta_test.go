package meta

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/metatest"
	"github.com/haetae/haetae/test/postgres"
)

var discard = slog.New(slog.DiscardHandler)

func TestConformance(t *testing.T) {
	metatest.Run(t, func(t *testing.T) metatest.Store {
		// Characters that mean something in a URI must not choose another file.
		return opened(t, filepath.Join(t.TempDir(), "meta %41?#.db"))
	})
}

func opened(t *testing.T, path string) metatest.Store {
	t.Helper()
	m, err := Open(t.Context(), path, discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	if matches, err := filepath.Glob(strings.ReplaceAll(path, "?", "[?]")); err != nil || len(matches) != 1 {
		t.Fatalf("the database is not at its path: %q, %v", matches, err)
	}
	return metatest.Store{
		Meta:      m,
		Made:      m,
		Deletions: m,
		Shared:    m, EventLog: m, AccessStore: m, Audit: m,
		Second: func(t *testing.T) metatest.Store { return opened(t, path) },
		State:  func(namespace string) metatest.State { return m.State(namespace) },
		Reopen: func(t *testing.T) metatest.Store {
			t.Helper()
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
			return opened(t, path)
		},
	}
}

// Small queries are bounded by their number.
func TestSavedQueriesAreCounted(t *testing.T) {
	m, err := Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	kim := model.Principal{ID: "1", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer, Scope: model.Everything}
	if _, err := m.AddSavedQuery(t.Context(), kim, model.SavedQueryText{Name: "first", Query: "*"}); err != nil {
		t.Fatal(err)
	}
	_, err = m.write.ExecContext(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO saved_query (`+savedColumns+`, owner_id)
		SELECT 'id' || i, folder, 'n' || i, description, query, range_from, range_to, view, cols, owner, created, updated, revision, owner_id
		FROM saved_query, n`, model.MaxSavedQueries-2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AddSavedQuery(t.Context(), kim, model.SavedQueryText{Name: "last", Query: "*"}); err != nil {
		t.Errorf("the last one: %v", err)
	}
	if _, err := m.AddSavedQuery(t.Context(), kim, model.SavedQueryText{Name: "one more", Query: "*"}); !errors.Is(err, model.ErrSavedFull) {
		t.Errorf("one more: %v", err)
	}
}

// A commit that is not synced is lost with the power.
func TestCommitsAreSynced(t *testing.T) {
	m, err := Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		var got string
		if err := m.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
		}
	}
}

// An older binary must leave the data of a newer one alone.
func TestNewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	m, err := Open(t.Context(), path, discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.write.ExecContext(t.Context(), `INSERT INTO migration (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, discard); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Fatalf("got %v", err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "no", "meta.db"), discard); err == nil {
		t.Fatal("opened a database in a folder that is not there")
	}
}

func BenchmarkSQLite(b *testing.B) {
	m, err := Open(b.Context(), filepath.Join(b.TempDir(), "meta.db"), discard)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	benchmark(b, m)
}

func BenchmarkPostgres(b *testing.B) {
	m, err := OpenPostgres(b.Context(), postgres.Start(b).Database(b), discard)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	benchmark(b, m)
}

func benchmark(b *testing.B, m *Meta) {
	b.Run("Put", func(b *testing.B) { benchmarkPut(b, m) })
	b.Run("Commit", func(b *testing.B) { benchmarkCommit(b, m) })
}

func benchmarkPut(b *testing.B, m *Meta) {
	values := map[string][]byte{}
	for i := range 5000 {
		values[fmt.Sprintf("/var/log/pods/some/file/%d.log", i)] = []byte(`{"inode":1234567,"position":1234567}`)
	}
	for b.Loop() {
		if err := m.State("files").Put(b.Context(), values); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(values))/b.Elapsed().Seconds(), "keys/s")
}

func benchmarkCommit(b *testing.B, m *Meta) {
	pos, _, err := m.Load(b.Context(), "q", 0, 1)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		id := fmt.Sprint("segment-", pos.Offset)
		c := store.Checkpoint{From: pos, To: pos.Offset + 1, Add: []store.Segment{{ID: id}}, Marks: map[string]uint64{"f": 1}}
		if err := m.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		pos.Offset++
	}
}

// A full disk must be told apart from a broken one: the store waits for room and goes on.
func TestFullDisk(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "meta.db"))
	m := s.Meta.(*Meta)
	pos, _, err := m.Load(t.Context(), "q", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	bound := func(pages int) {
		t.Helper()
		if _, err := m.write.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	c := store.Checkpoint{From: pos, To: 1, Marks: map[string]uint64{}}
	for i := range 5000 {
		c.Marks[fmt.Sprintf("source %d", i)] = 1
	}
	bound(1) // SQLite makes it the present size
	if err := m.Commit(t.Context(), c); !errors.Is(err, store.ErrFull) {
		t.Fatalf("commit on a full disk: %v", err)
	}
	again, marks, err := m.Load(t.Context(), "q", 0, 1)
	if err != nil || again != pos || len(marks) != 0 {
		t.Fatalf("after the failed commit: %+v, %d marks, %v", again, len(marks), err)
	}
	bound(1 << 20)
	if err := m.Commit(t.Context(), c); err != nil {
		t.Fatalf("commit when there is room again: %v", err)
	}
}

// What is older than events are kept must not come again with each start, only to be forgotten within the hour.
func TestOldLossIsNotTold(t *testing.T) {
	m, err := Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Join(t.Context(), store.Member{ID: "b", Address: "10.0.0.1:7700"}); err != nil {
		t.Fatal(err)
	}
	for ago, want := range map[time.Duration]int{forgetEvents + time.Hour: 0, time.Hour: 1} {
		if _, err := m.write.ExecContext(t.Context(), `UPDATE member SET seen = $1`, time.Now().Add(-ago).UnixMilli()); err != nil {
			t.Fatal(err)
		}
		if _, err := m.write.ExecContext(t.Context(), `DELETE FROM pipeline_event`); err != nil {
			t.Fatal(err)
		}
		if err := m.NoteGone(t.Context(), "b", time.Minute, time.Minute); err != nil {
			t.Fatal(err)
		}
		if list, err := m.Events(t.Context()); err != nil || len(list) != want {
			t.Errorf("heard %s ago: %v, %v", ago, list, err)
		}
	}
}
