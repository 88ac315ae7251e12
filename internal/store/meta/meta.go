// Package meta is the metadata store on SQLite or PostgreSQL: where each partition's consumer stands, which segments
// exist, what people made, the positions of inputs, and which processes share all that. It implements store.Meta.
//
// Both databases run the same statements; what differs is in sqlite.go, postgres.go and the migrations.
package meta

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/haetae/haetae/internal/store"
)

//go:embed migrations
var migrations embed.FS

// Meta is an open metadata store. It is safe for concurrent use.
type Meta struct {
	dialect
	write *sql.DB
	read  *sql.DB
	id    string
	log   *slog.Logger
}

var _ store.Meta = (*Meta)(nil)

// dialect is how the databases differ.
type dialect struct {
	folder string // of the migrations
	goose  goose.Dialect
	now    string                // expression: the database's clock as it is when a row is looked at, ms since the epoch
	bytes  func(s string) any    // a parameter for a column that holds any bytes
	fault  func(err error) error // words an error, and finds store.ErrFull in it
	again  func(err error) bool  // the transaction certainly did not happen, and may do so if it is run again
	settle string                // statement that waits for transactions under way that write segments; "" when none can be
}

// ID names this metadata store for ever, wherever it is moved to.
func (m *Meta) ID() string { return m.id }

// prepare brings the tables up to date and reads the id. It uses the connections for writes.
func (m *Meta) prepare(ctx context.Context) error {
	if err := m.migrate(ctx); err != nil {
		return err
	}
	_, err := m.write.ExecContext(ctx, `INSERT INTO identity (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, rand.Text())
	if err != nil {
		return m.fault(err)
	}
	return m.write.QueryRowContext(ctx, `SELECT id FROM identity WHERE one = 1`).Scan(&m.id)
}

func (m *Meta) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, m.folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(m.goose, m.write, files,
		goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return m.fault(err)
	}
	if have > want {
		return fmt.Errorf("its version %d is of a newer Haetae; this one knows %d", have, want)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return m.fault(err)
	}
	for _, r := range done {
		m.log.Info("migrated the metadata", "migration", filepath.Base(r.Source.Path), "duration", r.Duration)
	}
	return nil
}

// Ping asks the database whether it answers.
func (m *Meta) Ping(ctx context.Context) error {
	if err := m.read.PingContext(ctx); err != nil {
		return oneLine{err}
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

// inTx runs f in one durable transaction; what names the transaction in errors. Transactions of other processes may
// change rows between its statements: f decides by what a statement that writes has found, never by an earlier read.
// f may be run again and begins anew then.
func (m *Meta) inTx(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return m.transact(ctx, sql.LevelReadCommitted, what, f)
}

// inSerialTx is inTx for an f that reads first and then decides: it is as if it ran alone.
func (m *Meta) inSerialTx(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return m.transact(ctx, sql.LevelSerializable, what, f)
}

// How often a transaction is run that others of other processes got in the way of, and the pause before the second run.
const (
	transactions = 8
	firstPause   = 2 * time.Millisecond
)

func (m *Meta) transact(ctx context.Context, level sql.IsolationLevel, what string, f func(tx *sql.Tx) error) error {
	for n, pause := 1, firstPause; ; n, pause = n+1, 2*pause {
		err := m.once(ctx, level, f)
		if err == nil {
			return nil
		}
		if n == transactions || !m.again(err) {
			return fmt.Errorf("cannot %s: %w", what, m.fault(err))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot %s: %w", what, ctx.Err())
		case <-time.After(pause + mathrand.N(pause)):
		}
	}
}

func (m *Meta) once(ctx context.Context, level sql.IsolationLevel, f func(tx *sql.Tx) error) error {
	tx, err := m.write.BeginTx(ctx, &sql.TxOptions{Isolation: level})
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the error of f says what matters
		return err
	}
	return tx.Commit()
}
