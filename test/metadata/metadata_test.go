// Package metadata runs the real binary with its metadata in PostgreSQL: what it says when that is not there, and that it
// never says the password.
package metadata

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/postgres"
	"github.com/haetae/haetae/test/server"
)

func TestPostgres(t *testing.T) {
	db := postgres.Start(t)
	for _, c := range []struct {
		name string
		test func(t *testing.T, db *postgres.Server)
	}{
		{"Restart", testRestart},
		{"OtherMetadata", testOtherMetadata},
		{"OtherFolder", testOtherFolder},
		{"Password", testPassword},
		{"BackupSaysWhatToDo", testBackupSaysWhatToDo},
		{"ComesBack", testComesBack},
		{"StartWithout", testStartWithout},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, db) })
	}
}

func on(dsn string) []string { return []string{"store.meta.type=postgres", "store.meta.dsn=" + dsn} }

func get(t *testing.T, s *server.Server, path string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(s.URL(path))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// waitReady waits until /readyz has a status and says a text, and returns all that it says.
func waitReady(t *testing.T, s *server.Server, want int, text string) string {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		status, body := get(t, s, "/readyz")
		if status == want && strings.Contains(body, text) {
			return body
		}
		if time.Now().After(deadline) {
			t.Fatalf("/readyz is %d %s, want %d %s", status, body, want, text)
		}
		time.Sleep(20 * time.Millisecond) // polling a server of its own process
	}
}

// run runs the binary, which must end by itself, and returns what it said.
func run(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, server.Binary(t), args...).CombinedOutput()
	return string(text), err
}

func testRestart(t *testing.T, db *postgres.Server) {
	s := server.Start(t, on(db.Database(t))...)
	s.Post(t, "/insert/jsonline?_stream_fields=host", "application/json", `{"_msg":"one","host":"a"}`+"\n", http.StatusOK)
	s.WaitFor(t, "*", 1)
	s.Post(t, "/api/v1/saved-queries", "application/json", `{"name":"느린 결제","query":"one"}`, http.StatusCreated)
	s.Stop(t) // the row comes to a segment
	if _, err := os.Stat(filepath.Join(s.Data, "meta.db")); err == nil {
		t.Error("there is a database file too")
	}
	s.Run(t)
	s.WaitFor(t, "one", 1)
	if _, body := get(t, s, "/api/v1/saved-queries"); !strings.Contains(body, "느린 결제") {
		t.Errorf("the saved query is gone: %s", body)
	}
}

