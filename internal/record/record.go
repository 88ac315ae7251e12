// Package record is the queue's binary form of a record: compact, versioned, decoded without allocation.
//
// Version 1, all integers as varints of encoding/binary (u unsigned, z zig-zag), text as u(length) bytes:
//
//	byte     version = 1
//	text     stream: count u, then name text and value text, sorted by name
//	text     dataset, "" for logs
//	z        event time, ns since the epoch, 0 for none
//	z        observed time minus event time, or observed time itself when the event time is 0
//	byte     severity
//	text     input, text peer, text format
//	text     mark source; u mark sequence only when the source is not empty
//	text     message
//	u        number of fields, then name text and value text each
//
// Version 2 has one more behind the observed time, and is written only where there is one:
//
//	z        sent time minus observed time
//
// The stream comes first so that a partition can be chosen and a stream's state found by its encoded bytes
// alone.
package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

// Versions of the form.
const (
	version     = 1
	versionSent = 2
)

// ErrCorrupt means that bytes are not a record of a known version.
var ErrCorrupt = errors.New("not a valid record")

// Append appends the encoded record to dst.
func Append(dst []byte, r *model.Record) []byte {
	if r.Sent == 0 {
		dst = append(dst, version)
	} else {
		dst = append(dst, versionSent)
	}
	dst = appendStream(dst, r.Stream)
	dataset := r.Dataset
	if dataset == model.DatasetLogs {
		dataset = ""
	}
	dst = appendText(dst, dataset)
	dst = binary.AppendVarint(dst, r.Time)
	if r.Time != 0 {
		dst = binary.AppendVarint(dst, r.Observed-r.Time)
	} else {
		dst = binary.AppendVarint(dst, r.Observed)
	}
	if r.Sent != 0 {
		dst = binary.AppendVarint(dst, r.Sent-r.Observed)
	}
	dst = append(dst, byte(r.Severity))
	dst = appendText(dst, r.Input)
	dst = appendText(dst, r.Peer)
	dst = appendText(dst, r.Format)
	dst = appendText(dst, r.Mark.Source)
	if r.Mark.Source != "" {
		dst = binary.AppendUvarint(dst, r.Mark.Seq)
	}
	dst = appendText(dst, r.Msg)
	dst = binary.AppendUvarint(dst, uint64(len(r.Fields)))
	for _, f := range r.Fields {
		dst = appendText(dst, f.Name)
		dst = appendText(dst, f.Value)
	}
	return dst
}

// StreamHash is the hash of a record's stream fields that chooses its partition. It never changes.
func StreamHash(stream []model.Field) uint64 {
	var room [256]byte // streams are short, and one piece is hashed faster than four
	text := room[:0]
	for _, f := range stream {
		text = append(append(text, f.Name...), 0)
		text = append(append(text, f.Value...), 0)
	}
	return xxhash.Sum64(text)
}

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendStream(dst []byte, stream []model.Field) []byte {
	size := uvarintLen(uint64(len(stream)))
	for _, f := range stream {
		size += uvarintLen(uint64(len(f.Name))) + len(f.Name) + uvarintLen(uint64(len(f.Value))) + len(f.Value)
	}
	dst = binary.AppendUvarint(dst, uint64(size))
	dst = binary.AppendUvarint(dst, uint64(len(stream)))
	for _, f := range stream {
		dst = appendText(dst, f.Name)
		dst = appendText(dst, f.Value)
	}
	return dst
}

func uvarintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

// maxCachedStreams and maxCachedBytes bound a decoder's memory of streams; beyond them the memory begins anew.
const (
	maxCachedStreams = 20_000
	maxCachedBytes   = 16 << 20 // encoded
)

// Decoder decodes records of one partition and remembers its streams. It is used by one goroutine.
// The zero value is ready.
type Decoder struct {
	streams map[string][]model.Field
	cached  int // encoded bytes of streams
	forgot  int
	in      []byte
	err     error
}

// Decode fills r from an encoded record. Strings of r alias data; r.Stream is shared by all records of the
// stream and must not be changed; r.Fields reuses r's memory.
func (d *Decoder) Decode(data []byte, r *model.Record) error {
	if len(data) == 0 || data[0] != version && data[0] != versionSent {
		return fmt.Errorf("%w: version", ErrCorrupt)
	}
	d.in, d.err = data[1:], nil
	stream := d.text()
	r.Dataset = d.text()
	if r.Dataset == "" {
		r.Dataset = model.DatasetLogs
	}
	r.Time = d.varint()
	r.Observed = d.varint()
	if r.Time != 0 {
		r.Observed += r.Time
	}
	r.Sent = 0
	if data[0] == versionSent {
		r.Sent = r.Observed + d.varint()
	}
	r.Severity = model.Severity(d.byte())
	r.Input, r.Peer, r.Format = d.text(), d.text(), d.text()
	r.Mark = model.Mark{Source: d.text()}
	if r.Mark.Source != "" {
		r.Mark.Seq = d.uvarint()
	}
	r.Msg = d.text()
	r.Fields = d.fields(r.Fields[:0])
	if d.err == nil && len(d.in) != 0 {
		d.err = fmt.Errorf("%w: %d bytes left over", ErrCorrupt, len(d.in))
	}
	if d.err != nil {
		return d.err
	}
	r.Stream, d.err = d.stream(stream)
	return d.err
}

// Forgot counts how often the memory of streams began anew: from then on a stream has other Fields than before.
func (d *Decoder) Forgot() int { return d.forgot }

func (d *Decoder) stream(encoded string) ([]model.Field, error) {
	if s, ok := d.streams[encoded]; ok {
		return s, nil
	}
	if d.streams == nil {
		d.streams = map[string][]model.Field{}
	} else if len(d.streams) >= maxCachedStreams || d.cached+len(encoded) > maxCachedBytes {
		clear(d.streams)
		d.cached = 0
		d.forgot++
	}
	key := string([]byte(encoded)) // the fields alias this copy
	d.in = unsafe.Slice(unsafe.StringData(key), len(key))
	s := d.fields(nil)
	if d.err == nil && len(d.in) != 0 {
		d.err = fmt.Errorf("%w: stream", ErrCorrupt)
	}
	if d.err != nil {
		return nil, d.err
	}
	d.streams[key] = s
	d.cached += len(key)
	return s, nil
}

func (d *Decoder) fields(dst []model.Field) []model.Field {
	n := d.uvarint()
	if n > uint64(len(d.in)) { // a field takes two bytes at least
		d.fail("number of fields")
		return dst
	}
	for range n {
		dst = append(dst, model.Field{Name: d.text(), Value: d.text()})
		if d.err != nil {
			return dst
		}
	}
	return dst
}

func (d *Decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrCorrupt, what)
	}
	d.in = nil
}

func (d *Decoder) uvarint() uint64 {
	if len(d.in) > 0 && d.in[0] < 0x80 { // most numbers are lengths of one byte
		v := d.in[0]
		d.in = d.in[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.in)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.in = d.in[n:]
	return v
}

func (d *Decoder) varint() int64 {
	v, n := binary.Varint(d.in)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.in = d.in[n:]
	return v
}

func (d *Decoder) byte() byte {
	if len(d.in) == 0 {
		d.fail("end of record")
		return 0
	}
	b := d.in[0]
	d.in = d.in[1:]
	return b
}

func (d *Decoder) text() string {
	n := d.uvarint()
	if n > uint64(len(d.in)) {
		d.fail("length of text")
		return ""
	}
	if n == 0 {
		return ""
	}
	s := unsafe.String(&d.in[0], n)
	d.in = d.in[n:]
	return s
}
