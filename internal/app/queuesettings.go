package app

import (
	"strconv"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue/wal"
)

// queueSettings are those that say how the queue behaves, under Kafka's names where it has one.
func (a *app) queueSettings() []api.PipelineSetting {
	q := &a.cfg.Queue
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	if q.Type == queueWAL {
		list := []api.PipelineSetting{{Key: "max_size", Value: number(int64(q.MaxSize))}, {Key: "linger.ms", Value: number(q.Linger.MS)}}
		if keep := q.keptOnDisk(); keep != (wal.Retention{}) {
			list = append(list,
				api.PipelineSetting{Key: "retention.ms", Value: number(keep.Age.Milliseconds())},
				api.PipelineSetting{Key: "retention.bytes", Value: number(keep.Bytes)})
		}
		return list
	}
	return []api.PipelineSetting{
		{Key: "batch.size", Value: number(int64(q.Batch.Size))},
		{Key: "linger.ms", Value: number(q.Linger.MS)},
		{Key: "acks", Value: "all"},
		{Key: "compression.type", Value: q.Compression.Type},
		{Key: "fetch.min.bytes", Value: number(int64(q.Fetch.Min.Bytes))},
		{Key: "fetch.max.wait.ms", Value: number(q.Fetch.Max.Wait.MS)},
		{Key: "max.partition.fetch.bytes", Value: number(int64(q.Max.Partition.Fetch.Bytes))},
		{Key: "session.timeout.ms", Value: number(q.Session.Timeout.MS)},
	}
}
