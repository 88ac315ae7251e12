package app

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
)

// eventLog writes what happens to this process as a reader of the queue to the metadata, where all processes read it. What
// waits for the metadata is bounded, and the rest is not kept: nothing waits for it.
type eventLog struct {
	a       *app
	pending chan store.Event
	beaten  time.Time // when this process last said that it is alive; of beat alone
	steady  time.Time // since when it has done so without a pause
}

// Bounds of the events of one process.
const (
	maxPendingEvents = 256
	eventWithin      = 3 * time.Second // how long the metadata may take
	eventAgain       = 2 * time.Second // the pause before it is tried again
)

func newEventLog(a *app) *eventLog {
	return &eventLog{a: a, pending: make(chan store.Event, maxPendingEvents)}
}

// startEvents tells that this process has joined, and at the end that it leaves. A queue on disk has one reader for ever.
func (a *app) startEvents(context.Context) error {
	if a.cfg.Queue.Type != queueKafka {
		return nil
	}
	a.events.add(api.EventJoined, nil)
	a.life.background("the events of the pipeline", eventWithin+time.Second, a.events.run)
	return nil
}

// moved is told by the queue.
func (l *eventLog) moved(how kafka.Move, partitions []int32) {
	list := make([]int, len(partitions))
	for i, p := range partitions {
		list[i] = int(p)
	}
	kind := map[kafka.Move]string{kafka.Given: api.EventGiven, kafka.Taken: api.EventTaken, kafka.Lost: api.EventLost}[how]
	l.add(kind, list)
}

func (l *eventLog) add(kind string, partitions []int) {
	l.keep(store.Event{Kind: kind, Partitions: partitions})
}

// keep never waits.
func (l *eventLog) keep(e store.Event) {
	e.ID, e.Time, e.Member, e.Name = rand.Text(), time.Now(), l.a.folder.Member, l.a.processName()
	select {
	case l.pending <- e:
	default:
		l.a.log.Debug("an event of the pipeline is not kept: too many wait for the metadata", "kind", e.Kind, "partitions", e.Partitions)
	}
}

// run writes events until ctx ends, and then once more those that are left.
func (l *eventLog) run(ctx context.Context) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if _, err := l.a.turns.take(ctx, "events", l.a.meta.ForgetEvents); err != nil {
				l.a.log.Debug("cannot forget old events of the pipeline", "error", err)
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
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventWithin)
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

func (l *eventLog) write(ctx context.Context, e store.Event) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventWithin)
	defer cancel()
	err := l.a.meta.AddEvent(ctx, e)
	if err != nil {
		l.a.log.Debug("cannot keep an event of the pipeline", "kind", e.Kind, "error", err)
	}
	return err == nil
}

// beat follows each sign of life of this process: it was silent itself, or sees who else is. Who was away from the metadata
// himself cannot tell yet whether others were.
func (l *eventLog) beat(ctx context.Context, now time.Time) error {
	before := l.beaten
	l.beaten = now
	switch {
	case now.Sub(before) > memberSilent/2: // the others measure by the database, and may have seen a longer pause
		l.steady = now
		if err := l.a.meta.EndSilence(ctx, l.a.folder.Member); err != nil || before.IsZero() {
			return err
		}
		return l.comeBack(ctx)
	case now.Sub(l.steady) > memberSilent:
		return l.a.meta.NoteSilence(ctx, memberSilent)
	}
	return nil
}

// comeBack tells that this process is there again when others have given it up meanwhile. It may read nothing from now on, and
// then nothing else would tell.
func (l *eventLog) comeBack(ctx context.Context) error {
	list, err := l.a.meta.Events(ctx)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(list) {
		if e.Member != l.a.folder.Member {
			continue
		}
		if e.Kind == api.EventGone {
			l.keep(store.Event{Kind: api.EventJoined, Reason: reasonHeard})
		}
		break
	}
	return nil
}
