package kafka

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/input/deliver"
	connection "github.com/haetae/haetae/internal/kafka"
)

// run polls until ctx ends. While the queue is full it does not poll, so that Kafka keeps what comes.
func (r *reader) run(ctx context.Context) {
	b := deliver.NewBatch(r.decoder.layout)
	failing := false
	for {
		fetches := r.client.PollFetches(ctx)
		if ctx.Err() != nil || fetches.IsClientClosed() {
			return
		}
		fetches.EachError(func(topic string, partition int32, err error) {
			if isAway(err) {
				return
			}
			r.tellSources(topic, reasonUnreadable, err)
			if !failing {
				failing = true
				r.env.Log.Error("cannot read topics, trying again", "topic", topic, "partition", partition, "error", connection.Explain(err, r.settingsAt()))
			}
		})
		if fetches.NumRecords() == 0 {
			continue
		}
		if failing {
			failing = false
			r.env.Log.Info("topics can be read again")
		}
		if err := r.take(b, fetches); err != nil {
			if r.ctx.Err() == nil {
				r.env.Log.Warn("records of topics were not stored; they are read again", "error", err)
			}
			return // the server stops
		}
	}
}

// take writes what was fetched, the records of each partition in their order, and notes how far they are durable.
func (r *reader) take(b *deliver.Batch, fetches kgo.Fetches) error {
	var failed error
	fetches.EachTopic(func(t kgo.FetchTopic) {
		for i := range t.Partitions {
			if failed == nil {
				failed = r.takePartition(b, &t, &t.Partitions[i])
			}
		}
	})
	return failed
}

// takePartition writes the records of one partition, for as long as it is held: the rest is the next owner's.
func (r *reader) takePartition(b *deliver.Batch, t *kgo.FetchTopic, p *kgo.FetchPartition) error {
	at := topicPartition{t.Topic, p.Partition}
	ctx, end, ok := r.held.begin(r.ctx, at)
	if !ok {
		return nil
	}
	defer end()
	s := sourceOf(t, p.Partition)
	b.Reset()
	for i, rec := range p.Records {
		r.decoder.add(ctx, b, &s, rec)
		if b.Size() < r.env.MaxBatch && i < len(p.Records)-1 {
			continue
		}
		err := r.writer.Write(ctx, b)
		switch {
		case err != nil && ctx.Err() != nil && r.ctx.Err() == nil:
			r.env.Log.Warn("a partition was taken away while its records waited for the queue; the next process reads them",
				"topic", at.topic, "partition", at.partition)
			return nil
		case err != nil:
			return errors.Join(r.ctx.Err(), err)
		}
		b.Reset()
		r.client.MarkCommitRecords(rec)
		if !r.held.has(at) {
			return nil
		}
	}
	return nil
}

// source is a partition of a topic as records name it.
type source struct {
	peer      string // "orders/3"
	mark      string
	topic     string
	partition string
}

// sourceOf names the mark by the topic's id: a topic that is made again under its name counts from 0 again, and must not
// be taken for the one before.
func sourceOf(t *kgo.FetchTopic, partition int32) source {
	s := source{topic: t.Topic, partition: strconv.Itoa(int(partition))}
	s.peer = t.Topic + "/" + s.partition
	s.mark = "kafka/" + t.Topic + "/" + s.partition
	if t.TopicID != [16]byte{} {
		s.mark = "kafka/" + hex.EncodeToString(t.TopicID[:]) + "/" + s.partition
	}
	return s
}
