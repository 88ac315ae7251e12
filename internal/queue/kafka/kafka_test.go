package kafka

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

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

func TestConformance(t *testing.T) {
	queuetest.Run(t, func(t *testing.T, partitions int) queuetest.Harness {
		c := fake(t)
		opts := testOptions(c.ListenAddrs(), partitions)
		opts.Remember = memory{}
		return queuetest.Harness{
			Open: func(t *testing.T) queue.Queue { return open(t, opts) },
			Grow: func(datasets ...string) { opts.Datasets = apart(datasets...) },
			Remake: func(t *testing.T, dataset string) {
				q := open(t, opts)
				_, err := q.admin.DeleteTopic(t.Context(), "haetae."+dataset)
				if err := errors.Join(err, q.Close()); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// apart are datasets with topics of one partition.
func apart(datasets ...string) (list []Dataset) {
	for _, name := range datasets {
		list = append(list, Dataset{Name: name, Partitions: 1, Retention: Retention{MS: -1, Bytes: -1}})
	}
	return list
}

// fake starts brokers in this process.
func fake(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func testOptions(brokers []string, partitions int) Options {
	s := Defaults()
	s.Brokers = brokers
	s.Linger.MS = 0
	return Options{Settings: s, Partitions: partitions, GroupID: "haetae-test", Member: "one", Claim: (&claims{}).claim}
}

func open(t *testing.T, opts Options) *Queue {
	t.Helper()
	q, err := Open(t.Context(), opts)
	if err == nil {
		err = q.Keep(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}
