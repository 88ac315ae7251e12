package measure

import (
	"math"
	"sync"
	"time"
)

// Step is the time from one point of the history to the next.
const Step = 10 * time.Second

const steps = int64(24 * time.Hour / Step)

// Metric is one of what the history keeps. Those from Rejected on only grow.
type Metric int

const (
	Ingest     Metric = iota // records per second
	QueueLag                 // records
	Disk                     // bytes that the data folder's segments and queue take
	Memory                   // resident bytes
	CPU                      // percent of one core
	DurableP99               // ms
	Behind                   // seconds, of all processes that share the queue
	Arrived                  // records per second that came into the queue, of all of them
	Processed                // records per second, of all of them
	Rejected
	DeadLetters
	Dropped
	metrics
)

// Named are the metrics that can be asked for.
var Named = map[string]Metric{
	"ingest": Ingest, "queue_lag": QueueLag, "disk": Disk, "memory": Memory,
	"cpu": CPU, "durable_p99": DurableP99, "behind_seconds": Behind, "arrived": Arrived, "processed": Processed,
}

// History keeps a day of the server's own figures in memory, a point each ten seconds. What was not measured is NaN.
type History struct {
	mu   sync.Mutex
	ring [steps]struct {
		slot  int64 // steps since the epoch; 0 when unset
		point Point
	}
}

// Point has a value for each metric.
type Point [metrics]float64

func slotOf(t time.Time) int64 { return t.UnixNano() / int64(Step) }

// Add keeps the point of now.
func (h *History) Add(now time.Time, p Point) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := &h.ring[slotOf(now)%steps]
	at.slot, at.point = slotOf(now), p
}

// Last returns a metric over the time before now, the oldest first: one value a step, NaN where there is none.
func (h *History) Last(m Metric, span time.Duration, now time.Time) (first time.Time, values []float64) {
	n := min(max(int64(span/Step), 1), steps)
	end := slotOf(now)
	h.mu.Lock()
	defer h.mu.Unlock()
	for slot := end - n + 1; slot <= end; slot++ {
		v := math.NaN()
		if p := &h.ring[slot%steps]; p.slot == slot {
			v = p.point[m]
		}
		values = append(values, v)
	}
	return time.Unix(0, (end-n+1)*int64(Step)), values
}

// Grown returns by how much a count has grown in the time before now, when it is count now. Counts begin at 0 with
// the server, so all of it when the history does not reach that far back.
func (h *History) Grown(m Metric, count float64, span time.Duration, now time.Time) float64 {
	slot := slotOf(now.Add(-span))
	h.mu.Lock()
	defer h.mu.Unlock()
	// A point may be missing when the machine was busy; the one before or behind it will do.
	for _, near := range [...]int64{slot, slot - 1, slot + 1} {
		if p := &h.ring[near%steps]; p.slot == near {
			return count - p.point[m]
		}
	}
	return count
}
