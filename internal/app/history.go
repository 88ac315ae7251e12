package app

import (
	"math"
	"sync"
	"time"
)

const (
	historyStep   = 10 * time.Second
	historyPoints = int64(24 * time.Hour / historyStep)
)

// metric is one of what the history keeps. Those from countRejected on only grow.
type metric int

const (
	metricIngest     metric = iota // records per second
	metricQueueLag                 // records
	metricDisk                     // bytes that the data folder's segments and queue take
	metricMemory                   // resident bytes
	metricCPU                      // percent of one core
	metricDurableP99               // ms
	metricBehind                   // seconds, of all processes that share the queue
	metricArrived                  // records per second that came into the queue, of all of them
	metricProcessed                // records per second, of all of them
	countRejected
	countDeadLetters
	countDropped
	metrics
)

// historyNames are the metrics that can be asked for.
var historyNames = map[string]metric{
	"ingest": metricIngest, "queue_lag": metricQueueLag, "disk": metricDisk, "memory": metricMemory,
	"cpu": metricCPU, "durable_p99": metricDurableP99, "behind_seconds": metricBehind, "arrived": metricArrived, "processed": metricProcessed,
}

// history keeps a day of the server's own figures in memory, a point each ten seconds. What was not measured is NaN.
type history struct {
	mu   sync.Mutex
	ring [historyPoints]historyPoint
}

type historyPoint struct {
	slot   int64 // historySteps since the epoch; 0 when unset
	values [metrics]float64
}

func slotOf(t time.Time) int64 { return t.UnixNano() / int64(historyStep) }

func (h *history) add(now time.Time, values [metrics]float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	slot := slotOf(now)
	h.ring[slot%historyPoints] = historyPoint{slot, values}
}

// last returns a metric over the time before now, the oldest first: one value a step, NaN where there is none.
func (h *history) last(m metric, span time.Duration, now time.Time) (first time.Time, values []float64) {
	n := min(max(int64(span/historyStep), 1), historyPoints)
	end := slotOf(now)
	h.mu.Lock()
	defer h.mu.Unlock()
	for slot := end - n + 1; slot <= end; slot++ {
		v := math.NaN()
		if p := &h.ring[slot%historyPoints]; p.slot == slot {
			v = p.values[m]
		}
		values = append(values, v)
	}
	return time.Unix(0, (end-n+1)*int64(historyStep)), values
}

// grown returns by how much a count has grown in the time before now, when it is count now. Counts begin at 0 with
// the server, so all of it when the history does not reach that far back.
func (h *history) grown(m metric, count float64, span time.Duration, now time.Time) float64 {
	slot := slotOf(now.Add(-span))
	h.mu.Lock()
	defer h.mu.Unlock()
	// A point may be missing when the machine was busy; the one before or behind it will do.
	for _, near := range [...]int64{slot, slot - 1, slot + 1} {
		if p := &h.ring[near%historyPoints]; p.slot == near {
			return count - p.values[m]
		}
	}
	return count
}
