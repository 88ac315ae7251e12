package wal

import (
	"encoding/binary"

	"github.com/haetae/haetae/internal/queue"
)

// maxKeptBuffer is what a group keeps of its memory when it is reused.
const maxKeptBuffer = 8 << 20

// group collects the appends that share one write and one fsync, laid out as they go to the file. Headers
// are filled last, because a group that fails does not use its offsets up.
type group struct {
	buf    []byte
	frames []frameMark
	ops    []*appendOp
	count  int // records
}

type frameMark struct {
	start int // of the header in buf
	count int
}

// add lays out a batch; it keeps no reference to it.
func (g *group) add(b *queue.Batch, op *appendOp) {
	last := len(g.frames) - 1
	for i := range b.Len() {
		if last < 0 || len(g.buf)-g.frames[last].start >= headerBytes+framePayload {
			last = len(g.frames)
			g.frames = append(g.frames, frameMark{start: len(g.buf)})
			g.buf = append(g.buf, make([]byte, headerBytes)...)
		}
		rec := b.At(i)
		g.buf = binary.AppendUvarint(g.buf, uint64(len(rec)))
		g.buf = append(g.buf, rec...)
		g.frames[last].count++
	}
	g.count += b.Len()
	g.ops = append(g.ops, op)
}

// finish fills the headers, the first record getting offset base, and returns the bytes to write.
func (g *group) finish(key frameKey, base, now int64) []byte {
	for i, f := range g.frames {
		end := len(g.buf)
		if i+1 < len(g.frames) {
			end = g.frames[i+1].start
		}
		putHeader(g.buf[f.start:end], key, base, now, f.count)
		base += int64(f.count)
	}
	return g.buf
}

func (g *group) reset() {
	clear(g.ops)
	g.buf, g.frames, g.ops, g.count = g.buf[:0], g.frames[:0], g.ops[:0], 0
	if cap(g.buf) > maxKeptBuffer {
		g.buf = nil
	}
}

// laidOut bounds from above what a batch takes in a group.
func laidOut(b *queue.Batch) int64 {
	payload := int64(b.Bytes()) + int64(b.Len())*binary.MaxVarintLen32
	return payload + (payload/framePayload+1)*headerBytes
}
