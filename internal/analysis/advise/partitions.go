package advise

import (
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Bounds of the rule.
const (
	enoughFull        = 20 * time.Second // that a reader was full; less passes by itself
	partitionsPerCore = 4                // beyond it more partitions only cost
)

// partitions judges their number against the cores: one goroutine reads a partition, so fewer partitions than cores leave
// cores idle while records wait, and many more only make batches and fetches smaller.
func partitions(f *Figures) *model.Advice {
	n, processes := len(f.Partitions), max(f.Readers.Processes, 1)
	cores := f.CPU.Cores * processes // the others are taken for machines like this one
	v := values{
		"partitions": float64(n), "cores": float64(cores), "processes": float64(processes), "cores_used": f.CPU.Used,
		"behind_records": float64(f.Backlog.Records), "full_ms": ms(f.Backlog.Full), "busy_percent": 100 * busiest(f.Partitions),
	}
	switch {
	case n < cores && f.Backlog.Full >= enoughFull && f.Backlog.Read > 0:
		// More readers help up to the cores, and no further than the CPU that is left over.
		gain := min(float64(cores)/float64(n), ratio(float64(f.CPU.Cores), f.Backlog.Used))
		if gain < 1.1 {
			break // the CPU is used up by other work than reading
		}
		v["read_per_second"], v["expected_per_second"], v["cores_used"] = f.Backlog.Read, gain*f.Backlog.Read, f.Backlog.Used
		code := "partitions_few"
		if !f.Kafka {
			code = "partitions_few_wal"
		}
		return change("partitions", code, "queue.partitions", int64(n), int64(cores), v)
	case n > partitionsPerCore*cores:
		v["partitions_per_core"] = float64(n) / float64(cores)
		v["batch_bytes"] = ratio(float64(f.Produce.Raw), float64(f.Produce.Batches))
		v["fetches_per_second"] = ratio(float64(f.Fetch.Requests), f.Window.Seconds())
		code := "partitions_many"
		if !f.Kafka {
			code = "partitions_many_wal"
		}
		return look("partitions", code, v)
	}
	return fine("partitions", "partitions_fine", v)
}

func busiest(list []Partition) (share float64) {
	for _, p := range list {
		share = max(share, p.Busy)
	}
	return share
}
