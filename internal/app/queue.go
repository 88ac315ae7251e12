package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/internal/app/overview"
	connection "github.com/haetae/haetae/internal/kafka"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/queue/wal"
)

// Values of queue.type.
const (
	queueWAL   = "wal"
	queueKafka = "kafka"
)

// Codes of problems with the brokers of the queue: they do not answer, or do not let this process into the consumer group.
const (
	problemBrokers = "queue.brokers"
	problemGroup   = "queue.group"
)

// askBrokersEvery is how often a start that needs the brokers asks again.
const askBrokersEvery = 2 * time.Second

func (a *app) openQueue(ctx context.Context) (queue.Queue, error) {
	if a.cfg.Queue.Type == queueKafka {
		if err := a.checkMoved(ctx); err != nil {
			return nil, err
		}
		return a.openKafka(ctx)
	}
	if err := a.checkLeft(ctx, ""); err != nil {
		return nil, err
	}
	q, err := wal.Open(wal.Options{
		Dir: filepath.Join(a.cfg.Data, "queue"), Partitions: a.cfg.partitions(), MaxBytes: int64(a.cfg.Queue.MaxSize),
		MaxPending: a.share(16), Retention: a.cfg.Queue.keptOnDisk(), Linger: time.Duration(a.cfg.Queue.Linger.MS) * time.Millisecond,
		Log: a.log.With("component", "queue"), Registerer: a.registry,
	})
	if err != nil {
		return nil, err
	}
	stored, err := a.storedOffsets(ctx, q.ID())
	if err == nil {
		err = q.StoredBelow(stored)
	}
	if err != nil {
		return nil, errors.Join(err, q.Close())
	}
	if n := a.cfg.Queue.Consumers; n >= 0 && n < q.Partitions() {
		return nil, errors.Join(q.Close(), a.cfg.tree.Wrong("queue.consumers", fmt.Errorf(
			"is %d, and no other process can read the rest of the %d partitions of a queue on disk; leave it out, or move the queue to Kafka with queue.type",
			n, q.Partitions())))
	}
	return q, nil
}

// openKafka waits for brokers when nothing is known of the topic yet: without its partitions nothing can be received.
// Meanwhile the main port says so.
func (a *app) openKafka(ctx context.Context) (queue.Queue, error) {
	a.events = overview.NewLog(overview.LogOptions{Meta: a.meta, Member: a.folder.Member, Name: a.processName, Turn: a.turns.take, Log: a.log})
	opts := kafka.Options{
		Settings: a.cfg.Queue.Settings, Partitions: a.cfg.partitions(), Datasets: a.cfg.Queue.topicsBesides(),
		GroupID: "haetae-" + a.meta.ID(), // processes that share the metadata are one group, others take no partitions from it
		Member:  a.folder.Member,
		Claim: func(ctx context.Context, queue string, partition int) (int64, error) {
			return a.meta.Claim(ctx, queue, partition, a.folder.Member)
		},
		Carry: a.meta.Carry, Remember: a.meta.State("queue.kafka"), MaxPending: a.share(16),
		Problem: a.problem(problemBrokers, "%s"),
		Refused: a.problem(problemGroup, "the brokers do not let this process read from the queue; records wait in it: %s"),
		Unread:  a.unread.Set,
		Moved:   a.events.Moved, Log: a.log, Registerer: a.registry,
	}
	var waiting *httpServer
	for {
		q, err := kafka.Open(ctx, opts)
		var unreachable *kafka.UnreachableError
		if !errors.As(err, &unreachable) {
			err = errors.Join(err, a.endWaiting(waiting))
			if err == nil {
				err = a.enterQueue(ctx, q)
			}
			if err != nil && q != nil {
				err = errors.Join(err, q.Close())
			}
			return q, queueError(a.cfg, err)
		}
		if waiting == nil {
			a.log.Error("the first start needs the Kafka brokers and waits for them", "brokers", unreachable.Brokers, "error", unreachable.Err)
			opts.Problem(unreachable.Error())
			if waiting, err = a.listenWaiting(); err != nil {
				return nil, err
			}
		}
		select {
		case <-time.After(askBrokersEvery):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), a.endWaiting(waiting))
		}
	}
}

// enterQueue leaves the queue before, and remembers this one before it takes a record.
func (a *app) enterQueue(ctx context.Context, q *kafka.Queue) error {
	if err := a.checkLeft(ctx, q.ID()); err != nil {
		return err
	}
	if err := a.checkForeign(ctx, q); err != nil {
		return err
	}
	if err := q.Keep(ctx); err != nil { // a start that ended before looks at the topics again
		return err
	}
	return a.noteQueue(ctx, q, false)
}

// openWriter opens the store's end of a partition. A process that was frozen between being given a partition and claiming it
// wakes with an epoch above that of the partition's real owner. The group tells it soon; the owner, whose call goes on, claims
// the partition once more instead of failing for ever.
func (a *app) openWriter(ctx context.Context, partition int, epoch int64) (pipeline.Writer, error) {
	w, err := a.store.Writer(ctx, partition, epoch)
	if err == nil || a.cfg.Queue.Type != queueKafka || !errors.Is(err, model.ErrConflict) || ctx.Err() != nil {
		return w, err
	}
	if epoch, err = a.meta.Claim(ctx, a.queue.ID(), partition, a.folder.Member); err != nil {
		return nil, err
	}
	return a.store.Writer(ctx, partition, epoch)
}

// problem returns what sets the problem of a code, or clears it with "". format has one %s for the text.
func (a *app) problem(code, format string) func(text string) {
	return func(text string) {
		if text == "" {
			a.health.clear(code)
			return
		}
		a.health.set(code, fmt.Sprintf(format, text))
	}
}

// queueError names the key of a wrong setting, or of one at which brokers take offence.
func queueError(cfg *Config, err error) error {
	var (
		setting *connection.SettingError
		refusal *connection.RefusalError
	)
	switch {
	case errors.As(err, &setting):
		return cfg.tree.Wrong("queue."+setting.Key, setting.Err)
	case errors.As(err, &refusal):
		return cfg.tree.Wrong("queue."+refusal.Key, err)
	}
	return err
}

// listenWaiting opens the main port for as long as the queue cannot be opened: senders are told to wait.
func (a *app) listenWaiting() (*httpServer, error) {
	mux := http.NewServeMux()
	a.health.register(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "haetae waits for the Kafka brokers of its queue; /readyz says why", http.StatusServiceUnavailable)
	})
	return a.listenMain(mux)
}

func (a *app) endWaiting(s *httpServer) error {
	if s == nil {
		return nil
	}
	a.health.clear(problemBrokers)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.stop(ctx)
}

// queueOnDisk is what the queue takes of this machine's disk, in bytes.
func (a *app) queueOnDisk(stats []queue.PartitionStats) (n int64) {
	if a.cfg.Queue.Type != queueWAL {
		return 0
	}
	for _, p := range stats {
		n += p.Bytes
	}
	return n
}
