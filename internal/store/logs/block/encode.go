// Package block is the inner encoding of the log store: rows of many streams that look alike, in columns, each
// column compressed on its own. A Builder collects rows in memory and shows them as a View while it is open;
// an Encoder turns a View into a header and a body; a Reader reads single columns of a body back. Every value
// comes back byte for byte.
//
// The rows of an encoded block are sorted by stream, time and offset. The body consists of the regions that the
// header names, each with its own checksum. See Header for the layout.
package block

import (
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// maxDistinct is the largest number of values of a dictionary column.
const maxDistinct = 256

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encoded is a block ready for writing. Its bytes belong to the caller.
type Encoded struct {
	Header []byte // for the index of a segment; read by Open
	Body   []byte
	Info   Info
}

// Encoder encodes views. It keeps its working memory from one to the next, and is used by one goroutine.
type Encoder struct {
	text, numbers *zstd.Encoder
	body          []byte
	plain         []byte // values of one column in the order of rows
	ends          []uint32
	scratch       []byte
	index         []byte
	ints          []int64
	tokens        tokenSet
	order         order
	few           valueTable // values of a column that has few

	// Of templated columns.
	templates templater
	variables []openVariable // of which used are in use
	used      int
	byContext map[uint64]int32 // surroundings of slots -> variable
	wide      wideDictionary
	directory []byte
	static    []byte // pieces of static text, and where each ends
	pieces    []uint32
	plane     []byte
	pairs     []StreamRows
	times     []int64  // of rows, in their order
	streamAt  []uint32 // streams of rows, in their order
}

// NewEncoder returns an encoder.
func NewEncoder() *Encoder {
	// Options are constant and valid, so that NewWriter cannot fail.
	text, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
		zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(8<<20))
	numbers, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<20))
	return &Encoder{text: text, numbers: numbers, byContext: map[uint64]int32{}}
}

// Encode encodes all rows of a view.
func (e *Encoder) Encode(v *View) Encoded {
	e.body = e.body[:0]
	e.tokens.reset()
	e.order.sort(v)
	h := Header{info: v.info, version: Version}
	rows := e.order.rows

	h.times = e.intRegion(v.times, rows)
	e.times = append(e.times[:0], e.ints...)
	e.streamAt = e.streamAt[:0]
	for stream, n := range e.order.counts {
		for range n {
			e.streamAt = append(e.streamAt, uint32(stream))
		}
	}
	h.offsets = e.intRegion(v.offsets, rows)
	h.obs = e.intRegion(v.observed, e.order.byOffset(v))
	e.scratch = e.order.appendStreams(e.scratch[:0])
	h.streams = e.region(e.scratch, e.text)
	for i := range v.cols {
		h.cols = append(h.cols, e.column(&v.cols[i], rows))
	}
	slices.SortFunc(h.cols, func(a, b columnHeader) int { return strings.Compare(a.name, b.name) })
	h.words = e.store(e.tokens.appendFilter(e.scratch[:0]))
	h.size = len(e.body)
	return Encoded{Header: h.Append(nil), Body: slices.Clone(e.body), Info: h.info}
}

// intRegion stores the values in the order of rows.
func (e *Encoder) intRegion(values []int64, rows []uint32) region {
	e.ints = e.ints[:0]
	for _, r := range rows {
		e.ints = append(e.ints, values[r])
	}
	e.scratch = appendFrames(e.scratch[:0], e.ints)
	return e.store(e.scratch)
}

// column stores one column in its smallest shape.
func (e *Encoder) column(c *openColumn, rows []uint32) columnHeader {
	h := columnHeader{name: c.name}
	few := &c.values
	if c.plain {
		e.gather(c, rows)
		e.number()
		few = &e.few
	} else {
		e.index = e.index[:0]
		for _, r := range rows {
			e.index = append(e.index, c.index[r])
		}
	}
	if n := len(few.ends); n > 0 && (n == 1 || 2*n <= len(rows)) {
		h.lo, h.hi, h.numbers = numberBounds(few.data, few.ends)
		if n == 1 {
			h.kind, h.value = Const, string(few.at(0))
			return h
		}
		h.kind, h.distinct = Dict, n
		e.scratch = appendLengths(e.scratch[:0], few.ends)
		h.lengths = e.region(e.scratch, e.numbers)
		h.data = e.region(few.data, e.text)
		h.index = e.region(e.index, e.numbers)
		return h
	}
	if !c.plain {
		e.spell(few)
	}
	h.lo, h.hi, h.numbers = numberBounds(e.plain, e.ends)
	if e.templated(&h, e.times) {
		return h
	}
	h.kind = Plain
	e.scratch = appendLengths(e.scratch[:0], e.ends)
	h.lengths = e.region(e.scratch, e.numbers)
	h.data = e.region(e.plain, e.text)
	e.tokens.addTexts(columnSeed(c.name), e.plain, e.ends)
	return h
}

// gather copies the values of a plain column into plain and ends in the order of rows.
func (e *Encoder) gather(c *openColumn, rows []uint32) {
	e.plain, e.ends = e.plain[:0], e.ends[:0]
	for _, r := range rows {
		if int(r) < len(c.ends) {
			start := uint32(0)
			if r > 0 {
				start = c.ends[r-1]
			}
			e.plain = append(e.plain, c.data[start:c.ends[r]]...)
		}
		e.ends = append(e.ends, uint32(len(e.plain)))
	}
}

