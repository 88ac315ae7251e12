package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/queue/kafka"
)

// lastQueue is the queue on Kafka that this process used last. Once another is configured, its brokers cannot be asked any
// more how much of it is stored; so a process that stops says whether all was.
type lastQueue struct {
	ID      string   `json:"id"`
	Topic   string   `json:"topic"` // or topics, with commas between them
	Brokers []string `json:"brokers"`
	Stored  bool     `json:"stored"` // to its end, when this process stopped
}

// lastQueues is the namespace of lastQueue, by process.
const lastQueues = "queue.last"

// noteWithin bounds what a stop asks of the brokers.
const noteWithin = 5 * time.Second

// checkLeft refuses to leave a queue on Kafka for another queue, id, unless it was stored to its end or queue.abandon
// names it.
func (a *app) checkLeft(ctx context.Context, id string) error {
	state := a.meta.State(lastQueues)
	value, err := state.Get(ctx, a.folder.Member)
	if err != nil || value == nil {
		return err
	}
	var last lastQueue
	if err := json.Unmarshal(value, &last); err != nil {
		return fmt.Errorf("what is remembered of the queue cannot be read: %w", err)
	}
	switch {
	case last.ID == id:
		return nil
	case !last.Stored && a.cfg.Queue.Abandon != last.ID:
		return a.cfg.tree.Wrong("queue.type", fmt.Errorf(
			"topic %s of brokers %v may hold records that are not in the store; start with that queue, stop the senders, wait until the queue's lag is 0, stop (SIGTERM), and start with this one again; "+
				"or leave them behind, when the topic is gone, with queue.abandon %q", last.Topic, last.Brokers, last.ID))
	case !last.Stored:
		a.log.Warn("a queue is left behind, as queue.abandon says", "topic", last.Topic, "queue", last.ID)
	}
	return state.Put(ctx, map[string][]byte{a.folder.Member: nil})
}

// noteQueue remembers the queue on Kafka that is used now.
func (a *app) noteQueue(ctx context.Context, q *kafka.Queue, stored bool) error {
	value, err := json.Marshal(lastQueue{ID: q.ID(), Topic: strings.Join(q.Topics(), ", "), Brokers: a.cfg.Queue.Brokers, Stored: stored})
	if err != nil {
		return err
	}
	return a.meta.State(lastQueues).Put(ctx, map[string][]byte{a.folder.Member: value})
}

var errBrokersAway = errors.New("they do not answer")

// noteStored remembers whether the queue is stored to its end. Brokers that do not tell leave it open, and so does a crash.
func (a *app) noteStored(ctx context.Context) error {
	q, ok := a.queue.(*kafka.Queue)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	err := errBrokersAway
	var ends map[int]int64
	if !q.Away() { // a broker that stands still would be waited for
		ends, err = q.Ends(ctx)
	}
	if err != nil {
		a.log.Info("the brokers do not say whether the queue is stored to its end; another queue is refused until a stop knows", "error", err)
		return nil
	}
	stored, err := a.storedOffsets(ctx, q.ID())
	if err != nil {
		return err
	}
	for p, end := range ends {
		if stored[p] < end {
			return nil
		}
	}
	return a.noteQueue(ctx, q, true)
}
