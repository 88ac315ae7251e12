package block

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
)

// Version of the block format that Encode writes. Every version that was ever released stays readable.
const Version = 2

// region is a part of a block's body.
type region struct {
	off, size int    // stored bytes, relative to the body
	raw       int    // bytes after decompression; equal to size when packed is false
	packed    bool   // one zstd frame
	crc       uint32 // CRC-32C of the stored bytes
}

// columnHeader describes one column.
type columnHeader struct {
	name     string
	kind     Kind
	value    string // Const: the value
	distinct int    // Dict: number of values
	lengths  region // Dict, Plain: lengths of the values; Templated: counts by stream, empty when not kept
	data     region // Dict, Plain: the values, one behind the other; Templated: the directory
	index    region // Dict: row -> value, a byte each; Templated: low bytes of row -> template
	high     region // Templated: high bytes
	numbers  bool   // all non-empty values are numbers between lo and hi
	lo, hi   float64
}

// Header is the directory of an encoded block.
//
// Layout, version 2 (u and z are varints of encoding/binary, text is u(length) and bytes, float is 8 bytes
// little-endian):
//
//	byte    version
//	text    queue id; u partition; text group
//	u       rows; u raw bytes; u bytes of the body
//	z       smallest event time, u span; the same for receipt and for offsets
//	u       number of labels, then text each
//	region  times, observed, offsets, streams, words
//	u       number of columns, then for each:
//	        text name; byte kind, +128 when there are bounds; float lo, float hi when there are
//	        Const: text value; Dict: u values, regions lengths, data, index; Plain: regions lengths, data;
//	        Templated: regions directory, counts, low and high bytes of row -> template
//	region  u offset in the body, u size*2+packed, u raw size when packed, 4 bytes CRC-32C
type Header struct {
	version byte
	info    Info
	size    int // bytes of the body
	times   region
	obs     region
	offsets region
	streams region
	words   region
	cols    []columnHeader // sorted by name
}

// Info describes the rows of the block.
func (h *Header) Info() *Info { return &h.info }

// maxText bounds the text that the values of one column can make together: they are a part of the raw bytes, with room for
// what these do not count.
func (h *Header) maxText() int {
	if raw := h.info.Raw; raw >= 0 && raw < maxRaw/2 {
		return 2*int(raw) + 64<<10
	}
	return maxRaw
}

// Version returns the version of the format in which the block is stored.
func (h *Header) Version() int { return int(h.version) }

// Size returns the bytes of the body.
func (h *Header) Size() int { return h.size }

// Memory estimates the bytes that the header takes in memory.
func (h *Header) Memory() int {
	n := 512 + len(h.info.Group)
	for i := range h.cols {
		n += 256 + len(h.cols[i].name) + len(h.cols[i].value)
	}
	return n
}

func (h *Header) column(name string) *columnHeader {
	i, ok := slices.BinarySearchFunc(h.cols, name, func(c columnHeader, name string) int {
		return strings.Compare(c.name, name)
	})
	if !ok {
		return nil
	}
	return &h.cols[i]
}

// namedRegion is a region with what it holds, for messages.
type namedRegion struct {
	name string
	region
}

// regions lists what a body consists of, but for the regions that the directories of templated columns name.
func (h *Header) regions() []namedRegion {
	list := []namedRegion{
		{"the times", h.times},
		{"the times of receipt", h.obs},
		{"the offsets", h.offsets},
		{"the streams", h.streams},
		{"the token filter", h.words},
	}
	for i := range h.cols {
		c := &h.cols[i]
		of := fmt.Sprintf(" of column %q", c.name)
		switch c.kind {
		case Const:
		case Templated:
			list = append(list, namedRegion{"the templates" + of, c.data}, namedRegion{"the counts by stream" + of, c.lengths},
				namedRegion{"the templates of the rows" + of, c.index}, namedRegion{"the templates of the rows" + of, c.high})
		default:
			list = append(list, namedRegion{"the lengths" + of, c.lengths}, namedRegion{"the values" + of, c.data},
				namedRegion{"the index" + of, c.index})
		}
	}
	return list
}