// number gives the gathered values numbers of few, in index. When they are more than maxDistinct, few is empty.
func (e *Encoder) number() {
	e.few.reset()
	e.index = e.index[:0]
	start, last, number := uint32(0), "", -1
	for _, end := range e.ends {
		v := alias(e.plain[start:end])
		start = end
		if number < 0 || v != last {
			last, number = v, e.few.find(v)
			if number == maxDistinct {
				e.few.reset()
				return
			}
		}
		e.index = append(e.index, byte(number))
	}
}

// spell writes the values of index into plain and ends.
func (e *Encoder) spell(values *valueTable) {
	e.plain, e.ends = e.plain[:0], e.ends[:0]
	for _, n := range e.index {
		e.plain = append(e.plain, values.at(int(n))...)
		e.ends = append(e.ends, uint32(len(e.plain)))
	}
}

// region compresses data into the body, or stores it as it is when that is not smaller.
func (e *Encoder) region(data []byte, with *zstd.Encoder) region {
	const worthwhile = 32 // bytes; below it a frame's header outweighs what it saves
	if len(data) < worthwhile {
		return e.store(data)
	}
	start := len(e.body)
	e.body = with.EncodeAll(data, e.body)
	if len(e.body)-start >= len(data) {
		e.body = e.body[:start]
		return e.store(data)
	}
	return region{
		off: start, size: len(e.body) - start, raw: len(data), packed: true,
		crc: crc32.Checksum(e.body[start:], castagnoli),
	}
}

func (e *Encoder) store(data []byte) region {
	start := len(e.body)
	e.body = append(e.body, data...)
	return region{off: start, size: len(data), raw: len(data), crc: crc32.Checksum(data, castagnoli)}
}

// order is the order of a view's rows in a block.
type order struct {
	rows    []uint32  // sorted by stream, time, offset
	streams []*Stream // sorted, without doubles
	counts  []int     // rows of each stream
	rank    []uint32  // index in the view's streams -> index in streams
	next    []int
	offset  []uint32
}

// sort works like a counting sort over the streams; rows of one stream mostly come in the order of time.
func (o *order) sort(v *View) {
	sorted := make([]int, len(v.streams))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(a, b int) int { return strings.Compare(v.streams[a].key, v.streams[b].key) })
	o.streams, o.rank = o.streams[:0], slices.Grow(o.rank[:0], len(sorted))[:len(sorted)]
	for _, i := range sorted {
		// A writer that has forgotten a stream meanwhile knows it under two pointers.
		if n := len(o.streams); n == 0 || o.streams[n-1].key != v.streams[i].key {
			o.streams = append(o.streams, v.streams[i])
		}
		o.rank[i] = uint32(len(o.streams) - 1)
	}
	o.counts = slices.Grow(o.counts[:0], len(o.streams))[:len(o.streams)]
	clear(o.counts)
	n := len(v.times)
	for _, s := range v.streamOf[:n] {
		o.counts[o.rank[s]]++
	}
	o.next = o.next[:0]
	start := 0
	for _, c := range o.counts {
		o.next = append(o.next, start)
		start += c
	}
	o.rows = slices.Grow(o.rows[:0], n)[:n]
	for row, s := range v.streamOf[:n] {
		r := o.rank[s]
		o.rows[o.next[r]] = uint32(row)
		o.next[r]++
	}
	byTime := func(a, b uint32) int {
		if c := cmp.Compare(v.times[a], v.times[b]); c != 0 {
			return c
		}
		return cmp.Compare(v.offsets[a], v.offsets[b])
	}
	for i, c := range o.counts {
		run := o.rows[o.next[i]-c : o.next[i]]
		if !slices.IsSortedFunc(run, byTime) {
			slices.SortFunc(run, byTime)
		}
	}
}

// byOffset returns the rows in the order of offsets, in which times of receipt hardly change. Equal offsets
// keep the order of rows, so that a reader finds the same order from the offsets alone.
func (o *order) byOffset(v *View) []uint32 {
	o.offset = o.offset[:0]
	rising := true
	for row := range v.offsets {
		o.offset = append(o.offset, uint32(row))
		rising = rising && (row == 0 || v.offsets[row-1] < v.offsets[row])
	}
	if !rising {
		o.offset = append(o.offset[:0], o.rows...)
		slices.SortStableFunc(o.offset, func(a, b uint32) int { return cmp.Compare(v.offsets[a], v.offsets[b]) })
	}
	return o.offset
}

// appendStreams appends the table of streams: u number, then each encoded with u number of rows behind it.
func (o *order) appendStreams(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(o.streams)))
	for i, s := range o.streams {
		dst = append(dst, s.key...)
		dst = binary.AppendUvarint(dst, uint64(o.counts[i]))
	}
	return dst
}

// numberBounds returns the bounds of the values when all that are not empty are plain decimal numbers.
func numberBounds(data []byte, ends []uint32) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	start := uint32(0)
	for _, end := range ends {
		if end == start {
			continue
		}
		f, number := parseNumber(data[start:end])
		if !number {
			return 0, 0, false
		}
		lo, hi = min(lo, f), max(hi, f)
		start = end
	}
	return lo, hi, lo <= hi
}

// parseNumber reads -?digits[.digits] of up to 15 digits, which a float64 holds exactly or nearly so.
func parseNumber(b []byte) (float64, bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	value, scale, digits, point := 0.0, 1.0, 0, false
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			value = value*10 + float64(c-'0')
			if point {
				scale *= 10
			}
			digits++
		case c == '.' && !point && digits > 0:
			point = true
		default:
			return 0, false
		}
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	if negative {
		value = -value
	}
	return value / scale, true
}
