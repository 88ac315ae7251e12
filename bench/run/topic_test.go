package main

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A run that lost a row must fail, and one that doubled one.
func TestReadTopic(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "rows"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.DefaultProduceTopic("rows"), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(kgo.SnappyCompression()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const batches, inBatch = 6, 50
	for i := range batches {
		var records []*kgo.Record
		for range inBatch {
			records = append(records, &kgo.Record{Partition: int32(i % 2), Value: []byte(strings.Repeat("x", 200))})
		}
		if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readTopic(c.ListenAddrs()[0], "rows", batches*inBatch)
	if err != nil {
		t.Fatal(err)
	}
	if got.cpu <= 0 || got.bytes <= 0 || got.bytes > 200*batches*inBatch/4 {
		t.Errorf("read %+v", got)
	}
	for _, wrong := range []int{batches*inBatch - 1, batches*inBatch + 1} {
		if _, err := readTopic(c.ListenAddrs()[0], "rows", wrong); err == nil {
			t.Errorf("a topic of %d records passes for %d", batches*inBatch, wrong)
		}
	}
}
