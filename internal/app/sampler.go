package app

import (
	"context"
	"maps"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// sampler looks at the server's own counters: each second for rates, each historyStep for the history and the
// latencies. It reads the same metrics that /metrics shows.
type sampler struct {
	records, bytes rate
	processed      rate // bytes of records that were read from the queue
	history        history

	mu         sync.Mutex
	partitions map[int]*rate // records that came in
	visible    map[int]*rate // records that searches began to see, of partitions that this process reads
	stored     rate          // records that were stored in segments
	datasets   map[string]*rate
	counts     map[metric]float64 // as of the last step
	latencies  map[string]*latency
	cpu        rate // hundredths of CPU seconds
}

// sealedWindow evens out that records are stored by checkpoints, many at a time.
const sealedWindow = time.Minute

func newSampler() *sampler {
	s := &sampler{partitions: map[int]*rate{}, visible: map[int]*rate{}, stored: rate{window: sealedWindow}, datasets: map[string]*rate{}, counts: map[metric]float64{}, latencies: map[string]*latency{}}
	for _, name := range []string{durableSeconds, searchableSeconds, querySeconds} {
		s.latencies[name] = &latency{}
	}
	return s
}

// Names of metrics that the sampler reads.
const (
	durableSeconds    = "haetae_pipeline_durable_seconds"
	searchableSeconds = "haetae_pipeline_searchable_seconds"
	querySeconds      = "haetae_query_seconds"
	deadLettersTotal  = "haetae_pipeline_dead_letters_total"
	droppedTotal      = "haetae_pipeline_dropped_records_total"
	residentBytes     = "process_resident_memory_bytes"
	cpuSeconds        = "process_cpu_seconds_total"
)

func (a *app) startSampler(context.Context) error {
	a.life.background("the sampler", time.Second, func(ctx context.Context) {
		second, step := time.NewTicker(time.Second), time.NewTicker(historyStep)
		defer second.Stop()
		defer step.Stop()
		a.sampleHistory(time.Now())
		a.sampleAdvice(time.Now())
		for {
			select {
			case now := <-second.C:
				a.sampleRates(now)
			case now := <-step.C:
				a.sampleHistory(now)
				a.sampleAdvice(now)
			case <-ctx.Done():
				return
			}
		}
	})
	return nil
}

func (a *app) sampleRates(now time.Time) {
	totals := a.sources.Totals()
	a.sampler.records.sample(totals.Records, now)
	a.sampler.bytes.sample(totals.Bytes, now)
	a.sampler.processed.sample(a.flow.ConsumedBytes(), now)
	a.tellRefusals()
	progress := visibleOffsets(a.store.Progress())
	a.sampler.mu.Lock()
	defer a.sampler.mu.Unlock()
	var stored int64
	for _, p := range a.queue.Stats() {
		sampleOf(a.sampler.partitions, p.Partition, p.End, now)
		stored += p.Stored
	}
	a.sampler.stored.sample(stored, now)
	for p, seen := range progress {
		sampleOf(a.sampler.visible, p, seen.Visible, now)
	}
	maps.DeleteFunc(a.sampler.visible, func(p int, _ *rate) bool { // another may move it on before it comes back
		_, reads := progress[p]
		return !reads
	})
}

// rateOf returns the rate of a partition, 0 before it was sampled.
func (s *sampler) rateOf(rates map[int]*rate, partition int) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := rates[partition]; r != nil {
		return max(r.perSecond(), 0)
	}
	return 0
}

func sampleOf[K comparable](rates map[K]*rate, key K, count int64, now time.Time) {
	r := rates[key]
	if r == nil {
		r = &rate{}
		rates[key] = r
	}
	r.sample(count, now)
}

// sampleHistory takes one point of everything.
func (a *app) sampleHistory(now time.Time) {
	families := map[string]*dto.MetricFamily{}
	gathered, err := a.registry.Gather()
	if err != nil {
		a.log.Warn("cannot read some of the own metrics", "error", err) // the others are there
	}
	for _, f := range gathered {
		families[f.GetName()] = f
	}
	store := a.store.Stats()
	stats := a.queue.Stats()

	s := a.sampler
	s.mu.Lock()
	for name, l := range s.latencies {
		if f := families[name]; f != nil && len(f.Metric) > 0 {
			l.sample(f.Metric[0].GetHistogram())
		}
	}
	for name, d := range store.ByDataset {
		sampleOf(s.datasets, name, d.Rows+d.UnsealedRows, now)
	}
	s.counts[countRejected] = float64(a.sources.Totals().Rejected)
	s.counts[countDeadLetters] = sum(families[deadLettersTotal])
	s.counts[countDropped] = sum(families[droppedTotal])
	s.cpu.sample(int64(100*sum(families[cpuSeconds])), now)
	var point [metrics]float64
	for m, v := range s.counts {
		point[m] = v
	}
	point[metricDurableP99] = s.latencies[durableSeconds].quantile(.99)
	s.mu.Unlock()

	point[metricIngest] = s.records.perSecond()
	point[metricQueueLag] = a.queueLag(stats)
	point[metricDisk] = float64(store.Bytes + a.queueOnDisk(stats))
	point[metricMemory] = sum(families[residentBytes])
	point[metricBehind], point[metricArrived], point[metricProcessed] = a.view.measured()
	point[metricCPU] = s.cpu.perSecond() // hundredths of a second per second are percent
	s.history.add(now, point)
}

// lastHour returns by how much a count has grown in the last hour.
func (s *sampler) lastHour(m metric) int64 { return s.grown(m, time.Hour, time.Now()) }

// grown returns by how much a count has grown within a time before now, since the start at most.
func (s *sampler) grown(m metric, span time.Duration, now time.Time) int64 {
	s.mu.Lock()
	count := s.counts[m]
	s.mu.Unlock()
	return int64(s.history.grown(m, count, span, now))
}

// latest returns the last point of a metric, or 0 before the first.
func (s *sampler) latest(m metric) float64 {
	_, values := s.history.last(m, 2*historyStep, time.Now())
	for i := len(values) - 1; i >= 0; i-- {
		if values[i] == values[i] { // not NaN
			return values[i]
		}
	}
	return 0
}

// sum adds up the counters or gauges of a family; 0 when there is none.
func sum(f *dto.MetricFamily) (total float64) {
	for _, m := range f.GetMetric() {
		total += m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	return total
}
