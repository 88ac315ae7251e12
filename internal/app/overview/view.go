// Package overview knows the pipeline as all processes that share it see it together.
package overview

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"math"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/meta"
)

const (
	Every     = 5 * time.Second // it is looked at so often when nobody asks, for the history and the trend
	Within    = 3 * time.Second // a look takes at most so long
	BeatEvery = 2 * time.Second // a process that shares the metadata says so often that it is alive
)

const (
	fresh        = time.Second // for so long one answer serves all who ask
	shareWithin  = time.Second // another process that does not answer by then counts as silent
	memberSilent = 3 * BeatEvery
	settles      = 10 * time.Second // by then the ends of the partitions are known
)

// BehindMillis is the lag from which a partition counts as behind.
const BehindMillis = 10_000

// Options are what a view needs of the process that has it.
type Options struct {
	Started time.Time               // of this process
	Own     func(now time.Time) Own // what this process tells of itself
	Inputs  []Input                 // that read topics

	Queue    queue.Queue
	Type     string // of the queue, as queue.type names it
	Settings []api.PipelineSetting
	// On Kafka: the topic of the logs, and how long a reader may be silent.
	Topic   string
	Session time.Duration

	Meta *meta.Meta
	// How the other processes that share the metadata are asked. The secret is empty when there are none.
	Scheme, Secret string
	TLS            *tls.Config

	Log        *slog.Logger
	Registerer prometheus.Registerer
}

// Own is what a process knows by itself at a moment.
type Own struct {
	Share      Share
	Address    string                 // where others reach it
	Partitions []queue.PartitionStats // that are open
	In         map[int]float64        // records per second that came in, by partition
	Sealed     float64                // records per second that were stored in segments
	Problem    string                 // with the brokers; empty when there is none
}

// View is looked at when somebody asks, and once for all who ask within a second.
type View struct {
	opts  Options
	kafka *kafka.Queue // nil for a queue on disk
	http  *http.Client

	mu    sync.Mutex // held while it is looked at: who asks meanwhile gets the same answer
	last  api.Pipeline
	at    time.Time
	trend trend
	// As last seen, for while the metadata cannot be asked.
	members []store.Member
	stored  []store.Partition
	events  []api.PipelineEvent
	brokers []kafka.Broker                 // as last seen, for while nobody can be asked
	read    map[string][]api.PipelineTopic // topics by input, likewise
	unheard error                          // why the last look could not read events

	level     map[int]time.Time     // when nothing waited last, by partition
	instances map[string]string     // in the group, by member
	told      map[string]bool       // members of which it is kept that they are gone
	topics    measure.Rates[string] // records that come in, by input and topic

	latest atomic.Pointer[api.Pipeline] // for who cannot wait; nil before the first
}

// sight is everything that one look has found.
type sight struct {
	now        time.Time
	own        Own
	queueType  string
	queue      string // id
	group      string
	generation int32
	topic      string                                     // of the logs
	placeOf    func(partition int) (topic string, at int) // nil for a queue on disk
	level      map[int]time.Time                          // when nothing waited last, by partition
	settings   []api.PipelineSetting
	shares     map[string]Share  // of the others that answered, by member
	members    []store.Member    // all that share the metadata, this one among them; nil for a process alone
	instances  map[string]string // names in the group, by member, of those that have ever been listed
	stored     []store.Partition
	events     []api.PipelineEvent
	cluster    *kafka.View         // nil when not known, and for a queue on disk
	away       []kafka.Broker      // those that were there, when the cluster is not known
	read       []api.PipelineTopic // topics of other clusters and people that inputs read
}

// New returns a view that has not looked yet, and registers its metric.
func New(o Options) *View {
	v := &View{
		opts: o, level: map[int]time.Time{}, instances: map[string]string{}, told: map[string]bool{},
		topics: measure.Rates[string]{}, read: map[string][]api.PipelineTopic{},
	}
	v.kafka, _ = o.Queue.(*kafka.Queue)
	dialer := &net.Dialer{Timeout: shareWithin}
	v.http = &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: o.TLS, IdleConnTimeout: time.Minute}, Timeout: shareWithin,
	}
	promauto.With(o.Registerer).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "haetae_queue_lag_seconds", Help: "How long records have waited in the queue for searches to see them, of all processes.",
	}, func() float64 { behind, _, _ := v.Measured(); return behind })
	return v
}

// Close ends the connections to other processes.
func (v *View) Close() { v.http.CloseIdleConnections() }

// Pipeline implements api.PipelineSource.
func (v *View) Pipeline(ctx context.Context) (api.Pipeline, error) {
	return v.Look(context.WithoutCancel(ctx)), nil // others wait for the same answer
}

