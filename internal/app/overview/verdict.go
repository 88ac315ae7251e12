package overview

import (
	"time"

	"github.com/haetae/haetae/internal/api"
)

// How far back the trend of what waits looks, and what it needs at least.
const (
	trendSpan  = 30 * time.Second
	trendLeast = 10 * time.Second
)

// trend knows whether what waits grows or shrinks.
type trend struct{ points []trendPoint }

type trendPoint struct {
	at      time.Time
	records int64
}

func (t *trend) add(now time.Time, records int64) {
	t.points = append(t.points, trendPoint{now, records})
	for now.Sub(t.points[0].at) > trendSpan {
		t.points = t.points[1:]
	}
}

// rate returns by how many records a second it grows or, below 0, shrinks; 0 when it does neither steadily: in both halves
// of at least ten seconds.
func (t *trend) rate(now time.Time) float64 {
	if len(t.points) < 3 {
		return 0
	}
	first, last := t.points[0], t.points[len(t.points)-1]
	span := last.at.Sub(first.at)
	if span < trendLeast || now.Sub(last.at) > trendLeast {
		return 0
	}
	middle := t.points[1]
	for _, p := range t.points[1 : len(t.points)-1] {
		if p.at.Sub(first.at) <= span/2 {
			middle = p
		}
	}
	before, after := middle.records-first.records, last.records-middle.records
	if before > 0 != (after > 0) || before < 0 != (after < 0) {
		return 0
	}
	return float64(last.records-first.records) / span.Seconds()
}

// judge adds the verdict, and how soon what waits is read. growth is the trend of what waits, in records a second.
func judge(p *api.Pipeline, s *sight, growth float64) {
	v := &p.Verdict
	if p.Flow.BehindRecords != nil {
		v.Records = *p.Flow.BehindRecords
	}
	late := p.Flow.BehindMillis != nil && *p.Flow.BehindMillis >= BehindMillis
	if late {
		p.CatchUp = &api.PipelineCatchUp{Bytes: p.Flow.ProcessedBytes}
		if growth < 0 {
			ms := int64(float64(v.Records) / -growth * 1000)
			p.CatchUp.LevelInMillis, v.LevelInMillis = &ms, &ms
		}
	}
	stopped, unowned := inState(p.Partitions, api.PartitionStopped), inState(p.Partitions, api.PartitionUnowned)
	switch {
	case p.Problem != "" || len(inState(p.Partitions, api.PartitionOffline)) > 0:
		v.State, v.Code, v.Partitions = api.StateCritical, api.VerdictBrokersAway, inState(p.Partitions, api.PartitionOffline)
	case len(stopped) > 0:
		v.State, v.Code, v.Partitions = api.StateCritical, api.VerdictStopped, stopped
	case len(unowned) > 0:
		v.State, v.Code, v.Partitions = api.StateWarn, api.VerdictUnowned, unowned
		if s.cluster != nil && s.cluster.Group.Settled() { // nobody is about to take them
			v.State = api.StateCritical
		}
	case late && growth > 0:
		v.State, v.Code = api.StateCritical, api.VerdictFalling
	case late && growth < 0:
		v.State, v.Code = api.StateWarn, api.VerdictCatchingUp
	case late:
		v.State, v.Code = api.StateWarn, api.VerdictBehind
	default:
		v.State, v.Code = api.StateOK, api.VerdictLevel
	}
	s.tellLost(v, p.Members)
}

func inState(partitions []api.PipelinePartition, state string) (list []int) {
	for _, p := range partitions {
		if p.State == state {
			list = append(list, p.Partition)
		}
	}
	return list
}
