package overview

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// A level time that is promised while what waits goes up and down is a lie.
func TestTrendIsSteadyOrNothing(t *testing.T) {
	start := time.Unix(1_000, 0)
	for name, c := range map[string]struct {
		records []int64 // every five seconds
		want    float64
	}{
		"too short":          {[]int64{900, 800}, 0},
		"shrinks":            {[]int64{1000, 900, 800}, -20},
		"grows":              {[]int64{100, 200, 400}, 30},
		"turns":              {[]int64{1000, 1200, 900}, 0},
		"stands still":       {[]int64{500, 500, 500}, 0},
		"grew before":        {[]int64{1, 5000, 9000, 9000, 8000, 7000, 6000, 5000, 4000, 3000}, -200},
		"shrinks, then ends": {[]int64{1000, 500, 0, 0, 0, 0, 0, 0, 0}, 0},
	} {
		var tr trend
		now := start
		for _, n := range c.records {
			tr.add(now, n)
			now = now.Add(5 * time.Second)
		}
		now = now.Add(-5 * time.Second)
		if got := tr.rate(now); got != c.want {
			t.Errorf("%s: %v records a second, want %v", name, got, c.want)
		}
		if got := tr.rate(now.Add(time.Minute)); got != 0 {
			t.Errorf("%s: %v a minute after the last look", name, got)
		}
	}
}

func TestPipelineVerdict(t *testing.T) {
	millis := func(ms int64) *int64 { return &ms }
	settled := &kafka.View{Group: kafka.GroupView{State: "Stable"}}
	balancing := &kafka.View{Group: kafka.GroupView{State: "PreparingRebalance"}}
	late := api.PipelineFlow{BehindRecords: millis(6000), BehindMillis: millis(25_000), ProcessedBytes: 4e7}
	for name, c := range map[string]struct {
		flow        api.PipelineFlow
		states      []string
		problem     string
		cluster     *kafka.View
		growth      float64
		state, code string
		level       int64 // 0 for null
		partitions  int
	}{
		"just started":            {state: api.StateOK, code: api.VerdictLevel},
		"level":                   {flow: api.PipelineFlow{BehindRecords: millis(90), BehindMillis: millis(9_999)}, growth: 50, state: api.StateOK, code: api.VerdictLevel},
		"behind":                  {flow: late, state: api.StateWarn, code: api.VerdictBehind},
		"catching up":             {flow: late, growth: -100, state: api.StateWarn, code: api.VerdictCatchingUp, level: 60_000},
		"falling behind":          {flow: late, growth: 100, state: api.StateCritical, code: api.VerdictFalling},
		"nobody reads":            {flow: late, states: []string{"ok", "unowned"}, cluster: settled, growth: 100, state: api.StateCritical, code: api.VerdictUnowned, partitions: 1},
		"nobody reads for now":    {states: []string{"unowned", "unowned"}, cluster: balancing, state: api.StateWarn, code: api.VerdictUnowned, partitions: 2},
		"stopped":                 {flow: late, states: []string{"stopped", "unowned"}, growth: -100, state: api.StateCritical, code: api.VerdictStopped, level: 60_000, partitions: 1},
		"no leader":               {states: []string{"offline", "stopped"}, state: api.StateCritical, code: api.VerdictBrokersAway, partitions: 1},
		"brokers away":            {problem: "they do not answer", state: api.StateCritical, code: api.VerdictBrokersAway},
		"brokers away and behind": {flow: late, problem: "they do not answer", growth: 100, state: api.StateCritical, code: api.VerdictBrokersAway},
	} {
		p := api.Pipeline{Flow: c.flow, Problem: c.problem}
		for i, state := range c.states {
			p.Partitions = append(p.Partitions, api.PipelinePartition{Partition: i, State: state})
		}
		judge(&p, &sight{cluster: c.cluster}, c.growth)
		v := p.Verdict
		if v.State != c.state || v.Code != c.code || len(v.Partitions) != c.partitions {
			t.Errorf("%s: %+v", name, v)
		}
		if (v.LevelInMillis == nil) != (c.level == 0) || v.LevelInMillis != nil && *v.LevelInMillis != c.level {
			t.Errorf("%s: level in %v, want %d", name, v.LevelInMillis, c.level)
		}
		if (p.CatchUp != nil) != (c.flow.BehindMillis == late.BehindMillis) {
			t.Errorf("%s: catch up %+v", name, p.CatchUp)
		}
	}
}
