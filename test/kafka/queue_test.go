package kafka

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

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
		base := fmt.Sprintf("conformance%d.", topics)
		opts := queueOptions(c, base+"logs", partitions)
		opts.Remember = memory{}
		return queuetest.Harness{
			Open: func(t *testing.T) queue.Queue {
				q, err := kafka.Open(t.Context(), opts)
				if err == nil {
					err = q.Keep(t.Context())
				}
				if err != nil {
					t.Fatal(err)
				}
				return q
			},
			Grow: func(datasets ...string) {
				opts.Datasets = nil
				for _, name := range datasets {
					opts.Datasets = append(opts.Datasets, kafka.Dataset{Name: name, Partitions: 1, Retention: kafka.Retention{MS: -1, Bytes: -1}})
				}
			},
			Remake: func(t *testing.T, dataset string) { deleteTopic(t, c.Brokers(), base+dataset) },
		}
	})
}

// deleteTopic returns when the brokers do not have it any more.
func deleteTopic(t *testing.T, brokers []string, name string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if _, err := admin.DeleteTopic(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the topic is gone", func() bool {
		topics, err := admin.ListTopics(t.Context())
		return err == nil && !topics.Has(name)
	})
}

// memory stands for what the metadata store remembers.
type memory map[string][]byte

func (m memory) Get(_ context.Context, key string) ([]byte, error) { return m[key], nil }

func (m memory) Put(_ context.Context, values map[string][]byte) error {
	maps.Copy(m, values)
	return nil
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
