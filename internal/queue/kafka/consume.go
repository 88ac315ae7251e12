package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	connection "github.com/haetae/haetae/internal/kafka"
	"github.com/haetae/haetae/internal/queue"
)

var errConsumed = errors.New("the queue is being consumed already")

// commitEvery is how often the group is told what is stored.
const commitEvery = time.Second

// member is this process in the consumer group. The group only says whose a partition is: records are read by a client of
// each partition (reader.go), from the offset that the store names.
type member struct {
	q      *Queue
	own    func(ctx context.Context, r queue.Reader) error
	client *kgo.Client
	ctx    context.Context // of all calls
	fail   context.CancelCauseFunc

	mu    sync.Mutex
	calls map[int32]*call

	complained atomic.Bool // that the group has a problem
}

// Move is how partitions come to a process or leave it.
type Move int

const (
	Given Move = iota
	Taken      // given back, or at the end of the process
	Lost       // another has them already
)

// call is one call of own.
type call struct {
	cancel context.CancelFunc
	ended  chan struct{}
}

// Consume implements queue.Queue. At most opts.Consumers partitions of each topic are given to this process. A partition that is taken away
// is given to the next owner when its call has returned.
func (q *Queue) Consume(ctx context.Context, own func(ctx context.Context, r queue.Reader) error) error {
	if err := q.beginConsume(); err != nil {
		return err
	}
	defer func() {
		q.mu.Lock()
		q.consuming = false
		q.mu.Unlock()
	}()
	q.forgetBound(ctx)
	if q.opts.Consumers == 0 { // in the group it would have to be given something
		select {
		case <-ctx.Done():
			return nil
		case <-q.life.Done():
			return context.Cause(q.life)
		}
	}
	m := &member{q: q, own: own, calls: map[int32]*call{}}
	m.ctx, m.fail = context.WithCancelCause(ctx)
	defer m.fail(nil)
	joined := make(chan struct{}) // the callbacks wait until the client is set
	var err error
	m.client, err = kgo.NewClient(append(q.connect, m.options(joined)...)...)
	if err != nil {
		return fmt.Errorf("cannot join the consumer group: %w", err)
	}
	m.client.PauseFetchTopics(q.Topics()...)
	q.member.Store(m)
	defer q.member.Store(nil)
	close(joined)
	var complaints sync.WaitGroup
	complaints.Go(m.complain)

	select {
	case <-m.ctx.Done():
	case <-q.life.Done():
		m.fail(context.Cause(q.life))
	}
	cause := context.Cause(m.ctx)
	m.end(nil, Taken)
	m.client.Close()
	complaints.Wait()
	q.opts.Refused("")
	if q.opts.Group.Instance.ID == "" {
		if err := connection.Leave(context.WithoutCancel(ctx), q.producer, q.opts.GroupID, q.opts.Member); err != nil {
			q.log.Info("others get this process's partitions when its session ends", "error", err)
		}
	}
	if ctx.Err() != nil && errors.Is(cause, context.Cause(ctx)) {
		return nil
	}
	return cause
}

func (q *Queue) beginConsume() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return queue.ErrClosed
	case q.consuming:
		return errConsumed
	}
	q.consuming = true
	return nil
}

// instance is this process's name in the group.
func (q *Queue) instance() string { return cmp.Or(q.opts.Group.Instance.ID, q.opts.Member) }

func (m *member) options(joined <-chan struct{}) []kgo.Opt {
	s := &m.q.opts.Settings
	return []kgo.Opt{
		kgo.ConsumerGroup(m.q.opts.GroupID),
		kgo.InstanceID(m.q.instance()),
		kgo.ConsumeTopics(m.q.Topics()...),
		kgo.Balancers(newBalancer(s.Consumers)),
		kgo.SessionTimeout(time.Duration(s.Session.Timeout.MS) * time.Millisecond),
		kgo.HeartbeatInterval(time.Duration(min(s.Session.Timeout.MS/5, 3_000)) * time.Millisecond),
		kgo.AutoCommitMarks(), kgo.AutoCommitInterval(commitEvery),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, given map[string][]int32) {
			<-joined
			m.begin(m.q.numbers.numbersOf(given))
		}),
		kgo.OnPartitionsRevoked(func(ctx context.Context, c *kgo.Client, taken map[string][]int32) {
			<-joined
			numbers := m.q.numbers.numbersOf(taken)
			if len(numbers) == 0 {
				return
			}
			m.end(numbers, Taken)
			if err := c.CommitMarkedOffsets(ctx); err != nil {
				m.q.log.Debug("cannot tell the group what is stored; the store knows", "error", err)
			}
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
			<-joined
			m.end(m.q.numbers.numbersOf(lost), Lost)
		}),
	}
}

// complain tells of errors of the group until the client is closed. Nothing is fetched by it.
func (m *member) complain() {
	for {
		fetches := m.client.PollFetches(context.Background())
		if fetches.IsClientClosed() {
			return
		}
		fetches.EachError(func(_ string, _ int32, err error) { m.tell(err) })
	}
}

// begin calls own for each partition.
func (m *member) begin(partitions []int32) {
	m.joined()
	if len(partitions) == 0 {
		return
	}
	m.q.metrics.rebalances.Inc()
	m.q.log.Info("partitions are given to this process", "partitions", partitions)
	m.q.opts.Moved(Given, partitions)
	for _, p := range partitions {
		ctx, cancel := context.WithCancel(m.ctx)
		c := &call{cancel: cancel, ended: make(chan struct{})}
		m.mu.Lock()
		m.calls[p] = c
		m.mu.Unlock()
		owned := m.q.metrics.owned.WithLabelValues(m.q.numbers.places[p].topic)
		owned.Inc()
		go func() {
			defer close(c.ended)
			defer owned.Dec()
			if err := m.run(ctx, p); err != nil && ctx.Err() == nil {
				m.fail(err)
			}
		}()
	}
}

// run claims a partition and lends its reader to own.
func (m *member) run(ctx context.Context, partition int32) error {
	epoch, err := m.claim(ctx, partition)
	if err != nil {
		return nil // ctx has ended
	}
	r := &reader{m: m, number: partition, at: m.q.numbers.places[partition], epoch: epoch}
	defer r.close()
	err = m.own(ctx, r)
	return err
}

// claim waits for the metadata store.
func (m *member) claim(ctx context.Context, partition int32) (int64, error) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		epoch, err := m.q.opts.Claim(ctx, m.q.ID(), int(partition))
		if err == nil {
			return epoch, nil
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		m.q.log.Error("cannot claim a partition in the metadata store, trying again", "partition", partition, "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// end ends the calls of partitions, or with nil of all, and waits for them.
func (m *member) end(partitions []int32, how Move) {
	m.mu.Lock()
	if partitions == nil {
		for p := range m.calls {
			partitions = append(partitions, p)
		}
	}
	var ending []*call
	for _, p := range partitions {
		if c := m.calls[p]; c != nil {
			delete(m.calls, p)
			ending = append(ending, c)
		}
	}
	m.mu.Unlock()
	if len(ending) == 0 {
		return
	}
	m.q.metrics.rebalances.Inc()
	m.q.log.Info("partitions end in this process", "partitions", partitions)
	for _, c := range ending {
		c.cancel()
	}
	for _, c := range ending {
		<-c.ended
	}
	m.q.opts.Moved(how, partitions)
}
