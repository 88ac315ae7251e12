package app

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/queue/wal"
)

// Defaults must fit to each other on every machine: a small limits.memory alone is a valid configuration.
func TestLittleMemoryIsValid(t *testing.T) {
	cfg, err := Load("", []string{"limits.memory=128MiB"})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Limits.QueryMemory > cfg.Limits.Memory/2 {
		t.Errorf("one query may hold %s of %s", cfg.Limits.QueryMemory, cfg.Limits.Memory)
	}
}

// What the check lets pass the queue must take.
func TestPartitionsAreThoseOfTheQueue(t *testing.T) {
	cfg, err := Load("", []string{"queue.partitions=999"})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.partitions() != wal.MaxPartitions {
		t.Errorf("the queue takes %d partitions, the configuration %d", wal.MaxPartitions, cfg.partitions())
	}
	if _, err := Load("", []string{"queue.partitions=1000"}); err == nil {
		t.Error("1000 partitions pass the check and stop the start")
	}
}

// A level of the log that does not exist is answered with those that do.
func TestUnknownLogLevel(t *testing.T) {
	if cfg, err := Load("", []string{"log.level=warn"}); err != nil || slog.Level(cfg.Log.Level) != slog.LevelWarn {
		t.Errorf("log.level=warn: %v", err)
	}
	_, err := Load("", []string{"log.level=loud"})
	if err == nil || !strings.Contains(err.Error(), `log.level: wants DEBUG, INFO, WARN or ERROR, not "loud"`) {
		t.Error(err)
	}
}

// A wrong pipeline stops the start before a folder is made for it.
// What others are told to ask must be an address, and there must be others.
func TestWrongAdvertisedAddress(t *testing.T) {
	shared := []string{"store.shared=/s", "store.meta.type=postgres", "store.meta.dsn=postgres://a@db/h", "queue.type=kafka", "queue.brokers=[k:9092]"}
	load := func(address string, settings ...string) error {
		_, err := Load("", append(settings, fmt.Sprintf("http.advertise=%q", address)))
		return err
	}
	for _, address := range []string{"app1", ":7700", "0.0.0.0:7700", "[::]:7700", "app1:0", "app1:70000", "app1:http"} {
		if err := load(address, shared...); err == nil || !strings.Contains(err.Error(), "http.advertise") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"app1:7700", "[2001:db8::1]:7700"} {
		if err := load(address, shared...); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := load("app1:7700"); err == nil || !strings.Contains(err.Error(), "set store.shared too") {
		t.Errorf("alone: %v", err)
	}
}

func TestWrongPipelineIsFoundAtOnce(t *testing.T) {
	for setting, key := range map[string]string{"pipeline.masks=[/(/]": "pipeline.masks: ", "pipeline.rules=[{drop: [x], if: '('}]": "pipeline.rules: "} {
		if _, err := Load("", []string{setting}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}
