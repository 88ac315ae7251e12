package journald

import (
	"bytes"
	"encoding/binary"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
)

// Reasons under which entries and fields are counted that were not kept.
const (
	reasonNotExport  = "not the journal export format"
	reasonTruncated  = "entry ends too early"
	reasonTooLong    = "line too long"
	reasonFieldLarge = "field too large"
	reasonFields     = "too many fields"
)

// maxFields of an entry, the bound of systemd-journal-remote.
const maxFields = 1024

// maxName is the length of the longest field name that journald takes.
const maxName = 64

// exportDecoder takes apart the Journal Export Format (systemd, "Journal Export Formats"): an entry is fields, each
// either NAME=text and a line feed, or NAME, a line feed, the size as 64-bit little-endian, the data and a line
// feed; an empty line ends it. Bytes are fed as they come; the decoder holds one unfinished entry at most.
type exportDecoder struct {
	limit int // bytes of an entry that are kept

	buf     []byte
	start   int // of the entry in buf
	at      int // of the field in buf
	scanned int // no line feed lies between at and here
	fields  []exportField
	size    int // bytes of the entry before at, dropped ones included
	held    int // bytes of its fields
	count   int // of its fields, dropped ones included

	skip     uint64 // bytes of a dropped field that are still to come
	skipLine bool   // drop up to the next line feed
	broken   bool   // drop up to the next empty line
	reason   string // why something of the entry was dropped
	refused  bool   // the entry as a whole
	sample   string

	entry exportEntry
}

// exportField is a field as offsets into the buffer, which may move while the entry grows.
type exportField struct{ name, eq, value, end int }

// exportEntry is one entry. It is valid until the next call of next or feed.
type exportEntry struct {
	fields []model.Field
	size   int // bytes on the wire
	// reason says why the entry is refused, or what was dropped of it; sample is where that began.
	refused bool
	reason  string
	sample  string
}

// feed adds bytes; the decoder copies them.
func (d *exportDecoder) feed(p []byte) {
	if d.start > 0 {
		n := copy(d.buf, d.buf[d.start:])
		d.buf = d.buf[:n]
		for i := range d.fields {
			f := &d.fields[i]
			f.name, f.eq, f.value, f.end = f.name-d.start, f.eq-d.start, f.value-d.start, f.end-d.start
		}
		d.at, d.scanned, d.start = d.at-d.start, d.scanned-d.start, 0
	}
	d.buf = append(d.buf, p...)
}

// next returns the next entry that is complete; false asks for more bytes.
func (d *exportDecoder) next() (*exportEntry, bool) {
	for {
		if !d.skipped() {
			return nil, false
		}
		lf := bytes.IndexByte(d.buf[max(d.scanned, d.at):], '\n')
		if lf < 0 {
			d.scanned = len(d.buf)
			d.unfinished(d.buf[d.at:])
			return nil, false
		}
		end := max(d.scanned, d.at) + lf
		line := d.buf[d.at:end]
		if len(line) == 0 {
			d.pass(1)
			if d.finish() {
				return &d.entry, true
			}
			continue
		}
		if d.broken {
			d.pass(len(line) + 1)
			continue
		}
		if eq := equals(line); eq > 0 {
			if len(line) > d.room() {
				d.dropField(line)
				d.cut(len(line) + 1)
			} else {
				d.addField(exportField{name: d.at, eq: d.at + eq, value: d.at + eq + 1, end: end})
				d.pass(len(line) + 1)
			}
			continue
		}
		if !isFieldName(line) {
			d.breakEntry(line, reasonNotExport)
			d.pass(len(line) + 1)
			continue
		}
		if !d.binary(end) {
			return nil, false
		}
	}
}

// unfinished gives up a line whose end has not come when it can only be dropped, so that it takes no room.
func (d *exportDecoder) unfinished(line []byte) {
	switch {
	case len(line) == 0:
		return
	case d.broken:
	case len(line) <= max(d.room(), maxName):
		return
	case equals(line) > 0:
		d.dropField(line)
	default:
		d.breakEntry(line, reasonNotExport)
	}
	d.skipLine = true
	d.cut(len(line))
}

// room is how many bytes of fields the entry may still have.
func (d *exportDecoder) room() int { return max(d.limit-d.held, 0) }

// equals returns the length of the name in front of an equals sign, 0 when the line does not begin with a name.
func equals(line []byte) int {
	return max(bytes.IndexByte(line[:min(len(line), maxName+1)], '='), 0)
}

