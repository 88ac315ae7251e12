package meta

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/metatest"
	"github.com/haetae/haetae/test/postgres"
)

// One server is enough for all: each test has a database of its own.
func TestPostgres(t *testing.T) {
	server := postgres.Start(t)
	t.Run("Conformance", func(t *testing.T) {
		metatest.Run(t, func(t *testing.T) metatest.Store { return openedPostgres(t, server.Database(t)) })
	})
	for _, c := range []struct {
		name string
		test func(t *testing.T, server *postgres.Server)
	}{
		{"SameTables", testSameTables},
		{"OpensAtOnce", testOpensAtOnce},
		{"OwnersOfEarlierVersions", testOwnersOfEarlierVersions},
		{"OpenSaysWhatIsWrong", testOpenSaysWhatIsWrong},
		{"CommitsAreDurable", testCommitsAreDurable},
		{"StandingStill", testStandingStill},
		{"CommitUnderWay", testCommitUnderWay},
		{"ComesBack", testComesBack},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, server) })
	}
}

func openPostgres(t *testing.T, dsn string) *Meta {
	t.Helper()
	m, err := OpenPostgres(t.Context(), dsn, discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func openedPostgres(t *testing.T, dsn string) metatest.Store {
	t.Helper()
	m := openPostgres(t, dsn)
	return metatest.Store{
		Meta: m, Made: m, Deletions: m, Shared: m, EventLog: m, AccessStore: m, Audit: m,
		State:  func(namespace string) metatest.State { return m.State(namespace) },
		Second: func(t *testing.T) metatest.Store { return openedPostgres(t, dsn) },
		Reopen: func(t *testing.T) metatest.Store {
			t.Helper()
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
			return openedPostgres(t, dsn)
		},
	}
}

// A table or column that only one of them has is a statement that fails on the other.
func testSameTables(t *testing.T, server *postgres.Server) {
	file, err := Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), discard)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	shared := openPostgres(t, server.Database(t))
	names := func(m *Meta, query string) (out []string) {
		t.Helper()
		rows, err := m.read.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			out = append(out, name)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	onFile := names(file, `SELECT t.name || '.' || c.name || CASE WHEN c."notnull" THEN ' NOT NULL' ELSE '' END
		FROM sqlite_master t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT IN ('migration', 'sqlite_sequence') ORDER BY 1`)
	onServer := names(shared, `SELECT (table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END) COLLATE "C"
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration' ORDER BY 1`)
	if diff := cmp.Diff(onFile, onServer); diff != "" || len(onFile) < 50 {
		t.Errorf("%d columns, SQLite's (-) and PostgreSQL's (+):\n%s", len(onFile), diff)
	}
	version := `SELECT CAST(MAX(version_id) AS TEXT) FROM migration`
	if diff := cmp.Diff(names(file, version), names(shared, version)); diff != "" {
		t.Errorf("the last migrations have other numbers:\n%s", diff)
	}
}

// Processes that start at once must not both make the tables.
func testOpensAtOnce(t *testing.T, server *postgres.Server) {
	dsn := server.Database(t)
	ids := make(chan string, 6)
	for range cap(ids) {
		go func() {
			m, err := OpenPostgres(t.Context(), dsn, discard)
			if err != nil {
				ids <- err.Error()
				return
			}
			ids <- m.ID()
			_ = m.Close() // nothing was written
		}()
	}
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first || strings.Contains(id, " ") {
			t.Errorf("one has %q, another %q", first, id)
		}
	}
}

// Whoever cannot start has to know where to look; the password is nobody's business.
func testOpenSaysWhatIsWrong(t *testing.T, server *postgres.Server) {
	good := server.Database(t)
	where := good[strings.Index(good, "127.0.0.1"):strings.Index(good, "?")]
	address, _, _ := strings.Cut(where, "/")
	for name, c := range map[string]struct {
		dsn  string
		want []string
	}{
		"empty":       {"", []string{"is empty", "postgres://"}},
		"no address":  {"postgres://postgres:" + postgres.Password + "@127.0.0.1:port/x", []string{"cannot be understood", "postgres://"}},
		"words":       {"password=" + postgres.Password + " host='127.0.0.1", []string{"cannot be understood"}},
		"no server":   {strings.Replace(good, address, "127.0.0.1:1", 1), []string{"127.0.0.1:1/", "check that it runs"}},
		"password":    {strings.Replace(good, postgres.Password, "wrong-"+postgres.Password, 1), []string{where, "check the user and the password"}},
		"no password": {strings.Replace(good, ":"+postgres.Password, "", 1), []string{where, "has no password"}},
		"no TLS":      {strings.Replace(good, "sslmode=disable", "sslmode=require", 1), []string{where, "does not speak TLS", "sslmode=disable"}},
		"no database": {server.DSN("nowhere"), []string{address + "/nowhere", "createdb"}},
		"newer":       {newerDatabase(t, server.Database(t)), []string{"newer Haetae"}},
		"no right":    {withoutRights(t, server, good), []string{where, "grant it CREATE"}},
	} {
		_, err := OpenPostgres(t.Context(), c.dsn, discard)
		if err == nil {
			t.Errorf("%s: it was opened", name)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", name, err, part)
			}
		}
		if strings.Contains(err.Error(), postgres.Password) {
			t.Errorf("%s: the password is in %q", name, err)
		}
	}
}