// Verify checks all regions of a body against their checksums.
func (h *Header) Verify(body []byte) error {
	if len(body) != h.size {
		return fmt.Errorf("%w: %d bytes instead of %d", ErrCorrupt, len(body), h.size)
	}
	for _, r := range h.regions() {
		if err := r.verify(body); err != nil {
			return err
		}
	}
	r := NewReader(h, bytes.NewReader(body), 0, &Scratch{})
	for i := range h.cols {
		t, err := r.Templates(h.cols[i].name)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		if err := t.place(); err != nil {
			return err
		}
		for _, r := range t.regions() {
			if err := r.verify(body); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *namedRegion) verify(body []byte) error {
	if crc32.Checksum(body[r.off:r.off+r.size], castagnoli) != r.crc {
		return fmt.Errorf("cannot read %s: %w: checksum of bytes %d to %d", r.name, ErrCorrupt, r.off, r.off+r.size)
	}
	return nil
}

const boundsFlag = 0x80

// Append appends the encoded header, as Open reads it.
func (h *Header) Append(dst []byte) []byte {
	dst = append(dst, h.version)
	dst = appendText(dst, h.info.Queue)
	dst = binary.AppendUvarint(dst, uint64(h.info.Partition))
	dst = appendText(dst, h.info.Group)
	dst = binary.AppendUvarint(dst, uint64(h.info.Rows))
	dst = binary.AppendUvarint(dst, uint64(h.info.Raw))
	dst = binary.AppendUvarint(dst, uint64(h.size))
	for _, b := range [...][2]int64{
		{h.info.MinTime, h.info.MaxTime},
		{h.info.MinObserved, h.info.MaxObserved},
		{h.info.MinOffset, h.info.MaxOffset},
	} {
		dst = binary.AppendVarint(dst, b[0])
		dst = binary.AppendUvarint(dst, uint64(b[1]-b[0]))
	}
	dst = binary.AppendUvarint(dst, uint64(len(h.info.Labels)))
	for _, name := range h.info.Labels {
		dst = appendText(dst, name)
	}
	for _, r := range [...]region{h.times, h.obs, h.offsets, h.streams, h.words} {
		dst = appendRegion(dst, r)
	}
	dst = binary.AppendUvarint(dst, uint64(len(h.cols)))
	for i := range h.cols {
		dst = h.cols[i].append(dst)
	}
	return dst
}

func (c *columnHeader) append(dst []byte) []byte {
	dst = appendText(dst, c.name)
	if c.numbers {
		dst = append(dst, byte(c.kind)|boundsFlag)
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.lo))
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.hi))
	} else {
		dst = append(dst, byte(c.kind))
	}
	switch c.kind {
	case Const:
		return appendText(dst, c.value)
	case Dict:
		dst = binary.AppendUvarint(dst, uint64(c.distinct))
		dst = appendRegion(dst, c.lengths)
		dst = appendRegion(dst, c.data)
		return appendRegion(dst, c.index)
	case Templated:
		for _, r := range [...]region{c.data, c.lengths, c.index, c.high} {
			dst = appendRegion(dst, r)
		}
		return dst
	}
	return appendRegion(appendRegion(dst, c.lengths), c.data)
}

func appendRegion(dst []byte, r region) []byte {
	dst = binary.AppendUvarint(dst, uint64(r.off))
	size := uint64(r.size) << 1
	if r.packed {
		dst = binary.AppendUvarint(dst, size|1)
		dst = binary.AppendUvarint(dst, uint64(r.raw))
	} else {
		dst = binary.AppendUvarint(dst, size)
	}
	return binary.LittleEndian.AppendUint32(dst, r.crc)
}

// Open reads the header of an encoded block; its strings are copies. ErrCorrupt when the bytes are not one.
func Open(header []byte) (*Header, error) {
	d := decoder{in: []byte(string(header))}
	h := &Header{version: d.byte()}
	if d.err == nil && (h.version == 0 || h.version > Version) {
		return nil, fmt.Errorf("%w: version %d is not known", ErrCorrupt, h.version)
	}
	h.info.Queue = d.text()
	h.info.Partition = d.length()
	h.info.Group = d.text()
	h.info.Rows = d.length()
	h.info.Raw = int64(d.uvarint())
	h.size = d.length()
	for _, b := range [...][2]*int64{
		{&h.info.MinTime, &h.info.MaxTime},
		{&h.info.MinObserved, &h.info.MaxObserved},
		{&h.info.MinOffset, &h.info.MaxOffset},
	} {
		*b[0] = d.varint()
		*b[1] = *b[0] + int64(d.uvarint())
	}
	for range d.count(1) {
		h.info.Labels = append(h.info.Labels, d.text())
	}
	for _, r := range [...]*region{&h.times, &h.obs, &h.offsets, &h.streams, &h.words} {
		*r = d.region(h.size)
	}
	n := d.count(2)
	h.cols = make([]columnHeader, 0, n)
	for range n {
		h.cols = append(h.cols, d.column(h.size, h.info.Rows))
		if d.err != nil {
			break
		}
	}
	switch {
	case d.err != nil:
		return nil, fmt.Errorf("cannot read block header: %w", d.err)
	case len(d.in) != 0:
		return nil, fmt.Errorf("%w: %d bytes behind the header", ErrCorrupt, len(d.in))
	case !slices.IsSortedFunc(h.cols, func(a, b columnHeader) int { return strings.Compare(a.name, b.name) }):
		return nil, fmt.Errorf("%w: columns are not in order", ErrCorrupt)
	}
	return h, nil
}

func (d *decoder) column(body, rows int) columnHeader {
	c := columnHeader{name: d.text()}
	kind := d.byte()
	c.kind = Kind(kind &^ boundsFlag)
	if kind&boundsFlag != 0 {
		c.numbers, c.lo, c.hi = true, d.float(), d.float()
	}
	switch c.kind {
	case Const:
		c.value = d.text()
	case Dict:
		c.distinct = d.length()
		c.lengths, c.data, c.index = d.region(body), d.region(body), d.region(body)
		if c.distinct > maxDistinct || c.index.raw != rows {
			d.fail("dictionary of column " + c.name)
		}
	case Plain:
		c.lengths, c.data = d.region(body), d.region(body)
	case Templated:
		c.data, c.lengths, c.index = d.region(body), d.region(body), d.sized(body, rows)
		if c.high = d.region(body); c.high.raw != 0 && c.high.raw != rows {
			d.fail("templates of column " + c.name)
		}
	default:
		d.fail("kind of column " + c.name)
	}
	return c
}

// maxRaw bounds what one region may decompress to, so that a damaged header cannot exhaust memory.
const maxRaw = 1 << 30

func (d *decoder) region(body int) region {
	r := region{off: d.length()}
	size := d.uvarint()
	if size>>1 > uint64(body) {
		d.fail("region")
		return region{}
	}
	r.size, r.packed = int(size>>1), size&1 != 0
	r.raw = r.size
	if r.packed {
		r.raw = d.length()
	}
	r.crc = d.uint32()
	if r.off > body-r.size || r.raw > maxRaw || r.size == 0 && r.raw > 0 {
		d.fail("region")
	}
	return r
}
