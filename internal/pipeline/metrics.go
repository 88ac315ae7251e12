package pipeline

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	dto "github.com/prometheus/client_model/go"
)

// Metrics counts what passes; intake and consumers share one.
type Metrics struct {
	received, receivedBytes   prometheus.Counter
	tooLarge, busy, masked    prometheus.Counter
	consumed, consumedBytes   prometheus.Counter
	dropped, adjustedTimes    prometheus.Counter
	deadLetters               *prometheus.CounterVec // by reason
	damagedBytes, lostRecords prometheus.Counter
	checkpoints               *prometheus.CounterVec // by result
	stopped                   prometheus.Gauge       // partitions that do not move on by themselves
	full                      prometheus.Gauge       // partitions that wait for room
	durable, searchable       prometheus.Histogram   // seconds
	quota                     *prometheus.CounterVec // by quota and outcome
	quotaWaits                *prometheus.CounterVec // by quota
}

// Outcomes of records over a quota.
const (
	outcomeDropped = "dropped"
	outcomeLeftOut = "sampled_out"
	outcomeSampled = "sampled"
)

// NewMetrics registers the pipeline's metrics; a nil registerer keeps them private.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	f := promauto.With(reg)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Namespace: "haetae", Subsystem: "pipeline", Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "haetae", Subsystem: "pipeline", Name: name, Help: help,
		}, labels)
	}
	gauge := func(name, help string) prometheus.Gauge {
		return f.NewGauge(prometheus.GaugeOpts{Namespace: "haetae", Subsystem: "pipeline", Name: name, Help: help})
	}
	seconds := func(name, help string) prometheus.Histogram {
		return f.NewHistogram(prometheus.HistogramOpts{
			Namespace: "haetae", Subsystem: "pipeline", Name: name, Help: help,
			Buckets: prometheus.ExponentialBuckets(.0005, 1.5, 28), // to 28 s, fine enough for quantiles
		})
	}
	return &Metrics{
		received:      counter("received_records_total", "Records that became durable in the queue."),
		receivedBytes: counter("received_bytes_total", "Bytes of messages and fields that became durable in the queue."),
		tooLarge:      counter("too_large_writes_total", "Writes refused because a record is longer than limits.line."),
		busy:          counter("busy_writes_total", "Writes refused because limits.memory was reached."),
		masked:        counter("masked_records_total", "Records in which a mask has hidden something."),
		consumed:      counter("consumed_records_total", "Records read from the queue."),
		consumedBytes: counter("consumed_bytes_total", "Bytes of records read from the queue."),
		dropped:       counter("dropped_records_total", "Records dropped by a rule."),
		adjustedTimes: counter("adjusted_times_total", "Records whose time was replaced by the time of receipt."),
		deadLetters:   vec("dead_letters_total", "Records that could not be processed.", "reason"),
		damagedBytes:  counter("damaged_bytes_total", "Bytes of the queue that were skipped for a bad checksum."),
		lostRecords:   counter("damaged_records_total", "Records lost with damaged bytes of the queue."),
		checkpoints:   vec("checkpoints_total", "Checkpoints by result.", "result"),
		quota:         vec("quota_records_total", "Records over the quota of their source.", "quota", "outcome"),
		quotaWaits:    vec("quota_waits_total", "Writes refused because their source has to wait for its quota.", "quota"),
		stopped:       gauge("stopped_partitions", "Partitions that wait for a command: records are gone from the queue."),
		full:          gauge("full_partitions", "Partitions that wait for room in the store."),
		durable:       seconds("durable_seconds", "From the receipt of a write to its acknowledgement."),
		searchable:    seconds("searchable_seconds", "From the receipt of the oldest record of a chunk until searches see it."),
	}
}

// ConsumedBytes is how many bytes of records were read from the queue since the start.
func (m *Metrics) ConsumedBytes() int64 {
	var out dto.Metric
	if m.consumedBytes.Write(&out) != nil { // it fails for labels that are not text alone
		return 0
	}
	return int64(out.GetCounter().GetValue())
}
