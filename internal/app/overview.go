package app

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/haetae/haetae/internal/app/advice"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/app/overview"
	kafkainput "github.com/haetae/haetae/internal/input/kafka"
	"github.com/haetae/haetae/internal/queue/kafka"
)

func (a *app) openView(context.Context) error {
	a.view = overview.New(overview.Options{
		Started: a.started, Own: a.own, Inputs: a.topicReaders(),
		Queue: a.queue, Type: a.cfg.Queue.Type, Settings: a.queueSettings(),
		Topic: a.cfg.Queue.Topic, Session: time.Duration(a.cfg.Queue.Session.Timeout.MS) * time.Millisecond,
		Meta: a.meta, Scheme: a.scheme(), Secret: a.secret, TLS: a.memberTLS(),
		Log: a.log, Registerer: a.registry,
	})
	a.advisor = advice.New(advice.Options{
		Queue: a.queue, Settings: a.cfg.Queue.Settings, View: a.view, Unread: func() bool { return a.unread.Notice() != nil }, Log: a.log,
	})
	return nil
}

// topicReaders are the inputs that read topics.
func (a *app) topicReaders() (list []overview.Input) {
	for _, in := range a.inputs {
		r, ok := in.input.(interface {
			Topics(ctx context.Context) ([]kafkainput.Topic, error)
		})
		if ok {
			list = append(list, overview.Input{Name: in.name, Topics: r.Topics})
		}
	}
	return list
}

// startView looks once in a while, so that the history has a point for each step and a trend is known at once.
func (a *app) startView(context.Context) error {
	a.life.every(overview.Every, "the view of the pipeline", overview.Within+time.Second, func(ctx context.Context, _ time.Time) {
		a.view.Look(ctx)
	}, func(context.Context) error {
		a.view.Close()
		return nil
	})
	return nil
}

// startEvents tells that this process has joined, and at the end that it leaves. A queue on disk has one reader for ever.
func (a *app) startEvents(context.Context) error {
	if a.events == nil {
		return nil
	}
	a.events.Join()
	a.life.background("the events of the pipeline", overview.LogWithin+time.Second, a.events.Run)
	return nil
}

// own is what this process tells the view of itself.
func (a *app) own(now time.Time) overview.Own {
	o := overview.Own{
		Share: a.ownShare(now), Address: a.advertised(), Partitions: a.openStats(), In: map[int]float64{},
		Sealed: max(a.sampler.stored.PerSecond(), 0), Problem: a.health.text(problemBrokers),
	}
	for _, p := range o.Partitions {
		o.In[p.Partition] = a.sampler.rateOf(a.sampler.partitions, p.Partition)
	}
	return o
}

// ownShare is that of this process.
func (a *app) ownShare(now time.Time) overview.Share {
	s := overview.Share{
		Member: a.folder.Member, Name: a.processName(), Started: a.started.UTC(), Partitions: []overview.PartitionShare{},
		AppendedBytes: a.sampler.bytes.PerSecond(), ProcessedBytes: a.sampler.processed.PerSecond(),
		Letters: a.sampler.grown(measure.DeadLetters, 24*time.Hour, now),
	}
	if q, ok := a.queue.(*kafka.Queue); ok {
		s.Instance = q.Instance()
	}
	if n := a.cfg.Queue.Consumers; n >= 0 {
		s.Limit = &n
	}
	visible := visibleOffsets(a.store.Progress())
	stats := a.queue.Stats()
	for _, p := range a.ownedPartitions() {
		seen := visible[p]
		s.Partitions = append(s.Partitions, overview.PartitionShare{
			Partition: p, End: stats[p].End, Visible: seen.Visible, Received: seen.Received, PerSecond: a.sampler.rateOf(a.sampler.visible, p), Stopped: a.health.stops(p),
		})
	}
	return s
}

// owning is a queue that gives only some of its partitions to this process.
type owning interface{ Owned() []int }

func (a *app) ownedPartitions() (list []int) {
	if q, ok := a.queue.(owning); ok {
		return q.Owned()
	}
	for p := range a.queue.Partitions() {
		list = append(list, p)
	}
	return list
}

// processName is how people tell this process from others: the machine's name, with the port where it is not the usual one.
func (a *app) processName() string {
	name, err := os.Hostname()
	if err != nil {
		name = a.folder.Member
	}
	_, usual, _ := net.SplitHostPort(defaultListen)
	if _, port, err := net.SplitHostPort(a.listen.all()["http"]); err == nil && port != usual {
		return net.JoinHostPort(name, port)
	}
	return name
}
