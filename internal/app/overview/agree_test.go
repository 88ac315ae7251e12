package overview

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
)

// The System page says of partitions that others read, or nobody, what the Pipeline page says.
func TestSystemAgreesWithPipeline(t *testing.T) {
	now := time.Unix(20_000, 0)
	seen := &api.Pipeline{Now: now, Partitions: []api.PipelinePartition{
		{Partition: 0, Stored: 5, End: 9, BehindMillis: new(int64), State: api.PartitionOK},
		{Partition: 1, End: 3, BehindRecords: 3, State: api.PartitionUnowned},
	}}
	told := func(seen *api.Pipeline, at time.Time) (rows []string) {
		list := []api.SystemPartition{{Partition: 0, LagRecords: 90, State: api.PartitionOK}, {Partition: 1, State: api.PartitionOK}}
		agree(list, seen, at)
		for _, p := range list {
			rows = append(rows, fmt.Sprint(p.LagRecords, " ", p.LagMillis != nil, " ", p.State))
		}
		return rows
	}
	alone := []string{"90 false ok", "0 false ok"}
	for name, c := range map[string]struct {
		seen *api.Pipeline
		at   time.Time
		want []string
	}{
		"seen":        {seen, now.Add(Every), []string{"0 true ok", "3 false unowned"}},
		"a while ago": {seen, now.Add(time.Minute), alone},
		"not yet":     {nil, now, alone},
	} {
		if diff := cmp.Diff(c.want, told(c.seen, c.at)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
