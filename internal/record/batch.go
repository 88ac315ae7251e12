package record

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
