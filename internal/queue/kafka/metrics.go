package kafka

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of one queue. Registering is the caller's choice; counting always works.
type metrics struct {
	registerer prometheus.Registerer
	all        []prometheus.Collector
	records    prometheus.Counter
	bytes      prometheus.Counter
	seconds    prometheus.Histogram
	failures   prometheus.Counter
	refused    *prometheus.CounterVec
	rebalances prometheus.Counter
	owned      *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer, t *traffic, topics []string) *metrics {
	m := &metrics{
		registerer: r,
		records: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_appended_records_total", Help: "Records made durable.",
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_appended_bytes_total", Help: "Bytes of records made durable, before compression.",
		}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "haetae_queue_kafka_append_seconds", Help: "Duration until the brokers acknowledged an append.",
			Buckets: prometheus.ExponentialBuckets(0.000_5, 3, 10),
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_failed_groups_total", Help: "Appends that the brokers refused or did not answer in time.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_queue_refused_appends_total", Help: "Appends refused because a bound was reached or the brokers are away.",
		}, []string{"bound"}),
		rebalances: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_kafka_rebalances_total", Help: "Times that partitions were given to or taken from this process.",
		}),
		owned: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "haetae_queue_kafka_owned_partitions", Help: "Partitions that this process consumes.",
		}, []string{"topic"}),
	}
	for _, topic := range topics {
		m.owned.WithLabelValues(topic)
	}
	m.all = []prometheus.Collector{m.records, m.bytes, m.seconds, m.failures, m.refused, m.rebalances, m.owned}
	m.all = append(m.all, t.collectors()...)
	if r != nil {
		r.MustRegister(m.all...)
	}
	return m
}

func (m *metrics) unregister() {
	if m.registerer == nil {
		return
	}
	for _, c := range m.all {
		m.registerer.Unregister(c)
	}
}

func (m *metrics) appended(records, bytes int, took time.Duration) {
	m.records.Add(float64(records))
	m.bytes.Add(float64(bytes))
	m.seconds.Observe(took.Seconds())
}
