package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// What is looked at to see whose a topic is, at both ends of each partition, and for how long at most.
const (
	sampleRecords = 16
	sampleBytes   = 256 << 10 // of one answer and partition
	sampleWithin  = 3 * time.Second
)

// IsForeign reports whether a topic of the queue holds records and none of those at the ends of its partitions is of Haetae's form: then
// people or other programs write it, and every record would become a dead letter. A topic of Haetae's own with damaged records
// in it is none: one that can be read tells. Brokers that do not hand over a record in time leave it open, which is not foreign.
func (q *Queue) IsForeign(ctx context.Context, topic string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, sampleWithin)
	defer cancel()
	seen := 0
	var d record.Decoder
	for _, from := range []kgo.Offset{kgo.NewOffset().AtStart(), kgo.NewOffset().AtEnd().Relative(-sampleRecords)} {
		records, err := q.sample(ctx, topic, from)
		if err != nil {
			return false, err
		}
		for _, r := range records {
			if d.Decode(r.Value, &model.Record{}) == nil {
				return false, nil
			}
		}
		seen += len(records)
	}
	return seen > 0, nil
}

// sample reads a few records of each partition of a topic that has some, from an offset on, as far as they come until ctx ends.
func (q *Queue) sample(ctx context.Context, topic string, from kgo.Offset) (list []*kgo.Record, err error) {
	wanted, places := map[int32]int64{}, map[int32]kgo.Offset{}
	for _, p := range q.Stats() {
		at := q.numbers.places[p.Partition]
		if n := min(p.End-p.Oldest, sampleRecords); n > 0 && at.topic == topic {
			wanted[at.partition], places[at.partition] = n, from
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	client, err := kgo.NewClient(append(q.plain,
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: places}),
		kgo.FetchMaxPartitionBytes(sampleBytes), kgo.BrokerMaxReadBytes(2*maxMessage),
	)...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	for len(wanted) > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil { // such as behind the markers of transactions, which are no records
			return list, nil
		}
		if err := fetches.Err(); err != nil {
			return nil, err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if wanted[r.Partition] == 0 {
				return
			}
			list = append(list, r)
			if wanted[r.Partition]--; wanted[r.Partition] == 0 {
				delete(wanted, r.Partition)
			}
		})
	}
	return list, nil
}
