package app

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/config"
)

// ofBothQueues are the keys of queue that count on disk as on Kafka.
var ofBothQueues = map[string]bool{"type": true, "partitions": true, "abandon": true, "consumers": true}

// ofDisk are those of the queue on disk alone.
var ofDisk = map[string]bool{"max_size": true}

// insteadOnDisk says what the queue on disk has in place of a key of Kafka's.
var insteadOnDisk = map[string]string{
	"acks":             "a record is on disk before it is acknowledged",
	"batch.size":       "records that come while others are being synced share the next fsync",
	"linger.ms":        "records that come while others are being synced share the next fsync, and none waits for more",
	"compression.type": "what waits there is read once and goes; the store compresses it",
	"retention.ms":     "what is stored leaves the queue; how long records are kept is store.logs.retention",
	"retention.bytes":  "its bound is queue.max_size, of all partitions together",
}

// checkQueueKeys refuses keys of the queue that differ from their defaults and have no effect on a queue of this type.
func (c *Config) checkQueueKeys() error {
	given := config.Effective("", &c.Queue)
	for i, usual := range config.Effective("", &defaults().Queue) {
		key := given[i].Key
		if given[i].Text == usual.Text || ofBothQueues[key] || ofDisk[key] == (c.Queue.Type == queueWAL) {
			continue
		}
		if c.Queue.Type == queueKafka {
			return c.tree.Wrong("queue."+key, errors.New("has no effect on a queue on Kafka, whose bound is queue.retention.bytes; take it out"))
		}
		instead := cmp.Or(insteadOnDisk[key], "there are no brokers")
		return c.tree.Wrong("queue."+key, fmt.Errorf("has no effect on the queue on disk: %s; take it out, or set queue.type to kafka", instead))
	}
	return nil
}
