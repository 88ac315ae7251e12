package kafka

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/test/server"
)

// A data folder whose queue is on Kafka has none, and lacks nothing for it: fsck took it for one that is gone. What is damaged
// is found and put right, and the server goes on.
func TestFsckOnKafka(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := server.New(t, "queue.type=kafka", "queue.session.timeout.ms=6000", "queue.partitions=2", fmt.Sprintf("queue.brokers=[%s]", c.ListenAddrs()[0]))
	s.Run(t)
	s.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
	waitForAll(t, s, 1000)
	s.Kill()
	if out, code := fsck(t, s); code != 0 || strings.Contains(out, "queue.gone") || !strings.Contains(out, "the queue is topic haetae.logs, haetae.audit of the brokers ["+c.ListenAddrs()[0]) {
		t.Errorf("after a kill: %d\n%s", code, out)
	}
	s.Run(t)
	waitForAll(t, s, 1000)
	s.Stop(t)
	segments, err := filepath.Glob(filepath.Join(s.Data, "logs", "*.seg"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments %v, %v", segments, err)
	}
	if err := os.Truncate(segments[0], 100); err != nil {
		t.Fatal(err)
	}
	if out, code := fsck(t, s); code != 1 || !strings.Contains(out, filepath.Base(segments[0])) {
		t.Errorf("a damaged segment: %d\n%s", code, out)
	}
	if out, code := fsck(t, s, "--repair"); code != 0 {
		t.Errorf("repair: %d\n%s", code, out)
	}
	if out, code := fsck(t, s); code != 0 {
		t.Errorf("after the repair: %d\n%s", code, out)
	}
	left := filepath.Join(s.Data, "queue") // that of before the move to Kafka
	if err := os.Mkdir(left, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "queue.json"), []byte("{"), 0o640); err != nil {
		t.Fatal(err)
	}
	if out, code := fsck(t, s); code != 1 || !strings.Contains(out, "queue/queue.json") {
		t.Errorf("a queue on disk that is damaged: %d\n%s", code, out)
	}
	if err := os.RemoveAll(left); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	s.Post(t, insert, "application/json", lines(1000, 10), http.StatusOK)
	s.WaitFor(t, `n:>=1000`, 10)
}

func fsck(t *testing.T, s *server.Server, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), server.Binary(t), append([]string{"fsck", "--data", s.Data}, args...)...)
	text, _ := cmd.CombinedOutput() // the exit code is looked at
	return string(text), cmd.ProcessState.ExitCode()
}
