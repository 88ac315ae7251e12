package httpin

import (
	"sync"

	"github.com/haetae/haetae/internal/model"
)

// Batch holds the records that are on their way to the sink. Fields of all records lie in one arena.
type Batch struct {
	Records []model.Record
	Arena   []model.Field
	Bytes   int // as received
}

// Bounds of what one Write gets and of what is kept for the next request.
const (
	maxBatchRecords = 8192
	maxKeptFields   = 1 << 18
)

var batches = sync.Pool{New: func() any { return new(Batch) }}

// TakeBatch returns an empty batch; give it back with Done.
func TakeBatch() *Batch { return batches.Get().(*Batch) }

// Full reports whether the batch should be written before more is added; limit is Env.MaxBatch.
func (b *Batch) Full(limit int) bool {
	return b.Bytes >= limit || len(b.Records) >= maxBatchRecords
}

// Add appends an empty record and returns it, to be filled before the next Add.
func (b *Batch) Add() *model.Record {
	b.Records = append(b.Records, model.Record{})
	return &b.Records[len(b.Records)-1]
}

// DropLast takes the last record back.
func (b *Batch) DropLast() { b.Records = b.Records[:len(b.Records)-1] }

// Reset empties the batch and lets go of what its records alias.
func (b *Batch) Reset() {
	clear(b.Records)
	clear(b.Arena)
	b.Records, b.Arena, b.Bytes = b.Records[:0], b.Arena[:0], 0
}

// Done makes the batch available to other requests.
func (b *Batch) Done() {
	b.Reset()
	if cap(b.Arena) <= maxKeptFields {
		batches.Put(b)
	}
}
