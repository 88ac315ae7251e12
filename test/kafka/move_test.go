package kafka

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// Moving from the queue on disk to Kafka loses nothing: what is not stored yet stops the move, and says what to do.
func TestMoveFromDisk(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	s := server.New(t)
	onDisk, moved := filepath.Join(t.TempDir(), "disk.yaml"), filepath.Join(t.TempDir(), "kafka.yaml")
	for path, text := range map[string]string{
		onDisk: "queue.type: wal\n",
		moved:  fmt.Sprintf("queue: {type: kafka, partitions: 3, brokers: [%s]}\n", c.Brokers()[0]),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.Config = onDisk
	s.Run(t)
	s.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
	s.Kill() // acknowledged, and in no segment yet

	out, err := exec.CommandContext(t.Context(), server.Binary(t), "server", "--config", moved, "--set", "data="+s.Data, "--set", "http.listen=127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "1000 records that are not in the store; start with queue.type wal") {
		t.Fatalf("the move with records left behind: %v\n%s", err, out)
	}

	s.Run(t)
	waitForAll(t, s, 1000)
	s.Stop(t)
	s.Config = moved
	s.Run(t)
	s.Post(t, insert, "application/json", lines(1000, 500), http.StatusOK)
	waitForAll(t, s, 1500)
	s.Stop(t)
	s.Run(t)
	waitForAll(t, s, 1500)
}
