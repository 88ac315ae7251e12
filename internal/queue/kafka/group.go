package kafka

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	connection "github.com/haetae/haetae/internal/kafka"
)

// unreadAfter is how long partitions must have no owner before that is told: while the group divides them anew, some have
// none for a moment.
const unreadAfter = 5 * time.Second

// unread is which partitions no process reads.
type unread struct {
	since time.Time // zero while all are read
	told  []int32
}

// lookAtGroup tells when partitions are read by nobody: the bounds of all processes together leave them over.
func (q *Queue) lookAtGroup() {
	ctx, cancel := context.WithTimeout(q.life, lookTimeout)
	defer cancel()
	group, err := q.describeGroup(ctx)
	if err != nil {
		q.log.Debug("cannot ask who reads the partitions", "group", q.opts.GroupID, "error", err)
		return
	}
	if group.State != "Stable" && len(group.Members) > 0 {
		return // being divided
	}
	u, left := &q.unread, q.withoutOwner(group)
	switch now := q.opts.Now(); {
	case len(left) == 0:
		u.since = time.Time{}
	case u.since.IsZero():
		u.since = now
		return
	case now.Sub(u.since) < unreadAfter:
		return
	}
	if slices.Equal(u.told, left) {
		return
	}
	u.told = left
	if len(left) == 0 {
		q.log.Info("all partitions are read again")
	} else {
		q.log.Warn("partitions are read by nobody; raise --consumers or start another process", "partitions", left)
	}
	q.opts.Unread(left)
}

// describeGroup returns the consumer group; one that does not exist has no members.
func (q *Queue) describeGroup(ctx context.Context) (kadm.DescribedGroup, error) {
	all, err := q.admin.DescribeGroups(ctx, q.opts.GroupID)
	if err != nil {
		return kadm.DescribedGroup{}, err
	}
	group := all[q.opts.GroupID]
	if errors.Is(group.Err, kerr.GroupIDNotFound) {
		return kadm.DescribedGroup{}, nil
	}
	return group, group.Err
}

func (q *Queue) withoutOwner(group kadm.DescribedGroup) (left []int32) {
	assigned := group.AssignedPartitions()
	for number, at := range q.numbers.places {
		if at.topic != "" && !assigned.Lookup(at.topic, at.partition) {
			left = append(left, int32(number))
		}
	}
	return left
}

// forgetBound takes this process out of the group when the group knows it with another bound. After a crash the brokers give
// a static member what it had before, without dividing anew.
func (q *Queue) forgetBound(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	group, err := q.describeGroup(ctx)
	for errors.Is(err, kerr.CoordinatorNotAvailable) && ctx.Err() == nil { // a new cluster is about to make the topic of its groups
		select {
		case <-time.After(pollTopic):
			group, err = q.describeGroup(ctx)
		case <-ctx.Done():
		}
	}
	for _, m := range group.Members {
		meta, ok := m.Join.AsConsumer()
		if ok && m.InstanceID != nil && *m.InstanceID == q.instance() && boundOf(meta) != q.opts.Consumers {
			err = errors.Join(err, connection.Leave(ctx, q.producer, q.opts.GroupID, q.instance()))
		}
	}
	if err != nil {
		q.log.Info("a changed bound of partitions may hold only when another process joins or leaves", "error", err)
	}
}
