package block

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// Reader reads single columns of one encoded block. It is used by one goroutine.
type Reader struct {
	header  *Header
	body    io.ReaderAt
	base    int64 // where the body begins
	scratch *Scratch
	cache   Cache // nil when there is none

	times, offsets, observed []int64
	streams                  *streamTable
	streamOf                 []uint32
	words                    []byte
	haveWords                bool
	cols                     map[string]Column
	templates                map[string]*Templates
	err                      error // the first damage; a block that has one is not read on
}

var _, _ Rows = (*Reader)(nil), (*View)(nil)

// Scratch is the working memory of one goroutine that reads blocks one after another. The zero value is ready.
type Scratch struct {
	zstd    *zstd.Decoder
	packed  []byte
	bytes   pool[byte]
	numbers pool[int64]
	ends    pool[uint32]
	shorts  pool[uint16]
	text    pool[byte] // of materialised columns: grows as they are written
	read    int64
}

// pool hands out slices that are all taken back at once.
type pool[T any] struct {
	slices [][]T
	used   int
}

func (p *pool[T]) take(n int) []T {
	if p.used == len(p.slices) {
		p.slices = append(p.slices, nil)
	}
	s := p.slices[p.used]
	if cap(s) < n {
		s = make([]T, n)
		p.slices[p.used] = s
	}
	p.used++
	return s[:n]
}

// grow hands out an empty slice that the caller appends to, and puts back when it has grown.
func (p *pool[T]) grow() *[]T {
	s := p.take(0)
	p.slices[p.used-1] = s
	return &p.slices[p.used-1]
}

// keptSlices bounds what a scratch keeps from one block to the next.
const keptSlices = 24

func (p *pool[T]) reset() {
	if len(p.slices) > keptSlices {
		clear(p.slices[keptSlices:])
		p.slices = p.slices[:keptSlices]
	}
	p.used = 0
}

// Reset takes back everything that readers with this scratch have returned.
func (s *Scratch) Reset() {
	s.bytes.reset()
	s.numbers.reset()
	s.ends.reset()
	s.shorts.reset()
	s.text.reset()
}

// BytesRead returns how many stored bytes were read through the scratch.
func (s *Scratch) BytesRead() int64 { return s.read }

// NewReader returns a reader of the block whose body begins at base.
func NewReader(h *Header, body io.ReaderAt, base int64, scratch *Scratch) *Reader {
	return &Reader{header: h, body: body, base: base, scratch: scratch, cols: map[string]Column{}}
}

// Info implements Rows.
func (r *Reader) Info() *Info { return &r.header.info }

// Names implements Rows.
func (r *Reader) Names() []string {
	names := make([]string, len(r.header.cols))
	for i := range r.header.cols {
		names[i] = r.header.cols[i].name
	}
	return names
}

// Kind implements Rows.
func (r *Reader) Kind(name string) Kind {
	if c := r.header.column(name); c != nil {
		return c.kind
	}
	return Absent
}

// Bounds implements Rows.
func (r *Reader) Bounds(name string) (lo, hi float64, ok bool) {
	if c := r.header.column(name); c != nil && c.numbers {
		return c.lo, c.hi, true
	}
	return 0, 0, false
}

// MayHave implements Rows.
func (r *Reader) MayHave(name string, words []string) (bool, error) {
	c := r.header.column(name)
	if c == nil || c.kind != Plain && c.kind != Templated || r.wholeWords() {
		return true, nil
	}
	if err := r.readWords(); err != nil {
		return false, err
	}
	seed, static := columnSeed(name), staticSeed(name)
	for _, w := range words {
		if !filterHas(r.words, tokenHash(seed, w)) && (c.kind == Plain || !filterHas(r.words, tokenHash(static, w))) {
			return false, nil
		}
	}
	return true, nil
}

// MayVary implements Rows.
func (r *Reader) MayVary(name, word string) (bool, error) {
	if c := r.header.column(name); c == nil || c.kind != Plain && c.kind != Templated || r.wholeWords() {
		return true, nil
	}
	if err := r.readWords(); err != nil {
		return false, err
	}
	return filterHas(r.words, tokenHash(columnSeed(name), word)), nil
}

// wholeWords reports whether the token filter is of version 1, which held words whole: what stands beside Hangul within
// a word is not in it, so that it rules nothing out.
func (r *Reader) wholeWords() bool { return r.header.Version() < 2 }

func (r *Reader) readWords() error {
	if r.haveWords {
		return nil
	}
	words, err := r.cachedBytes(r.header.words)
	if err != nil {
		return fmt.Errorf("cannot read token filter: %w", err)
	}
	if len(words)%lineBytes != 0 {
		return fmt.Errorf("%w: token filter of %d bytes", ErrCorrupt, len(words))
	}
	r.words, r.haveWords = words, true
	return nil
}

// Version implements Rows.
func (r *Reader) Version() int { return r.header.Version() }

// Times implements Rows.
func (r *Reader) Times() ([]int64, error) {
	return r.ints(&r.times, r.header.times, "times")
}

// Offsets implements Rows.
func (r *Reader) Offsets() ([]int64, error) {
	return r.ints(&r.offsets, r.header.offsets, "offsets")
}

