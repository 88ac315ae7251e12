package app

import (
	"math"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/app/system"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/vfs"
)

// ownLogQuery finds what the input self has stored.
const ownLogQuery = `{service.name="haetae"}`

// System implements api.SystemSource.
func (a *app) System() api.System {
	now := time.Now()
	store := a.store.Stats()
	s := api.System{
		Now: now, Version: version, Go: runtime.Version(), Started: a.started, UptimeMs: now.Sub(a.started).Milliseconds(),
		Data: a.cfg.Data, Listen: a.listen.all(), OwnLogQuery: ownLogQuery,
		Durable: a.sampler.latencyOf(durableSeconds), Searchable: a.sampler.latencyOf(searchableSeconds),
		Query: a.sampler.latencyOf(querySeconds),
		CPU:   api.SystemCPU{Cores: runtime.GOMAXPROCS(0)},
		Memory: api.SystemMemory{
			RSS: int64(a.sampler.latest(measure.Memory)), Bound: int64(a.cfg.Limits.Memory), Areas: a.memoryAreas(store),
		},
		Ingest:     api.SystemIngest{RecordsPerSecond: a.sampler.records.PerSecond(), BytesPerSecond: a.sampler.bytes.PerSecond()},
		Partitions: a.partitionList(now), Datasets: a.datasetList(store), Disk: a.disk(store, now),
		Problems: append([]string{}, a.health.list()...), Notices: append([]api.Notice{}, a.notices()...),
	}
	a.view.Agree(s.Partitions, now)
	s.CPU.Percent = a.sampler.latest(measure.CPU) / float64(s.CPU.Cores)
	if name, err := os.Hostname(); err == nil {
		s.Node = name
	}
	s.Verdict = system.Judge(&s, store.Damaged, a.unread.Notice())
	return s
}

// SystemHistory implements api.SystemSource.
func (a *app) SystemHistory(metric string, minutes int) api.SystemHistory {
	first, values := a.sampler.history.Last(measure.Named[metric], time.Duration(minutes)*time.Minute, time.Now())
	h := api.SystemHistory{StepMillis: measure.Step.Milliseconds(), Points: make([]api.SystemPoint, len(values))}
	for i, v := range values {
		h.Points[i] = api.SystemPoint{At: first.Add(time.Duration(i) * measure.Step).UTC(), Value: finite(v)}
	}
	return h
}

// finite is nil for what was not measured.
func finite(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func (s *sampler) latencyOf(name string) api.Latency {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.latencies[name]
	return api.Latency{P50: finite(l.Quantile(.5)), P95: finite(l.Quantile(.95)), P99: finite(l.Quantile(.99))}
}

// memoryAreas are the parts of the memory that have an account of their own.
func (a *app) memoryAreas(store logs.Totals) []api.MemoryArea {
	intake, intakeBound := a.intake.Memory()
	footers, footersBound := a.store.FooterMemory()
	tails, tailsBound := a.store.TailMemory()
	return []api.MemoryArea{
		{Name: "intake", Used: intake, Bound: intakeBound, AtBound: api.BoundSenderWaits},
		{Name: "unsealed", Used: store.MemoryBytes, Bound: a.store.Memory(), AtBound: api.BoundSealed},
		{Name: "queries", Used: a.queryMemory.Used(), Bound: a.share(2), AtBound: api.BoundQueryRefused},
		{Name: "tails", Used: tails, Bound: tailsBound, AtBound: api.BoundDropCounted, Count: store.Tails},
		{Name: "footers", Used: footers, Bound: footersBound, AtBound: api.BoundEvicted},
	}
}

func (a *app) datasetList(store logs.Totals) []api.SystemDataset {
	list := []api.SystemDataset{}
	a.sampler.mu.Lock()
	defer a.sampler.mu.Unlock()
	for name, d := range store.ByDataset {
		oldest, newest := time.Unix(0, d.MinTime).UTC(), time.Unix(0, d.MaxTime).UTC()
		row := api.SystemDataset{
			Dataset: name, Segments: d.Segments, SegmentsToday: d.SegmentsToday, Rows: d.Rows, Bytes: d.Bytes, RawBytes: d.RawBytes,
			Oldest: &oldest, Newest: &newest, UnsealedRows: d.UnsealedRows, UnsealedBytes: d.UnsealedBytes,
			RecordsPerSecond: a.sampler.datasets.PerSecond(name),
		}
		list = append(list, row)
	}
	slices.SortFunc(list, func(x, y api.SystemDataset) int {
		if x.Bytes != y.Bytes {
			return int(max(min(y.Bytes-x.Bytes, 1), -1))
		}
		return int(y.UnsealedBytes - x.UnsealedBytes)
	})
	return list
}

func (a *app) disk(store logs.Totals, now time.Time) api.SystemDisk {
	d := api.SystemDisk{Path: a.cfg.Data, Used: store.Bytes + a.queueOnDisk(a.queue.Stats()), History: []api.DiskDay{}}
	if total, free, err := vfs.OS.Usage(a.cfg.segments()); err == nil {
		d.Total, d.Free = int64(total), int64(free)
	}
	bound, err := a.store.SizeLimit()
	if err != nil {
		a.log.Warn("cannot tell the bound of the log store", "error", err)
	}
	d.Bound = bound
	byDay, first := a.store.BytesByDay()
	segments := system.Disk{ByDay: byDay, First: first, Used: store.Bytes, Free: d.Free, Bound: bound, Age: a.store.DefaultAge()}
	segments.Tell(&d, now)
	return d
}
