package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

// repetitive are n records that compress well.
func repetitive(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("%04d %s", i, strings.Repeat("a user has logged in from an address ", 20)))
	}
	return list
}

// settled returns the traffic once n records are counted as sent: the client tells of a batch after it has told its senders.
func settled(t *testing.T, q *Queue, n int64) Traffic {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if counted := q.Traffic(); counted.ProducedRecords >= n || time.Now().After(deadline) {
			return counted
		}
		time.Sleep(time.Millisecond) // the client's own goroutine
	}
}

// What is counted is what was sent and read, so that advice rests on it.
func TestTrafficCounts(t *testing.T) {
	opts := testOptions(fake(t).ListenAddrs(), 2)
	opts.Fetch.Max.Wait.MS = 10
	registry := prometheus.NewRegistry()
	opts.Registerer = registry
	q := closing(t, open(t, opts))
	for _, p := range []int{0, 1} {
		if err := q.Append(t.Context(), queuetest.Batches(2, p, repetitive(100)...)); err != nil {
			t.Fatal(err)
		}
	}
	sent := settled(t, q, 200)
	if sent.Appends != 2 || sent.Parts != 2 || sent.ProducedRecords != 200 || sent.ProducedBatches < 2 || sent.ProduceRequests < 2 {
		t.Errorf("after two appends of 100 records: %+v", sent)
	}
	if sent.ProducedRaw < 200*700 || sent.ProducedWire > sent.ProducedRaw/4 || sent.LargestBatch == 0 || sent.LargestBatch > sent.ProducedWire {
		t.Errorf("bytes %d, on the wire %d, largest %d", sent.ProducedRaw, sent.ProducedWire, sent.LargestBatch)
	}
	if sent.AppendTime <= 0 || sent.AppendTimes.Quantile(.99)*2 < sent.AppendTime/2 || sent.ProduceTime <= 0 {
		t.Errorf("times %v, p99 %v, requests %v", sent.AppendTime, sent.AppendTimes.Quantile(.99), sent.ProduceTime)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := q.Consume(ctx, func(ctx context.Context, r queue.Reader) error {
		if r.Partition() != 0 {
			<-ctx.Done()
			return nil
		}
		if err := r.From(0); err != nil {
			return err
		}
		for got := 0; got < 100; {
			chunk, err := r.Next(ctx)
			if err != nil {
				return err
			}
			got += len(chunk.Records)
		}
		for q.Traffic().EmptyFetches == 0 { // each 10 ms
			wait, done := context.WithTimeout(ctx, 50*time.Millisecond)
			_, err := r.Next(wait)
			done()
			if ctx.Err() != nil {
				return err
			}
		}
		cancel()
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	read := q.Traffic()
	if read.FetchedRecords != 100 || read.FetchedRaw < 100*700 || read.FetchRequests <= read.EmptyFetches || read.EmptyFetches == 0 {
		t.Errorf("after 100 records and a wait: %+v", read)
	}
	later := q.Traffic().Since(read)
	if all := read.ProduceRequests + read.FetchRequests; len(read.Requests) != 1 || read.Requests[0] != all || later.Requests[0] < 0 || later.Requests[0] > all/2 {
		t.Errorf("%d requests, by broker %v, later %v", all, read.Requests, later.Requests)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]float64{}
	for _, f := range families {
		shown[f.GetName()] = f.Metric[0].GetCounter().GetValue()
	}
	if shown["haetae_queue_kafka_record_send_total"] != 200 || shown["haetae_queue_kafka_records_consumed_total"] != 100 {
		t.Errorf("metrics %v", shown)
	}
}

// The codecs are tried on what the topic holds, in batches of the size that is sent, and the trial is not counted as traffic.
func TestTryCodecs(t *testing.T) {
	q := closing(t, open(t, testOptions(fake(t).ListenAddrs(), 2)))
	if none, err := q.TryCodecs(t.Context(), 10_000); err != nil || len(none) != 0 {
		t.Fatalf("of an empty topic: %v, %v", none, err)
	}
	if err := q.Append(t.Context(), queuetest.Batches(2, 1, repetitive(500)...)); err != nil {
		t.Fatal(err)
	}
	before := settled(t, q, 500)
	trials, err := q.TryCodecs(t.Context(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, q.Traffic()); diff != "" {
		t.Error("the trial counts as traffic:", diff)
	}
	ratio := map[string]float64{}
	for _, c := range trials {
		ratio[c.Codec] = float64(c.Raw) / float64(c.Wire)
		if c.Raw < 500*700 || c.Raw > 500*900 || c.Compress < 0 || c.Decompress < 0 {
			t.Errorf("%+v", c)
		}
	}
	if len(trials) != len(codecs) || ratio["none"] != 1 || ratio["zstd"] < 10 || ratio["snappy"] < 4 || ratio["gzip"] < ratio["snappy"] {
		t.Errorf("ratios %v", ratio)
	}
}

// A record is laid out as the client does it, for another size would compress otherwise.
func TestRecordOfATrialIsThatOfABatch(t *testing.T) {
	q := closing(t, open(t, testOptions(fake(t).ListenAddrs(), 1)))
	records := repetitive(10)
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, records...)); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	for _, value := range records {
		raw.Write(appendRecord(nil, &kgo.Record{Value: []byte(value)}))
	}
	sent := settled(t, q, 10).ProducedRaw
	if slack := int64(2 * len(records)); int64(raw.Len()) < sent-slack || int64(raw.Len()) > sent+slack {
		t.Errorf("%d bytes, the client has made %d", raw.Len(), sent)
	}
}

func TestDurations(t *testing.T) {
	var d Durations
	if d.Quantile(.99) != 0 {
		t.Error("a quantile of nothing")
	}
	for range 98 {
		d.add(2 * time.Millisecond)
	}
	d.add(time.Second)
	d.add(time.Hour)
	for q, want := range map[float64]time.Duration{.5: 2 * time.Millisecond, .98: 2 * time.Millisecond, .99: time.Second} {
		if got := d.Quantile(q); got < want || got > want*5/4 {
			t.Errorf("quantile %v is %v, want %v and at most a quarter more", q, got, want)
		}
	}
	if d.Quantile(1) < 10*time.Second {
		t.Errorf("the longest is %v", d.Quantile(1))
	}
}
