package app

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/overview"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/store/logs"
)

// queueLag is how many records wait in the queue until searches see them; NaN until each partition has said where it is
// read, just after the start.
func queueLag(stats []queue.PartitionStats, progress []logs.Progress) (records float64) {
	visible := visibleOffsets(progress)
	for _, p := range stats {
		seen, ok := visible[p.Partition]
		if !ok && p.End > p.Oldest {
			return math.NaN()
		}
		records += float64(p.End - max(seen.Visible, p.Stored, p.Oldest))
	}
	return records
}

// queueLag is that of all processes that share the queue: one of them knows how far it is itself.
func (a *app) queueLag(stats []queue.PartitionStats) float64 {
	if a.cfg.shares() {
		return a.view.Waiting()
	}
	return queueLag(stats, a.store.Progress())
}

func visibleOffsets(progress []logs.Progress) map[int]logs.Progress {
	byPartition := map[int]logs.Progress{}
	for _, p := range progress {
		byPartition[p.Partition] = p
	}
	return byPartition
}

func (a *app) partitionList(now time.Time) []api.SystemPartition {
	list := []api.SystemPartition{}
	visible := visibleOffsets(a.store.Progress())
	for _, p := range a.openStats() {
		seen := visible[p.Partition]
		row := api.SystemPartition{
			Partition: p.Partition, Oldest: p.Oldest, Stored: p.Stored, End: p.End, Bytes: p.Bytes,
			LagRecords: p.End - max(seen.Visible, p.Stored), State: api.PartitionOK,
		}
		// While records wait, the newest that can be searched is this old; before the first nobody can tell.
		switch {
		case row.LagRecords == 0:
			row.LagMillis = new(int64)
		case seen.Received != 0:
			ms := max(now.Sub(time.Unix(0, seen.Received)).Milliseconds(), 0)
			row.LagMillis = &ms
		}
		row.RecordsPerSecond = a.sampler.rateOf(a.sampler.partitions, p.Partition)
		switch {
		case a.health.stops(p.Partition):
			row.State = api.PartitionStopped
		case row.LagMillis != nil && *row.LagMillis >= overview.BehindMillis:
			row.State = api.PartitionBehind
		}
		list = append(list, row)
	}
	return list
}

// stops reports whether there is a problem with a partition: its code ends in the partition's number.
func (h *health) stops(partition int) bool {
	suffix := "." + strconv.Itoa(partition)
	h.mu.Lock()
	defer h.mu.Unlock()
	for code := range h.problems {
		if strings.HasSuffix(code, suffix) {
			return true
		}
	}
	return false
}
