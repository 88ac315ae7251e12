// Package letters puts dead letters into the queue of a server that does not run. No sender can make one: they stand
// for what a bug or a damaged disk would have left behind.
package letters

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/record"
)

// Letter is the dead letter of a record that input has received.
func Letter(input, peer, msg, reason string, received time.Time, stream ...model.Field) model.Record {
	return model.Record{
		Dataset: model.DatasetDeadLetter, Time: received.UnixNano(), Observed: received.UnixNano(),
		Msg: msg, Input: input, Peer: peer, Stream: model.SortStream(stream),
		Fields: []model.Field{
			{Name: "deadletter.reason", Value: reason},
			{Name: "deadletter.queue", Value: "q"},
			{Name: "deadletter.partition", Value: "0"},
			{Name: "deadletter.offset", Value: "1"},
		},
	}
}

// Put appends records to the queue in a data folder, and with them bytes that are no record.
func Put(ctx context.Context, data string, partitions int, records []model.Record, damaged ...[]byte) error {
	q, err := wal.Open(wal.Options{Dir: filepath.Join(data, "queue"), Partitions: partitions, MaxBytes: 1 << 30, MaxPending: 64 << 20})
	if err != nil {
		return fmt.Errorf("cannot open the queue in %s; is a server running on it? %w", data, err)
	}
	batches := make([]*record.Batch, q.Partitions())
	for i := range batches {
		batches[i] = &record.Batch{}
	}
	for i := range records {
		stream := record.StreamHash(records[i].Stream)
		batches[q.Partition(records[i].Dataset, stream)].Add(&records[i], stream)
	}
	for _, d := range damaged {
		batches[0].AddBytes(d)
	}
	if err := q.Append(ctx, batches); err != nil {
		return fmt.Errorf("cannot append to the queue: %w", err)
	}
	return q.Close()
}
