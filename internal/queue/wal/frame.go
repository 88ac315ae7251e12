package wal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// A segment file is a run of frames, each a header of 44 bytes and a payload. Integers are little-endian.
//
//	 0  2  magic "HW"
//	 2  1  version = 1
//	 3  1  flags = 0
//	 4  4  payload length in bytes
//	 8  8  key of the queue, random: bytes of a record never look like a frame, whoever wrote the record
//	16  8  offset of the first record
//	24  8  time of append, ns since the epoch
//	32  4  number of records, at least 1
//	36  4  CRC-32C (Castagnoli) of the payload
//	40  4  CRC-32C of bytes 0 to 39
//
// The payload holds the records, each as its length (unsigned varint of encoding/binary) and its bytes. The
// header has a checksum of its own, so that an unfinished frame is told from a damaged one.
const (
	headerBytes  = 44
	frameVersion = 1
	keyAt        = 8

	// framePayload is the payload size at which the next record begins a new frame: small enough that damage
	// costs few records, large enough that the header costs nothing.
	framePayload = 128 << 10
	// maxRecord bounds one record; a header that claims more is damaged.
	maxRecord  = 256 << 20
	maxPayload = framePayload + maxRecord + binary.MaxVarintLen32
)

var (
	errShort   = errors.New("frame goes beyond the end")
	errHeader  = errors.New("wrong frame header")
	errPayload = errors.New("wrong frame payload")
	errVersion = errors.New("frame of a newer version")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type frameKey [8]byte

// header describes a frame whose header is sound.
type header struct {
	base     int64
	time     int64
	count    int
	payload  int // bytes
	checksum uint32
}

func (h header) end() int64   { return h.base + int64(h.count) }
func (h header) bytes() int64 { return headerBytes + int64(h.payload) }

// putHeader fills the first headerBytes of frame; the payload follows them.
func putHeader(frame []byte, key frameKey, base, time int64, count int) {
	payload := frame[headerBytes:]
	le := binary.LittleEndian
	frame[0], frame[1], frame[2], frame[3] = 'H', 'W', frameVersion, 0
	le.PutUint32(frame[4:], uint32(len(payload)))
	copy(frame[keyAt:], key[:])
	le.PutUint64(frame[16:], uint64(base))
	le.PutUint64(frame[24:], uint64(time))
	le.PutUint32(frame[32:], uint32(count))
	le.PutUint32(frame[36:], crc32.Checksum(payload, castagnoli))
	sumHeader(frame)
}

func sumHeader(frame []byte) {
	binary.LittleEndian.PutUint32(frame[40:], crc32.Checksum(frame[:40], castagnoli))
}

// parseHeader reads the header at the start of b. Errors: errShort, errHeader, errVersion.
func parseHeader(b []byte, key frameKey) (header, error) {
	if len(b) < headerBytes {
		return header{}, errShort
	}
	le := binary.LittleEndian
	if b[0] != 'H' || b[1] != 'W' || !bytes.Equal(b[keyAt:keyAt+len(key)], key[:]) ||
		le.Uint32(b[40:]) != crc32.Checksum(b[:40], castagnoli) {
		return header{}, errHeader
	}
	if b[2] != frameVersion || b[3] != 0 {
		return header{}, fmt.Errorf("%w: version %d, flags %d", errVersion, b[2], b[3])
	}
	h := header{
		base:     int64(le.Uint64(b[16:])),
		time:     int64(le.Uint64(b[24:])),
		count:    int(le.Uint32(b[32:])),
		payload:  int(le.Uint32(b[4:])),
		checksum: le.Uint32(b[36:]),
	}
	if h.payload > maxPayload || h.count < 1 || h.count > h.payload || h.base < 0 || h.base > math.MaxInt64-int64(h.count) {
		return header{}, errHeader
	}
	return h, nil
}

// records appends the records of a payload to dst; they alias the payload. Nothing is appended on an error,
// which is errPayload.
func (h header) records(payload []byte, dst [][]byte) ([][]byte, error) {
	if len(payload) != h.payload || crc32.Checksum(payload, castagnoli) != h.checksum {
		return dst, errPayload
	}
	out := dst
	for range h.count {
		size, n := binary.Uvarint(payload)
		if n <= 0 || size > uint64(len(payload)-n) {
			return dst, errPayload
		}
		end := n + int(size)
		out = append(out, payload[n:end:end])
		payload = payload[end:]
	}
	if len(payload) != 0 {
		return dst, errPayload
	}
	return out, nil
}
