// Package kafka is the queue on an Apache Kafka cluster: one record of Haetae is one record of a topic, so that an
// offset addresses one row, as everywhere.
//
//	value    the record in its binary form (package record)
//	key      8 bytes, big-endian: the hash of the stream fields; key modulo partitions of the topic is the partition
//	header   haetae.input, the name of the input that received the record
//
// Each dataset of Options has a topic; numbers.go numbers the queue's partitions across them. Producing is in append.go, the
// group and its partitions in consume.go, reading in reader.go, what the topics are and how they are made in topic.go. watch.go
// looks at the brokers once in a while: for statistics, and to say at once that they are away instead of letting every sender
// find out.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"golang.org/x/sync/semaphore"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
)

// MaxPartitions is the largest number of partitions of a queue.
const MaxPartitions = 999

// Defaults of Options.
const (
	defaultMaxPending = 32 << 20
	defaultPatience   = 10 * time.Second
)

// Options of Open.
type Options struct {
	Settings
	// Partitions of the topic of logs when Open makes it. One that is there keeps its own number.
	Partitions int
	// Datasets besides logs that have topics of their own; what is of any other dataset goes with the logs.
	Datasets []Dataset
	// GroupID names the consumer group; processes that share one metadata store share it.
	GroupID string
	// Member names this process in the group, in every run of it, unless group.instance.id does.
	Member string
	// Claim makes this process the owner of a partition of the queue and returns its epoch, higher than any that was
	// returned or stored before for that partition. The metadata store does it: Kafka's own generations begin anew
	// with a new group, and a process that was frozen may hold an old one.
	Claim func(ctx context.Context, queue string, partition int) (epoch int64, err error)
	// Carry gives a partition of a queue the position that a partition of another queue has, unless it has one; nil carries
	// none. The metadata store does it.
	Carry func(ctx context.Context, from string, partition int, to string, as int) error
	// Remember keeps what the topics are across restarts, so that a start needs no broker; nil remembers nothing.
	Remember State
	// MaxPending bounds the bytes in memory that wait for the brokers; beyond it Append waits, then refuses.
	MaxPending int64
	// Patience is how long Open and Append wait for brokers that do not answer.
	Patience time.Duration
	// Problem is told what is wrong with the brokers now, "" when all is well again.
	Problem func(text string)
	// Refused is told why the brokers do not let this process into the consumer group, "" when they do.
	Refused func(text string)
	// Unread is told which partitions no process reads, none when all are read again.
	Unread func(partitions []int32)
	// Moved is told of partitions that were given to this process, that it gave back, or that are another's. It must not wait.
	Moved      func(how Move, partitions []int32)
	Log        *slog.Logger
	Registerer prometheus.Registerer
	Now        func() time.Time
}

// State is a small durable map.
type State interface {
	Get(ctx context.Context, key string) (value []byte, err error) // nil, nil when there is none
	Put(ctx context.Context, values map[string][]byte) error
}