func newerDatabase(t *testing.T, dsn string) string {
	t.Helper()
	m := openPostgres(t, dsn)
	if _, err := m.write.ExecContext(t.Context(), `INSERT INTO migration (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// withoutRights is a user who may connect and no more, as PostgreSQL makes them since 15.
func withoutRights(t *testing.T, server *postgres.Server, dsn string) string {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `CREATE ROLE guest LOGIN PASSWORD '`+postgres.Password+`'`); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(dsn, "postgres:"+postgres.Password, "guest:"+postgres.Password, 1)
}

// What a role has set must not make commits that a crash of the database takes back.
func testCommitsAreDurable(t *testing.T, server *postgres.Server) {
	dsn := server.Database(t)
	m := openPostgres(t, dsn+"&synchronous_commit=off")
	var got string
	if err := m.write.QueryRowContext(t.Context(), `SHOW synchronous_commit`).Scan(&got); err != nil || got != "on" {
		t.Errorf("synchronous_commit is %q, %v", got, err)
	}
}

// A process that stands still in a transaction must not keep the next owner from its partition.
func testStandingStill(t *testing.T, server *postgres.Server) {
	dsn := server.Database(t)
	m := openPostgres(t, dsn+"&idle_in_transaction_session_timeout=100ms")
	if _, _, err := m.Load(t.Context(), "q", 0, 1); err != nil {
		t.Fatal(err)
	}
	tx, err := m.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // the server has ended it
	if _, err := tx.ExecContext(t.Context(), `UPDATE queue_partition SET next_offset = 9`); err != nil {
		t.Fatal(err)
	}
	pos, _, err := openPostgres(t, dsn).Load(t.Context(), "q", 0, 2)
	if err != nil || pos.Offset != 0 {
		t.Fatalf("the next owner: %+v, %v", pos, err)
	}
	if err := tx.Commit(); err == nil {
		t.Error("the one that stood still has committed")
	}
}

// A commit whose process was killed may happen after the next one has started: that must not find its file unknown, and
// remove it.
func testCommitUnderWay(t *testing.T, server *postgres.Server) {
	dsn := server.Database(t)
	m := openPostgres(t, dsn)
	tx, err := m.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := addSegments(t.Context(), tx, []store.Segment{{ID: "late"}}); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		list []store.Segment
		err  error
	}
	next := openPostgres(t, dsn)
	listed := make(chan answer, 1)
	go func() {
		list, err := next.Segments(t.Context())
		listed <- answer{list, err}
	}()
	for waiting := 0; waiting == 0; { // it ends with the test's own bound
		if err := m.read.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_locks WHERE NOT granted`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if len(listed) > 0 {
			t.Fatal("it did not wait for the commit")
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := <-listed; got.err != nil || len(got.list) != 1 {
		t.Errorf("listed %v, %v", got.list, got.err)
	}
}

// While the database is away calls fail, and go on by themselves when it is back.
func testComesBack(t *testing.T, server *postgres.Server) {
	m := openPostgres(t, server.Database(t))
	pos, _, err := m.Load(t.Context(), "q", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
	short, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	c := store.Checkpoint{From: pos, To: 5, Add: []store.Segment{{ID: "a"}}}
	if err := m.Commit(short, c); err == nil || errors.Is(err, store.ErrConflict) || strings.Contains(err.Error(), postgres.Password) {
		t.Errorf("commit without a database: %v", err)
	}
	if m.Ping(short) == nil {
		t.Error("it answers although it was stopped")
	}
	server.Run(t)
	if err := m.Commit(t.Context(), c); err != nil {
		t.Errorf("commit when it is back: %v", err)
	}
}
