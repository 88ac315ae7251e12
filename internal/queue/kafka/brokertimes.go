package kafka

import (
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Produce requests are counted in slots, the newest ones of which make a minute.
const (
	timesSlot  = 10 * time.Second
	timesSlots = 6
)

// brokerTimes is a hook that knows how long each broker took for the produce requests of the last minute.
type brokerTimes struct {
	now func() time.Time

	mu    sync.Mutex
	byID  map[int32]*[timesSlots]Durations
	slots [timesSlots]int64 // number of the slot since the epoch
}

var _ kgo.HookBrokerE2E = (*brokerTimes)(nil)

// OnBrokerE2E implements kgo.HookBrokerE2E.
func (t *brokerTimes) OnBrokerE2E(b kgo.BrokerMetadata, key int16, e2e kgo.BrokerE2E) {
	if key != int16(kmsg.Produce) || e2e.Err() != nil {
		return
	}
	number := t.now().UnixNano() / int64(timesSlot)
	t.mu.Lock()
	defer t.mu.Unlock()
	slot := number % timesSlots
	if t.slots[slot] != number { // of more than a minute ago
		t.slots[slot] = number
		for _, times := range t.byID {
			times[slot] = Durations{}
		}
	}
	if t.byID == nil {
		t.byID = map[int32]*[timesSlots]Durations{}
	}
	times := t.byID[b.NodeID]
	if times == nil {
		times = &[timesSlots]Durations{}
		t.byID[b.NodeID] = times
	}
	times[slot].add(e2e.DurationE2E())
}

// p99 returns what 99 of 100 requests of the last minute did not exceed, 0 when there was none.
func (t *brokerTimes) p99(id int32, now time.Time) time.Duration {
	oldest := now.UnixNano()/int64(timesSlot) - timesSlots
	t.mu.Lock()
	defer t.mu.Unlock()
	times := t.byID[id]
	if times == nil {
		return 0
	}
	var all Durations
	for i, slot := range times {
		if t.slots[i] <= oldest {
			continue
		}
		for k, n := range slot {
			all[k] += n
		}
	}
	return all.Quantile(.99)
}
