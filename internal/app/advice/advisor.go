// Package advice watches how the queue is used and says what to change in its settings.
package advice

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/analysis/advise"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// How far the advice looks back, for how long it holds, and how long a trial of the codecs does.
const (
	lookBack   = time.Hour
	holds      = 10 * time.Second
	trialHolds = 10 * time.Minute
	busyWindow = time.Minute
)

// waitsMillis is the lag from which records count as waiting for their reader; less is on its way.
const waitsMillis = 1_000

// View is the pipeline as all processes that share it see it.
type View interface {
	Pipeline(ctx context.Context) (api.Pipeline, error)
	Latest() *api.Pipeline // as last seen; nil before
}

// Options are what an advisor looks at.
type Options struct {
	Queue    queue.Queue
	Settings kafka.Settings // of a queue on Kafka
	View     View
	Unread   func() bool // whether partitions are read by nobody, and nobody is about to
	Log      *slog.Logger
}

// Advisor keeps an hour of cumulative counts, one look each time it is sampled, so that any window is a difference.
type Advisor struct {
	opts  Options
	kafka *kafka.Queue // nil for a queue on disk
	busy  busy

	making sync.Mutex // one at a time

	mu      sync.Mutex
	looks   []look
	longest time.Duration // lag of any partition since the start
	made    api.PipelineAdvice

	trials  []kafka.CodecTrial
	triedAt time.Time
}

// New returns an advisor that has not looked yet.
func New(o Options) *Advisor {
	v := &Advisor{opts: o}
	v.kafka, _ = o.Queue.(*kafka.Queue)
	return v
}

// Watch returns a reader of a partition that is measured until done is called.
func (v *Advisor) Watch(r queue.Reader) (timed queue.Reader, done func()) { return v.busy.watch(r) }

// look is everything that was counted until a moment.
type look struct {
	at      time.Time
	cpu     time.Duration
	traffic kafka.Traffic
	ends    []int64               // of partitions
	busy    map[int]time.Duration // of readers
	read    int64                 // records

	sending time.Duration // while batches were sent
	// full is the time in which a partition waited for a reader that was busy; fullRead and fullCPU are of this time.
	full, fullCPU time.Duration
	fullRead      int64
}

// Sample takes a look at the counters.
func (v *Advisor) Sample(now time.Time) {
	l := look{at: now, cpu: processCPU()}
	l.busy, l.read = v.busy.look(now)
	if v.kafka != nil {
		l.traffic = v.kafka.Traffic()
	}
	for _, p := range v.opts.Queue.Stats() {
		l.ends = append(l.ends, p.End)
	}
	waiting := map[int]bool{}
	var longest time.Duration
	if view := v.opts.View.Latest(); view != nil {
		for _, p := range view.Partitions {
			if p.BehindMillis != nil {
				longest = max(longest, time.Duration(*p.BehindMillis)*time.Millisecond)
				waiting[p.Partition] = *p.BehindMillis >= waitsMillis && p.State != api.PartitionStopped
			}
		}
	}
	v.add(l, waiting, longest)
}

func (v *Advisor) add(l look, waiting map[int]bool, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.longest = max(v.longest, longest)
	if n := len(v.looks); n > 0 {
		last := &v.looks[n-1]
		took := l.at.Sub(last.at)
		if took <= 0 { // the sampler and who asks for advice look at the same time
			return
		}
		l.sending, l.full, l.fullCPU, l.fullRead = last.sending, last.full, last.fullCPU, last.fullRead
		if l.traffic.ProducedBatches > last.traffic.ProducedBatches {
			l.sending += took
		}
		for p, busy := range l.busy {
			if before, ok := last.busy[p]; ok && waiting[p] && float64(busy-before) >= advise.FullShare*float64(took) {
				l.full += took
				l.fullCPU += l.cpu - last.cpu
				l.fullRead += l.read - last.read
				break
			}
		}
	}
	v.looks = append(v.looks, l)
	for l.at.Sub(v.looks[0].at) > lookBack {
		v.looks = v.looks[1:]
	}
}

// Advice says what to change in the settings of the queue.
func (v *Advisor) Advice(ctx context.Context) (api.PipelineAdvice, error) {
	v.making.Lock() // who asks meanwhile gets the same
	defer v.making.Unlock()
	v.mu.Lock()
	made := v.made
	v.mu.Unlock()
	if time.Since(made.Until) < holds {
		return made, nil
	}
	view, err := v.opts.View.Pipeline(ctx)
	if err != nil {
		return made, err
	}
	v.Sample(time.Now()) // the view may have taken seconds, in which the sampler looked
	first, last, longest := v.window()
	f := v.figures(ctx, first, last)
	addView(f, &view, last.traffic.Since(first.traffic).Requests)
	if !v.opts.Unread() {
		f.Readers.Unread = 0 // the group is about to give them to somebody
	}
	f.Backlog.Longest = longest
	made = api.PipelineAdvice{Since: first.at.UTC(), Until: last.at.UTC(), Problem: view.Problem, Advice: advise.Advise(f)}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.made = made
	return made, ctx.Err()
}

// window returns the looks between which figures are taken.
func (v *Advisor) window() (first, last look, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.looks[0], v.looks[len(v.looks)-1], v.longest
}

// busyShare is how busy the reader of each partition was in the last minute.
func (v *Advisor) busyShare() map[int]float64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	last := v.looks[len(v.looks)-1]
	from := last
	for i := len(v.looks) - 1; i >= 0 && last.at.Sub(v.looks[i].at) <= busyWindow; i-- {
		from = v.looks[i]
	}
	share := map[int]float64{}
	for p := range maps.Keys(last.busy) {
		spent := last.busy[p]
		if before := from.busy[p]; before <= spent { // else it was given back and given again meanwhile
			spent -= before
		}
		if last.at.After(from.at) {
			share[p] = float64(spent) / float64(last.at.Sub(from.at))
		}
	}
	return share
}

// processCPU is the CPU time of the process.
func processCPU() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
