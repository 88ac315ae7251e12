package kafka

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/test/server"
)

// A queue on Kafka is left for the disk or for another topic when all of it is stored, or when queue.abandon names it.
func TestLeaveKafka(t *testing.T) {
	t.Parallel()
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	file := func(text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "haetae.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	onKafka := func(topic string) string {
		return file(fmt.Sprintf("queue: {type: kafka, partitions: 2, topic: %s, brokers: [%q]}\n", topic, c.ListenAddrs()[0]))
	}
	for name, next := range map[string]string{"disk": file("queue: {type: wal}\n"), "another topic": onKafka("other.logs")} {
		t.Run(name, func(t *testing.T) {
			s := server.New(t)
			from := onKafka(strings.ReplaceAll(name, " ", ".") + ".logs")
			s.Config = from
			s.Run(t)
			s.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
			s.Kill() // acknowledged, and in no segment yet
			refused := refusedStart(t, s, next)
			id := regexp.MustCompile(`queue\.abandon \\?"([0-9a-f]{12})`).FindStringSubmatch(refused)
			if id == nil || !strings.Contains(refused, c.ListenAddrs()[0]) {
				t.Fatalf("the start says %s", refused)
			}

			s.Run(t)
			waitForAll(t, s, 1000)
			s.Stop(t)
			s.Config = next
			s.Run(t)
			waitForAll(t, s, 1000)
			s.Stop(t)

			s.Config = from
			s.Run(t)
			s.Post(t, insert, "application/json", lines(1000, 10), http.StatusOK)
			s.Kill()
			refusedStart(t, s, next)
			text, err := os.ReadFile(next)
			if err != nil {
				t.Fatal(err)
			}
			s.Config = file(strings.Replace(string(text), "type:", fmt.Sprintf("abandon: %q, type:", id[1]), 1))
			s.Run(t)
			waitForAll(t, s, 1000)
		})
	}
}

// refusedStart returns what a start with another configuration says when it fails, as it must.
func refusedStart(t *testing.T, s *server.Server, config string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), server.Binary(t), "server", "--config", config, "--set", "data="+s.Data, "--set", "http.listen=127.0.0.1:0")
	late := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "may hold records that are not in the store") {
		t.Fatalf("a start that leaves records behind: %v\n%s", err, out)
	}
	return string(out)
}
