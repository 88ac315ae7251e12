package record

import (
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// Head is what a queue may tell others of a record without decoding all of it.
type Head struct {
	Stream uint64 // StreamHash of the stream fields
	Input  string // name of the input; aliases the record
}

// ReadHead reads the head of an encoded record. ok is false when data is none.
func ReadHead(data []byte) (h Head, ok bool) {
	if len(data) == 0 || data[0] != version {
		return Head{}, false
	}
	d := Decoder{in: data[1:]}
	stream := d.text()
	d.text()   // dataset
	d.varint() // time
	d.varint() // observed
	d.byte()   // severity
	h.Input = d.text()
	if d.err != nil {
		return Head{}, false
	}
	d.in = unsafe.Slice(unsafe.StringData(stream), len(stream))
	var hash xxhash.Digest
	hash.Reset()
	for range min(d.uvarint(), uint64(len(stream))) {
		_, _ = hash.WriteString(d.text())
		_, _ = hash.Write([]byte{0})
		_, _ = hash.WriteString(d.text())
		_, _ = hash.Write([]byte{0})
	}
	h.Stream = hash.Sum64()
	return h, d.err == nil
}
