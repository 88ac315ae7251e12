package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/queue/wal"
)

// A key that has no effect on the queue of its type was taken in silence. Each says what to do instead.
func TestQueueKeysWithoutEffect(t *testing.T) {
	kafka := []string{"queue.type=kafka", "queue.brokers=[127.0.0.1:9092]"}
	for _, c := range []struct {
		settings  []string
		key, want string
	}{
		{[]string{"queue.linger.ms=60001"}, "queue.linger.ms", "0 to 60000"},
		{[]string{"queue.batch.size=4096"}, "queue.batch.size", "share the next fsync"},
		{[]string{"queue.compression.type=zstd"}, "queue.compression.type", "the store compresses"},
		{[]string{"queue.acks=1"}, "queue.acks", "before it is acknowledged"},
		{[]string{"queue.retention.ms=-2"}, "queue.retention.ms", "-1 for ever"},
		{[]string{"queue.retention.bytes=-2"}, "queue.retention.bytes", "-1 for no bound"},
		{[]string{"queue.fetch.min.bytes=100"}, "queue.fetch.min.bytes", "queue.type to kafka"},
		{[]string{"queue.sasl.username=me"}, "queue.sasl.username", "queue.type to kafka"},
		{[]string{"queue.sasl.password=secret"}, "queue.sasl.password", "queue.type to kafka"},
		{append(kafka, "queue.max_size=1GiB"), "queue.max_size", "queue.retention.bytes"},
		{append(kafka, "queue.linger.ms=20", "queue.retention.ms=60000"), "", ""},
		{[]string{"queue.linger.ms=5", "queue.retention.ms=60000", "queue.retention.bytes=1", "queue.max_size=1GiB"}, "", ""},
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

// The same default means a linger and a week on Kafka, and neither on disk; what is given counts on both, also where it is
// the other's default.
func TestQueueDefaultsOfBoth(t *testing.T) {
	for _, c := range []struct {
		settings          []string
		onDisk            wal.Retention
		linger, retention int64 // ms, on Kafka
		lingerOnDisk      int64
	}{
		{nil, wal.Retention{}, 5, 604_800_000, 0},
		{[]string{"queue.linger.ms=5", "queue.retention.ms=604800000"}, wal.Retention{Age: 7 * 24 * time.Hour, Bytes: -1}, 5, 604_800_000, 5},
		{[]string{"queue.linger.ms=0", "queue.retention.ms=-1"}, wal.Retention{Age: -time.Millisecond, Bytes: -1}, 0, -1, 0},
		{[]string{"queue.retention.bytes=1000000"}, wal.Retention{Age: -time.Millisecond, Bytes: 1_000_000}, 5, 604_800_000, 0},
		{[]string{"queue.retention.ms=60000", "queue.retention.bytes=1000000"}, wal.Retention{Age: time.Minute, Bytes: 1_000_000}, 5, 60_000, 0},
	} {
		disk, err := Load("", c.settings)
		if err != nil {
			t.Fatal(err)
		}
		if got := disk.Queue.keptOnDisk(); got != c.onDisk || disk.Queue.Linger.MS != c.lingerOnDisk {
			t.Errorf("%v on disk: keeps %+v, lingers %d ms", c.settings, got, disk.Queue.Linger.MS)
		}
		kafka, err := Load("", append([]string{"queue.type=kafka", "queue.brokers=[127.0.0.1:9092]"}, c.settings...))
		if err != nil {
			t.Fatal(err)
		}
		if q := kafka.Queue; q.Linger.MS != c.linger || q.Retention.MS != c.retention {
			t.Errorf("%v on Kafka: keeps %d ms, lingers %d ms", c.settings, q.Retention.MS, q.Linger.MS)
		}
	}
}
