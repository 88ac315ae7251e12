package overview

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/store"
)

// PipelineEvents implements api.PipelineSource. All who ask within a second share one look into the metadata.
func (v *View) PipelineEvents(ctx context.Context, since time.Time) ([]api.PipelineEvent, error) {
	v.Look(context.WithoutCancel(ctx))
	v.mu.Lock()
	events, err := slices.Clone(v.events), v.unheard
	v.mu.Unlock()
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e api.PipelineEvent) bool {
		return e.Time.Before(since) && (e.Until == nil || e.Until.Before(since))
	})
	return events[max(len(events)-maxTold, 0):], nil
}

const maxTold = 1000

// teller walks through events in order and follows who has which partition.
type teller struct {
	out   []api.PipelineEvent
	names map[string]string
	has   map[int]string  // member by partition
	gone  map[string]bool // members that were given up
	moved map[int]bool    // partitions of the present rebalance: true while one has no reader
	began time.Time       // of the present rebalance, zero while there is none
	given time.Time       // when a partition of it was given last
	last  time.Time       // when one of it lost its reader or was given last
}

// settled is after how long without a move a rebalance is over: what has no reader then is above the bounds of all who read.
const settled = 10 * time.Second

// reasonHeard is why a process joins again that has not left: it was given up, and is heard again.
const reasonHeard = "heard"

// tellEvents adds to what was kept what follows from it: names, what a lost member had, rebalances, in which partitions
// had no reader until they were given, and who is back.
func tellEvents(list []store.Event, now time.Time) []api.PipelineEvent {
	t := teller{names: map[string]string{}, has: map[int]string{}, gone: map[string]bool{}, moved: map[int]bool{}}
	for _, e := range clampGone(list) {
		t.tell(e)
	}
	switch {
	case t.began.IsZero():
	case now.Sub(t.last) > settled:
		t.endRebalance()
	default:
		t.rebalance(nil)
	}
	slices.SortStableFunc(t.out, func(a, b api.PipelineEvent) int { return a.Time.Compare(b.Time) })
	return t.out
}

// clamped is how long before others were given its partitions a member is gone whose session seems to have ended later: its
// end is known only to a second or two.
const clamped = time.Millisecond

// clampGone moves the end of a session before others were given the partitions.
func clampGone(list []store.Event) []store.Event {
	list = slices.Clone(list)
	for i := range list {
		gone := &list[i]
		if gone.Kind != api.EventGone {
			continue
		}
		silent := slices.IndexFunc(list, func(e store.Event) bool {
			return e.Kind == api.EventSilent && e.Member == gone.Member && e.Until.Equal(gone.Time)
		})
		if silent < 0 {
			continue
		}
		from := list[silent].Time
		for _, e := range list {
			if e.Kind == api.EventGiven && e.Member != gone.Member && e.Time.After(from) && e.Time.Before(gone.Time) && cameFrom(list, gone.Member, e) {
				gone.Time = e.Time.Add(-clamped)
				list[silent].Until = gone.Time
			}
		}
	}
	slices.SortStableFunc(list, func(a, b store.Event) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	return list
}

// cameFrom reports whether partitions that were given to another were a member's until then: one that is killed right after it
// joined was heard last before others were given theirs.
func cameFrom(list []store.Event, member string, given store.Event) bool {
	had := map[int]bool{}
	for _, e := range list {
		if !e.Time.Before(given.Time) {
			continue
		}
		for _, p := range e.Partitions {
			switch e.Kind {
			case api.EventGiven:
				had[p] = e.Member == member
			case api.EventTaken, api.EventLost:
				had[p] = had[p] && e.Member != member
			}
		}
	}
	return slices.ContainsFunc(given.Partitions, func(p int) bool { return had[p] })
}

func (t *teller) tell(e store.Event) {
	if e.Name != "" {
		t.names[e.Member] = e.Name
	}
	if e.Kind == api.EventJoined && e.Reason == reasonHeard && !t.gone[e.Member] { // what it did before has told so
		return
	}
	row := t.row(e)
	switch e.Kind {
	case api.EventGiven:
		t.comeBack(e)
		t.give(e)
	case api.EventTaken, api.EventLost:
		t.comeBack(e)
		t.release(e.Time, e.Member, e.Partitions)
	case api.EventSilent:
		row.Partitions = t.of(e.Member)
	case api.EventGone:
		t.gone[e.Member] = true
		row.Partitions = t.of(e.Member)
		t.release(e.Time, e.Member, row.Partitions)
	case api.EventJoined, api.EventLeft: // one that was killed has not told what it had
		delete(t.gone, e.Member)
		t.settle(e.Time)
		t.release(e.Time, e.Member, t.of(e.Member))
	}
	t.out = append(t.out, row)
	if !t.began.IsZero() && !slices.Contains(slices.Collect(maps.Values(t.moved)), true) {
		t.endRebalance()
	}
}

func (t *teller) row(e store.Event) api.PipelineEvent {
	row := api.PipelineEvent{
		Time: e.Time, Kind: e.Kind, Member: e.Member, Name: cmp.Or(t.names[e.Member], e.Member), Partitions: append([]int{}, e.Partitions...), Reason: e.Reason,
	}
	if !e.Until.IsZero() {
		row.Until = &e.Until
		row.TookMillis = millis(e.Until.Sub(e.Time))
	}
	return row
}

// comeBack tells that a process is there again which was given up: it was only frozen.
func (t *teller) comeBack(does store.Event) {
	if !t.gone[does.Member] {
		return
	}
	delete(t.gone, does.Member)
	t.out = append(t.out, t.row(store.Event{Time: does.Time, Kind: api.EventJoined, Member: does.Member, Reason: reasonHeard}))
}

// of lists the partitions of a member.
func (t *teller) of(member string) []int {
	list := []int{}
	for p, who := range t.has {
		if who == member {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

func (t *teller) give(e store.Event) {
	for _, p := range e.Partitions {
		t.has[p] = e.Member
		if t.moved[p] {
			t.moved[p] = false
			t.given, t.last = e.Time, e.Time
		}
	}
}

func (t *teller) release(at time.Time, member string, partitions []int) {
	for _, p := range partitions {
		if t.has[p] != member { // another has it already
			continue
		}
		t.settle(at)
		delete(t.has, p)
		t.moved[p], t.last = true, at
		if t.began.IsZero() {
			t.began = at
		}
	}
}

// settle ends a rebalance in which nothing has moved for a while: what moves from now on is another one.
func (t *teller) settle(now time.Time) {
	if !t.began.IsZero() && now.Sub(t.last) > settled {
		t.endRebalance()
	}
}

// endRebalance ends it where something was given last; where nothing was, nobody could take it, and nothing is told.
func (t *teller) endRebalance() {
	if !t.given.IsZero() {
		t.rebalance(&t.given)
	}
	t.began, t.given = time.Time{}, time.Time{}
	clear(t.moved)
}

// rebalance tells the present one; with nil it lasts.
func (t *teller) rebalance(until *time.Time) {
	e := api.PipelineEvent{Time: t.began, Kind: api.EventRebalance, Partitions: slices.Sorted(maps.Keys(t.moved))}
	if until != nil {
		ended := *until
		e.Until, e.TookMillis = &ended, millis(ended.Sub(t.began))
	}
	t.out = append(t.out, e)
}

func millis(d time.Duration) *int64 { ms := d.Milliseconds(); return &ms }
