// Package queue is the contract of the durable, partitioned, ordered queue between inputs and the pipeline.
// Package wal keeps it on local disk; a package for Apache Kafka fits behind the same contract. Package
// queuetest holds the conformance suite that every implementation passes.
package queue

import (
	"context"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Errors of every implementation. Full is a *model.BusyError.
var (
	// ErrClosed is returned by calls after Close.
	ErrClosed = model.ErrQueueClosed
	// ErrNotDurable means that the disk or broker refused: the records may or may not be there; the sender
	// must be told that they were not accepted.
	ErrNotDurable = model.ErrNotDurable
)

// GoneError says that records which the store still needs are no longer in the queue.
type GoneError = model.GoneError

// Queue is a durable log of encoded records in partitions.
type Queue interface {
	// ID is new for each queue or move; it is part of every record's identity.
	ID() string
	// Partitions does not change while the queue is open, and never shrinks. A partition keeps its number for good.
	Partitions() int
	// Partition chooses the partition of a record from its dataset and the hash of its stream fields, so that a stream is in
	// one partition and in order.
	Partition(dataset string, key uint64) int
	// Append makes all batches durable, each batch[p] in partition p in its order, and returns when they are.
	// The slice has Partitions() entries; nil and empty ones are passed over. Batches are not kept after
	// return. An error means that none may be acknowledged.
	// A reached bound is a *model.BusyError and stores nothing.
	Append(ctx context.Context, batches []*Batch) error
	// Consume calls own in a goroutine of its own for each partition that this process is given, now or
	// later, and returns when ctx ends and all calls have returned. The context of a call ends when the
	// partition is taken away. An error of own is returned after the others were ended.
	Consume(ctx context.Context, own func(ctx context.Context, r Reader) error) error
	// Stats describes each partition.
	Stats() []PartitionStats
	// Close waits for appends under way and releases everything.
	Close() error
}

// Reader reads one partition. It is used by one goroutine.
type Reader interface {
	Partition() int
	// Epoch grows each time the partition changes hands; the store's transaction is guarded by it.
	Epoch() int64
	// From sets the offset of the next record to read. It returns a *GoneError when the queue no longer has it.
	From(offset int64) error
	// Next waits for durable records and returns as many as are at hand up to about 1 MiB, or ctx's error.
	// The chunk is valid until the following call.
	Next(ctx context.Context) (Chunk, error)
	// Stored says that every record below offset is in the store: the queue may trim them.
	Stored(offset int64) error
}

// Chunk, Damage and Batch are the shapes in which records travel; the pipeline shares them.
type (
	Chunk  = record.Chunk
	Damage = record.Damage
	Batch  = record.Batch
)

// PartitionStats describes one partition. Offsets: Oldest <= Stored <= End.
type PartitionStats struct {
	Partition int
	Oldest    int64 // first offset still held
	Stored    int64 // below it everything is in the store
	End       int64 // offset of the next record
	Bytes     int64 // held on disk
	Damaged   int64 // bytes skipped for a bad checksum since start
}
