// Package protowire reads the protobuf wire format (protobuf.dev/programming-guides/encoding) field by field,
// without generated types and without allocation, for inputs that turn messages into records at once.
package protowire

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

// Wire types. A tag is a field number shifted by three bits and its wire type: 2<<3|Bytes.
const (
	Varint  = 0
	Fixed64 = 1
	Bytes   = 2
	Fixed32 = 5
)

// ErrBroken means that bytes are not a protobuf message.
var ErrBroken = errors.New("not a valid protobuf message")

// Field is one field of a message.
type Field struct {
	Tag  uint64 // number and wire type
	Int  uint64 // value of Varint, Fixed64 and Fixed32 fields
	Data []byte // value of a Bytes field; aliases the message
}

// Text is the value of a Bytes field as a string that aliases the message.
func (f *Field) Text() string {
	return unsafe.String(unsafe.SliceData(f.Data), len(f.Data))
}

// Message is a message that is being read; convert the bytes to it.
type Message []byte

// Next reads the next field into f and reports whether there was one. At the end it returns false, nil.
// Groups, which proto3 has not, are ErrBroken.
func (m *Message) Next(f *Field) (bool, error) {
	in := *m
	if len(in) == 0 {
		return false, nil
	}
	tag, n := binary.Uvarint(in)
	if n <= 0 || tag>>3 == 0 || tag>>3 >= 1<<29 {
		return false, ErrBroken
	}
	in = in[n:]
	f.Tag, f.Int, f.Data = tag, 0, nil
	switch tag & 7 {
	case Varint:
		if f.Int, n = binary.Uvarint(in); n <= 0 {
			return false, ErrBroken
		}
		in = in[n:]
	case Fixed64:
		if len(in) < 8 {
			return false, ErrBroken
		}
		f.Int, in = binary.LittleEndian.Uint64(in), in[8:]
	case Fixed32:
		if len(in) < 4 {
			return false, ErrBroken
		}
		f.Int, in = uint64(binary.LittleEndian.Uint32(in)), in[4:]
	case Bytes:
		size, n := binary.Uvarint(in)
		if n <= 0 || size > uint64(len(in)-n) {
			return false, ErrBroken
		}
		in = in[n:]
		f.Data, in = in[:size:size], in[size:]
	default:
		return false, ErrBroken
	}
	*m = in
	return true, nil
}
