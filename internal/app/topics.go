package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	connection "github.com/haetae/haetae/internal/kafka"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// topicsBesides are the datasets that have a topic of their own besides that of the logs. The audit trail is one stream, so that
// more than one partition would stay empty. It is small, and what is gone of it before it is stored is missing in its chain:
// its topic keeps it for as long as Kafka usually does, even where that of the logs is kept short.
func (q *queueConfig) topicsBesides() []kafka.Dataset {
	keeps := kafka.Retention{MS: q.Retention.MS, Bytes: -1}
	if usual := kafka.Defaults().Retention.MS; keeps.MS >= 0 {
		keeps.MS = max(keeps.MS, usual)
	}
	return []kafka.Dataset{{Name: model.DatasetAudit, Partitions: 1, Retention: keeps}}
}

// placeOf tells where a partition of the queue is on Kafka; nil when it is on disk.
func (a *app) placeOf() func(partition int) (topic string, at int) {
	if q, ok := a.queue.(*kafka.Queue); ok {
		return q.Place
	}
	return nil
}

// closedPartitions are those whose topic is no more.
func (a *app) closedPartitions() []int {
	if q, ok := a.queue.(*kafka.Queue); ok {
		return q.Closed()
	}
	return nil
}

// openStats describes the partitions that are not closed.
func (a *app) openStats() []queue.PartitionStats {
	closed := a.closedPartitions()
	return slices.DeleteFunc(a.queue.Stats(), func(p queue.PartitionStats) bool { return slices.Contains(closed, p.Partition) })
}

// checkForeign refuses topics of other programs, and tells when an installation finds records of Haetae's in topics that are new to it.
// They may be another installation's, which both would then store; or of its own that lost its metadata, so that is no error.
func (a *app) checkForeign(ctx context.Context, q *kafka.Queue) error {
	if len(q.Fresh()) == 0 {
		return nil
	}
	stored, err := a.storedOffsets(ctx, q.ID())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	ends, err := q.Ends(ctx)
	if err != nil { // a start does not wait for that
		a.log.Info("the brokers do not say whether the topics of the queue have records already", "error", connection.Explain(err, "queue."))
		return nil
	}
	var topics []string
	var records int64
	for p, end := range ends {
		topic, _ := q.Place(p)
		_, read := stored[p] // by others of this installation
		if end == 0 || read || !slices.Contains(q.Fresh(), topic) {
			continue
		}
		records += end
		if !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	for _, topic := range topics {
		foreign, err := q.IsForeign(ctx, topic)
		switch {
		case err != nil:
			a.log.Info("the brokers do not say whose records a topic of the queue has", "topic", topic, "error", connection.Explain(err, "queue."))
			return nil
		case foreign:
			return a.cfg.tree.Wrong("queue.topic", fmt.Errorf(
				"topic %q holds records that are not Haetae's, which would all become dead letters: name a topic of the queue's own, which is made when it is missing; "+
					"to read this one, name it in topics of an input of type kafka", topic))
		}
	}
	if records > 0 {
		a.log.Warn("the topic of the queue has records, and this installation has stored none of them: it stores them too; "+
			"one topic is for one installation, so if these are another's, stop, set queue.topic, and begin with an empty data folder",
			"topic", strings.Join(topics, ", "), "offsets", records)
	}
	return nil
}
