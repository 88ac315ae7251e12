package kafka

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/model"
)

// CodecTrial is what one compression.type made of recent batches.
type CodecTrial struct {
	Codec                string
	Raw, Wire            int64         // bytes of all batches
	Compress, Decompress time.Duration // CPU of one core
}

// Bounds of a trial.
const (
	trialBytes   = 4 << 20
	trialTimeout = 20 * time.Second // on a machine that is busy, for the trial goes behind all else
)

// TryCodecs reads the newest records of the topic of logs, at most 4 MiB, lays them out in batches of batchBytes as the producer
// does, and lets every codec at its usual level compress them and decompress them again. It takes a few tenths of a second of
// one core, below the priority of all other work. Without records there are no trials.
func (q *Queue) TryCodecs(ctx context.Context, batchBytes int64) ([]CodecTrial, error) {
	lost, away := q.brokers.state()
	if away != nil {
		return nil, away
	}
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	go func() {
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	batches, err := q.newest(ctx, max(batchBytes, 1<<10))
	if err != nil || len(batches) == 0 {
		return nil, err
	}
	type result struct {
		trials []CodecTrial
		err    error
	}
	done := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with its low priority
		yieldThread()
		trials, err := tryCodecs(ctx, batches)
		done <- result{trials, err}
	}()
	r := <-done
	return r.trials, r.err
}

func tryCodecs(ctx context.Context, batches [][]byte) (trials []CodecTrial, err error) {
	decompressor := kgo.DefaultDecompressor()
	names := make([]string, 0, len(codecs))
	for name := range codecs {
		names = append(names, name)
	}
	slices.Sort(names)
	var out bytes.Buffer
	for _, name := range names {
		c := CodecTrial{Codec: name}
		compressor, err := kgo.DefaultCompressor(codecs[name])
		if err != nil {
			return nil, fmt.Errorf("cannot try %s: %w", name, err)
		}
		for i, raw := range batches {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			wire, kind := raw, kgo.CodecNone
			began := threadTime()
			if compressor != nil {
				out.Reset()
				wire, kind = compressor.Compress(&out, raw)
			}
			compressed := threadTime()
			back, err := decompressor.Decompress(wire, kind)
			if err != nil {
				return nil, fmt.Errorf("cannot try %s: %w", name, err)
			}
			if len(back) != len(raw) {
				return nil, fmt.Errorf("cannot try %s: %d bytes became %d", name, len(raw), len(back))
			}
			if i == 0 && len(batches) > 1 {
				continue // the first one makes the codec's tables
			}
			c.Raw, c.Wire = c.Raw+int64(len(raw)), c.Wire+int64(len(wire))
			c.Compress, c.Decompress = c.Compress+compressed-began, c.Decompress+threadTime()-compressed
		}
		trials = append(trials, c)
	}
	return trials, nil
}

// newest reads the last records of the topic, each partition's share of trialBytes, and joins them to batches.
func (q *Queue) newest(ctx context.Context, batchBytes int64) ([][]byte, error) {
	from := map[int32]kgo.Offset{}
	size := q.meanRecord()
	ends := map[int32]int64{}
	stats := q.Stats()
	for at, number := range q.numbers.datasets[model.DatasetLogs] {
		p := stats[number]
		n := min(p.End-p.Oldest, int64(trialBytes/q.numbers.topics[0].partitions)/size)
		if n > 0 {
			from[int32(at)] = kgo.NewOffset().At(p.End - n)
			ends[int32(at)] = p.End
		}
	}
	if len(from) == 0 {
		return nil, nil
	}
	client, err := kgo.NewClient(append(slices.Clip(q.plain),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{q.opts.Topic: from}),
		kgo.FetchMaxBytes(trialBytes), kgo.FetchMaxPartitionBytes(trialBytes), kgo.BrokerMaxReadBytes(2*maxMessage),
		kgo.MaxConcurrentFetches(1),
	)...)
	if err != nil {
		return nil, fmt.Errorf("cannot read recent records: %w", err)
	}
	defer client.Close()
	open := map[int32][]byte{}
	var batches [][]byte
	held := int64(0)
	for len(ends) > 0 && held < trialBytes {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil && held == 0 {
			return nil, fmt.Errorf("cannot read recent records: %w", err)
		} else if err != nil {
			break // what has come will do
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if held >= trialBytes {
				return
			}
			before := len(open[r.Partition])
			b := appendRecord(open[r.Partition], r)
			held += int64(len(b) - before)
			if int64(len(b)) >= batchBytes {
				batches, b = append(batches, b), nil
			}
			open[r.Partition] = b
			if r.Offset+1 >= ends[r.Partition] {
				delete(ends, r.Partition)
			}
		})
	}
	for _, b := range open {
		if len(b) > 0 {
			batches = append(batches, b)
		}
	}
	return batches, nil
}

// meanRecord is about the size of a record in the topic, compressed.
func (q *Queue) meanRecord() int64 {
	t := q.Traffic()
	if n := t.ProducedRecords + t.FetchedRecords; n > 0 {
		return max((t.ProducedRaw+t.FetchedRaw)/n, 16)
	}
	return 1 << 10
}

// appendRecord writes a record as a batch has it (Kafka protocol, record format 2), with small deltas.
func appendRecord(b []byte, r *kgo.Record) []byte {
	bytesOf := func(b, v []byte) []byte { return append(binary.AppendVarint(b, int64(len(v))), v...) }
	var body []byte
	body = append(body, 0)                // attributes
	body = binary.AppendVarint(body, 0)   // time of the batch
	body = binary.AppendVarint(body, 100) // offset in the batch
	body = bytesOf(bytesOf(body, r.Key), r.Value)
	body = binary.AppendVarint(body, int64(len(r.Headers)))
	for _, h := range r.Headers {
		body = bytesOf(bytesOf(body, []byte(h.Key)), h.Value)
	}
	return bytesOf(b, body)
}
