package overview

import (
	"time"

	"github.com/haetae/haetae/internal/api"
)

// Agree takes how far each partition is from what all processes see together, when that is no older than two looks: this
// process knows only how far it is itself.
func (v *View) Agree(list []api.SystemPartition, now time.Time) {
	if v.kafka != nil {
		agree(list, v.Latest(), now)
	}
}

func agree(list []api.SystemPartition, seen *api.Pipeline, now time.Time) {
	if seen == nil || now.Sub(seen.Now) > 2*Every {
		return
	}
	for i := range list {
		row := &list[i]
		for _, p := range seen.Partitions {
			if p.Partition == row.Partition {
				row.Stored, row.End, row.LagRecords, row.LagMillis, row.State = p.Stored, p.End, p.BehindRecords, p.BehindMillis, p.State
			}
		}
	}
}
