package logs

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// metrics are those of the log store. The registerer may be nil.
type metrics struct {
	registerer  prometheus.Registerer
	collectors  []prometheus.Collector
	skipped     prometheus.Counter
	searches    prometheus.Counter
	damaged     prometheus.Counter
	checkpoints *prometheus.CounterVec
	seconds     prometheus.Histogram
	joined      prometheus.Counter
	expired     *prometheus.CounterVec
}

func newMetrics(registerer prometheus.Registerer, s *Store) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "haetae_store_logs_" + name, Help: help})
	}
	gauge := func(name, help string, value func(Totals) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "haetae_store_logs_" + name, Help: help},
			func() float64 { return value(s.Stats()) })
	}
	m := &metrics{
		registerer: registerer,
		skipped:    counter("marked_records_skipped_total", "Records of replayable inputs that were stored before."),
		searches:   counter("searches_total", "Searches."),
		damaged:    counter("damaged_reads_total", "Reads of segments that found damage."),
		checkpoints: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_store_logs_checkpoints_total", Help: "Checkpoints by result.",
		}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "haetae_store_logs_checkpoint_seconds", Help: "Duration of checkpoints.",
			Buckets: []float64{.005, .02, .05, .1, .2, .5, 1, 2, 5, 15},
		}),
		joined: counter("segments_joined_total", "Segments that were joined to larger ones."),
		expired: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_store_logs_segments_expired_total", Help: "Segments removed by retention, by reason.",
		}, []string{"reason"}),
	}
	m.collectors = []prometheus.Collector{
		m.skipped, m.searches, m.damaged, m.checkpoints, m.seconds, m.joined, m.expired,
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "haetae_store_logs_cache_hits_total", Help: "Parts of blocks that searches found decompressed in memory.",
		}, func() float64 { return float64(s.cache.hits.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "haetae_store_logs_cache_misses_total", Help: "Parts of blocks that searches had to read and decompress.",
		}, func() float64 { return float64(s.cache.misses.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "haetae_store_logs_cache_bytes", Help: "Bytes of parts of blocks that are kept decompressed.",
		}, func() float64 { return float64(s.cache.held()) }),
		gauge("segments", "Segments.", func(t Totals) float64 { return float64(t.Segments) }),
		gauge("segment_bytes", "Bytes of all segments.", func(t Totals) float64 { return float64(t.Bytes) }),
		gauge("rows", "Rows, in segments and in memory.", func(t Totals) float64 { return float64(t.Rows) }),
		gauge("memory_bytes", "Bytes of rows that are in no segment yet.", func(t Totals) float64 { return float64(t.MemoryBytes) }),
		gauge("damaged_segments", "Segments that cannot be read whole.", func(t Totals) float64 { return float64(t.Damaged) }),
		gauge("tails", "Readers that follow new rows.", func(t Totals) float64 { return float64(t.Tails) }),
	}
	if registerer != nil {
		registerer.MustRegister(m.collectors...)
	}
	return m
}

func (m *metrics) unregister() {
	if m.registerer == nil {
		return
	}
	for _, c := range m.collectors {
		m.registerer.Unregister(c)
	}
}

func (m *metrics) checkpointed(took time.Duration) {
	m.checkpoints.WithLabelValues("stored").Inc()
	m.seconds.Observe(took.Seconds())
}

func (m *metrics) checkpointFailed(err error) {
	result := "failed"
	switch {
	case errors.Is(err, store.ErrConflict):
		result = "conflict"
	case errors.Is(err, store.ErrFull):
		result = "full"
	}
	m.checkpoints.WithLabelValues(result).Inc()
}

// Totals describes the store as a whole.
type Totals struct {
	Segments    int
	Rows        int64 // in segments and in memory
	RawBytes    int64 // of rows in segments, as received
	Bytes       int64 // of segments on disk
	MemoryRows  int64
	MemoryBytes int64
	Damaged     int // segments that cannot be read whole
	Tails       int
	ByDataset   map[string]DatasetTotals
	OldestDay   string // day of receipt of the oldest segment, 2006-01-02
}

// DatasetTotals describes the segments of one dataset.
type DatasetTotals struct {
	Segments              int
	SegmentsToday         int // received today, UTC
	Rows, RawBytes, Bytes int64
	// UnsealedRows and UnsealedBytes are in memory, besides Rows and Bytes.
	UnsealedRows, UnsealedBytes int64
	MinTime, MaxTime            int64 // of events, ns since the epoch
}

// Stats returns the totals of this moment.
func (s *Store) Stats() Totals {
	t := Totals{ByDataset: map[string]DatasetTotals{}}
	today := s.opts.Now().UTC().Format(dayForm)
	s.mu.RLock()
	defer s.mu.RUnlock()
	t.Segments, t.Damaged, t.Tails = len(s.segments), len(s.damaged), len(s.tails)
	for _, ref := range s.segments {
		t.Rows += ref.Rows
		t.RawBytes += ref.RawBytes
		t.Bytes += ref.Bytes
		if t.OldestDay == "" || ref.Received < t.OldestDay {
			t.OldestDay = ref.Received
		}
		d, known := t.ByDataset[ref.Dataset]
		if !known {
			d.MinTime, d.MaxTime = ref.MinTime, ref.MaxTime
		}
		d.Segments++
		if ref.Received == today {
			d.SegmentsToday++
		}
		d.Rows += ref.Rows
		d.RawBytes += ref.RawBytes
		d.Bytes += ref.Bytes
		d.MinTime, d.MaxTime = min(d.MinTime, ref.MinTime), max(d.MaxTime, ref.MaxTime)
		t.ByDataset[ref.Dataset] = d
	}
	for _, w := range s.writers {
		for _, p := range w.parts {
			t.unsealed(p.key.Dataset, p.info(), int64(len(p.encoded.Body)+p.encoded.header.Memory()))
		}
		for _, g := range w.published {
			t.unsealed(g.key.Dataset, g.view.Info(), g.view.Info().Raw)
		}
	}
	t.Rows += t.MemoryRows
	return t
}

func (t *Totals) unsealed(dataset string, rows *block.Info, bytes int64) {
	t.MemoryRows += int64(rows.Rows)
	t.MemoryBytes += bytes
	d, known := t.ByDataset[dataset]
	if !known {
		d.MinTime, d.MaxTime = rows.MinTime, rows.MaxTime
	}
	d.UnsealedRows += int64(rows.Rows)
	d.UnsealedBytes += bytes
	d.MinTime, d.MaxTime = min(d.MinTime, rows.MinTime), max(d.MaxTime, rows.MaxTime)
	t.ByDataset[dataset] = d
}
