package overview

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/meta"
)

// Log writes what happens to this process as a reader of the queue to the metadata, where all processes read it. What
// waits for the metadata is bounded, and the rest is not kept: nothing waits for it.
type Log struct {
	opts    LogOptions
	pending chan store.Event
	beaten  time.Time // when this process last said that it is alive; of Beat alone
	steady  time.Time // since when it has done so without a pause
}

// LogWithin is how long the metadata may take for an event.
const LogWithin = 3 * time.Second

const (
	maxPendingEvents = 256
	eventAgain       = 2 * time.Second // the pause before it is tried again
	forgetEvery      = time.Hour
)

// LogOptions are what a log needs of the process of which it tells.
type LogOptions struct {
	Meta   *meta.Meta
	Member string        // id of this process
	Name   func() string // how people know it
	// Turn runs f unless another process does the same job.
	Turn func(ctx context.Context, job string, f func(ctx context.Context) error) (ran bool, err error)
	Log  *slog.Logger
}

// NewLog returns a log that keeps events until Run writes them.
func NewLog(o LogOptions) *Log {
	return &Log{opts: o, pending: make(chan store.Event, maxPendingEvents)}
}

// Join tells that this process is there.
func (l *Log) Join() { l.add(api.EventJoined, nil) }

// Moved is told by the queue.
func (l *Log) Moved(how kafka.Move, partitions []int32) {
	list := make([]int, len(partitions))
	for i, p := range partitions {
		list[i] = int(p)
	}
	kind := map[kafka.Move]string{kafka.Given: api.EventGiven, kafka.Taken: api.EventTaken, kafka.Lost: api.EventLost}[how]
	l.add(kind, list)
}

func (l *Log) add(kind string, partitions []int) {
	l.keep(store.Event{Kind: kind, Partitions: partitions})
}

// keep never waits.
func (l *Log) keep(e store.Event) {
	e.ID, e.Time, e.Member, e.Name = rand.Text(), time.Now(), l.opts.Member, l.opts.Name()
	select {
	case l.pending <- e:
	default:
		l.opts.Log.Debug("an event of the pipeline is not kept: too many wait for the metadata", "kind", e.Kind, "partitions", e.Partitions)
	}
}

// Run writes events until ctx ends, and then that this process leaves and once more those that are left.
func (l *Log) Run(ctx context.Context) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if _, err := l.opts.Turn(ctx, "events", l.opts.Meta.ForgetEvents); err != nil {
				l.opts.Log.Debug("cannot forget old events of the pipeline", "error", err)
			}
			continue
		case e := <-l.pending:
			for !l.write(ctx, e) && ctx.Err() == nil {
				select {
				case <-ctx.Done():
				case <-time.After(eventAgain):
				}
			}
			continue
		case <-ctx.Done():
		}
		l.add(api.EventLeft, nil)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), LogWithin)
		defer cancel()
		for {
			select {
			case e := <-l.pending:
				l.write(last, e)
			default:
				return
			}
		}
	}
}

func (l *Log) write(ctx context.Context, e store.Event) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), LogWithin)
	defer cancel()
	err := l.opts.Meta.AddEvent(ctx, e)
	if err != nil {
		l.opts.Log.Debug("cannot keep an event of the pipeline", "kind", e.Kind, "error", err)
	}
	return err == nil
}

// Beat follows each sign of life of this process: it was silent itself, or sees who else is. Who was away from the metadata
// himself cannot tell yet whether others were.
func (l *Log) Beat(ctx context.Context, now time.Time) error {
	before := l.beaten
	l.beaten = now
	switch {
	case now.Sub(before) > memberSilent/2: // the others measure by the database, and may have seen a longer pause
		l.steady = now
		if err := l.opts.Meta.EndSilence(ctx, l.opts.Member); err != nil || before.IsZero() {
			return err
		}
		return l.comeBack(ctx)
	case now.Sub(l.steady) > memberSilent:
		return l.opts.Meta.NoteSilence(ctx, memberSilent)
	}
	return nil
}

// comeBack tells that this process is there again when others have given it up meanwhile. It may read nothing from now on, and
// then nothing else would tell.
func (l *Log) comeBack(ctx context.Context) error {
	list, err := l.opts.Meta.Events(ctx)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(list) {
		if e.Member != l.opts.Member {
			continue
		}
		if e.Kind == api.EventGone {
			l.keep(store.Event{Kind: api.EventJoined, Reason: reasonHeard})
		}
		break
	}
	return nil
}
