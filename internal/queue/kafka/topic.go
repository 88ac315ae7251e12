package kafka

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// topic is what is remembered of the topic.
type topic struct {
	ID         string `json:"id"` // of the queue
	Partitions int    `json:"partitions"`
}

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

// findTopic looks the topic up, makes it, or takes what is remembered when no broker answers.
func (q *Queue) findTopic(ctx context.Context) error {
	remembered, err := q.remembered(ctx)
	if err != nil {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, q.opts.Patience)
	defer cancel()
	found, err := q.lookUp(patience)
	if errors.Is(err, kerr.UnknownTopicOrPartition) {
		found, err = q.create(patience)
	}
	switch {
	case err == nil:
		if remembered.ID != "" && remembered.ID != found.ID {
			q.log.Warn("the topic is another one than before; what the old one held and was not stored is not read",
				"topic", q.opts.Topic, "queue", found.ID, "before", remembered.ID)
		}
		if found.Partitions != q.opts.Partitions {
			q.log.Warn("the queue keeps the number of partitions of its topic", "topic", q.opts.Topic,
				"configured", q.opts.Partitions, "kept", found.Partitions)
		}
		q.use(found)
		return q.remember(ctx)
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

func (q *Queue) use(t topic) {
	q.topic = t
	q.stats.init(t.Partitions)
}

// lookUp asks for the topic. It is complete once each partition has a leader.
func (q *Queue) lookUp(ctx context.Context) (topic, error) {
	for {
		m, err := q.metadata(ctx)
		if err != nil {
			return topic{}, err
		}
		t := m.Topics[0]
		err = kerr.ErrorForCode(t.ErrorCode)
		switch {
		case err == nil && hasLeaders(t):
			return q.describe(m)
		case err == nil:
			err = errors.New("a partition has no leader")
		case errors.Is(err, kerr.UnknownTopicOrPartition) || !kerr.IsRetriable(err):
			return topic{}, fmt.Errorf("topic %q: %w", q.opts.Topic, err)
		}
		select {
		case <-time.After(pollTopic):
		case <-ctx.Done():
			return topic{}, fmt.Errorf("topic %q: %w: %w", q.opts.Topic, err, ctx.Err())
		}
	}
}

// metadata asks a broker for the topic; the client's own memory may be seconds old.
func (q *Queue) metadata(ctx context.Context) (*kmsg.MetadataResponse, error) {
	req := kmsg.NewPtrMetadataRequest()
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = &q.opts.Topic
	req.Topics = []kmsg.MetadataRequestTopic{t}
	m, err := req.RequestWith(ctx, q.producer)
	if err == nil && len(m.Topics) != 1 {
		err = fmt.Errorf("a broker described %d topics, not %q", len(m.Topics), q.opts.Topic)
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

// describe takes the queue's id from the topic's (KIP-516), which is new for each topic, and from the cluster's.
func (q *Queue) describe(m *kmsg.MetadataResponse) (topic, error) {
	t := m.Topics[0]
	if t.TopicID == [16]byte{} {
		return topic{}, errors.New("the brokers give topics no ids; Apache Kafka 2.8 or newer is needed")
	}
	n := len(t.Partitions)
	if n > MaxPartitions {
		return topic{}, fmt.Errorf("topic %q has %d partitions; %d are possible", q.opts.Topic, n, MaxPartitions)
	}
	cluster := ""
	if m.ClusterID != nil {
		cluster = *m.ClusterID
	}
	sum := sha256.Sum256(append([]byte(cluster+"/"), t.TopicID[:]...))
	return topic{ID: hex.EncodeToString(sum[:6]), Partitions: n}, nil
}

// create makes the topic; another process may be faster.
func (q *Queue) create(ctx context.Context) (topic, error) {
	m, err := q.metadata(ctx)
	if err != nil {
		return topic{}, err
	}
	copies := q.opts.Replication.Factor
	if copies == 0 {
		copies = min(wantedReplicas, len(m.Brokers))
	}
	text := func(n int64) *string { s := strconv.FormatInt(n, 10); return &s }
	configs := map[string]*string{
		"retention.ms": text(q.opts.Retention.MS), "retention.bytes": text(q.opts.Retention.Bytes),
		"max.message.bytes": text(maxMessage), "min.insync.replicas": text(int64(min(minInSync, (copies+1)/2))),
	}
	resp, err := q.admin.CreateTopic(ctx, int32(q.opts.Partitions), int16(copies), configs, q.opts.Topic)
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return topic{}, fmt.Errorf("cannot make topic %q: %w %s", q.opts.Topic, err, resp.ErrMessage)
	}
	q.log.Info("made the topic of the queue", "topic", q.opts.Topic, "partitions", q.opts.Partitions, "replicas", copies)
	for {
		found, err := q.lookUp(ctx)
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

func (q *Queue) remembered(ctx context.Context) (topic, error) {
	if q.opts.Remember == nil {
		return topic{}, nil
	}
	value, err := q.opts.Remember.Get(ctx, q.opts.Topic)
	if err != nil || value == nil {
		return topic{}, err
	}
	var t topic
	if err := json.Unmarshal(value, &t); err != nil || t.ID == "" || t.Partitions < 1 {
		return topic{}, fmt.Errorf("what is remembered of topic %q cannot be read: %q", q.opts.Topic, value)
	}
	return t, nil
}

// Forget forgets what the topic is: the next start asks the brokers.
func (q *Queue) Forget(ctx context.Context) error {
	if q.opts.Remember == nil {
		return nil
	}
	return q.opts.Remember.Put(ctx, map[string][]byte{q.opts.Topic: nil})
}

func (q *Queue) remember(ctx context.Context) error {
	if q.opts.Remember == nil {
		return nil
	}
	value, err := json.Marshal(q.topic)
	if err != nil {
		return err
	}
	return q.opts.Remember.Put(ctx, map[string][]byte{q.opts.Topic: value})
}
