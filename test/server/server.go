// Package server runs the real haetae binary for tests: starts it on free loopback ports with its own data folder,
// asks it over HTTP, kills it, and starts it again.
package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is one data folder and the process that serves it, if one runs.
type Server struct {
	Data string            // data folder
	Addr map[string]string // what listens where: "http", "syslog.udp", "otlp.grpc" ...
	// Setup is the link that makes the first administrator, "" when there is one.
	Setup string
	// Config is the configuration file of the next Run, "" for none.
	Config string

	args []string
	cmd  *exec.Cmd
	done chan struct{}
	mu   sync.Mutex
	log  bytes.Buffer
}

var build = sync.OnceValues(func() (string, error) {
	root := Root()
	bin := filepath.Join(root, "build", "haetae-test")
	cmd := exec.Command("go", "build", "-o", bin, "./cmd/haetae")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build haetae: %w\n%s", err, out)
	}
	return bin, nil
})

// Root is the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Binary builds haetae from the sources and returns its path.
func Binary(tb testing.TB) string {
	tb.Helper()
	bin, err := build()
	if err != nil {
		tb.Fatal(err)
	}
	return bin
}

// New returns a server with a new data folder, on free loopback ports, without inputs that read this machine.
// Settings are key=value as for --set and come last.
func New(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s := &Server{Data: tb.TempDir()}
	all := append([]string{
		"data=" + s.Data, "http.listen=127.0.0.1:0",
		"inputs.syslog.udp=127.0.0.1:0", "inputs.syslog.tcp=127.0.0.1:0",
		"inputs.otlp.grpc=127.0.0.1:0", "inputs.otlp.http=127.0.0.1:0",
		"inputs.files.enabled=false", "inputs.journald.local=false", "inputs.self.enabled=false",
	}, settings...)
	for _, set := range all {
		s.args = append(s.args, "--set", set)
	}
	tb.Cleanup(func() {
		s.Kill()
		if tb.Failed() {
			tb.Logf("log of the server:\n%s", s.Log())
		}
	})
	return s
}

// Start runs the server and waits until it is ready.
func Start(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s := New(tb, settings...)
	s.Run(tb)
	return s
}

// Run starts the process (again) and waits until it says where it listens.
func (s *Server) Run(tb testing.TB) {
	tb.Helper()
	args := []string{"server"}
	if s.Config != "" {
		args = append(args, "--config", s.Config)
	}
	cmd := exec.Command(Binary(tb), append(args, s.args...)...)
	cmd.Stderr = lockedWriter{s}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	s.cmd, s.done = cmd, make(chan struct{})
	out := bufio.NewReader(stdout)
	line, err := out.ReadBytes('\n')
	go func(done chan struct{}) {
		_, _ = io.Copy(io.Discard, out) // ends with the process
		_ = cmd.Wait()
		close(done)
	}(s.done)
	s.Addr = nil
	if err != nil || json.Unmarshal(line, &s.Addr) != nil {
		<-s.done
		tb.Fatalf("the server did not say where it listens: %q\n%s", line, s.Log())
	}
	if s.Setup = ""; s.Addr["setup_file"] != "" {
		link, err := os.ReadFile(s.Addr["setup_file"])
		if err != nil {
			tb.Fatal(err)
		}
		s.Setup = strings.TrimSpace(string(link))
	}
}

// Kill ends the process as kill -9 does; nothing happens when none runs.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.done
	s.cmd = nil
}

// Stop ends the process with SIGTERM and waits for it.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		tb.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(60 * time.Second):
		tb.Fatal("the server did not stop within a minute of SIGTERM")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		tb.Fatalf("the server ended with %d\n%s", code, s.Log())
	}
	s.cmd = nil
}

// PID of the running process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Signal sends a signal to the process.
func (s *Server) Signal(sig os.Signal) error { return s.cmd.Process.Signal(sig) }

// Ended is closed when the process has ended.
func (s *Server) Ended() <-chan struct{} { return s.done }

// Log is what the server wrote to standard error.
func (s *Server) Log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// URL of a path on the main port.
func (s *Server) URL(path string) string { return "http://" + s.Addr["http"] + path }

// Row is one result row.
type Row map[string]string

// Query asks for rows and fails the test when the answer is not 200.
func (s *Server) Query(tb testing.TB, query string) []Row {
	tb.Helper()
	resp, err := http.PostForm(s.URL("/select/logsql/query"), url.Values{"query": {query}})
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		tb.Fatalf("query %s: %s %v\n%s", query, resp.Status, err, body)
	}
	var rows []Row
	for line := range strings.Lines(string(body)) {
		var r Row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			tb.Fatalf("query %s: %v in %q", query, err, line)
		}
		rows = append(rows, r)
	}
	return rows
}

// WaitFor asks until the query has n rows, for at most ten seconds, and returns them.
func (s *Server) WaitFor(tb testing.TB, query string, n int) []Row {
	tb.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		rows := s.Query(tb, query)
		if len(rows) == n {
			return rows
		}
		if time.Now().After(deadline) || len(rows) > n {
			tb.Fatalf("query %s has %d rows, want %d\n%v", query, len(rows), n, rows)
		}
		time.Sleep(20 * time.Millisecond) // polling a server of its own process
	}
}

// Post sends a body and fails the test unless the status is the wanted one; it returns the answer.
func (s *Server) Post(tb testing.TB, path, contentType, body string, want int) string {
	tb.Helper()
	resp, err := http.Post(s.URL(path), contentType, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		tb.Fatalf("POST %s: %s %v, want %d\n%s", path, resp.Status, err, want, answer)
	}
	return string(answer)
}

type lockedWriter struct{ s *Server }

func (w lockedWriter) Write(p []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(p)
}
