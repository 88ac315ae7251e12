package app

import (
	"context"
	"maps"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/analysis/advise"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// How far the advice looks back, for how long it holds, and how long a trial of the codecs does.
const (
	adviceWindow = time.Hour
	adviceHolds  = 10 * time.Second
	trialHolds   = 10 * time.Minute
	busyWindow   = time.Minute
)

// waitsMillis is the lag from which records count as waiting for their reader; less is on its way.
const waitsMillis = 1_000

// advisor keeps an hour of cumulative counts, one look each measure.Step, so that any window is a difference.
type advisor struct {
	making sync.Mutex // one at a time

	mu      sync.Mutex
	looks   []adviceLook
	longest time.Duration // lag of any partition since the start
	made    api.PipelineAdvice

	trials  []kafka.CodecTrial
	triedAt time.Time
}

// adviceLook is everything that was counted until a moment.
type adviceLook struct {
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

// sampleAdvice takes a look at the counters.
func (a *app) sampleAdvice(now time.Time) {
	look := adviceLook{at: now, cpu: processCPU()}
	look.busy, look.read = a.busy.look(now)
	if q, ok := a.queue.(*kafka.Queue); ok {
		look.traffic = q.Traffic()
	}
	for _, p := range a.queue.Stats() {
		look.ends = append(look.ends, p.End)
	}
	waiting := map[int]bool{}
	var longest time.Duration
	if view := a.view.Latest(); view != nil {
		for _, p := range view.Partitions {
			if p.BehindMillis != nil {
				longest = max(longest, time.Duration(*p.BehindMillis)*time.Millisecond)
				waiting[p.Partition] = *p.BehindMillis >= waitsMillis && p.State != api.PartitionStopped
			}
		}
	}
	a.advisor.add(look, waiting, longest)
}

func (v *advisor) add(look adviceLook, waiting map[int]bool, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.longest = max(v.longest, longest)
	if n := len(v.looks); n > 0 {
		last := &v.looks[n-1]
		took := look.at.Sub(last.at)
		if took <= 0 { // the sampler and who asks for advice look at the same time
			return
		}
		look.sending, look.full, look.fullCPU, look.fullRead = last.sending, last.full, last.fullCPU, last.fullRead
		if look.traffic.ProducedBatches > last.traffic.ProducedBatches {
			look.sending += took
		}
		for p, busy := range look.busy {
			if before, ok := last.busy[p]; ok && waiting[p] && float64(busy-before) >= advise.FullShare*float64(took) {
				look.full += took
				look.fullCPU += look.cpu - last.cpu
				look.fullRead += look.read - last.read
				break
			}
		}
	}
	v.looks = append(v.looks, look)
	for look.at.Sub(v.looks[0].at) > adviceWindow {
		v.looks = v.looks[1:]
	}
}

// Advice says what to change in the settings of the queue.
func (a *app) Advice(ctx context.Context) (api.PipelineAdvice, error) {
	a.advisor.making.Lock() // who asks meanwhile gets the same
	defer a.advisor.making.Unlock()
	a.advisor.mu.Lock()
	made := a.advisor.made
	a.advisor.mu.Unlock()
	if time.Since(made.Until) < adviceHolds {
		return made, nil
	}
	view, err := a.view.Pipeline(ctx)
	if err != nil {
		return made, err
	}
	a.sampleAdvice(time.Now()) // the view may have taken seconds, in which the sampler looked
	first, last, longest := a.advisor.window()
	f := a.figures(ctx, first, last)
	addView(f, &view, last.traffic.Since(first.traffic).Requests)
	if a.unread.Notice() == nil {
		f.Readers.Unread = 0 // the group is about to give them to somebody
	}
	f.Backlog.Longest = longest
	made = api.PipelineAdvice{Since: first.at.UTC(), Until: last.at.UTC(), Problem: view.Problem, Advice: advise.Advise(f)}
	a.advisor.mu.Lock()
	defer a.advisor.mu.Unlock()
	a.advisor.made = made
	return made, ctx.Err()
}

// window returns the looks between which figures are taken.
func (v *advisor) window() (first, last adviceLook, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.looks[0], v.looks[len(v.looks)-1], v.longest
}

// busyShare is how busy the reader of each partition was in the last minute.
func (v *advisor) busyShare() map[int]float64 {
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
