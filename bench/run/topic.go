package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// rawReadTimeout bounds reading a topic once.
const rawReadTimeout = 2 * time.Minute

// topicRead is what lies in a topic, and what the client alone needed to read it.
type topicRead struct {
	bytes int64 // of the batches' records, as compressed
	cpu   time.Duration
}

// counter sees the batches that a client reads.
type counter struct {
	mu sync.Mutex
	topicRead
}

var _ kgo.HookFetchBatchRead = (*counter)(nil)

// OnFetchBatchRead implements kgo.HookFetchBatchRead.
func (c *counter) OnFetchBatchRead(_ kgo.BrokerMetadata, _ string, _ int32, m kgo.FetchBatchMetrics) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes += int64(m.CompressedBytes)
}

// readTopic reads the n records that a topic must hold by franz-go and does nothing with them. A topic of more or fewer
// is an error.
func readTopic(broker, topic string, n int) (topicRead, error) {
	ctx, cancel := context.WithTimeout(context.Background(), rawReadTimeout)
	defer cancel()
	c := &counter{}
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.WithHooks(c))
	if err != nil {
		return topicRead{}, err
	}
	defer client.Close()
	if held, err := recordsOf(ctx, client, topic); err != nil || held != n {
		return topicRead{}, errors.Join(fmt.Errorf("topic %s holds %d records, want %d", topic, held, n), err)
	}
	before, err := ownCPU()
	if err != nil {
		return topicRead{}, err
	}
	read := 0
	for read < n {
		read += client.PollFetches(ctx).NumRecords()
		if ctx.Err() != nil {
			return topicRead{}, fmt.Errorf("read %d of %d records of %s: %w", read, n, topic, ctx.Err())
		}
	}
	after, err := ownCPU()
	if err != nil {
		return topicRead{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cpu = after - before
	return c.topicRead, nil
}

// recordsOf counts by offsets: nothing writes transactions, whose markers would count too.
func recordsOf(ctx context.Context, client *kgo.Client, topic string) (int, error) {
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, topic)
	if err != nil {
		return 0, err
	}
	var n int64
	ends.Each(func(o kadm.ListedOffset) { n += o.Offset })
	return int(n), ends.Error()
}

// ownCPU is what this process has used, user and system.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