// Look returns what is at most a second old.
func (v *View) Look(ctx context.Context) api.Pipeline {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	if now.Sub(v.at) < fresh {
		return v.last
	}
	ctx, cancel := context.WithTimeout(ctx, Within)
	defer cancel()
	s := v.see(ctx, now)
	p := assemble(&s)
	if p.Problem == "" && now.Sub(v.opts.Started) > settles {
		for i := range p.Partitions {
			if p.Partitions[i].BehindRecords == 0 {
				v.level[p.Partitions[i].Partition] = now
			}
		}
	}
	if p.Flow.BehindRecords != nil {
		v.trend.add(now, *p.Flow.BehindRecords)
	}
	judge(&p, &s, v.trend.rate(now))
	v.last, v.at = p, time.Now()
	v.latest.Store(&p)
	return p
}

// see asks everybody.
func (v *View) see(ctx context.Context, now time.Time) sight {
	s := sight{
		now: now, own: v.opts.Own(now), queueType: v.opts.Type, queue: v.opts.Queue.ID(), level: v.level, instances: v.instances, settings: v.opts.Settings,
	}
	var asked sync.WaitGroup
	if q := v.kafka; q != nil {
		s.topic, s.group, s.generation, s.placeOf = v.opts.Topic, q.Group(), q.Generation(), q.Place
		asked.Go(func() {
			cluster, err := q.View(ctx)
			if err != nil {
				v.opts.Log.Debug("cannot see the brokers", "error", err)
				s.away = v.brokers
				return
			}
			s.cluster, v.brokers = &cluster, cluster.Brokers
		})
	}
	asked.Go(func() { s.read = v.askInputs(ctx, now) })
	if v.opts.Secret != "" {
		v.meet(ctx, &s)
	}
	asked.Wait()
	if v.kafka != nil {
		v.giveUp(ctx, &s)
		v.follow(ctx, &s)
	}
	return s
}

// instance is the name of a member in the group.
func (s *sight) instance(member string) string { return cmp.Or(s.instances[member], member) }

// giveUp keeps that members are gone: silent ones that the group does not have any more.
func (v *View) giveUp(ctx context.Context, s *sight) {
	for id := range s.shares {
		delete(v.told, id)
	}
	if !s.grouped() {
		return
	}
	for _, m := range s.members {
		if m.ID == s.own.Share.Member || m.Silent <= memberSilent || v.told[m.ID] || s.cluster.Group.Has(s.instance(m.ID)) {
			continue
		}
		err := v.opts.Meta.NoteSilence(ctx, memberSilent) // a short session may end before a beat finds it
		if err == nil {
			err = v.opts.Meta.NoteGone(ctx, m.ID, memberSilent, v.opts.Session)
		}
		if err != nil {
			v.opts.Log.Debug("cannot keep that a process is gone", "member", m.ID, "error", err)
			continue
		}
		v.told[m.ID] = true
	}
}

// follow reads the events, or takes those of a moment ago.
func (v *View) follow(ctx context.Context, s *sight) {
	list, err := v.opts.Meta.Events(ctx)
	if v.unheard = err; err != nil {
		v.opts.Log.Debug("cannot read the events of the pipeline", "error", err)
	} else {
		v.events = tellEvents(list, s.now)
	}
	s.events = v.events
}

// meet asks those that share the metadata for their shares, but those that have been silent for a while.
func (v *View) meet(ctx context.Context, s *sight) {
	members, stored, err := v.opts.Meta.Processes(ctx)
	if err != nil { // it is told already; who was there a moment ago is asked
		v.opts.Log.Debug("cannot see who shares the pipeline", "error", err)
		members, stored = v.members, v.stored
	}
	v.members, v.stored = members, stored
	s.members, s.stored, s.shares = members, stored, map[string]Share{}
	for _, m := range members {
		v.instances[m.ID] = cmp.Or(m.Instance, m.ID)
	}
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, m := range members {
		if m.ID == s.own.Share.Member || m.Silent > memberSilent {
			continue
		}
		asked.Go(func() {
			other, err := askShare(ctx, v.http, v.opts.Scheme, v.opts.Secret, m)
			if err != nil {
				v.opts.Log.Debug("another process does not tell of its share", "member", m.ID, "address", m.Address, "error", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			s.shares[m.ID] = other
		})
	}
	asked.Wait()
}

// Latest is what was seen last, for who cannot wait; nil before the first look.
func (v *View) Latest() *api.Pipeline { return v.latest.Load() }

// Waiting is how many records wait for searches to see them, of all processes; NaN as of Measured.
func (v *View) Waiting() float64 {
	p := v.Latest()
	if p == nil || time.Since(p.Now) > 2*Every || p.Flow.BehindRecords == nil {
		return math.NaN()
	}
	return float64(*p.Flow.BehindRecords)
}

// Measured returns the last figures of the history: seconds behind, and records per second that came in and were processed, of
// all processes.
// What is not known, or older than two looks, is NaN.
func (v *View) Measured() (behind, arrived, processed float64) {
	behind, arrived, processed = math.NaN(), math.NaN(), math.NaN()
	p := v.Latest()
	if p == nil || time.Since(p.Now) > 2*Every {
		return behind, arrived, processed
	}
	if ms := p.Flow.BehindMillis; ms != nil {
		behind = float64(*ms) / 1000
	}
	return behind, p.Flow.In, p.Flow.Processed
}
