package wal

import (
	"github.com/prometheus/client_golang/prometheus"
)

// metrics of one queue. Registering is the caller's choice; counting always works.
type metrics struct {
	registerer   prometheus.Registerer
	all          []prometheus.Collector
	records      prometheus.Counter
	bytes        prometheus.Counter
	fsyncSeconds prometheus.Histogram
	groupRecords prometheus.Histogram
	failures     prometheus.Counter
	refused      *prometheus.CounterVec
	damaged      prometheus.Counter
}

func newMetrics(r prometheus.Registerer, q *Queue) *metrics {
	m := &metrics{
		registerer: r,
		records: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_appended_records_total", Help: "Records made durable.",
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_appended_bytes_total", Help: "Bytes written to segments, frames included.",
		}),
		fsyncSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "haetae_queue_fsync_seconds", Help: "Duration of one fsync of a segment.",
			Buckets: prometheus.ExponentialBuckets(0.000_1, 4, 9),
		}),
		groupRecords: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "haetae_queue_group_records", Help: "Records that shared one fsync.",
			Buckets: prometheus.ExponentialBuckets(1, 8, 7),
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_failed_groups_total", Help: "Groups of appends that the disk refused.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_queue_refused_appends_total", Help: "Appends refused because a bound was reached.",
		}, []string{"bound"}),
		damaged: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "haetae_queue_damaged_bytes_total", Help: "Bytes skipped because their checksum was wrong.",
		}),
	}
	held := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "haetae_queue_bytes", Help: "Bytes held in segments.",
	}, func() float64 { return float64(q.disk.Load()) })
	kept := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "haetae_queue_kept_bytes", Help: "Bytes of segments whose records are all in the store: what retention keeps, given up when room is needed.",
	}, func() (bytes float64) {
		for _, p := range q.partitions {
			bytes += float64(p.kept())
		}
		return bytes
	})
	limit := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "haetae_queue_max_bytes", Help: "The bound queue.max_size.",
	}, func() float64 { return float64(q.maxBytes) })
	m.all = []prometheus.Collector{m.records, m.bytes, m.fsyncSeconds, m.groupRecords, m.failures, m.refused, m.damaged, held, kept, limit}
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

func (m *metrics) group(records, bytes int) {
	m.records.Add(float64(records))
	m.bytes.Add(float64(bytes))
	m.groupRecords.Observe(float64(records))
}
