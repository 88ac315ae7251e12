package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/kafka"
	"github.com/haetae/haetae/internal/queue"
)

// How often the brokers are looked at, and how long one look may take.
const (
	lookEvery   = 2 * time.Second
	lookTimeout = 3 * time.Second
	sizesEvery  = 5 // looks
)

// stats is what is known of the partitions: from answers to appends and fetches at once, from looks a little later.
type stats struct {
	mu    sync.Mutex
	list  []queue.PartitionStats
	known []bool // by partition: whether its end was learned since the start
}

func (s *stats) init(partitions int) {
	s.list, s.known = make([]queue.PartitionStats, partitions), make([]bool, partitions)
	for p := range s.list {
		s.list[p].Partition = p
	}
}

// update changes the statistics of one partition and keeps Oldest <= Stored <= End.
func (s *stats) update(partition int32, change func(p *queue.PartitionStats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(partition) >= len(s.list) {
		return // a partition that was added to the topic is not the queue's
	}
	p := &s.list[partition]
	change(p)
	p.End = max(p.End, p.Oldest)
	p.Stored = min(max(p.Stored, p.Oldest), p.End)
}

// reaches notes that a partition reached from an offset to the one before end.
func (s *stats) reaches(partition int32, oldest, end int64) {
	s.update(partition, func(p *queue.PartitionStats) {
		p.Oldest, p.End = max(p.Oldest, oldest), max(p.End, end)
		s.known[partition] = true
	})
}

// KnownEnds is Ends without asking anybody: not below what this process has acknowledged, and what others appended is in it
// within a few seconds. Partitions of which nothing is known yet are left out.
func (q *Queue) KnownEnds(context.Context) (map[int]int64, error) {
	q.stats.mu.Lock()
	defer q.stats.mu.Unlock()
	ends := map[int]int64{}
	for p, known := range q.stats.known {
		if known {
			ends[p] = q.stats.list[p].End
		}
	}
	return ends, nil
}

// Stats implements queue.Queue. Offsets of other processes are at most a few seconds old. Stored is never above what is
// in the store: this process knows it, and others tell it to the group. What retention has taken counts as stored.
func (q *Queue) Stats() []queue.PartitionStats {
	q.stats.mu.Lock()
	defer q.stats.mu.Unlock()
	return append([]queue.PartitionStats(nil), q.stats.list...)
}

// watch looks at the brokers until the queue ends.
func (q *Queue) watch() { q.again(q.look) }

// watchDetails looks at what may take its time: senders must be told all the same that brokers are away.
func (q *Queue) watchDetails() {
	n := 0
	q.again(func() {
		if q.brokers.away() {
			return
		}
		q.lookAtGroup()
		if n++; n%sizesEvery == 0 {
			q.lookAtSizes()
		}
	})
}

// again looks each lookEvery until the queue ends.
func (q *Queue) again(look func()) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-q.life.Done():
			return
		case <-tick.C:
			look()
		}
	}
}

// look asks for the state of the topics, and notes whether anybody answered.
func (q *Queue) look() {
	ctx, cancel := context.WithTimeout(q.life, lookTimeout)
	defer cancel()
	err := q.lookAtTopics(ctx)
	switch {
	case q.life.Err() != nil:
	case err == nil:
		q.setAway(nil)
	case errors.Is(err, errOtherTopic):
		q.log.Error("cannot go on", "error", err)
		q.opts.Problem(err.Error())
		q.end(err)
	case errors.Is(err, context.DeadlineExceeded):
		q.setAway(fmt.Errorf("nothing came within %s: %w", lookTimeout, context.DeadlineExceeded))
	default:
		q.setAway(err)
	}
}

var errOtherTopic = errors.New("a topic of the queue was made again; restart Haetae to go on with the new one")

func (q *Queue) lookAtTopics(ctx context.Context) error {
	for _, t := range q.numbers.topics {
		now, err := q.lookUp(ctx, t.name)
		if err != nil {
			return err
		}
		if now.id != t.id || now.partitions < t.partitions {
			return fmt.Errorf("%w (topic %q, id %s, before %s)", errOtherTopic, t.name, now.id, t.id)
		}
	}
	topics := q.Topics()
	start, err := q.admin.ListStartOffsets(ctx, topics...)
	if err != nil {
		return err
	}
	end, err := q.admin.ListEndOffsets(ctx, topics...)
	if err != nil {
		return err
	}
	committed, err := q.admin.FetchOffsetsForTopics(ctx, q.opts.GroupID, topics...)
	if err != nil { // a group that is new, or without its coordinator: what this process has stored is known
		q.log.Debug("cannot ask what the group has stored", "group", q.opts.GroupID, "error", err)
	}
	for at, number := range q.numbers.numbers {
		from, isStart := start.Lookup(at.topic, at.partition)
		to, isEnd := end.Lookup(at.topic, at.partition)
		if !isStart || !isEnd || from.Err != nil || to.Err != nil {
			continue // between two leaders; the next look knows more
		}
		stored, _ := committed.Lookup(at.topic, at.partition)
		q.stats.reaches(number, from.Offset, to.Offset)
		q.stats.update(number, func(s *queue.PartitionStats) { s.Stored = max(s.Stored, stored.At) })
	}
	return nil
}