// Observed implements Rows.
func (r *Reader) Observed() ([]int64, error) {
	if r.observed != nil {
		return r.observed, nil
	}
	offsets, err := r.Offsets()
	if err != nil {
		return nil, err
	}
	var stored []int64
	if _, err := r.ints(&stored, r.header.obs, "times of receipt"); err != nil {
		return nil, err
	}
	// They are stored in the order of offsets.
	order := r.scratch.ends.take(len(offsets))
	ranks(order, offsets, r.header.info.MinOffset, r.header.info.MaxOffset)
	observed := r.scratch.numbers.take(len(offsets))
	for row, rank := range order {
		observed[row] = stored[rank]
	}
	r.observed = observed
	return observed, nil
}

func (r *Reader) ints(cache *[]int64, at region, what string) ([]int64, error) {
	if *cache != nil {
		return *cache, nil
	}
	size := func(values []int64) int { return 8 * len(values) }
	values, err := cached(r, at, size, func() ([]int64, error) { return r.decodeInts(at) }, slices.Clone[[]int64])
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", what, err)
	}
	*cache = values
	return values, nil
}

func (r *Reader) decodeInts(at region) ([]int64, error) {
	decode, perByte := decodeFrames, frameSize
	if r.header.version == 1 {
		decode, perByte = decodeInts, 1
	}
	data, err := r.read(at)
	if err == nil && r.header.info.Rows > perByte*len(data) {
		err = fmt.Errorf("%w: %d bytes for %d numbers", ErrCorrupt, len(data), r.header.info.Rows)
	}
	if err != nil {
		return nil, err
	}
	values := r.scratch.numbers.take(r.header.info.Rows)
	return values, decode(values, data)
}

// Column implements Rows.
func (r *Reader) Column(name string) (Column, error) {
	if c, ok := r.cols[name]; ok {
		return c, nil
	}
	h := r.header.column(name)
	if h == nil {
		return Column{}, nil
	}
	c, err := r.materialise(h)
	if err != nil {
		return Column{}, fmt.Errorf("cannot read column %q: %w", name, err)
	}
	r.cols[name] = c
	return c, nil
}

func (r *Reader) materialise(h *columnHeader) (Column, error) {
	if h.kind != Templated {
		return r.column(h)
	}
	t, err := r.Templates(h.name)
	if err != nil {
		return Column{}, err
	}
	return t.column()
}

func (r *Reader) column(h *columnHeader) (Column, error) {
	c := Column{Kind: h.kind}
	if h.kind == Const {
		c.Data, c.Ends = []byte(h.value), []uint32{uint32(len(h.value))}
		return c, nil
	}
	values := r.header.info.Rows
	if h.kind == Dict {
		values = h.distinct
	}
	var err error
	if c.Data, err = r.cachedBytes(h.data); err != nil {
		return c, err
	}
	if c.Ends, err = r.readEnds(h.lengths, values, len(c.Data)); err != nil {
		return c, err
	}
	if h.kind == Plain {
		return c, nil
	}
	if c.Index, err = r.cachedBytes(h.index); err != nil {
		return c, err
	}
	if len(c.Index) > 0 && int(slices.Max(c.Index)) >= values {
		return c, fmt.Errorf("%w: index of dictionary", ErrCorrupt)
	}
	return c, nil
}

// readEnds reads the lengths of values that make size bytes.
func (r *Reader) readEnds(at region, values, size int) ([]uint32, error) {
	lengths, err := r.cachedBytes(at)
	if err != nil {
		return nil, err
	}
	if values > len(lengths) {
		return nil, fmt.Errorf("%w: %d lengths for %d values", ErrCorrupt, len(lengths), values)
	}
	ends := r.scratch.ends.take(values)
	return ends, decodeLengths(ends, lengths, size)
}

// read returns the bytes of a region, checked and decompressed.
func (r *Reader) read(at region) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	data, err := r.scratch.region(r.body, r.base, at)
	if err != nil {
		r.err = err
	}
	return data, err
}

func (s *Scratch) region(body io.ReaderAt, base int64, at region) ([]byte, error) {
	if at.size == 0 {
		return nil, nil
	}
	var stored []byte
	if at.packed {
		if cap(s.packed) < at.size {
			s.packed = make([]byte, at.size)
		}
		stored = s.packed[:at.size]
	} else {
		stored = s.bytes.take(at.size)
	}
	n, err := body.ReadAt(stored, base+int64(at.off))
	s.read += int64(n)
	if n < len(stored) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: the file is too short", ErrCorrupt)
		}
		return nil, err
	}
	if crc32.Checksum(stored, castagnoli) != at.crc {
		return nil, fmt.Errorf("%w: checksum of bytes %d to %d", ErrCorrupt, base+int64(at.off), base+int64(at.off+at.size))
	}
	if !at.packed {
		return stored, nil
	}
	if s.zstd == nil {
		// Options are constant and valid, so that NewReader cannot fail.
		s.zstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxRaw))
	}
	// Look before memory is taken: a wrong header must not ask for a gigabyte. Only small frames lack their size.
	const maxUnsized = 64 << 10
	var frame zstd.Header
	if err := frame.Decode(stored); err != nil || frame.HasFCS && frame.FrameContentSize != uint64(at.raw) ||
		!frame.HasFCS && at.raw > maxUnsized {
		return nil, fmt.Errorf("%w: compressed bytes do not make %d", ErrCorrupt, at.raw)
	}
	dst := s.bytes.take(at.raw)
	out, err := s.zstd.DecodeAll(stored, dst[:0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if len(out) != at.raw {
		return nil, fmt.Errorf("%w: %d bytes instead of %d", ErrCorrupt, len(out), at.raw)
	}
	return out, nil
}
