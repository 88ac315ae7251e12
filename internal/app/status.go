package app

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/all"
	"github.com/haetae/haetae/internal/vfs"
)

func (a *app) status() api.Status {
	sources := a.sources.All()
	totals := a.store.Stats()
	s := api.Status{
		Version: version, Started: a.started, Now: time.Now(), Zone: zoneName(), Listen: a.listen.all(),
		Sources: len(sources), RecordsPerSecond: a.rate.perSecond(), Problems: a.health.list(), Partitions: []api.PartitionStatus{},
		Store: api.StoreStatus{
			Segments: totals.Segments, Rows: totals.Rows, Bytes: totals.Bytes, RawBytes: totals.RawBytes,
			UnsealedRows: totals.MemoryRows,
		},
	}
	for _, p := range a.queue.Stats() {
		s.Partitions = append(s.Partitions, api.PartitionStatus{
			Partition: p.Partition, Oldest: p.Oldest, Stored: p.Stored, End: p.End, Bytes: p.Bytes, Damaged: p.Damaged,
		})
	}
	if total, free, err := vfs.OS.Usage(a.cfg.Data); err == nil {
		s.Store.DiskTotal, s.Store.DiskFree = int64(total), int64(free)
	}
	for _, in := range a.inputs {
		if h, ok := in.input.(input.Hinter); ok {
			for _, hint := range h.Hints() {
				s.Notices = append(s.Notices, api.Notice{Code: hint.Code, Input: in.name, Params: hint.Params})
			}
		}
	}
	return s
}

// rate turns a growing counter into records per second over the last ten seconds. It is sampled every second, so
// that it is right whenever somebody asks.
type rate struct {
	mu     sync.Mutex
	points []ratePoint
}

type ratePoint struct {
	at    time.Time
	count int64
}

const rateWindow = 10 * time.Second

func (r *rate) sample(count int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.points = append(r.points, ratePoint{now, count})
	for len(r.points) > 2 && now.Sub(r.points[1].at) >= rateWindow {
		r.points = r.points[1:]
	}
}

func (r *rate) perSecond() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.points) < 2 {
		return 0
	}
	first, last := r.points[0], r.points[len(r.points)-1]
	return float64(last.count-first.count) / last.at.Sub(first.at).Seconds()
}

func (a *app) startRate(context.Context) error {
	tick := time.NewTicker(time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			select {
			case now := <-tick.C:
				a.rate.sample(received(a.sources.All()), now)
			case <-ctx.Done():
				return
			}
		}
	}()
	a.life.onStop("the rate", time.Second, func(context.Context) error {
		tick.Stop()
		cancel()
		return nil
	})
	return nil
}

func received(sources []input.SourceStats) (n int64) {
	for _, s := range sources {
		n += s.Records
	}
	return n
}

// zoneName is the server's time zone as IANA names it, UTC when it has no name.
func zoneName() string {
	if name := time.Local.String(); name != "Local" {
		return name
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	return "UTC"
}

func (a *app) sourceList() []api.Source {
	list := []api.Source{}
	for _, s := range a.sources.All() {
		list = append(list, api.Source{
			Input: s.Input, Peer: s.Peer, Records: s.Records, Bytes: s.Bytes, Rejected: s.Rejected, Samples: s.Sample, LastSeen: s.LastSeen,
		})
	}
	slices.SortFunc(list, func(x, y api.Source) int {
		return cmp.Or(cmp.Compare(x.Input, y.Input), cmp.Compare(x.Peer, y.Peer))
	})
	return list
}

// inputList describes every kind of input for forms.
func inputList() []api.InputType {
	var list []api.InputType
	for _, d := range all.Descriptors() {
		list = append(list, api.InputType{
			Type: d.Type, Summary: d.Summary, Default: d.OnByDefault, Settings: config.Schema(d.Defaults()),
		})
	}
	return list
}