// Ends asks the brokers for the offset of the next record of each partition, which is above all that was acknowledged. With an
// error it returns those that are known: while a partition has no leader, the others have.
func (q *Queue) Ends(ctx context.Context) (map[int]int64, error) {
	list, err := q.admin.ListEndOffsets(ctx, q.Topics()...)
	if err != nil {
		err = fmt.Errorf("cannot ask where the topics %v end: %w", q.Topics(), err)
	}
	ends := map[int]int64{}
	for at, number := range q.numbers.numbers {
		end, known := list.Lookup(at.topic, at.partition)
		switch {
		case known && end.Err == nil:
			ends[int(number)] = end.Offset
		case known:
			err = errors.Join(err, fmt.Errorf("cannot ask where partition %d of topic %q ends: %w", at.partition, at.topic, end.Err))
		case err == nil:
			err = fmt.Errorf("topic %q lacks partition %d", at.topic, at.partition)
		}
	}
	return ends, err
}

// lookAtSizes asks what the partitions take on the brokers' disks: of the largest copy of each. Brokers that do not tell
// leave the last answer.
func (q *Queue) lookAtSizes() {
	ctx, cancel := context.WithTimeout(q.life, lookTimeout)
	defer cancel()
	dirs, err := q.admin.DescribeAllLogDirs(ctx, nil)
	if err != nil {
		q.log.Debug("cannot ask for the sizes of partitions", "error", err)
		return
	}
	q.cluster.setDisks(dirs)
	sizes := make([]int64, q.Partitions())
	for _, broker := range dirs {
		for _, dir := range broker {
			for at, number := range q.numbers.numbers {
				if d, is := dir.Topics.Lookup(at.topic, at.partition); is && !d.IsFuture {
					sizes[number] = max(sizes[number], d.Size)
				}
			}
		}
	}
	for p, size := range sizes {
		q.stats.update(int32(p), func(s *queue.PartitionStats) { s.Bytes = size })
	}
}

// setAway notes that the brokers are away, or, with nil, back. It is told once.
func (q *Queue) setAway(err error) {
	if !q.brokers.set(err) {
		return
	}
	if err == nil {
		q.log.Info("the Kafka brokers answer again", "brokers", q.opts.Brokers)
		q.opts.Problem("")
		return
	}
	err = kafka.Explain(err, settingsAt)
	q.log.Error("the Kafka brokers do not answer; senders are told to wait until they do", "brokers", q.opts.Brokers, "error", err)
	q.opts.Problem(fmt.Sprintf("the Kafka brokers %v do not answer, senders are told to wait: %v", q.opts.Brokers, err))
}

// brokers remembers whether the brokers can be reached.
type brokers struct {
	mu   sync.Mutex
	why  error         // nil when they can
	lost chan struct{} // closed when they go away
}

// state returns why the brokers are away, or a channel that is closed when they go.
func (b *brokers) state() (lost <-chan struct{}, why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost == nil {
		b.lost = make(chan struct{})
	}
	return b.lost, b.why
}

func (b *brokers) away() bool {
	_, why := b.state()
	return why != nil
}

// set notes why the brokers are away, nil when they are not, and reports whether that is news.
func (b *brokers) set(why error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	changed := (why == nil) != (b.why == nil)
	b.why = why
	if changed && why != nil && b.lost != nil {
		close(b.lost)
		b.lost = nil
	}
	return changed
}

// Away reports whether the brokers did not answer when they were looked at last.
func (q *Queue) Away() bool { return q.brokers.away() }

// isUnreachable reports whether an error may pass when brokers come back.
func isUnreachable(err error) bool {
	var network net.Error
	return errors.Is(err, kgo.ErrRecordTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || kerr.IsRetriable(err) || kgo.IsRetryableBrokerErr(err)
}
