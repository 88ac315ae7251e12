package app

import (
	"math"
	"testing"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/store/logs"
)

// Just after a start nobody knows where a partition is read: then all that the queue holds must not count as lag.
func TestLagBeforeItIsKnown(t *testing.T) {
	stats := []queue.PartitionStats{{Partition: 0, Oldest: 5, End: 5}, {Partition: 1, Oldest: 100, End: 900}}
	if lag := queueLag(stats, nil); !math.IsNaN(lag) {
		t.Errorf("the lag is %v before anything is read", lag)
	}
	if lag := queueLag(stats, []logs.Progress{{Partition: 1, Visible: 890}}); lag != 10 {
		t.Errorf("the lag is %v, want 10", lag)
	}
	stats[1].Stored = 900
	if lag := queueLag(stats, []logs.Progress{{Partition: 1, Visible: 890}}); lag != 0 {
		t.Errorf("the lag is %v when all is stored", lag)
	}
}
