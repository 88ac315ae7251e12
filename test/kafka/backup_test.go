package kafka

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/test/server"
)

// A backup of a server whose queue is on Kafka holds what is stored; the restored one reads the rest from the topic, once.
func TestBackupOnKafka(t *testing.T) {
	t.Parallel()
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	settings := []string{"queue.type=kafka", "queue.session.timeout.ms=6000", "queue.partitions=2", fmt.Sprintf("queue.brokers=[%s]", c.ListenAddrs()[0])}
	s := server.New(t, settings...)
	s.Run(t)
	s.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
	waitForAll(t, s, 1000)
	s.Stop(t)
	s.Run(t)
	s.Post(t, insert, "application/json", lines(1000, 500), http.StatusOK)
	file := filepath.Join(t.TempDir(), "backup.tar")
	haetae(t, "backup", "--to", file, "--url", s.URL(""))
	s.Post(t, insert, "application/json", lines(1500, 500), http.StatusOK)
	s.Kill()

	restored := server.New(t, settings...)
	haetae(t, "restore", "--from", file, "--data", restored.Data)
	restored.Run(t)
	waitForAll(t, restored, 2000)
}

func haetae(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), server.Binary(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("haetae %v: %v\n%s", args, err, out)
	}
}