func (o *Options) validate() error {
	if err := o.Settings.Validate(); err != nil {
		return err
	}
	for _, d := range o.Datasets {
		if d.Name == "" || d.Name == model.DatasetLogs || d.Partitions < 1 {
			return fmt.Errorf("kafka: a topic with %d partitions for dataset %q", d.Partitions, d.Name)
		}
	}
	switch {
	case o.Partitions < 1 || o.Partitions > MaxPartitions:
		return fmt.Errorf("kafka: %d partitions; want 1 to %d", o.Partitions, MaxPartitions)
	case o.GroupID == "":
		return errors.New("kafka: no group given")
	case o.Member == "":
		return errors.New("kafka: the member of the group has no name")
	case o.Claim == nil:
		return errors.New("kafka: nobody to claim partitions from")
	}
	if o.MaxPending == 0 {
		o.MaxPending = defaultMaxPending
	}
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Problem == nil {
		o.Problem = func(string) {}
	}
	if o.Refused == nil {
		o.Refused = func(string) {}
	}
	if o.Moved == nil {
		o.Moved = func(Move, []int32) {}
	}
	if o.Unread == nil {
		o.Unread = func([]int32) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return nil
}

// Queue implements queue.Queue.
type Queue struct {
	opts     Options
	log      *slog.Logger
	datasets []Dataset // logs first
	numbers  *numbering
	fresh    []string  // topics that the queue did not know before
	settled  *known    // what Keep remembers; nil when the brokers were not asked
	connect  []kgo.Opt // of every client whose traffic counts
	plain    []kgo.Opt // the same without the count
	producer *kgo.Client
	large    largeProducer
	admin    *kadm.Client
	metrics  *metrics
	pending  *semaphore.Weighted // bytes
	ops      sync.Pool           // of *delivery
	fetched  pool
	stats    stats
	traffic  traffic
	brokers  brokers
	unread   unread // of watchDetails alone
	cluster  clusterView
	times    brokerTimes
	member   atomic.Pointer[member] // nil while it consumes nothing

	life context.Context // ends with Close, or when the queue cannot go on
	end  context.CancelCauseFunc

	mu        sync.Mutex
	consuming bool
	closed    bool
	inflight  sync.WaitGroup // appends under way; Add only under mu while not closed
	watching  sync.WaitGroup
}

var _ queue.Queue = (*Queue)(nil)

// Open connects to the topics, or makes them. When no broker answers within opts.Patience, a queue that is remembered
// opens all the same and waits for them; otherwise the error is an *UnreachableError. Topics that are Fresh are remembered by Keep.
func Open(ctx context.Context, opts Options) (*Queue, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	log := opts.Log.With("component", "queue")
	connect, err := opts.Connection.Options(log)
	if err != nil {
		return nil, err
	}
	q := &Queue{
		opts: opts, log: log, plain: connect, pending: semaphore.NewWeighted(opts.MaxPending),
		cluster:  clusterView{asking: make(chan struct{}, 1)},
		datasets: slices.Concat([]Dataset{{Name: model.DatasetLogs, Partitions: opts.Partitions, Retention: opts.Retention}}, opts.Datasets),
	}
	for i := range q.datasets {
		q.datasets[i].topic = topicOf(opts.Topic, q.datasets[i].Name)
	}
	q.datasets[0].topic = opts.Topic
	q.connect = slices.Concat(connect, []kgo.Opt{kgo.WithHooks(&q.traffic, &q.times)})
	q.connect = slices.Clip(q.connect) // many goroutines append to it
	q.times.now = opts.Now
	q.life, q.end = context.WithCancelCause(context.Background())
	if q.producer, err = kgo.NewClient(append(q.connect, q.producing(opts.Batch.Size)...)...); err != nil {
		return nil, fmt.Errorf("cannot open the queue: %w", err)
	}
	q.admin = kadm.NewClient(q.producer)
	if err := q.findTopics(ctx); err != nil {
		q.producer.Close()
		return nil, fmt.Errorf("cannot open the queue: %w", err)
	}
	q.metrics = newMetrics(opts.Registerer, &q.traffic, q.Topics())
	q.look() // statistics are right from the start
	q.watching.Go(q.watch)
	q.watching.Go(q.watchDetails)
	return q, nil
}

// ID implements queue.Queue. It is new for each topic of logs, also for one that is made again under the same name.
func (q *Queue) ID() string { return q.numbers.id }

// Partitions implements queue.Queue. Their number grows at a start when a topic has more, or a dataset has a topic of its own.
func (q *Queue) Partitions() int { return len(q.numbers.places) }

// Close implements queue.Queue. Readers that wait return queue.ErrClosed.
func (q *Queue) Close() error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil
	}
	q.closed = true
	q.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		q.inflight.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(q.opts.Patience / 2): // the brokers are away: what waits for them fails below
	}
	q.end(queue.ErrClosed)
	q.watching.Wait()
	q.large.close()
	q.producer.Close()
	q.metrics.unregister()
	return nil
}

// enter notes an append under way; leave it with q.inflight.Done.
func (q *Queue) enter() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return queue.ErrClosed
	}
	if err := context.Cause(q.life); err != nil {
		return err
	}
	q.inflight.Add(1)
	return nil
}
