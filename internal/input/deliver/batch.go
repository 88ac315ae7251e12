package deliver

import (
	"unsafe"

	"github.com/haetae/haetae/internal/model"
)

// Batch assembles records: Field adds to the open record, Add closes it. All memory is reused after Reset, so
// that a batch in use allocates nothing. It belongs to one goroutine at a time.
type Batch struct {
	layout  *Layout
	records []model.Record
	sizes   []int
	fields  []model.Field // of all records, one after the other; those from open on belong to the open record
	open    int
	text    []byte // what Keep copied
	bytes   int
}

// NewBatch returns an empty batch.
func NewBatch(l *Layout) *Batch { return &Batch{layout: l} }

// Field adds a field to the open record; an empty value is a missing field and adds nothing.
func (b *Batch) Field(name, value string) {
	if value == "" || b.layout.isExtra(name) {
		return
	}
	b.fields = append(b.fields, model.Field{Name: name, Value: value})
}

// Has reports whether the open record has the field.
func (b *Batch) Has(name string) bool {
	for i := b.open; i < len(b.fields); i++ {
		if b.fields[i].Name == name {
			return true
		}
	}
	return false
}

// Keep copies p into the batch; the text is valid until Reset.
func (b *Batch) Keep(p []byte) string {
	if len(p) == 0 {
		return ""
	}
	if cap(b.text)-len(b.text) < len(p) {
		// Texts that were handed out go on aliasing the old memory.
		b.text = make([]byte, 0, max(2*cap(b.text), len(p), 4096))
	}
	start := len(b.text)
	b.text = append(b.text, p...)
	return unsafe.String(&b.text[start], len(p))
}

// Add closes the open record: r with the fields added since the last Add, those that make the stream apart.
// Size is the number of bytes that it took on the wire.
func (b *Batch) Add(r model.Record, size int) {
	b.fields = append(b.fields, b.layout.extra...)
	var stream [16]model.Field
	n, end := 0, b.open
	for i := b.open; i < len(b.fields); i++ {
		f := b.fields[i]
		if n < len(stream) && b.layout.isStream(f.Name) {
			stream[n] = f
			n++
			continue
		}
		b.fields[end] = f
		end++
	}
	b.fields = append(b.fields[:end], stream[:n]...)
	r.Fields = b.fields[b.open:end:end]
	r.Stream = model.SortStream(b.fields[end:])
	b.open = len(b.fields)
	b.records = append(b.records, r)
	b.sizes = append(b.sizes, size)
	b.bytes += size
}

// Discard forgets the fields of the open record.
func (b *Batch) Discard() { b.fields = b.fields[:b.open] }

// Records returns the records assembled so far; they are valid until Reset.
func (b *Batch) Records() []model.Record { return b.records }

// Len returns the number of records.
func (b *Batch) Len() int { return len(b.records) }

// Size returns the bytes that the records took on the wire.
func (b *Batch) Size() int { return b.bytes }

// Reset empties the batch for reuse.
func (b *Batch) Reset() {
	b.records, b.sizes, b.fields, b.text = b.records[:0], b.sizes[:0], b.fields[:0], b.text[:0]
	b.open, b.bytes = 0, 0
}