// Every segment that the metadata do not name is taken for the rest of a crash, and removed: metadata of another folder
// would cost all of them.
func testOtherMetadata(t *testing.T, db *postgres.Server) {
	own := db.Database(t)
	for name, first := range map[string][]string{"sqlite": nil, "postgres": on(own)} {
		s := server.Start(t, first...)
		s.Post(t, "/insert/jsonline", "application/json", `{"_msg":"one"}`+"\n", http.StatusOK)
		s.WaitFor(t, "one", 1)
		s.Stop(t)
		segments := func() int {
			found, err := filepath.Glob(filepath.Join(s.Data, "logs", "*.seg"))
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		had := segments()
		others := [][]string{on(db.Database(t))}
		if first != nil {
			others = append(others, nil)
		}
		for _, other := range others {
			args := []string{"server", "--set", "http.listen=127.0.0.1:0", "--set", "data=" + s.Data}
			for _, set := range other {
				args = append(args, "--set", set)
			}
			out, err := run(t, args...)
			if err == nil || !strings.Contains(out, "other metadata") || strings.Contains(out, postgres.Password) {
				t.Errorf("%s, started with %v: %v %s", name, other, err, out)
			}
			// As an earlier version has left it.
			if err := os.Rename(filepath.Join(s.Data, "folder.json"), filepath.Join(s.Data, "away")); err != nil {
				t.Fatal(err)
			}
			if other != nil {
				if out, err := run(t, args...); err == nil || !strings.Contains(out, "does not name") {
					t.Errorf("%s without its note, started with %v: %v %s", name, other, err, out)
				}
			}
			if err := os.Rename(filepath.Join(s.Data, "away"), filepath.Join(s.Data, "folder.json")); err != nil {
				t.Fatal(err)
			}
		}
		if n := segments(); n != had || n == 0 {
			t.Errorf("%s: %d of %d segments are left", name, n, had)
		}
		s.Run(t)
		s.WaitFor(t, "one", 1)
	}
}

// The retention of a second folder on the same database would remove what the first one has.
func testOtherFolder(t *testing.T, db *postgres.Server) {
	dsn := db.Database(t)
	first := server.Start(t, on(dsn)...)
	dir := t.TempDir()
	for range 2 { // the second time it has its note
		out, err := run(t, "server", "--set", "http.listen=127.0.0.1:0", "--set", "data="+dir,
			"--set", "store.meta.type=postgres", "--set", "store.meta.dsn="+dsn)
		if err == nil || !strings.Contains(out, "another data folder than "+dir) {
			t.Errorf("a second folder: %v %s", err, out)
		}
	}
	first.Stop(t)
	first.Run(t)
}

// Promise 4: secrets are never logged or returned.
func testPassword(t *testing.T, db *postgres.Server) {
	s := server.Start(t, append(on(db.Database(t)), "log.level=DEBUG", "inputs.self.enabled=true")...)
	for _, path := range []string{"/api/v1/system/config", "/api/v1/status", "/api/v1/system", "/readyz", "/metrics"} {
		status, body := get(t, s, path)
		if status != http.StatusOK || strings.Contains(body, postgres.Password) {
			t.Errorf("%s: %d %s", path, status, body)
		}
		if path == "/api/v1/system/config" && !strings.Contains(body, "postgres://postgres@127.0.0.1:") {
			t.Errorf("the configuration does not say where the metadata are: %s", body)
		}
	}
	if strings.Contains(s.Log(), postgres.Password) {
		t.Errorf("the password is in the log:\n%s", s.Log())
	}
}

func testBackupSaysWhatToDo(t *testing.T, db *postgres.Server) {
	s := server.Start(t, on(db.Database(t))...)
	to := filepath.Join(t.TempDir(), "b.tar")
	if out, err := run(t, "backup", "--url", s.URL(""), "--to", to); err == nil || !strings.Contains(out, "pg_dump") {
		t.Errorf("backup: %v %s", err, out)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("there is a file that is no backup")
	}
	s.Stop(t)
	if out, err := run(t, "fsck", "--data", s.Data); err == nil || !strings.Contains(out, "PostgreSQL") {
		t.Errorf("fsck: %v %s", err, out)
	}
}

// While the database is away senders are answered and searches go on; what came meanwhile is stored once.
func testComesBack(t *testing.T, db *postgres.Server) {
	s := server.Start(t, on(db.Database(t))...)
	send := func(msg string) {
		t.Helper()
		s.Post(t, "/insert/jsonline", "application/json", `{"_msg":"`+msg+`"}`+"\n", http.StatusOK)
	}
	send("before")
	s.WaitFor(t, "before", 1)
	db.Stop()
	body := waitReady(t, s, http.StatusServiceUnavailable, "store.meta: PostgreSQL at 127.0.0.1:")
	if strings.Contains(body, postgres.Password) {
		t.Errorf("the password is in %s", body)
	}
	send("meanwhile")
	s.WaitFor(t, "meanwhile", 1)
	s.WaitFor(t, "before", 1)
	db.Run(t)
	waitReady(t, s, http.StatusOK, "")
	s.Stop(t)
	s.Run(t)
	s.WaitFor(t, "*", 2)
	if strings.Contains(s.Log(), postgres.Password) {
		t.Errorf("the password is in the log:\n%s", s.Log())
	}
}

func testStartWithout(t *testing.T, db *postgres.Server) {
	dsn := db.Database(t)
	db.Stop()
	defer db.Run(t)
	out, err := run(t, "server", "--set", "data="+t.TempDir(), "--set", "http.listen=127.0.0.1:0",
		"--set", "store.meta.type=postgres", "--set", "store.meta.dsn="+dsn)
	if err == nil || strings.Contains(out, postgres.Password) {
		t.Fatalf("%v %s", err, out)
	}
	for _, part := range []string{"store.meta.dsn", "cannot open the metadata in PostgreSQL at 127.0.0.1:", "check that it runs"} {
		if !strings.Contains(out, part) {
			t.Errorf("it does not say %q: %s", part, out)
		}
	}
}
