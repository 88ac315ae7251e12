package kafka

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

// The same suite as that of the queue on disk, on a real broker.
func TestQueueConformance(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	topics := 0
	queuetest.Run(t, func(t *testing.T, partitions int) queuetest.Harness {
		topics++
		opts := queueOptions(c, fmt.Sprintf("conformance%d.logs", topics), partitions)
		return queuetest.Harness{Open: func(t *testing.T) queue.Queue {
			q, err := kafka.Open(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			return q
		}}
	})
}

func queueOptions(c *Cluster, topic string, partitions int) kafka.Options {
	s := kafka.Defaults()
	s.Brokers, s.Topic, s.Linger.MS = c.Brokers(), topic, 0
	return kafka.Options{Settings: s, Partitions: partitions, GroupID: "haetae-" + topic, Member: "one", Claim: (&claims{}).claim}
}

// claims stands for the metadata store.
type claims struct {
	mu     sync.Mutex
	epochs map[int]int64
}

func (c *claims) claim(_ context.Context, _ string, partition int) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epochs == nil {
		c.epochs = map[int]int64{}
	}
	c.epochs[partition]++
	return c.epochs[partition], nil
}
