// Package shippers sends lines with real log shippers and client libraries to the real binary: each line must be
// found by a query, once, with its fields.
package shippers

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// need returns the path of a program, or skips aloud where the machine lacks it (fails with CI=true).
func need(t *testing.T, candidates ...string) string {
	t.Helper()
	for _, c := range candidates {
		if !filepath.IsAbs(c) && strings.Contains(c, "/") {
			c = filepath.Join(server.Root(), c)
		}
		if path, err := exec.LookPath(c); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("none of %v is on this machine; scripts/setup-debian installs them", candidates)
	}
	t.Skipf("SKIP: none of %v is on this machine; scripts/setup-debian installs them", candidates)
	return ""
}

// run runs a command to its end, at most a minute.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// daemon runs a command until the test ends.
func daemon(t *testing.T, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", name, out.String())
		}
	})
	return cmd
}

// fields checks that a row has the wanted values.
func fields(t *testing.T, row server.Row, want map[string]string) {
	t.Helper()
	for name, v := range want {
		if row[name] != v {
			t.Errorf("%s is %q, want %q\nrow: %v", name, row[name], v, row)
		}
	}
}

// recent checks that a row's event time is that of this test.
func recent(t *testing.T, row server.Row) {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, row["_time"])
	if err != nil || time.Since(at).Abs() > 2*time.Minute {
		t.Errorf("_time %q is not now (%v)", row["_time"], err)
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func port(t *testing.T, addr string) string {
	t.Helper()
	_, p, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// waitFile waits until a path exists, such as the socket that a shipper opens.
func waitFile(t *testing.T, path string) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		if _, err := os.Stat(path); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s did not appear", path)
		}
		time.Sleep(20 * time.Millisecond) // another process makes it
	}
}

func unique(name string) string { return fmt.Sprintf("%s%d", name, time.Now().UnixNano()) }
