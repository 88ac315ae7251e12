package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/config"
)

// A key that has no effect on the queue of its type was taken in silence. Each says what to do instead.
func TestQueueKeysWithoutEffect(t *testing.T) {
	kafka := []string{"queue.type=kafka", "queue.brokers=[127.0.0.1:9092]"}
	for _, c := range []struct {
		settings  []string
		key, want string
	}{
		{[]string{"queue.linger.ms=20"}, "queue.linger.ms", "share the next fsync"},
		{[]string{"queue.batch.size=4096"}, "queue.batch.size", "share the next fsync"},
		{[]string{"queue.compression.type=zstd"}, "queue.compression.type", "the store compresses"},
		{[]string{"queue.acks=1"}, "queue.acks", "before it is acknowledged"},
		{[]string{"queue.retention.ms=60000"}, "queue.retention.ms", "store.logs.retention"},
		{[]string{"queue.retention.bytes=1000000000"}, "queue.retention.bytes", "queue.max_size"},
		{[]string{"queue.fetch.min.bytes=100"}, "queue.fetch.min.bytes", "queue.type to kafka"},
		{[]string{"queue.sasl.username=me"}, "queue.sasl.username", "queue.type to kafka"},
		{[]string{"queue.sasl.password=secret"}, "queue.sasl.password", "queue.type to kafka"},
		{append(kafka, "queue.max_size=1GiB"), "queue.max_size", "queue.retention.bytes"},
		{append(kafka, "queue.linger.ms=20", "queue.retention.ms=60000"), "", ""},
		{[]string{"queue.linger.ms=5", "queue.max_size=1GiB"}, "", ""}, // the default of one, as config init writes it
	} {
		_, err := Load("", c.settings)
		var wrong *config.Error
		switch {
		case c.key == "" && err == nil:
		case !errors.As(err, &wrong) || wrong.Key != c.key || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret"):
			t.Errorf("%v: %v; want %s and %q", c.settings, err, c.key, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "haetae.yaml")
	if err := os.WriteFile(path, []byte(InitText()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, nil); err != nil {
		t.Errorf("the written configuration: %v", err)
	}
}