// binary reads the field whose name ends at end; false asks for more bytes.
func (d *exportDecoder) binary(end int) bool {
	const sizeLen = 8
	value := end + 1 + sizeLen
	if len(d.buf) < value {
		return false
	}
	n := binary.LittleEndian.Uint64(d.buf[end+1:])
	if n > uint64(d.room()) {
		const maxSize = 1 << 40 // a field of a terabyte is none, but a broken size
		if n > maxSize {
			d.breakEntry(d.buf[d.at:end], reasonNotExport)
		} else {
			d.dropField(d.buf[d.at:end])
			d.skip = n + 1
		}
		d.pass(value - d.at)
		return true
	}
	stop := value + int(n)
	if len(d.buf) <= stop {
		return false
	}
	if d.buf[stop] != '\n' {
		d.breakEntry(d.buf[d.at:end], reasonNotExport)
		d.pass(end + 1 - d.at)
		return true
	}
	d.addField(exportField{name: d.at, eq: end, value: value, end: stop})
	d.pass(stop + 1 - d.at)
	return true
}

// pass moves beyond n bytes of the entry. When nothing of it is kept, they need not stay in the buffer.
func (d *exportDecoder) pass(n int) {
	d.at += n
	d.size += n
	d.scanned = d.at
	if len(d.fields) == 0 {
		d.start = d.at
	}
}

// skipped drops what is to be dropped; false when that reaches beyond the buffer.
func (d *exportDecoder) skipped() bool {
	if d.skip > 0 {
		n := int(min(d.skip, uint64(len(d.buf)-d.at)))
		d.skip -= uint64(n)
		d.cut(n)
		if d.skip > 0 {
			return false
		}
	}
	if d.skipLine {
		lf := bytes.IndexByte(d.buf[d.at:], '\n')
		if lf < 0 {
			d.cut(len(d.buf) - d.at)
			return false
		}
		d.cut(lf + 1)
		d.skipLine = false
	}
	return true
}

// cut takes n bytes at the current position out of the buffer, so that a dropped field of any size takes no room.
func (d *exportDecoder) cut(n int) {
	d.buf = append(d.buf[:d.at], d.buf[d.at+n:]...)
	d.size += n
	d.scanned = d.at
}

func (d *exportDecoder) addField(f exportField) {
	d.fields = append(d.fields, f)
	d.held += f.end - f.name
	d.countField(d.buf[f.name:f.end])
}

func (d *exportDecoder) countField(start []byte) {
	if d.count++; d.count > maxFields {
		d.breakEntry(start, reasonFields)
	}
}

// dropField notes a field that is too large. Without its message an entry is worth nothing.
func (d *exportDecoder) dropField(start []byte) {
	reason := reasonFieldLarge
	if name, _, _ := bytes.Cut(start, []byte("=")); string(name) == fieldMessage {
		d.refused = true
		reason = reasonTooLong
	}
	d.note(start, reason)
	d.countField(start)
}

// breakEntry gives an entry up; the next one begins behind an empty line.
func (d *exportDecoder) breakEntry(start []byte, reason string) {
	d.broken, d.refused = true, true
	d.note(start, reason)
	d.fields, d.held = d.fields[:0], 0
}

func (d *exportDecoder) note(start []byte, reason string) {
	const maxSample = 256
	if d.reason == "" || d.refused {
		d.reason, d.sample = reason, string(start[:min(len(start), maxSample)])
	}
}

// finish hands out the entry; false when it is empty.
func (d *exportDecoder) finish() bool {
	e := &d.entry
	*e = exportEntry{fields: e.fields[:0], size: d.size, refused: d.refused, reason: d.reason, sample: d.sample}
	for _, f := range d.fields {
		e.fields = append(e.fields, model.Field{Name: textOf(d.buf[f.name:f.eq]), Value: textOf(d.buf[f.value:f.end])})
	}
	d.fields, d.size, d.held, d.count = d.fields[:0], 0, 0, 0
	d.broken, d.refused, d.reason, d.sample = false, false, "", ""
	d.start = d.at
	return len(e.fields) > 0 || e.refused
}

// end returns what the stream left when it ended: an entry without its empty line, or a refused one when it breaks
// off inside a field.
func (d *exportDecoder) end() (*exportEntry, bool) {
	if d.skip == 0 {
		d.feed([]byte("\n\n"))
		if e, ok := d.next(); ok {
			return e, true
		}
	}
	if d.at == len(d.buf) && len(d.fields) == 0 && d.skip == 0 {
		return nil, false
	}
	d.refused = true
	d.note(d.buf[d.at:], reasonTruncated)
	d.at, d.skip, d.skipLine = len(d.buf), 0, false
	return &d.entry, d.finish()
}

// isFieldName accepts the names of journald: capitals, digits and underscores, not beginning with a digit.
func isFieldName(p []byte) bool {
	if len(p) == 0 || len(p) > maxName || p[0] >= '0' && p[0] <= '9' {
		return false
	}
	for _, c := range p {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
