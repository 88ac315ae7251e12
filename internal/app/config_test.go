package app

import (
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
