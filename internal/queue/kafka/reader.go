package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/queue"
)

// chunkBytes is about the size of what Next returns.
const chunkBytes = 1 << 20

// reader implements queue.Reader with a client of its own: what one partition does not take cannot hold up another, and no
// more than one fetch waits in memory.
type reader struct {
	m      *member
	number int32 // of the partition in the queue
	at     place
	epoch  int64

	client *kgo.Client   // nil before From
	rest   []*kgo.Record // fetched and not returned
	lent   []*kgo.Record // those that the last chunk aliases
	chunk  [][]byte
}

func (r *reader) Partition() int { return int(r.number) }
func (r *reader) Epoch() int64   { return r.epoch }

// From implements queue.Reader. It asks the brokers for the partition's bounds: a position behind the end would wait for
// ever, for a log that has lost records after the store had them.
func (r *reader) From(offset int64) error {
	q := r.m.q
	ctx, cancel := context.WithTimeout(q.life, q.opts.Patience)
	defer cancel()
	oldest, end, err := r.bounds(ctx)
	switch {
	case err != nil:
		return r.failure(err)
	case offset < oldest:
		return &queue.GoneError{Partition: int(r.number), Wanted: offset, Oldest: oldest}
	case offset > end:
		return fmt.Errorf("partition %d of topic %q ends at offset %d, and the store has everything below %d: the brokers have lost records",
			r.at.partition, r.at.topic, end, offset)
	}
	r.close()
	s := &q.opts.Settings
	r.client, err = kgo.NewClient(append(q.connect,
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{r.at.topic: {r.at.partition: kgo.NewOffset().At(offset)}}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchMinBytes(s.Fetch.Min.Bytes),
		kgo.FetchMaxWait(time.Duration(s.Fetch.Max.Wait.MS)*time.Millisecond),
		kgo.FetchMaxBytes(s.Max.Partition.Fetch.Bytes),
		kgo.FetchMaxPartitionBytes(s.Max.Partition.Fetch.Bytes),
		kgo.BrokerMaxReadBytes(2*maxMessage),
		kgo.MaxConcurrentFetches(1),
		kgo.WithPools(&q.fetched),
	)...)
	if err != nil {
		return fmt.Errorf("cannot read partition %d of topic %q: %w", r.at.partition, r.at.topic, err)
	}
	return nil
}

func (r *reader) bounds(ctx context.Context) (oldest, end int64, err error) {
	q := r.m.q
	starts, err := q.admin.ListStartOffsets(ctx, r.at.topic)
	if err != nil {
		return 0, 0, err
	}
	ends, err := q.admin.ListEndOffsets(ctx, r.at.topic)
	if err != nil {
		return 0, 0, err
	}
	s, known := starts.Lookup(r.at.topic, r.at.partition)
	e, alsoKnown := ends.Lookup(r.at.topic, r.at.partition)
	if !known || !alsoKnown {
		return 0, 0, kerr.UnknownTopicOrPartition
	}
	if err := errors.Join(s.Err, e.Err); err != nil {
		return 0, 0, err
	}
	q.stats.reaches(r.number, s.Offset, e.Offset)
	return s.Offset, e.Offset, nil
}

// Next implements queue.Reader. A gap between offsets, such as a marker of a transaction, ends a chunk.
func (r *reader) Next(ctx context.Context) (queue.Chunk, error) {
	if r.client == nil {
		return queue.Chunk{}, errors.New("next before from")
	}
	r.recycle()
	for len(r.rest) == 0 {
		if err := r.fetch(ctx); err != nil {
			return queue.Chunk{}, err
		}
	}
	c := queue.Chunk{Base: r.rest[0].Offset}
	r.chunk = r.chunk[:0]
	size := 0
	for i, rec := range r.rest {
		if i > 0 && (rec.Offset != r.rest[i-1].Offset+1 || size+len(rec.Value) > chunkBytes) {
			break
		}
		size += len(rec.Value)
		r.chunk = append(r.chunk, rec.Value)
	}
	r.lent, r.rest = r.rest[:len(r.chunk)], r.rest[len(r.chunk):]
	c.Records = r.chunk
	return c, nil
}

// recycle gives the memory of the last chunk back.
func (r *reader) recycle() {
	for _, rec := range r.lent {
		rec.Recycle()
	}
	r.lent = nil
}

// fetch waits for the next answer of the broker.
func (r *reader) fetch(ctx context.Context) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.m.q.life, cancel)()
	fetches := r.client.PollFetches(waiting)
	var failed error
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		if f.Err != nil {
			failed = f.Err
		}
		r.rest = append(r.rest, f.Records...)
		if f.HighWatermark > 0 {
			r.m.q.stats.reaches(r.number, f.LogStartOffset, f.HighWatermark)
		}
	})
	switch {
	case len(r.rest) > 0, failed == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return r.failure(failed)
}

// failure puts the client's error in the contract's terms.
func (r *reader) failure(err error) error {
	if cause := context.Cause(r.m.q.life); cause != nil {
		return cause
	}
	return fmt.Errorf("cannot read partition %d of topic %q: %w", r.at.partition, r.at.topic, err)
}

// Stored implements queue.Reader: the group's offset follows the store. Kafka keeps records for its own time.
func (r *reader) Stored(offset int64) error {
	q := r.m.q
	q.stats.update(r.number, func(p *queue.PartitionStats) { p.Stored = max(p.Stored, offset) })
	r.m.client.MarkCommitOffsets(map[string]map[int32]kgo.EpochOffset{r.at.topic: {r.at.partition: {Epoch: -1, Offset: offset}}})
	return nil
}

func (r *reader) close() {
	if r.client != nil {
		r.client.Close()
		r.client, r.rest, r.lent = nil, nil, nil
	}
}
