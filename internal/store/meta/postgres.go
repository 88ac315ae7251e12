package meta

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/store"
)

// onPostgres is for several processes that share one state.
var onPostgres = dialect{
	folder: "migrations/postgres",
	goose:  goose.DialectPostgres,
	now:    `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`,
	bytes:  func(s string) any { return []byte(s) },
	fault:  postgresFault,
	settle: `LOCK TABLE segment IN SHARE MODE`,
	again: func(err error) bool {
		switch sqlState(err) {
		case serializationFailure, deadlockDetected:
			return true
		}
		return false
	},
}

// SQLSTATEs, PostgreSQL's documentation, appendix A.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	diskFull             = "53100"
	noPrivilege          = "42501"
	noDatabase           = "3D000"
	wrongPassword        = "28P01"
	notAllowed           = "28000"
)

const (
	postgresConnections = 12
	// connectWithin and answerWithin bound how long a machine that does not answer is waited for.
	connectWithin = 10 * time.Second
	answerWithin  = 20 * time.Second
	// migrationLock is the advisory lock under which one process at a time migrates.
	migrationLock = 0x68616574 // "haet"
)

// OpenPostgres opens a PostgreSQL database, which several processes may do at a time, and brings its tables up to date.
// Errors say where it is, and never the password.
func OpenPostgres(ctx context.Context, dsn string, log *slog.Logger) (*Meta, error) {
	config, err := parseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("the address of PostgreSQL %w", err)
	}
	bound(config)
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(keepCommits))
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	m := &Meta{dialect: onPostgres, write: db, read: db, log: log.With("component", "meta")}
	if err := m.openPostgres(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the metadata in PostgreSQL at %s: %w", whereOf(config), advised(err, config.Password == "")), m.Close())
	}
	return m, nil
}

// bound keeps a machine that does not answer, and a process that stands still in a transaction, from holding up others.
func bound(c *pgx.ConnConfig) {
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectWithin
	}
	dialer := net.Dialer{
		Timeout: c.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 2},
		Control: func(_, _ string, raw syscall.RawConn) (err error) {
			set := raw.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(answerWithin.Milliseconds()))
			})
			return errors.Join(set, err)
		},
	}
	c.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if network == "unix" {
			return (&net.Dialer{Timeout: c.ConnectTimeout}).DialContext(ctx, network, addr)
		}
		return dialer.DialContext(ctx, network, addr)
	}
	if c.ValidateConnect == nil { // a standby cannot be written to
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	for name, value := range map[string]string{
		"application_name":                    "haetae",
		"idle_in_transaction_session_timeout": answerWithin.String(),
		"lock_timeout":                        answerWithin.String(),
	} {
		if _, set := c.RuntimeParams[name]; !set {
			c.RuntimeParams[name] = value
		}
	}
}

// keepCommits makes commits durable where a role or database has them answered before they are on disk.
func keepCommits(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// openPostgres prepares the tables while no other process does.
func (m *Meta) openPostgres(ctx context.Context) (err error) {
	conn, err := m.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SET lock_timeout = 0`); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	defer func() { // a connection that is given back keeps its session
		_, unlock := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, migrationLock)
		_, reset := conn.ExecContext(ctx, `RESET lock_timeout`)
		err = errors.Join(err, unlock, reset)
	}()
	return m.prepare(ctx)
}

func sqlState(err error) string {
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// postgresFault says store.ErrFull for a full disk.
func postgresFault(err error) error {
	if sqlState(err) == diskFull {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return err
}

// advised adds what to do about what keeps a server from starting. noPassword says that the address has none.
func advised(err error, noPassword bool) error {
	var (
		hint      string
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		state     = sqlState(err)
		text      = err.Error() // these have no types
	)
	switch {
	case strings.Contains(text, "server refused TLS connection"):
		hint = "the server does not speak TLS: turn on ssl there, or set sslmode=disable in store.meta.dsn where the network on the way is safe"
	case errors.As(err, &authority):
		hint = "set sslrootcert in store.meta.dsn to the file of the authority that has signed the server's certificate"
	case errors.As(err, &name):
		hint = "the host of store.meta.dsn wants a name that the server's certificate has"
	case state == notAllowed && strings.Contains(text, "no encryption"):
		hint = "pg_hba.conf of the server lets nobody in from here without TLS, or not this user: set sslmode=require or verify-full in store.meta.dsn, or add a line there"
	case state == wrongPassword && noPassword:
		hint = "store.meta.dsn has no password: write it as postgres://USER:PASSWORD@HOST:5432/DATABASE"
	case state == wrongPassword || state == notAllowed:
		hint = "check the user and the password of store.meta.dsn, and pg_hba.conf of the server"
	case state == noDatabase:
		hint = "make it with createdb, or name another one in store.meta.dsn"
	case state == noPrivilege:
		hint = "make the user the owner of the database, or grant it CREATE on the schema"
	default:
		if e := (*pgconn.ConnectError)(nil); !errors.As(err, &e) {
			return err
		}
		hint = "check that it runs and that host and port of store.meta.dsn are right"
	}
	return fmt.Errorf("%w; %s", oneLine{err}, hint)
}

// oneLine is an error whose lines are said one behind the other, each once: a connection is tried in several ways, which
// fail alike.
type oneLine struct{ error }

func (e oneLine) Unwrap() error { return e.error }

func (e oneLine) Error() string {
	var parts []string
	for line := range strings.Lines(e.error.Error()) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(parts, line) {
			parts = append(parts, line)
		}
	}
	text := strings.Join(parts, "; ")
	return strings.ReplaceAll(text, ":; ", ": ") // the first line says what the others are about
}
