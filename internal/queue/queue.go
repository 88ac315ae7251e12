// Package queue is the contract of the durable, partitioned, ordered queue between inputs and the pipeline.
// Package wal keeps it on local disk; a package for Apache Kafka fits behind the same contract. Package
// queuetest holds the conformance suite that every implementation passes.
package queue

import (
	"context"
	"errors"
	"fmt"
)

// Errors of every implementation. Full is a *model.BusyError.
var (
	// ErrClosed is returned by calls after Close.
	ErrClosed = errors.New("queue is closed")
	// ErrNotDurable means that the disk or broker refused: the records may or may not be there; the sender
	// must be told that they were not accepted.
	ErrNotDurable = errors.New("queue could not make the records durable")
)

// GoneError says that records which the store still needs are no longer in the queue.
type GoneError struct {
	Partition      int
	Wanted, Oldest int64 // offsets
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("partition %d: offsets %d to %d are gone from the queue", e.Partition, e.Wanted, e.Oldest-1)
}

// Queue is a durable log of encoded records in a fixed number of partitions.
type Queue interface {
	// ID is new for each queue or move; it is part of every record's identity.
	ID() string
	// Partitions is fixed when the queue is created.
	Partitions() int
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

// Chunk is a run of records with consecutive offsets.
type Chunk struct {
	Base    int64    // offset of Records[0]
	Records [][]byte // encoded records, owned by the reader
	// Damaged counts records or bytes that were skipped just before Base because their checksum was wrong.
	Damaged []Damage
}

// Damage names what could not be read.
type Damage struct {
	Where    string // file and position
	Bytes    int64
	From, To int64 // offsets lost: From <= offset < To
}

// PartitionStats describes one partition. Offsets: Oldest <= Stored <= End.
type PartitionStats struct {
	Partition int
	Oldest    int64 // first offset still held
	Stored    int64 // below it everything is in the store
	End       int64 // offset of the next record
	Bytes     int64 // held on disk
	Damaged   int64 // bytes skipped for a bad checksum since start
}

// Batch collects encoded records for one partition in one buffer.
// The zero value is ready for use; Reset keeps its memory.
type Batch struct {
	buf  []byte
	ends []int
}

// Add appends one record: encode appends its bytes to dst and returns the longer slice.
func (b *Batch) Add(encode func(dst []byte) []byte) {
	b.buf = encode(b.buf)
	b.ends = append(b.ends, len(b.buf))
}

// AddBytes appends a copy of one encoded record.
func (b *Batch) AddBytes(rec []byte) {
	b.buf = append(b.buf, rec...)
	b.ends = append(b.ends, len(b.buf))
}

// Len returns the number of records.
func (b *Batch) Len() int {
	if b == nil {
		return 0
	}
	return len(b.ends)
}

// Bytes returns the size of all records together.
func (b *Batch) Bytes() int {
	if b == nil {
		return 0
	}
	return len(b.buf)
}

// At returns record i; it aliases the batch.
func (b *Batch) At(i int) []byte {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.buf[start:b.ends[i]]
}

// Reset empties the batch for reuse.
func (b *Batch) Reset() {
	b.buf, b.ends = b.buf[:0], b.ends[:0]
}
