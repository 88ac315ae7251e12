package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // also registers the driver
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/vfs"
)

// readConnections bounds the reads under way at a time.
const readConnections = 4

// onSQLite is the default: one file, opened by one process.
var onSQLite = dialect{
	folder: "migrations/sqlite",
	goose:  goose.DialectSQLite3,
	now:    `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
	bytes:  func(s string) any { return s },
	fault:  full,
	again:  func(error) bool { return false }, // one writer, which waits for the lock before it begins
}

// Open opens the SQLite database file at path, or creates it, and brings its tables up to date.
func Open(ctx context.Context, path string, log *slog.Logger) (*Meta, error) {
	m := &Meta{dialect: onSQLite, log: log.With("component", "meta")}
	if err := m.openFile(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the metadata in %q: %w", path, err), m.Close())
	}
	return m, nil
}

func (m *Meta) openFile(ctx context.Context, path string) error {
	// A commit must survive a power loss: FULL syncs the log of SQLite at each one. IMMEDIATE takes the write
	// lock when a transaction begins, so that none fails half way because it cannot get it.
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	// SQLite's other files get the mode and owner of this one.
	f, err := vfs.OS.Create(path)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if m.write, err = sql.Open("sqlite", dataSource(path, pragmas+"&_txlock=immediate")); err != nil {
		return err
	}
	m.write.SetMaxOpenConns(1) // SQLite has one writer, and waiting in Go is fair
	if err := m.prepare(ctx); err != nil {
		return err
	}
	if err := vfs.OS.SyncDir(filepath.Dir(path)); err != nil {
		return err
	}
	if m.read, err = sql.Open("sqlite", dataSource(path, pragmas+"&_pragma=query_only(1)")); err != nil {
		return err
	}
	m.read.SetMaxOpenConns(readConnections)
	return m.read.PingContext(ctx)
}

func dataSource(path, parameters string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + parameters
}

// full says store.ErrFull for SQLite's words for a full disk.
func full(err error) error {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		switch e.Code() {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE:
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	}
	return err
}
