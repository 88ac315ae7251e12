package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// known is what is remembered of the queue: under the name of its topic of logs, which queue that is, and under the queue's id
// how its partitions are numbered.
type known struct {
	ID         string `json:"id"`         // of the queue
	Partitions int    `json:"partitions"` // of the topic of logs
	Runs       []run  `json:"-"`
}

func (q *Queue) remembered(ctx context.Context) (k known, err error) {
	if q.opts.Remember == nil {
		return k, nil
	}
	value, err := q.opts.Remember.Get(ctx, q.opts.Topic)
	if err != nil || value == nil {
		return k, err
	}
	if err := json.Unmarshal(value, &k); err != nil || k.ID == "" || k.Partitions < 1 {
		return k, fmt.Errorf("what is remembered of topic %q cannot be read: %q", q.opts.Topic, value)
	}
	if k.Runs, err = q.recall(ctx, k.ID); err == nil && len(k.Runs) == 0 { // of a version that knew one topic
		k.Runs = []run{{Topic: q.opts.Topic, ID: k.ID, Count: k.Partitions}}
	}
	return k, err
}

// recall returns how the partitions of a queue are numbered, nothing when that is not remembered.
func (q *Queue) recall(ctx context.Context, id string) (runs []run, err error) {
	if q.opts.Remember == nil {
		return nil, nil
	}
	value, err := q.opts.Remember.Get(ctx, id)
	if err != nil || value == nil {
		return nil, err
	}
	if err := json.Unmarshal(value, &runs); err != nil {
		return nil, fmt.Errorf("what is remembered of queue %s cannot be read: %q", id, value)
	}
	return runs, nil
}

func (q *Queue) remember(ctx context.Context, k known) error {
	if q.opts.Remember == nil {
		return nil
	}
	queue, err := json.Marshal(k)
	runs, failed := json.Marshal(k.Runs)
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	return q.opts.Remember.Put(ctx, map[string][]byte{q.opts.Topic: queue, k.ID: runs})
}

// Forget forgets the topics that are Fresh: the next start asks the brokers for them.
func (q *Queue) Forget(ctx context.Context) error {
	if q.opts.Remember == nil {
		return nil
	}
	if slices.Contains(q.fresh, q.opts.Topic) {
		return q.opts.Remember.Put(ctx, map[string][]byte{q.opts.Topic: nil, q.ID(): nil})
	}
	runs, err := q.recall(ctx, q.ID())
	if err != nil {
		return err
	}
	runs = slices.DeleteFunc(runs, func(r run) bool { return slices.Contains(q.fresh, r.Topic) })
	return q.remember(ctx, known{ID: q.ID(), Partitions: q.numbers.topics[0].partitions, Runs: runs})
}
