package kafka

import (
	"maps"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue"
)

// Traffic counts what went to and came from the brokers since the queue was opened. Bytes of batches are those of their
// records, without the header of a batch.
type Traffic struct {
	Appends     int64         // acknowledged
	Parts       int64         // of them: one for each partition that an append has records of
	AppendTime  time.Duration // all together, from append to acknowledgement
	AppendTimes Durations

	ProduceRequests int64
	ProduceTime     time.Duration // all together, from the first byte of a request to the last of its answer
	ProducedBatches int64
	ProducedRecords int64
	ProducedRaw     int64 // bytes before compression
	ProducedWire    int64 // bytes after it

	FetchRequests  int64
	EmptyFetches   int64
	FetchedBytes   int64 // of answers
	FetchedBatches int64
	FetchedRecords int64
	FetchedRaw     int64
	FetchedWire    int64

	LargestBatch int64           // bytes as sent, compressed
	Requests     map[int32]int64 // to produce and to fetch, by broker
}

// Since returns what was counted after an earlier look. LargestBatch is of all time.
func (t Traffic) Since(before Traffic) Traffic {
	t.Appends -= before.Appends
	t.Parts -= before.Parts
	t.AppendTime -= before.AppendTime
	for i := range t.AppendTimes {
		t.AppendTimes[i] -= before.AppendTimes[i]
	}
	t.ProduceRequests -= before.ProduceRequests
	t.ProduceTime -= before.ProduceTime
	t.ProducedBatches -= before.ProducedBatches
	t.ProducedRecords -= before.ProducedRecords
	t.ProducedRaw -= before.ProducedRaw
	t.ProducedWire -= before.ProducedWire
	t.FetchRequests -= before.FetchRequests
	t.EmptyFetches -= before.EmptyFetches
	t.FetchedBytes -= before.FetchedBytes
	t.FetchedBatches -= before.FetchedBatches
	t.FetchedRecords -= before.FetchedRecords
	t.FetchedRaw -= before.FetchedRaw
	t.FetchedWire -= before.FetchedWire
	t.Requests = maps.Clone(t.Requests)
	for broker, n := range before.Requests {
		t.Requests[broker] -= n
	}
	return t
}

// Traffic returns what was counted so far.
func (q *Queue) Traffic() Traffic {
	q.traffic.mu.Lock()
	defer q.traffic.mu.Unlock()
	t := q.traffic.Traffic
	t.Requests = maps.Clone(t.Requests)
	return t
}

// traffic is a hook of every client of the queue. They call it once for a request or a batch, never for a record.
type traffic struct {
	mu sync.Mutex
	Traffic
}

var (
	_ kgo.HookProduceBatchWritten = (*traffic)(nil)
	_ kgo.HookFetchBatchRead      = (*traffic)(nil)
	_ kgo.HookBrokerE2E           = (*traffic)(nil)
)

// emptyFetch bounds the answer to a fetch that has no records: header, one topic and one partition are less, and the
// header of a batch with a record and its key are more.
const emptyFetch = 150

// OnBrokerE2E implements kgo.HookBrokerE2E.
func (t *traffic) OnBrokerE2E(b kgo.BrokerMetadata, key int16, e2e kgo.BrokerE2E) {
	if e2e.Err() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch key {
	case int16(kmsg.Produce):
		t.ProduceRequests++
		t.ProduceTime += e2e.DurationE2E()
	case int16(kmsg.Fetch):
		t.FetchRequests++
		t.FetchedBytes += int64(e2e.BytesRead)
		if e2e.BytesRead < emptyFetch {
			t.EmptyFetches++
		}
	default:
		return
	}
	if t.Requests == nil {
		t.Requests = map[int32]int64{}
	}
	t.Requests[b.NodeID]++
}

// OnProduceBatchWritten implements kgo.HookProduceBatchWritten.
func (t *traffic) OnProduceBatchWritten(_ kgo.BrokerMetadata, _ string, _ int32, b kgo.ProduceBatchMetrics) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ProducedBatches++
	t.ProducedRecords += int64(b.NumRecords)
	t.ProducedRaw += int64(b.UncompressedBytes)
	t.ProducedWire += int64(b.CompressedBytes)
	t.LargestBatch = max(t.LargestBatch, int64(b.CompressedBytes))
}

// OnFetchBatchRead implements kgo.HookFetchBatchRead.
func (t *traffic) OnFetchBatchRead(_ kgo.BrokerMetadata, _ string, _ int32, b kgo.FetchBatchMetrics) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.FetchedBatches++
	t.FetchedRecords += int64(b.NumRecords)
	t.FetchedRaw += int64(b.UncompressedBytes)
	t.FetchedWire += int64(b.CompressedBytes)
	t.LargestBatch = max(t.LargestBatch, int64(b.CompressedBytes))
}

// appended counts an append that the brokers have acknowledged.
func (t *traffic) appended(batches []*queue.Batch, took time.Duration) {
	parts := 0
	for _, b := range batches {
		if b.Len() > 0 {
			parts++
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Appends++
	t.Parts += int64(parts)
	t.AppendTime += took
	t.AppendTimes.add(took)
}
