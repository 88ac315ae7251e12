package kafka

import (
	"context"
	"fmt"
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

// bound sets how many partitions a process may own when it starts next.
func bound(t *testing.T, s *server.Server, n int) {
	t.Helper()
	s.Config = filepath.Join(t.TempDir(), "haetae.yaml")
	if err := os.WriteFile(s.Config, fmt.Appendf(nil, "queue: {consumers: %d}\n", n), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Two processes share three partitions as far as their bounds go. What is left over is named and waits, also across a kill -9
// after which the brokers would give a process what it had.
func TestBoundsOfProcesses(t *testing.T) {
	t.Parallel()
	db := postgres.Start(t)
	c := New(t, 1)
	settings := sharing(t, db)
	a, b := onKafka(t, c, settings...), onKafka(t, c, settings...)
	bound(t, a, 1)
	bound(t, b, 1)
	const unread = `"code":"partitions_unread"`
	a.Run(t)
	eventually(t, "the first has a partition, and divides", func() bool { return owned(t, a) == "1" })
	b.Run(t)
	for _, s := range []*server.Server{a, b} {
		eventually(t, "one partition is read by nobody, and each process names it", func() bool {
			return owned(t, s) == "1" && strings.Contains(get(t, s, "/api/v1/status"), unread)
		})
		if ready := get(t, s, "/readyz"); !strings.Contains(ready, `"ready":true`) {
			t.Errorf("a process that reads its share says %s", ready)
		}
	}

	b.Kill()
	bound(t, b, 2)
	b.Run(t)
	for _, s := range []*server.Server{a, b} {
		eventually(t, "all are read after a kill -9 and a larger bound", func() bool { return !strings.Contains(get(t, s, "/api/v1/status"), unread) })
	}
	if owned(t, a) != "1" || owned(t, b) != "2" {
		t.Errorf("they have %s and %s partitions, bounds are 1 and 2", owned(t, a), owned(t, b))
	}

	a.Stop(t)
	bound(t, a, 0)
	a.Run(t)
	a.Post(t, insert, "application/json", lines(0, 300), http.StatusOK)
	if owned(t, a) != "0" {
		t.Errorf("with a bound of 0 it has %s partitions", owned(t, a))
	}
	a.Stop(t)
	bound(t, a, 1)
	a.Run(t)
	eventually(t, "it has the partition that waited", func() bool { return owned(t, a) == "1" })
	waitForAll(t, a, 300)
	waitForAll(t, b, 300)

	b.Stop(t)
	bound(t, b, 1)
	b.Run(t)
	eventually(t, "one partition is read by nobody", func() bool { return owned(t, b) == "1" && owned(t, a) == "1" })
	a.Post(t, insert, "application/json", lines(300, 300), http.StatusOK)
	found := func(s *server.Server) (n int, partial string) {
		partial, _ = ask(http.DefaultClient, s.URL(""), "line | stats count() n", func(row map[string]string) { n = number(row["n"]) })
		return n, partial
	}
	eventually(t, "each process finds the rows of the other, and lacks one partition", func() bool {
		atA, lacksA := found(a)
		atB, lacksB := found(b)
		return atA == atB && atA > 300 && strings.Count(lacksA, "partition ") == 1 && strings.Count(lacksB, "partition ") == 1
	})
}

// On disk nobody else could read the rest.
func TestBoundNeedsKafka(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, server.Binary(t), "server", "--consumers", "0",
		"--set", "http.listen=127.0.0.1:0", "--set", "data="+t.TempDir()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "queue.consumers: is 0, and no other process can read") {
		t.Errorf("%v: %s", err, out)
	}
}
