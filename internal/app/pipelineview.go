package app

import (
	"cmp"
	"context"
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
)

const (
	viewFresh    = time.Second     // for so long one answer serves all who ask
	viewEvery    = 5 * time.Second // it is looked at so often when nobody asks, for the history and the trend
	shareWithin  = time.Second     // another process that does not answer by then counts as silent
	viewWithin   = 3 * time.Second
	memberSilent = 3 * beatEvery
	viewSettles  = 10 * time.Second // by then the ends of the partitions are known
)

// pipelineView knows the pipeline as all processes that share it see it together. It is looked at when somebody asks, and
// once for all who ask within a second.
type pipelineView struct {
	a    *app
	http *http.Client

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
	started    time.Time // of this process
	queueType  string
	queue      string // id
	group      string
	generation int32
	topic      string                                     // of the logs
	placeOf    func(partition int) (topic string, at int) // nil for a queue on disk
	stats      []queue.PartitionStats
	in         map[int]float64   // records per second that came in, by partition
	level      map[int]time.Time // when nothing waited last, by partition
	sealed     float64           // records per second
	settings   []api.PipelineSetting
	problem    string
	self       share
	address    string            // of this process
	shares     map[string]share  // of the others that answered, by member
	members    []store.Member    // all that share the metadata, this one among them; nil for a process alone
	instances  map[string]string // names in the group, by member, of those that have ever been listed
	stored     []store.Partition
	events     []api.PipelineEvent
	cluster    *kafka.View         // nil when not known, and for a queue on disk
	away       []kafka.Broker      // those that were there, when the cluster is not known
	read       []api.PipelineTopic // topics of other clusters and people that inputs read
}

func (a *app) openView(context.Context) error {
	dialer := &net.Dialer{Timeout: shareWithin}
	a.view = &pipelineView{a: a, level: map[int]time.Time{}, instances: map[string]string{}, told: map[string]bool{}, topics: measure.Rates[string]{}, read: map[string][]api.PipelineTopic{}, http: &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: a.memberTLS(), IdleConnTimeout: time.Minute}, Timeout: shareWithin,
	}}
	promauto.With(a.registry).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "haetae_queue_lag_seconds", Help: "How long records have waited in the queue for searches to see them, of all processes.",
	}, func() float64 { behind, _, _ := a.view.measured(); return behind })
	return nil
}

// startView looks once in a while, so that the history has a point for each step and a trend is known at once.
func (a *app) startView(context.Context) error {
	a.life.every(viewEvery, "the view of the pipeline", viewWithin+time.Second, func(ctx context.Context, _ time.Time) {
		a.view.look(ctx)
	}, func(context.Context) error {
		a.view.http.CloseIdleConnections()
		return nil
	})
	return nil
}

// Pipeline implements api.PipelineSource.
func (v *pipelineView) Pipeline(ctx context.Context) (api.Pipeline, error) {
	return v.look(context.WithoutCancel(ctx)), nil // others wait for the same answer
}

