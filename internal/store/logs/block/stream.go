package block

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

// Stream is one set of stream fields. It is immutable; blocks share it by pointer.
type Stream struct {
	// Fields are sorted by name and have neither empty values nor double names.
	Fields []model.Field
	key    string // encoded form: count, then name and value with their lengths; orders and identifies
}

// NewStream returns a stream with copies of the fields, which are sorted by name (model.SortStream).
func NewStream(fields []model.Field) *Stream {
	size := 1
	for _, f := range fields {
		size += len(f.Name) + len(f.Value) + 2
	}
	enc := make([]byte, 0, size)
	enc = binary.AppendUvarint(enc, uint64(len(fields)))
	for _, f := range fields {
		enc = appendText(enc, f.Name)
		enc = appendText(enc, f.Value)
	}
	s := &Stream{key: alias(enc)} // nobody else has the bytes
	s.Fields = s.decode(len(fields))
	return s
}

// decode reads n fields from the key; their texts alias it.
func (s *Stream) decode(n int) []model.Field {
	d := decoder{in: unsafe.Slice(unsafe.StringData(s.key), len(s.key))}
	d.uvarint()
	fields := make([]model.Field, n)
	for i := range fields {
		fields[i] = model.Field{Name: d.text(), Value: d.text()}
	}
	return fields
}

// decodeStream reads one encoded stream and returns how many bytes it took.
func decodeStream(enc []byte) (*Stream, int, error) {
	d := decoder{in: enc}
	n := d.count(2)
	for range 2 * n {
		d.text()
	}
	if d.err != nil {
		return nil, 0, fmt.Errorf("cannot read stream fields: %w", d.err)
	}
	used := len(enc) - len(d.in)
	s := &Stream{key: string(enc[:used])}
	s.Fields = s.decode(n)
	return s, used, nil
}

// Is reports whether the stream has exactly these fields.
func (s *Stream) Is(fields []model.Field) bool {
	if len(fields) != len(s.Fields) {
		return false
	}
	for i := range fields {
		if fields[i].Value != s.Fields[i].Value || fields[i].Name != s.Fields[i].Name {
			return false
		}
	}
	return true
}

// Value returns the stream field of that name, "" when there is none.
func (s *Stream) Value(name string) string {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return s.Fields[i].Value
		}
	}
	return ""
}

// Key identifies the stream's fields: equal streams have equal keys.
func (s *Stream) Key() string { return s.key }

// Size is the number of bytes of all names and values.
func (s *Stream) Size() int { return len(s.key) }

// Text returns the field _stream: {a="b",c="d"}, values quoted as Go strings, which is injective for any bytes.
func (s *Stream) Text() string {
	var b strings.Builder
	b.WriteByte('{')
	var quoted []byte
	for i, f := range s.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f.Name)
		b.WriteByte('=')
		quoted = strconv.AppendQuote(quoted[:0], f.Value)
		b.Write(quoted)
	}
	b.WriteByte('}')
	return b.String()
}

// ID returns the field _stream_id: the 128-bit hash of Text in hexadecimal, which is XXH64 with seed 0
// followed by XXH64 with seed 1, both big-endian.
func (s *Stream) ID() string {
	text := s.Text()
	var sum [16]byte
	binary.BigEndian.PutUint64(sum[:8], xxhash.Sum64String(text))
	d := xxhash.NewWithSeed(1)
	_, _ = d.WriteString(text)
	binary.BigEndian.PutUint64(sum[8:], d.Sum64())
	return hex.EncodeToString(sum[:])
}
