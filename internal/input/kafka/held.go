package kafka

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// handOver is how long a partition that is taken away waits for the records under way. The group waits a minute for a
// process to let go before it counts it as gone.
const handOver = 30 * time.Second

// topicPartition is a partition of a topic.
type topicPartition struct {
	topic     string
	partition int32
}

// held are the partitions that the group has given to this process. What was fetched of a partition is written only while
// it is held, and the next process reads on only when that has ended and the group knows of it.
type held struct {
	mu      sync.Mutex
	given   map[topicPartition]bool
	writing topicPartition
	giveUp  context.CancelFunc // of writing; nil when nothing is written
	ended   chan struct{}      // closed when writing ends
}

func (h *held) give(topics map[string][]int32) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range partitionsOf(topics) {
		h.given[p] = true
	}
}

func (h *held) has(p topicPartition) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.given[p]
}

// begin lets records of a partition be written until end is called; ok is false when it is not held any more. The context
// ends when the partition is gone for good. One partition is written at a time.
func (h *held) begin(ctx context.Context, p topicPartition) (writing context.Context, end func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.given[p] {
		return nil, nil, false
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	h.writing, h.giveUp, h.ended = p, cancel, ended
	return ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		cancel()
		h.giveUp = nil
		close(ended)
	}, true
}

// take takes partitions away. It returns when none of them is written any more, which it enforces after patience.
func (h *held) take(topics map[string][]int32, patience time.Duration) {
	taken := partitionsOf(topics)
	h.mu.Lock()
	for _, p := range taken {
		delete(h.given, p)
	}
	giveUp, ended := h.giveUp, h.ended
	waits := giveUp != nil && slices.Contains(taken, h.writing)
	h.mu.Unlock()
	if !waits {
		return
	}
	late := time.AfterFunc(patience, giveUp)
	defer late.Stop()
	<-ended
}

func partitionsOf(topics map[string][]int32) (list []topicPartition) {
	for topic, partitions := range topics {
		for _, p := range partitions {
			list = append(list, topicPartition{topic, p})
		}
	}
	return list
}

// sharing are the client's options that keep r.held right.
func (r *reader) sharing() []kgo.Opt {
	return []kgo.Opt{
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, given map[string][]int32) { r.held.give(given) }),
		kgo.OnPartitionsRevoked(func(ctx context.Context, c *kgo.Client, taken map[string][]int32) {
			r.held.take(taken, handOver)
			if err := c.CommitMarkedOffsets(ctx); err != nil {
				r.env.Log.Warn("the group was not told how far this process is; the next one stores again what is not known to be stored",
					"group", r.group, "error", err)
			}
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, lost map[string][]int32) { r.held.take(lost, 0) }),
	}
}
