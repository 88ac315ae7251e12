package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// What is looked at to see whose a topic is, at both ends of each partition, and for how long at most at each of them.
const (
	sampleRecords = 16
	sampleBytes   = 256 << 10 // of one answer and partition
	sampleWithin  = 3 * time.Second
)

// IsForeign reports whether a topic of the queue holds records and none of those at the ends of its partitions is of Haetae's form: then
// people or other programs write it, and every record would become a dead letter. A topic of Haetae's own with damaged records
// in it is none: one that can be read tells. Brokers that do not hand over a record in time leave it open, which is not foreign.
func (q *Queue) IsForeign(ctx context.Context, topic string) (bool, error) {
	seen, all := 0, true
	var d record.Decoder
	for _, from := range []kgo.Offset{kgo.NewOffset().AtStart(), kgo.NewOffset().AtEnd().Relative(-sampleRecords)} {
		records, whole, err := q.sample(ctx, topic, from)
		if err != nil {
			return false, err
		}
		for _, r := range records {
			if d.Decode(r.Value, &model.Record{}) == nil {
				return false, nil
			}
		}
		seen, all = seen+len(records), all && whole
	}
	return seen > 0 && all, nil
}

// sample reads a few records of each partition of a topic that has some, from an offset on; whole is false when time ended before.
func (q *Queue) sample(ctx context.Context, topic string, from kgo.Offset) (list []*kgo.Record, whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, sampleWithin)
	defer cancel()
	wanted, ends, places := map[int32]int{}, map[int32]int64{}, map[int32]kgo.Offset{}
	for _, p := range q.Stats() {
		at := q.numbers.places[p.Partition]
		if p.End > p.Oldest && at.topic == topic {
			wanted[at.partition], ends[at.partition], places[at.partition] = sampleRecords, p.End, from
		}
	}
	if len(wanted) == 0 {
		return nil, true, nil
	}
	client, err := kgo.NewClient(append(q.plain,
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: places}), kgo.KeepControlRecords(), // one may be the last
		kgo.FetchMaxPartitionBytes(sampleBytes), kgo.BrokerMaxReadBytes(2*maxMessage),
	)...)
	if err != nil {
		return nil, false, err
	}
	defer client.Close()
	for len(wanted) > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return list, false, nil
		}
		if err := fetches.Err(); err != nil {
			return nil, false, err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if wanted[r.Partition] == 0 {
				return
			}
			if !r.Attrs.IsControl() {
				list = append(list, r)
				wanted[r.Partition]--
			}
			if wanted[r.Partition] == 0 || r.Offset >= ends[r.Partition]-1 {
				delete(wanted, r.Partition)
			}
		})
	}
	return list, true, nil
}
