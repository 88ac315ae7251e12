package overview

import (
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
)

// past is what events tell of a member.
type past struct {
	id, name string
	joined   *time.Time
	heard    time.Time // last, of one that is silent or gone
	gone     time.Time // zero while its session is not over
	left     time.Time // zero unless it said goodbye
	had      []int
	took     []int      // what it gave back last
	moved    *time.Time // when others had all that it had
}

// pasts walks through events in order.
func pasts(events []api.PipelineEvent) map[string]*past {
	all := map[string]*past{}
	for i := range events {
		e := &events[i]
		if e.Kind == api.EventRebalance {
			continue
		}
		p := all[e.Member]
		if p == nil || e.Kind == api.EventJoined {
			p = &past{id: e.Member}
			all[e.Member] = p
		}
		p.name = e.Name
		switch e.Kind {
		case api.EventJoined:
			p.joined = &e.Time
		case api.EventLeft:
			p.left, p.heard, p.had = e.Time, e.Time, p.took
		case api.EventTaken:
			p.took = e.Partitions
		case api.EventSilent:
			if e.Until == nil || goneAt(events, e) {
				p.heard = e.Time
			}
		case api.EventGone:
			p.gone, p.had = e.Time, e.Partitions
			p.moved = movedBy(events[i+1:], e.Partitions)
			if p.heard.IsZero() {
				p.heard = e.Time
			}
		case api.EventGiven:
			if !p.gone.IsZero() { // it was only frozen
				p.heard, p.gone = time.Time{}, time.Time{}
			}
		}
	}
	return all
}

// goneAt reports whether a silence ended because the member was given up.
func goneAt(events []api.PipelineEvent, silent *api.PipelineEvent) bool {
	return slices.ContainsFunc(events, func(e api.PipelineEvent) bool {
		return e.Kind == api.EventGone && e.Member == silent.Member && e.Time.Equal(*silent.Until)
	})
}

// movedBy returns when all of these partitions were given to others, nil before.
func movedBy(events []api.PipelineEvent, partitions []int) *time.Time {
	left := slices.Clone(partitions)
	for i := range events {
		if events[i].Kind != api.EventGiven {
			continue
		}
		left = slices.DeleteFunc(left, func(p int) bool { return slices.Contains(events[i].Partitions, p) })
		if len(left) == 0 {
			return &events[i].Time
		}
	}
	return nil
}

// addLost adds to the members what is known of those that do not answer, and those that have left or are gone.
func (s *sight) addLost(list []api.PipelineMember) []api.PipelineMember {
	known := pasts(s.events)
	for i := range list {
		m := &list[i]
		p := known[m.ID]
		if m.Answered || p == nil {
			continue
		}
		m.Name, m.Since = p.name, p.joined
		if m.State == api.MemberGone {
			m.Had = append([]int{}, p.had...)
		} else {
			m.Had = append([]int{}, m.Partitions...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		p := known[id]
		ended := p.left
		if ended.IsZero() {
			ended = p.gone
		}
		listed := slices.ContainsFunc(list, func(m api.PipelineMember) bool { return m.ID == id })
		if listed || ended.IsZero() || s.now.Sub(ended) > forgetGone {
			continue
		}
		row := api.PipelineMember{
			ID: id, Name: p.name, State: api.MemberGone, Since: p.joined, LeftAt: &p.heard, Reason: api.LostSession,
			Partitions: []int{}, Had: append([]int{}, p.had...),
		}
		if !p.left.IsZero() {
			row.Reason = api.LostLeft
		}
		list = append(list, row)
	}
	return list
}

// tellLost names in the verdict the member that was lost last. One that is only slow to answer, and shows signs of life, is none.
func (s *sight) tellLost(v *api.PipelineVerdict, members []api.PipelineMember) {
	var last *api.PipelineMember
	for i := range members {
		m := &members[i]
		lost := m.Reason == api.LostSession || m.Reason == api.LostSilent && s.now.Sub(*m.LeftAt) > memberSilent
		if lost && s.now.Sub(*m.LeftAt) <= forgetGone && (last == nil || m.LeftAt.After(*last.LeftAt)) {
			last = m
		}
	}
	if last == nil {
		return
	}
	v.Member, v.GoneFrom = last.Name, last.LeftAt
	if v.Partitions == nil {
		v.Partitions = last.Had
	}
	if p := pasts(s.events)[last.ID]; p != nil && p.moved != nil {
		v.GoneTo = p.moved
		if took := p.moved.Sub(p.gone); took > clamped {
			v.MovedInMillis = millis(took)
		}
	}
}
