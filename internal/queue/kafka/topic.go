package kafka

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/kafka"
)

// UnreachableError says that no broker answered and that nothing is known of the queue yet.
type UnreachableError struct {
	Brokers []string
	Err     error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("no answer from the Kafka brokers %v: %v", e.Brokers, e.Err)
}
func (e *UnreachableError) Unwrap() error { return e.Err }

// Copies of a topic that Open makes, as far as there are brokers; two of three must have a record before it is
// acknowledged, so that one broker may end.
const (
	wantedReplicas = 3
	minInSync      = 2
)

// maxMessage is max.message.bytes of a topic that Open makes: the longest line, limits.line at its largest use, with its
// fields and the batch around it.
const maxMessage = 64 << 20

// pollTopic is how often a new topic is looked at until its partitions have leaders.
const pollTopic = 50 * time.Millisecond

// findTopics looks the topics up, makes them, or takes what is remembered when no broker answers.
func (q *Queue) findTopics(ctx context.Context) error {
	remembered, err := q.remembered(ctx)
	if err != nil {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, q.opts.Patience)
	defer cancel()
	found, err := q.lookUpAll(patience, remembered)
	switch {
	case err == nil:
		return q.settle(ctx, remembered, found)
	case ctx.Err() != nil:
		return ctx.Err()
	case patience.Err() == nil && !isUnreachable(err):
		return kafka.Explain(err, settingsAt)
	case remembered.ID == "":
		return &UnreachableError{q.opts.Brokers, kafka.Explain(err, settingsAt)}
	}
	q.use(remembered)
	q.setAway(err)
	return nil
}

