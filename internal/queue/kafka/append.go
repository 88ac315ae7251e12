package kafka

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
)

// Bounds as senders see them.
const (
	boundPending = "limits.memory"
	retryAfter   = time.Second
)

// inputHeader names the input that received a record.
const inputHeader = "haetae.input"

// batchOverhead bounds what a batch of one record takes besides key, value and headers.
const batchOverhead = 512

// producing returns the options of a client that produces batches of at most size bytes. It is idempotent, so that the
// client's own attempts double and reorder nothing.
func (q *Queue) producing(size int32) []kgo.Opt {
	return []kgo.Opt{
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchMaxBytes(size),
		kgo.BrokerMaxWriteBytes(max(100<<20, 2*size)),
		kgo.ProducerLinger(time.Duration(q.opts.Linger.MS) * time.Millisecond),
		kgo.ProducerBatchCompression(codecs[q.opts.Compression.Type]),
		kgo.MaxBufferedRecords(1 << 30), // pending bounds the bytes
		kgo.RecordDeliveryTimeout(q.opts.Patience),
		kgo.ProduceRequestTimeout(q.opts.Patience),
	}
}

// largeProducer sends records that exceed batch.size, one in a batch. It connects when the first one comes.
type largeProducer struct {
	mu     sync.Mutex
	client *kgo.Client
}

func (l *largeProducer) get(opts []kgo.Opt) (*kgo.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		var err error
		if l.client, err = kgo.NewClient(opts...); err != nil {
			return nil, err
		}
	}
	return l.client, nil
}

func (l *largeProducer) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil {
		l.client.Close()
	}
}

// delivery is one Append under way. It owns a copy of the batches: when the caller gives up, the client may still be
// sending them.
type delivery struct {
	q       *Queue
	records []kgo.Record
	lasts   []last                   // record of each partition
	buf     []byte                   // values and keys
	held    int64                    // of the pending bound
	answer  func(*kgo.Record, error) // promise, made once: a method value for each record would be an allocation

	left atomic.Int64
	done chan struct{} // capacity 1

	mu    sync.Mutex
	err   error // the first
	topic string
}

// last is the last record of a partition.
type last struct {
	number int32 // of the partition
	record int   // of delivery.records
}

// promise takes the answer for one record; the last one frees what the append held, whether or not its caller still waits.
func (d *delivery) promise(r *kgo.Record, err error) {
	if err != nil {
		d.mu.Lock()
		if d.err == nil {
			d.err, d.topic = err, r.Topic
		}
		d.mu.Unlock()
	}
	if d.left.Add(-1) > 0 {
		return
	}
	if d.err == nil { // else the next look at the brokers tells how far it came
		for _, l := range d.lasts {
			d.q.stats.reaches(l.number, 0, d.records[l.record].Offset+1)
		}
	}
	d.q.pending.Release(d.held)
	d.q.inflight.Done()
	d.done <- struct{}{}
}

// Append implements queue.Queue. When ctx ends first its error is returned, and the records may or may not be stored.
// Brokers that do not answer in time are a *model.UnavailableError.
func (q *Queue) Append(ctx context.Context, batches []*queue.Batch) error {
	if len(batches) != q.Partitions() {
		return fmt.Errorf("append of %d batches to %d partitions", len(batches), q.Partitions())
	}
	count, size := 0, 0
	for p, b := range batches {
		if b.Len() > 0 && q.numbers.places[p].topic == "" {
			return fmt.Errorf("append to partition %d, whose topic is no more", p)
		}
		count += b.Len()
		size += b.Bytes()
	}
	if err := ctx.Err(); err != nil || count == 0 {
		return err
	}
	lost, err := q.brokers.state()
	if err != nil {
		q.metrics.refused.WithLabelValues("brokers").Inc()
		return unavailable(err.Error())
	}
	held, err := q.admit(ctx, int64(size+count*batchOverhead/4))
	if err != nil {
		return err
	}
	if err := q.enter(); err != nil {
		q.pending.Release(held)
		return err
	}
	began := q.opts.Now()
	d := q.delivery(count, size, batches)
	d.held = held
	d.left.Store(int64(count))
	q.send(ctx, d)
	patience := time.NewTimer(q.opts.Patience + q.opts.Patience/2) // the client's own bound comes first
	defer patience.Stop()
	select {
	case <-d.done:
	case <-ctx.Done():
		return fmt.Errorf("append given up, its records may be stored: %w", ctx.Err())
	case <-lost:
		return unavailable("the brokers went away before they acknowledged")
	case <-patience.C:
		return unavailable("no acknowledgement in time")
	}
	err, topic := d.err, d.topic
	q.ops.Put(d)
	if err != nil {
		return q.refused(err, topic)
	}
	took := q.opts.Now().Sub(began)
	q.metrics.appended(count, size, took)
	q.traffic.appended(batches, took)
	return nil
}

