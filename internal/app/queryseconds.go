package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
)

// measuredEngine times the searches of another engine.
type measuredEngine struct {
	api.Engine
	seconds prometheus.Histogram
}

func (a *app) measured(e api.Engine) api.Engine {
	m := &measuredEngine{e, prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: querySeconds, Help: "Time of a search until its last row.",
		Buckets: prometheus.ExponentialBuckets(.0005, 1.5, 28), // to 28 s, fine enough for quantiles
	})}
	a.registry.MustRegister(m.seconds)
	return m
}

func (m *measuredEngine) Run(ctx context.Context, r api.Request, emit func(*logsql.Batch) error) (api.Stats, error) {
	began := time.Now()
	stats, err := m.Engine.Run(ctx, r, emit)
	if err == nil {
		m.seconds.Observe(time.Since(began).Seconds())
	}
	return stats, err
}
