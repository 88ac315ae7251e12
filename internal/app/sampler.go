package app

import (
	"context"
	"maps"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/haetae/haetae/internal/app/measure"
)

// sampler looks at the server's own counters: each second for rates, each measure.Step for the history and the
// latencies. It reads the same metrics that /metrics shows.
type sampler struct {
	records, bytes measure.Rate
	processed      measure.Rate // bytes of records that were read from the queue
	stored         measure.Rate // records that were stored in segments
	cpu            measure.Rate // hundredths of CPU seconds
	history        measure.History

	mu         sync.Mutex
	partitions measure.Rates[int] // records that came in
	visible    measure.Rates[int] // records that searches began to see, of partitions that this process reads
	datasets   measure.Rates[string]
	counts     map[measure.Metric]float64 // as of the last step
	latencies  map[string]*measure.Latency
}

// sealedWindow evens out that records are stored by checkpoints, many at a time.
const sealedWindow = time.Minute

func newSampler() *sampler {
	s := &sampler{
		stored:     measure.Rate{Window: sealedWindow},
		partitions: measure.Rates[int]{}, visible: measure.Rates[int]{}, datasets: measure.Rates[string]{},
		counts: map[measure.Metric]float64{}, latencies: map[string]*measure.Latency{},
	}
	for _, name := range []string{durableSeconds, searchableSeconds, querySeconds} {
		s.latencies[name] = &measure.Latency{}
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
		second, step := time.NewTicker(time.Second), time.NewTicker(measure.Step)
		defer second.Stop()
		defer step.Stop()
		a.sampleHistory(time.Now())
		a.advisor.Sample(time.Now())
		for {
			select {
			case now := <-second.C:
				a.sampleRates(now)
			case now := <-step.C:
				a.sampleHistory(now)
				a.advisor.Sample(now)
			case <-ctx.Done():
				return
			}
		}
	})
	return nil
}

func (a *app) sampleRates(now time.Time) {
	totals := a.sources.Totals()
	a.sampler.records.Sample(totals.Records, now)
	a.sampler.bytes.Sample(totals.Bytes, now)
	a.sampler.processed.Sample(a.flow.ConsumedBytes(), now)
	a.tellRefusals()
	progress := visibleOffsets(a.store.Progress())
	a.sampler.mu.Lock()
	defer a.sampler.mu.Unlock()
	var stored int64
	for _, p := range a.queue.Stats() {
		a.sampler.partitions.Sample(p.Partition, p.End, now)
		stored += p.Stored
	}
	a.sampler.stored.Sample(stored, now)
	for p, seen := range progress {
		a.sampler.visible.Sample(p, seen.Visible, now)
	}
	maps.DeleteFunc(a.sampler.visible, func(p int, _ *measure.Rate) bool { // another may move it on before it comes back
		_, reads := progress[p]
		return !reads
	})
}

// rateOf returns the rate of a partition.
func (s *sampler) rateOf(rates measure.Rates[int], partition int) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return rates.PerSecond(partition)
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
			l.Sample(f.Metric[0].GetHistogram())
		}
	}
	for name, d := range store.ByDataset {
		s.datasets.Sample(name, d.Rows+d.UnsealedRows, now)
	}
	s.counts[measure.Rejected] = float64(a.sources.Totals().Rejected)
	s.counts[measure.DeadLetters] = sum(families[deadLettersTotal])
	s.counts[measure.Dropped] = sum(families[droppedTotal])
	s.cpu.Sample(int64(100*sum(families[cpuSeconds])), now)
	var point measure.Point
	for m, v := range s.counts {
		point[m] = v
	}
	point[measure.DurableP99] = s.latencies[durableSeconds].Quantile(.99)
	s.mu.Unlock()

	point[measure.Ingest] = s.records.PerSecond()
	point[measure.QueueLag] = a.queueLag(stats)
	point[measure.Disk] = float64(store.Bytes + a.queueOnDisk(stats))
	point[measure.Memory] = sum(families[residentBytes])
	point[measure.Behind], point[measure.Arrived], point[measure.Processed] = a.view.Measured()
	point[measure.CPU] = s.cpu.PerSecond() // hundredths of a second per second are percent
	s.history.Add(now, point)
}

// lastHour returns by how much a count has grown in the last hour.
func (s *sampler) lastHour(m measure.Metric) int64 { return s.grown(m, time.Hour, time.Now()) }

// grown returns by how much a count has grown within a time before now, since the start at most.
func (s *sampler) grown(m measure.Metric, span time.Duration, now time.Time) int64 {
	s.mu.Lock()
	count := s.counts[m]
	s.mu.Unlock()
	return int64(s.history.Grown(m, count, span, now))
}

// latest returns the last point of a metric, or 0 before the first.
func (s *sampler) latest(m measure.Metric) float64 {
	_, values := s.history.Last(m, 2*measure.Step, time.Now())
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
