package app

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/queue/wal"
)

// Values that stand for another default on disk than on Kafka, so that it is told apart from the same value given.
const (
	usualLinger    = -1
	usualRetention = 0
)

// queueDefaults are those of either queue, before settleQueue.
func queueDefaults() queueConfig {
	c := queueConfig{Type: queueWAL, MaxSize: 8 << 30, Settings: kafka.Defaults()}
	c.Linger.MS, c.Retention.MS = usualLinger, usualRetention
	return c
}

// ofBothQueues are the keys of queue that count on disk as on Kafka.
var ofBothQueues = map[string]bool{
	"type": true, "partitions": true, "abandon": true, "consumers": true, "linger.ms": true, "retention.ms": true, "retention.bytes": true,
}

// ofDisk are those of the queue on disk alone.
var ofDisk = map[string]bool{"max_size": true}

// insteadOnDisk says what the queue on disk has in place of a key of Kafka's.
var insteadOnDisk = map[string]string{
	"acks":             "a record is on disk before it is acknowledged",
	"batch.size":       "records that come while others are being synced share the next fsync, however many; queue.linger.ms lets them wait for more",
	"compression.type": "what waits there is read once, mostly from memory; the store compresses it",
}

// checkQueueKeys refuses keys of the queue that differ from their defaults and have no effect on a queue of this type.
func (c *Config) checkQueueKeys() error {
	given, usually := config.Effective("", &c.Queue), queueDefaults()
	for i, usual := range config.Effective("", &usually) {
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

// settleQueue puts what counts for this type of queue in the place of what stands for either, and checks it.
func (c *Config) settleQueue() error {
	q := &c.Queue
	if q.Type == queueKafka {
		own := kafka.Defaults()
		if q.Linger.MS == usualLinger {
			q.Linger = own.Linger
		}
		if q.Retention.MS == usualRetention {
			q.Retention.MS = own.Retention.MS
		}
		return queueError(c, q.Validate())
	}
	if q.Linger.MS == usualLinger {
		q.Linger.MS = 0
	}
	return queueError(c, q.ValidateShared())
}

// keptOnDisk is what the queue on disk keeps of what is stored: with neither bound given nothing, with one of them up to it.
func (q *queueConfig) keptOnDisk() wal.Retention {
	r := wal.Retention{Age: time.Duration(q.Retention.MS) * time.Millisecond, Bytes: q.Retention.Bytes}
	switch {
	case q.Retention.MS != usualRetention:
		return r
	case r.Bytes < 0:
		return wal.Retention{}
	}
	r.Age = -time.Millisecond
	return r
}
