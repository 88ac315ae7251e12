// Package meta is the metadata store on SQLite: where each partition's consumer stands, which segments exist,
// and the positions of inputs. It implements store.Meta.
//
// The statements keep to what PostgreSQL understands too; only opening and the migrations are SQLite's.
package meta

import (
	"context"
	"database/sql"
	"embed"
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

//go:embed migrations/*.sql
var migrations embed.FS

// readConnections bounds the reads under way at a time.
const readConnections = 4

// Meta is an open metadata store. It is safe for concurrent use.
type Meta struct {
	write *sql.DB // one connection: SQLite has one writer, and waiting in Go is fair
	read  *sql.DB
	log   *slog.Logger
}

var _ store.Meta = (*Meta)(nil)

// Open opens the database file at path, or creates it, and brings its tables up to date.
func Open(ctx context.Context, path string, log *slog.Logger) (*Meta, error) {
	m := &Meta{log: log.With("component", "meta")}
	if err := m.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the metadata in %q: %w", path, err), m.Close())
	}
	return m, nil
}

func (m *Meta) open(ctx context.Context, path string) error {
	// A commit must survive a power loss: FULL syncs the log of SQLite at each one. IMMEDIATE takes the write
	// lock when a transaction begins, so that none fails half way because it cannot get it.
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	var err error
	if m.write, err = sql.Open("sqlite", dataSource(path, pragmas+"&_txlock=immediate")); err != nil {
		return err
	}
	m.write.SetMaxOpenConns(1)
	if err := m.migrate(ctx); err != nil {
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

func (m *Meta) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, m.write, files,
		goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return full(err)
	}
	if have > want {
		return fmt.Errorf("its version %d is of a newer Haetae; this one knows %d", have, want)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return full(err)
	}
	for _, r := range done {
		m.log.Info("migrated the metadata", "migration", filepath.Base(r.Source.Path), "duration", r.Duration)
	}
	return nil
}

// Close releases the database.
func (m *Meta) Close() error {
	var err error
	for _, db := range []*sql.DB{m.read, m.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// inTx runs f in one durable transaction; what names the transaction in errors.
func (m *Meta) inTx(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	tx, err := m.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cannot %s: %w", what, full(err))
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the error of f says what matters
		return fmt.Errorf("cannot %s: %w", what, full(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("cannot %s: %w", what, full(err))
	}
	return nil
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
