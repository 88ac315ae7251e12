package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

var errNumbered = errors.New("another process has numbered the partitions of the queue in another way at the same time; start this one again")

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

// Keep remembers the topics, so that those that are Fresh are so no more. Open does it when none is; otherwise whoever opens
// the queue does, when it has looked at them, and before it reads or appends: until then the next start finds all as it was before
// this one. Numbers are given for good, so that what is remembered meanwhile must be where these begin.
func (q *Queue) Keep(ctx context.Context) error {
	if q.opts.Remember == nil || q.settled == nil {
		return nil
	}
	queue, err := json.Marshal(q.settled)
	runs, failed := json.Marshal(q.settled.Runs)
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	for _, stored := range []bool{false, true} {
		if stored {
			if err := q.opts.Remember.Put(ctx, map[string][]byte{q.opts.Topic: queue, q.settled.ID: runs}); err != nil {
				return err
			}
		}
		have, err := q.recall(ctx, q.settled.ID)
		if err != nil {
			return err
		}
		if n := len(have); n > len(q.settled.Runs) || !slices.Equal(have, q.settled.Runs[:n]) {
			return errNumbered
		}
	}
	return nil
}
