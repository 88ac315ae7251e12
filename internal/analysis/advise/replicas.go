package advise

import (
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

// unevenLeads is how many partitions a broker may lead above its share.
const unevenLeads = 1

// replicas names partitions whose copies are not in step: one more loss, and they take no more records or lose some.
func replicas(f *Figures) *model.Advice {
	wanted, missing, behind := 0, 0, 0
	for _, p := range f.Partitions {
		wanted = max(wanted, p.Replicas)
		if p.InSync < p.Replicas {
			missing++
			behind += p.Replicas - p.InSync
		}
	}
	if wanted == 0 {
		return nil
	}
	v := values{"partitions": float64(len(f.Partitions)), "replicas": float64(wanted), "out_of_sync": float64(missing), "copies_out_of_sync": float64(behind)}
	if missing == 0 {
		return fine("replicas", "replicas_fine", v)
	}
	return urgent("replicas", "replicas_out_of_sync", v)
}

// inSync looks at min.insync.replicas: with 1 a record is acknowledged that only one broker has.
func inSync(f *Figures) *model.Advice {
	copies := 0
	for _, p := range f.Partitions {
		copies = max(copies, p.Replicas)
	}
	if f.Topic == nil || f.Topic.MinInSync == 0 || copies == 0 {
		return nil
	}
	v := values{"replicas": float64(copies), "min_insync": float64(f.Topic.MinInSync), "brokers": float64(len(f.Brokers))}
	switch {
	case copies == 1 && len(f.Brokers) > 1:
		return look("in_sync", "one_copy", v)
	case copies > 2 && f.Topic.MinInSync < 2:
		return change("in_sync", "min_insync_raise", "min.insync.replicas", int64(f.Topic.MinInSync), 2, v)
	}
	return fine("in_sync", "in_sync_fine", v)
}

// leaders looks for a broker that leads more than its share, for all that is sent and read goes through leaders.
func leaders(f *Figures) *model.Advice {
	if len(f.Brokers) < 2 || len(f.Partitions) == 0 {
		return nil
	}
	most, requests := f.Brokers[0], int64(0)
	for _, b := range f.Brokers {
		requests += b.Requests
		if b.Leads > most.Leads {
			most = b
		}
	}
	share := (len(f.Partitions) + len(f.Brokers) - 1) / len(f.Brokers)
	v := values{
		"broker": float64(most.ID), "leads": float64(most.Leads), "share": float64(share), "brokers": float64(len(f.Brokers)), "partitions": float64(len(f.Partitions)),
		"requests_percent": 100 * ratio(float64(most.Requests), float64(requests)), "requests_per_second": ratio(float64(most.Requests), f.Window.Seconds()),
	}
	if most.Leads <= share+unevenLeads {
		return fine("leaders", "leaders_fine", v)
	}
	return look(fmt.Sprint("leaders.", most.ID), "leaders_uneven", v)
}