// look returns what is at most viewFresh old.
func (v *pipelineView) look(ctx context.Context) api.Pipeline {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	if now.Sub(v.at) < viewFresh {
		return v.last
	}
	ctx, cancel := context.WithTimeout(ctx, viewWithin)
	defer cancel()
	s := v.see(ctx, now)
	p := assemble(&s)
	if p.Problem == "" && now.Sub(s.started) > viewSettles {
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
func (v *pipelineView) see(ctx context.Context, now time.Time) sight {
	a := v.a
	s := sight{
		now: now, started: a.started, queueType: a.cfg.Queue.Type, queue: a.queue.ID(), stats: a.openStats(), in: map[int]float64{}, level: v.level,
		instances: v.instances, settings: a.queueSettings(), problem: a.health.text(problemBrokers), placeOf: a.placeOf(), self: a.ownShare(now), address: a.advertised(),
	}
	for _, p := range s.stats {
		s.in[p.Partition] = a.sampler.rateOf(a.sampler.partitions, p.Partition)
	}
	a.sampler.mu.Lock()
	s.sealed = max(a.sampler.stored.PerSecond(), 0)
	a.sampler.mu.Unlock()
	var asked sync.WaitGroup
	if q, ok := a.queue.(*kafka.Queue); ok {
		s.topic, s.group, s.generation = a.cfg.Queue.Topic, q.Group(), q.Generation()
		asked.Go(func() {
			cluster, err := q.View(ctx)
			if err != nil {
				a.log.Debug("cannot see the brokers", "error", err)
				s.away = v.brokers
				return
			}
			s.cluster, v.brokers = &cluster, cluster.Brokers
		})
	}
	asked.Go(func() { s.read = v.askInputs(ctx, now) })
	if a.cfg.shares() {
		v.meet(ctx, &s)
	}
	asked.Wait()
	if a.cfg.Queue.Type == queueKafka {
		v.giveUp(ctx, &s)
		v.follow(ctx, &s)
	}
	return s
}

// instance is the name of a member in the group.
func (s *sight) instance(member string) string { return cmp.Or(s.instances[member], member) }

// giveUp keeps that members are gone: silent ones that the group does not have any more.
func (v *pipelineView) giveUp(ctx context.Context, s *sight) {
	for id := range s.shares {
		delete(v.told, id)
	}
	if !s.grouped() {
		return
	}
	for _, m := range s.members {
		if m.ID == s.self.Member || m.Silent <= memberSilent || v.told[m.ID] || s.cluster.Group.Has(s.instance(m.ID)) {
			continue
		}
		session := time.Duration(v.a.cfg.Queue.Session.Timeout.MS) * time.Millisecond
		err := v.a.meta.NoteSilence(ctx, memberSilent) // a short session may end before a beat finds it
		if err == nil {
			err = v.a.meta.NoteGone(ctx, m.ID, memberSilent, session)
		}
		if err != nil {
			v.a.log.Debug("cannot keep that a process is gone", "member", m.ID, "error", err)
			continue
		}
		v.told[m.ID] = true
	}
}

// follow reads the events, or takes those of a moment ago.
func (v *pipelineView) follow(ctx context.Context, s *sight) {
	list, err := v.a.meta.Events(ctx)
	if v.unheard = err; err != nil {
		v.a.log.Debug("cannot read the events of the pipeline", "error", err)
	} else {
		v.events = tellEvents(list, s.now)
	}
	s.events = v.events
}

// meet asks those that share the metadata for their shares, but those that have been silent for a while.
func (v *pipelineView) meet(ctx context.Context, s *sight) {
	members, stored, err := v.a.meta.Processes(ctx)
	if err != nil { // it is told already; who was there a moment ago is asked
		v.a.log.Debug("cannot see who shares the pipeline", "error", err)
		members, stored = v.members, v.stored
	}
	v.members, v.stored = members, stored
	s.members, s.stored, s.shares = members, stored, map[string]share{}
	for _, m := range members {
		v.instances[m.ID] = cmp.Or(m.Instance, m.ID)
	}
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, m := range members {
		if m.ID == s.self.Member || m.Silent > memberSilent {
			continue
		}
		asked.Go(func() {
			other, err := askShare(ctx, v.http, v.a.scheme(), v.a.secret, m)
			if err != nil {
				v.a.log.Debug("another process does not tell of its share", "member", m.ID, "address", m.Address, "error", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			s.shares[m.ID] = other
		})
	}
	asked.Wait()
}

// waiting is how many records wait for searches to see them, of all processes; NaN as of measured.
func (v *pipelineView) waiting() float64 {
	p := v.latest.Load()
	if p == nil || time.Since(p.Now) > 2*viewEvery || p.Flow.BehindRecords == nil {
		return math.NaN()
	}
	return float64(*p.Flow.BehindRecords)
}

// measured returns the last figures of the history: seconds behind, and records per second that came in and were processed, of
// all processes.
// What is not known, or older than two looks, is NaN.
func (v *pipelineView) measured() (behind, arrived, processed float64) {
	behind, arrived, processed = math.NaN(), math.NaN(), math.NaN()
	p := v.latest.Load()
	if p == nil || time.Since(p.Now) > 2*viewEvery {
		return behind, arrived, processed
	}
	if ms := p.Flow.BehindMillis; ms != nil {
		behind = float64(*ms) / 1000
	}
	return behind, p.Flow.In, p.Flow.Processed
}
