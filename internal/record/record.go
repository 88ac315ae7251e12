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
	"slices"
	"strings"
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
	return appendFields(dst, r.Fields)
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
	if len(s) < 0x80 {
		return append(append(dst, byte(len(s))), s...)
	}
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendFields(dst []byte, fields []model.Field) []byte {
	for i := range fields {
		f := &fields[i]
		dst = appendText(dst, f.Name)
		dst = appendText(dst, f.Value)
	}
	return dst
}

// appendStream writes the size when it is known; it is below 128, a byte, for most.
func appendStream(dst []byte, stream []model.Field) []byte {
	at := len(dst)
	dst = append(dst, 0)
	dst = binary.AppendUvarint(dst, uint64(len(stream)))
	dst = appendFields(dst, stream)
	size := len(dst) - at - 1
	if size < 0x80 {
		dst[at] = byte(size)
		return dst
	}
	var room [binary.MaxVarintLen64]byte
	return slices.Replace(dst, at, at+1, binary.AppendUvarint(room[:0], uint64(size))...)
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
}

// Decode fills r from an encoded record. Strings of r alias data; r.Stream is shared by all records of the
// stream and must not be changed; r.Fields reuses r's memory.
func (d *Decoder) Decode(data []byte, r *model.Record) error {
	if len(data) == 0 || data[0] != version && data[0] != versionSent {
		return fmt.Errorf("%w: version", ErrCorrupt)
	}
	in := cursor{text: unsafe.String(&data[0], len(data)), at: 1}
	stream := in.next()
	r.Dataset = in.next()
	if r.Dataset == "" {
		r.Dataset = model.DatasetLogs
	}
	r.Time = in.varint()
	r.Observed = in.varint()
	if r.Time != 0 {
		r.Observed += r.Time
	}
	r.Sent = 0
	if data[0] == versionSent {
		r.Sent = r.Observed + in.varint()
	}
	r.Severity = model.Severity(in.byte())
	r.Input, r.Peer, r.Format = in.next(), in.next(), in.next()
	r.Mark = model.Mark{Source: in.next()}
	if r.Mark.Source != "" {
		r.Mark.Seq = in.uvarint()
	}
	r.Msg = in.next()
	r.Fields = in.fields(r.Fields[:0])
	err := in.end("record")
	if err != nil {
		return err
	}
	r.Stream, err = d.stream(stream)
	return err
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
	key := strings.Clone(encoded) // the fields alias this copy
	in := cursor{text: key}
	s := in.fields(nil)
	if err := in.end("stream"); err != nil {
		return nil, err
	}
	d.streams[key] = s
	d.cached += len(key)
	return s, nil
}
