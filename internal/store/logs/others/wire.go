// Package others lets processes that share a store ask each other for the rows that are in no segment yet, by HTTP/1.1 and
// with a secret that all of them find in the metadata store.
//
// An answer is a stream of frames behind a magic number with the version. Numbers are unsigned varints (encoding/binary), texts
// and bytes have their length before them:
//
//	block   1  dataset, header, body: as in docs/format.md
//	count   2  dataset, rows
//	cursor  3  rows passed over, queue, partitions, then partition and offset of each
//	end     4  nothing: the answer is whole
//	failed  5  why there is no more
package others

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/haetae/haetae/internal/store/logs"
)

// magic begins an answer; its last byte is the version.
const magic = "HTU\x01"

const (
	kindBlock = iota + 1
	kindCount
	kindCursor
	kindEnd
	kindFailed
)

// Bounds of what is read, in bytes and entries. A block's body is bounded by what a process holds in memory.
const (
	maxText       = 64 << 10
	maxBlock      = 1 << 30
	maxPartitions = 1 << 16
)

var errFrame = errors.New("not an answer of Haetae, or of another version")

// cursorFrame is the place behind the rows before it.
type cursorFrame struct {
	skipped int64
	cursor  logs.Cursor
}

// encoder writes frames.
type encoder struct {
	w   io.Writer
	buf []byte
}

func (e *encoder) begin(kind byte) { e.buf = append(e.buf[:0], kind) }

func (e *encoder) number(n uint64) { e.buf = binary.AppendUvarint(e.buf, n) }

func (e *encoder) text(s string) {
	e.number(uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *encoder) flush() error {
	_, err := e.w.Write(e.buf)
	return err
}

// part writes a block without copying its body.
func (e *encoder) part(p logs.Part) error {
	if p.Count > 0 {
		e.begin(kindCount)
		e.text(p.Dataset)
		e.number(uint64(p.Count))
		return e.flush()
	}
	e.begin(kindBlock)
	e.text(p.Dataset)
	e.number(uint64(len(p.Header)))
	e.buf = append(e.buf, p.Header...)
	e.number(uint64(len(p.Body)))
	if err := e.flush(); err != nil {
		return err
	}
	_, err := e.w.Write(p.Body)
	return err
}

func (e *encoder) cursor(c cursorFrame) error {
	e.begin(kindCursor)
	e.number(uint64(c.skipped))
	e.text(c.cursor.Queue)
	e.number(uint64(len(c.cursor.Offsets)))
	for _, partition := range slices.Sorted(maps.Keys(c.cursor.Offsets)) {
		e.number(uint64(partition))
		e.number(uint64(c.cursor.Offsets[partition]))
	}
	return e.flush()
}

func (e *encoder) end() error {
	e.begin(kindEnd)
	return e.flush()
}

func (e *encoder) failed(why error) error {
	text := why.Error()
	e.begin(kindFailed)
	e.text(text[:min(len(text), maxText)])
	return e.flush()
}

// decoder reads frames.
type decoder struct {
	r *bufio.Reader
}

func newDecoder(r io.Reader) (*decoder, error) {
	d := &decoder{r: bufio.NewReaderSize(r, 64<<10)}
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(d.r, head); err != nil {
		return nil, cut(err)
	}
	if string(head) != magic {
		return nil, errFrame
	}
	return d, nil
}

// next reads a frame: a logs.Part, a cursorFrame, or io.EOF when the answer is whole. An answer that breaks off is an error.
func (d *decoder) next() (any, error) {
	kind, err := d.r.ReadByte()
	if err != nil {
		return nil, cut(err)
	}
	switch kind {
	case kindBlock:
		return d.block()
	case kindCount:
		return d.count()
	case kindCursor:
		return d.cursor()
	case kindEnd:
		return nil, io.EOF
	case kindFailed:
		why, err := d.bytes(maxText)
		if err != nil {
			return nil, err
		}
		return nil, errors.New(string(why))
	}
	return nil, fmt.Errorf("%w: a frame of kind %d", errFrame, kind)
}

func (d *decoder) block() (p logs.Part, err error) {
	dataset, err := d.bytes(maxText)
	if err != nil {
		return p, err
	}
	p.Dataset = string(dataset)
	if p.Header, err = d.bytes(maxBlock); err != nil {
		return p, err
	}
	p.Body, err = d.bytes(maxBlock)
	return p, err
}

func (d *decoder) count() (p logs.Part, err error) {
	dataset, err := d.bytes(maxText)
	if err != nil {
		return p, err
	}
	p.Dataset = string(dataset)
	p.Count, err = d.number(math.MaxInt64)
	if err == nil && p.Count == 0 {
		err = fmt.Errorf("%w: a count of no rows", errFrame)
	}
	return p, err
}

func (d *decoder) cursor() (c cursorFrame, err error) {
	if c.skipped, err = d.number(math.MaxInt64); err != nil {
		return c, err
	}
	queue, err := d.bytes(maxText)
	if err != nil {
		return c, err
	}
	n, err := d.number(maxPartitions)
	if err != nil {
		return c, err
	}
	c.cursor = logs.Cursor{Queue: string(queue), Offsets: map[int]int64{}}
	for range n {
		partition, err := d.number(math.MaxInt32)
		if err != nil {
			return c, err
		}
		if c.cursor.Offsets[int(partition)], err = d.number(math.MaxInt64); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (d *decoder) number(most uint64) (int64, error) {
	n, err := binary.ReadUvarint(d.r)
	if err != nil {
		return 0, cut(err)
	}
	if n > most {
		return 0, fmt.Errorf("%w: %d where at most %d may stand", errFrame, n, most)
	}
	return int64(n), nil
}

// bytes reads a length and as many bytes. Memory grows with what comes, not with what is announced.
func (d *decoder) bytes(most uint64) ([]byte, error) {
	n, err := d.number(most)
	if err != nil {
		return nil, err
	}
	if n <= maxText {
		b := make([]byte, n)
		_, err := io.ReadFull(d.r, b)
		return b, cut(err)
	}
	var b bytes.Buffer
	_, err = io.CopyN(&b, d.r, n)
	return b.Bytes(), cut(err)
}

// cut makes an end that comes too early an error.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
