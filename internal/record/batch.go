package record

import "github.com/haetae/haetae/internal/model"

// Batch collects encoded records for one partition in one buffer.
// The zero value is ready for use; Reset keeps its memory.
type Batch struct {
	buf   []byte
	ends  []int
	heads []Head
}

// Head is what a queue may tell others of a record without decoding it.
type Head struct {
	Stream uint64 // StreamHash of the stream fields
	Input  string // name of the input
}

// Add encodes one record. stream is its StreamHash, which the caller knows: it has chosen the partition by it.
func (b *Batch) Add(r *model.Record, stream uint64) {
	b.buf = Append(b.buf, r)
	b.ends = append(b.ends, len(b.buf))
	b.heads = append(b.heads, Head{Stream: stream, Input: r.Input})
}

// AddBytes appends a copy of any bytes, without a head.
func (b *Batch) AddBytes(rec []byte) {
	b.buf = append(b.buf, rec...)
	b.ends = append(b.ends, len(b.buf))
	b.heads = append(b.heads, Head{})
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

// Head returns the head of record i; ok is false when it has none.
func (b *Batch) Head(i int) (h Head, ok bool) { return b.heads[i], b.heads[i] != Head{} }

// Reset empties the batch for reuse.
func (b *Batch) Reset() {
	b.buf, b.ends, b.heads = b.buf[:0], b.ends[:0], b.heads[:0]
}