// lookUpAll returns the topics of the datasets, made when they are missing. One besides the logs' that the brokers do not let
// Haetae have, for whatever reason, and that has carried nothing yet, is left out: what is its dataset's goes with the logs. A
// version that has one topic more must start where the one before it did.
func (q *Queue) lookUpAll(ctx context.Context, remembered known) (list []topic, err error) {
	for i, d := range q.datasets {
		t, err := q.lookUp(ctx, d.topic)
		if errors.Is(err, kerr.UnknownTopicOrPartition) {
			t, err = q.create(ctx, d)
		}
		if i > 0 && err != nil && ctx.Err() == nil && !isUnreachable(err) && idOf(d.topic, remembered.Runs) == "" {
			q.log.Warn("the brokers do not let Haetae have a topic of its own for a dataset, whose records go with the logs",
				"dataset", d.Name, "topic", d.topic, "error", kafka.Explain(err, settingsAt))
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// settle numbers the partitions of the topics that were found, and remembers them unless one is new.
func (q *Queue) settle(ctx context.Context, remembered known, found []topic) error {
	now := known{ID: found[0].id, Partitions: found[0].partitions, Runs: remembered.Runs}
	if remembered.ID != now.ID {
		var err error
		if now.Runs, err = q.recall(ctx, now.ID); err != nil {
			return err
		}
	}
	for _, t := range found {
		before := idOf(t.name, remembered.Runs)
		if before != "" && before != t.id {
			q.log.Warn("the topic is another one than before; what the old one held and was not stored is not read",
				"topic", t.name, "id", t.id, "before", before)
		}
		if before != t.id && idOf(t.name, now.Runs) != t.id {
			q.fresh = append(q.fresh, t.name)
		}
	}
	if n := found[0].partitions; n != q.opts.Partitions {
		q.log.Warn("the queue keeps the number of partitions of its topic", "topic", q.opts.Topic, "configured", q.opts.Partitions, "kept", n)
	}
	now.Runs = number(now.Runs, found)
	q.use(now)
	if n := q.Partitions(); n > MaxPartitions {
		return fmt.Errorf("the topics %v have %d partitions, with those that were before them under their names; %d are possible", q.Topics(), n, MaxPartitions)
	}
	if remembered.ID != now.ID {
		if err := q.carry(ctx, remembered, now.Runs); err != nil {
			return err
		}
	}
	if q.settled = &now; len(q.fresh) > 0 {
		return nil
	}
	return q.Keep(ctx)
}

// carry takes positions along of topics that belonged to another queue before: that of logs alone was made again.
func (q *Queue) carry(ctx context.Context, remembered known, runs []run) error {
	before := newNumbering(remembered.ID, remembered.Runs, q.datasets)
	for at, number := range q.numbers.numbers {
		from, was := before.numbers[at]
		if !was || idOf(at.topic, remembered.Runs) != idOf(at.topic, runs) || q.opts.Carry == nil {
			continue
		}
		if err := q.opts.Carry(ctx, before.id, int(from), q.numbers.id, int(number)); err != nil {
			return fmt.Errorf("cannot go on where topic %q was read before: %w", at.topic, err)
		}
	}
	return nil
}

func (q *Queue) use(k known) {
	q.numbers = newNumbering(k.ID, k.Runs, q.datasets)
	q.stats.init(len(q.numbers.places))
}

// lookUp asks for a topic. It is complete once each partition has a leader.
func (q *Queue) lookUp(ctx context.Context, name string) (topic, error) {
	for {
		m, err := q.metadata(ctx, name)
		if err != nil {
			return topic{}, err
		}
		t := m.Topics[0]
		err = kerr.ErrorForCode(t.ErrorCode)
		switch {
		case err == nil && hasLeaders(t):
			return describe(m)
		case err == nil:
			err = errors.New("a partition has no leader")
		case errors.Is(err, kerr.UnknownTopicOrPartition) || !kerr.IsRetriable(err):
			return topic{}, fmt.Errorf("topic %q: %w", name, err)
		}
		select {
		case <-time.After(pollTopic):
		case <-ctx.Done():
			return topic{}, fmt.Errorf("topic %q: %w: %w", name, err, ctx.Err())
		}
	}
}

// metadata asks a broker for a topic; the client's own memory may be seconds old.
func (q *Queue) metadata(ctx context.Context, name string) (*kmsg.MetadataResponse, error) {
	req := kmsg.NewPtrMetadataRequest()
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = &name
	req.Topics = []kmsg.MetadataRequestTopic{t}
	m, err := req.RequestWith(ctx, q.producer)
	if err == nil && len(m.Topics) != 1 {
		err = fmt.Errorf("a broker described %d topics, not %q", len(m.Topics), name)
	}
	return m, err
}

func hasLeaders(t kmsg.MetadataResponseTopic) bool {
	for _, p := range t.Partitions {
		if p.Leader < 0 {
			return false
		}
	}
	return len(t.Partitions) > 0
}

// describe takes the id from the topic's (KIP-516), which is new for each topic, and from the cluster's. That of the topic of
// logs is the queue's.
func describe(m *kmsg.MetadataResponse) (topic, error) {
	t := m.Topics[0]
	if t.TopicID == [16]byte{} {
		return topic{}, errors.New("the brokers give topics no ids; Apache Kafka 2.8 or newer is needed")
	}
	name, cluster := "", ""
	if t.Topic != nil {
		name = *t.Topic
	}
	if m.ClusterID != nil {
		cluster = *m.ClusterID
	}
	sum := sha256.Sum256(append([]byte(cluster+"/"), t.TopicID[:]...))
	return topic{name: name, id: hex.EncodeToString(sum[:6]), partitions: len(t.Partitions)}, nil
}

// create makes the topic of a dataset; another process may be faster.
func (q *Queue) create(ctx context.Context, d Dataset) (topic, error) {
	m, err := q.metadata(ctx, d.topic)
	if err != nil {
		return topic{}, err
	}
	copies := q.opts.Replication.Factor
	if copies == 0 {
		copies = min(wantedReplicas, len(m.Brokers))
	}
	text := func(n int64) *string { s := strconv.FormatInt(n, 10); return &s }
	configs := map[string]*string{
		"retention.ms": text(d.Retention.MS), "retention.bytes": text(d.Retention.Bytes),
		"max.message.bytes": text(maxMessage), "min.insync.replicas": text(int64(min(minInSync, (copies+1)/2))),
	}
	resp, err := q.admin.CreateTopic(ctx, int32(d.Partitions), int16(copies), configs, d.topic)
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return topic{}, fmt.Errorf("cannot make topic %q: %w %s", d.topic, err, resp.ErrMessage)
	}
	q.log.Info("made the topic of the queue", "topic", d.topic, "partitions", d.Partitions, "replicas", copies)
	for {
		found, err := q.lookUp(ctx, d.topic)
		if !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return found, err
		}
		select { // the broker that was asked has not heard of it
		case <-time.After(pollTopic):
		case <-ctx.Done():
			return topic{}, ctx.Err()
		}
	}
}
