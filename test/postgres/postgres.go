// Package postgres runs a PostgreSQL server for tests: Debian's packages, a folder of its own, a free loopback port,
// stopped when the test ends.
package postgres

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Password of the user postgres; tests look for it where it must not be.
const Password = "hunter2-secret"

// Server is one running PostgreSQL.
type Server struct {
	bin, data string
	port      int
	runAs     *syscall.SysProcAttr
	cmd       *exec.Cmd
	ended     chan struct{}
	log       bytes.Buffer // written by the server alone, read when it has ended
}

// ErrMissing means that this machine lacks PostgreSQL.
var ErrMissing = errors.New("PostgreSQL is not installed (apt-get install postgresql); scripts/setup-debian does it on Debian as root")

// Start starts a server for a test. The test is skipped where PostgreSQL is not installed, and fails there with CI=true.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := Launch(t.Context())
	switch {
	case errors.Is(err, ErrMissing) && os.Getenv("CI") != "true":
		t.Skipf("SKIP: %v", err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	return s
}

// Launch makes a server and starts it; whoever does so removes it.
func Launch(ctx context.Context) (*Server, error) {
	s := &Server{bin: binaries()}
	if s.bin == "" {
		return nil, ErrMissing
	}
	root, err := os.MkdirTemp("", "haetae-postgres") // not a test's folder, which only its user may enter
	if err != nil {
		return nil, err
	}
	s.data = filepath.Join(root, "pg") // initdb makes it
	if err := s.launch(ctx, root); err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

func (s *Server) launch(ctx context.Context, root string) (err error) {
	password := filepath.Join(root, "password")
	if err := os.WriteFile(password, []byte(Password), 0o644); err != nil {
		return err
	}
	if os.Getuid() == 0 { // it refuses to run as root
		if s.runAs, err = asPostgres(root); err != nil {
			return err
		}
	}
	initdb := s.command("initdb", "-D", s.data, "-U", "postgres", "--auth=scram-sha-256", "--pwfile="+password,
		"--encoding=UTF8", "--locale-provider=icu", "--icu-locale=ko-KR", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		return err
	}
	return s.run(ctx)
}

// Remove stops the server and removes its data.
func (s *Server) Remove() {
	s.Stop()
	_ = os.RemoveAll(filepath.Dir(s.data)) // the next start of the machine clears it too
}

// binaries returns the folder of the newest PostgreSQL, "" when there is none.
func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }))
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // 0 for what is no number
	return n
}

func asPostgres(dir string) (*syscall.SysProcAttr, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.Atoi(u.Uid)
	gid, gidErr := strconv.Atoi(u.Gid)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, fmt.Errorf("the user postgres is %s:%s: %w", u.Uid, u.Gid, err)
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = filepath.Dir(s.data), s.runAs
	return cmd
}

// Run starts the server (again), on the same port, and waits until it answers.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) run(ctx context.Context) error {
	s.cmd = s.command("postgres", "-D", s.data, "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200")
	s.log.Reset()
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		return err
	}
	s.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait() // how it ended is in its log
		close(ended)
	}(s.cmd, s.ended)
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for deadline := time.Now().Add(30 * time.Second); ; {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("PostgreSQL ended:\n%s", s.log.String())
		case <-time.After(20 * time.Millisecond): // asking a server of its own process
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// Stop ends the server and all connections to it; nothing happens when none runs.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGINT) // it may have ended by itself
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		_ = s.cmd.Process.Signal(syscall.SIGQUIT) // as above
		<-s.ended
	}
	s.cmd = nil
}

// DSN of a database, with the password in it.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/%s?sslmode=disable", Password, s.port, database)
}

// Database makes an empty database and returns its DSN.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := "t" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.DSN(name)
}