// admit waits for room among the bytes that wait for the brokers.
func (q *Queue) admit(ctx context.Context, size int64) (held int64, err error) {
	held = min(size, q.opts.MaxPending) // one append that is larger than the bound goes alone
	if q.pending.TryAcquire(held) {
		return held, nil
	}
	wait, cancel := context.WithTimeout(ctx, q.opts.Patience)
	defer cancel()
	if q.pending.Acquire(wait, held) == nil {
		return held, nil
	}
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("gave up waiting for the brokers: %w", err)
	}
	q.metrics.refused.WithLabelValues(boundPending).Inc()
	return 0, &model.BusyError{Bound: boundPending, RetryAfter: retryAfter}
}

// delivery lays the batches out as the client's records.
func (q *Queue) delivery(count, size int, batches []*queue.Batch) *delivery {
	d, _ := q.ops.Get().(*delivery)
	if d == nil || cap(d.buf) > maxKept {
		d = &delivery{q: q, done: make(chan struct{}, 1)}
		d.answer = d.promise
	}
	d.err = nil
	d.records, d.lasts = slices.Grow(d.records[:0], count), d.lasts[:0]
	d.buf = slices.Grow(d.buf[:0], size+8*count) // records alias it: it must not move
	now := q.opts.Now()
	var headers []kgo.RecordHeader
	var input string
	for p, b := range batches {
		at := q.numbers.places[p]
		for i := range b.Len() {
			r := kgo.Record{Topic: at.topic, Partition: at.partition, Timestamp: now}
			start := len(d.buf)
			d.buf = append(d.buf, b.At(i)...)
			r.Value = d.buf[start:len(d.buf):len(d.buf)]
			if head, ok := b.Head(i); ok {
				key := len(d.buf)
				d.buf = binary.BigEndian.AppendUint64(d.buf, head.Stream)
				r.Key = d.buf[key:len(d.buf):len(d.buf)]
				if headers == nil || head.Input != input {
					input = head.Input
					headers = []kgo.RecordHeader{{Key: inputHeader, Value: []byte(input)}}
				}
				r.Headers = headers
			}
			d.records = append(d.records, r)
		}
		if b.Len() > 0 {
			d.lasts = append(d.lasts, last{int32(p), len(d.records) - 1})
		}
	}
	return d
}

// maxKept is what a delivery keeps of its memory when it is reused.
const maxKept = 4 << 20

// send gives the records to the client. One that exceeds batch.size goes alone, when those before it are there, so that
// the order of its partition holds: these and what is behind them are sent while the caller waits for as long as it likes.
func (q *Queue) send(ctx context.Context, d *delivery) {
	for i := range d.records {
		if q.isLarge(&d.records[i]) {
			go q.sendRest(ctx, d, i)
			return
		}
		q.producer.Produce(q.life, &d.records[i], d.answer)
	}
}

func (q *Queue) isLarge(r *kgo.Record) bool {
	return len(r.Value) > int(q.opts.Batch.Size)-batchOverhead
}

// sendRest sends the records from one on, until a large one fails or its caller has gone: behind it none is sent.
func (q *Queue) sendRest(ctx context.Context, d *delivery, from int) {
	ctx, cancel := context.WithTimeout(ctx, q.opts.Patience)
	defer cancel()
	defer context.AfterFunc(q.life, cancel)()
	var failed error
	rest := d.records[from:] // which is another append's once the last is answered
	for i := range rest {
		r := &rest[i]
		if failed == nil && !q.isLarge(r) {
			q.producer.Produce(q.life, r, d.answer)
			continue
		}
		if failed == nil {
			failed = q.sendLarge(ctx, r)
		}
		d.promise(r, failed)
	}
}

// sendLarge returns when the brokers have answered, or cannot have the record any more.
func (q *Queue) sendLarge(ctx context.Context, r *kgo.Record) error {
	client, err := q.large.get(append(q.connect, q.producing(maxMessage)...))
	if err != nil {
		return err
	}
	if err := q.producer.Flush(ctx); err != nil {
		return err
	}
	return client.ProduceSync(ctx, r).FirstErr()
}

// unavailable leaves open whether the records are stored.
func unavailable(reason string) error {
	return &model.UnavailableError{What: "Kafka", Reason: reason, RetryAfter: retryAfter}
}

// refused puts the client's error in the contract's terms.
func (q *Queue) refused(err error, topic string) error {
	q.metrics.failures.Inc()
	switch {
	case errors.Is(err, kgo.ErrClientClosed):
		return queue.ErrClosed
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return &model.LargeError{Reason: "record too large for Kafka", Detail: "max.message.bytes of topic " + topic}
	case isUnreachable(err):
		return unavailable(err.Error())
	}
	return fmt.Errorf("%w: %w", queue.ErrNotDurable, err)
}
