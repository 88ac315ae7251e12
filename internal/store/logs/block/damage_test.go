package block

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// Samples are small encoded blocks of all shapes of columns and all kinds of variables.
var Samples = sync.OnceValue(func() []Encoded {
	src, mix := logmix.New(1, 1e6), make([]model.Record, 60)
	for i := range mix {
		src.Next(&mix[i])
		mix[i].Fields = slices.Clone(mix[i].Fields)
		mix[i].Stream = []model.Field{{Name: "s", Value: fmt.Sprint(i % 3)}}
	}
	var forms []model.Record
	for i := range 60 {
		forms = append(forms, model.Record{
			Time: logmix.Start + int64(i)*1e9, Observed: logmix.Start + int64(i)*1e9, Format: "klog@1", Input: "syslog",
			Msg: fmt.Sprintf("%d|%04d|%.2f|10.0.%d.%d|%08x|%08x-0000-4000-8000-%012x|x%dy|2026-11-20 00:00:%02d.5|n%d \xff\x00",
				i-9, i, float64(i-9)/4, i/256, i%256, i*7, i*9, i, i, i%60, i%5),
			Fields: []model.Field{
				{Name: "letters", Value: letters(i)},
				{Name: "same", Value: "12"},
				{Name: "few", Value: fmt.Sprint(i % 3)},
				{Name: "took", Value: fmt.Sprint(float64(i) / 4)},
			},
		})
	}
	var out []Encoded
	for _, records := range [][]model.Record{mix, forms} {
		b, _ := build(records)
		out = append(out, NewEncoder().Encode(b.View("q", 0, "g")))
	}
	return out
})

// Damage changes bytes of a region of a block, those that directories of templates name among them, and makes all
// checksums anew: what a fault leaves that happened before they were made, or that they do not find. Bytes from at on
// are replaced by patch; without a patch the region ends there.
func Damage(enc Encoded, region, at int, patch []byte) Encoded {
	h, err := Open(enc.Header)
	if err != nil {
		panic(err) // a sample
	}
	d := damager{header: h, body: bytes.Clone(enc.Body)}
	places := d.places()
	places[region%len(places)](func(raw []byte) []byte { return overlay(raw, at, patch) })
	h.size = len(d.body)
	return Encoded{Header: h.Append(nil), Body: d.body}
}

func overlay(raw []byte, at int, patch []byte) []byte {
	at %= len(raw) + 1
	if len(patch) == 0 {
		return raw[:at]
	}
	out := append(bytes.Clone(raw[:at]), patch...)
	if len(out) < len(raw) {
		out = append(out, raw[len(out):]...)
	}
	return out
}

type damager struct {
	header *Header
	body   []byte
}

// places lists what can be changed; each is called with the change.
func (d *damager) places() (list []func(change func([]byte) []byte)) {
	h := d.header
	add := func(at *region) {
		list = append(list, func(change func([]byte) []byte) { d.replace(at, change(d.raw(*at))) })
	}
	for _, at := range []*region{&h.times, &h.obs, &h.offsets, &h.streams, &h.words} {
		add(at)
	}
	for i := range h.cols {
		c := &h.cols[i]
		switch c.kind {
		case Const:
		case Templated:
			add(&c.data)
			add(&c.lengths)
			add(&c.index)
			add(&c.high)
			list = append(list, d.variables(c)...)
		default:
			add(&c.lengths)
			add(&c.data)
			add(&c.index)
		}
	}
	return list
}

// variables lists the regions of a column's variables that are stored as they are. They keep their length: the
// directory tells it, and their checksum, which is found there by its bytes.
func (d *damager) variables(c *columnHeader) (list []func(change func([]byte) []byte)) {
	t, err := NewReader(d.header, bytes.NewReader(d.body), 0, &Scratch{}).Templates(c.name)
	if err != nil {
		panic(err)
	}
	for _, at := range t.regions() {
		if at.packed || at.size == 0 {
			continue
		}
		list = append(list, func(change func([]byte) []byte) {
			stored := d.body[at.off : at.off+at.size]
			copy(stored, change(stored))
			directory := d.raw(c.data)
			was, is := binary.LittleEndian.AppendUint32(nil, at.crc), binary.LittleEndian.AppendUint32(nil, crc32.Checksum(stored, castagnoli))
			d.replace(&c.data, bytes.Replace(directory, was, is, 1))
		})
	}
	return list
}

// raw returns the bytes of a region, decompressed.
func (d *damager) raw(at region) []byte {
	data, err := (&Scratch{}).region(bytes.NewReader(d.body), 0, at)
	if err != nil {
		panic(err)
	}
	return data
}

// replace puts other bytes behind the body, and makes them the region.
func (d *damager) replace(at *region, data []byte) {
	*at = region{off: len(d.body), size: len(data), raw: len(data), crc: crc32.Checksum(data, castagnoli)}
	d.body = append(d.body, data...)
}

// readAll reads whatever a block holds in every way there is; what it returns is the first error.
func readAll(r *Reader) error {
	_, err := r.MayHave("_msg", []string{"word"})
	_, varies := r.MayVary("_msg", "12")
	_, _, runs := r.Runs()
	_, sizes := r.FieldSizes()
	errs := []error{err, varies, runs, sizes}
	for _, name := range r.Names() {
		t, err := r.Templates(name)
		if errs = append(errs, err); t == nil || err != nil {
			continue
		}
		for v := range t.Variables() {
			values, err := t.Variable(v)
			errs = append(errs, err)
			if err == nil {
				for i := range values.Len() {
					_ = values.Append(nil, i)
				}
			}
		}
		for n := range t.Len() {
			_ = t.Pattern(n)
			rows, err := t.RowsOf(n)
			_, _, counts := t.StreamRows(n)
			errs = append(errs, err, counts)
			for _, row := range rows {
				_, err := t.AppendValue(nil, int(row))
				errs = append(errs, err)
			}
		}
	}
	_, err = readRows(r)
	return errors.Join(append(errs, err)...)
}

// checkDamaged reads a damaged block: it gives an error or other rows, never a panic, nor memory without end.
func checkDamaged(t *testing.T, enc Encoded, patch []byte) {
	t.Helper()
	h, err := Open(enc.Header)
	if err != nil {
		if !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got error %v, want ErrCorrupt", err)
		}
		return
	}
	scratch := &Scratch{}
	r := NewReader(h, bytes.NewReader(enc.Body), 0, scratch)
	for _, err := range []error{h.Verify(enc.Body), readAll(r)} {
		if err != nil && !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got error %v, want ErrCorrupt", err)
		}
	}
	if n := scratch.held(); n > 4<<20+16*len(patch) {
		t.Errorf("a block of %d bytes takes %d bytes of memory", len(enc.Body), n)
	}
}

// Each byte of the directories of templates takes values that numbers must not have.
func TestDamagedDirectories(t *testing.T) {
	for _, enc := range Samples() {
		h, err := Open(enc.Header)
		if err != nil {
			t.Fatal(err)
		}
		d := damager{header: h, body: enc.Body}
		for region, at := range d.directories() {
			for i := range d.raw(at) {
				for _, patch := range []byte{0, 1, 2, 0x7f, 0xff} {
					checkDamaged(t, Damage(enc, region, i, []byte{patch}), nil)
				}
			}
		}
	}
}

// directories are the regions of directories of templates, by their place among all.
func (d *damager) directories() map[int]region {
	out, place := map[int]region{}, 5
	for i := range d.header.cols {
		c := &d.header.cols[i]
		switch c.kind {
		case Const:
		case Templated:
			out[place] = c.data
			place += 4 + len(d.variables(c))
		default:
			place += 3
		}
	}
	return out
}

func FuzzDamage(f *testing.F) {
	for sample := range Samples() {
		for region := range 40 {
			f.Add(uint8(sample), uint8(region), uint16(3), []byte("\xff\x7f"))
			f.Add(uint8(sample), uint8(region), uint16(7), []byte(nil))
		}
	}
	f.Fuzz(func(t *testing.T, sample, region uint8, at uint16, patch []byte) {
		checkDamaged(t, Damage(Samples()[int(sample)%len(Samples())], int(region), int(at), patch), patch)
	})
}

// Static text of a damaged directory may repeat in every row: it must not make more than the block ever had.
func TestRepeatedTextIsBounded(t *testing.T) {
	var records []model.Record
	for i := range 200 {
		records = append(records, model.Record{Msg: strings.Repeat("words ", 1000) + fmt.Sprint(i)})
	}
	b, _ := build(records)
	h, err := Open(NewEncoder().Encode(b.View("q", 0, "g")).Header)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, NewEncoder().Encode(b.View("q", 0, "g")))
	if _, err := r.Column("_msg"); err != nil || r.Kind("_msg") != Templated {
		t.Fatal(r.Kind("_msg"), err)
	}
	h.info.Raw = 1000 // as if there were less
	r = open(t, Encoded{Header: h.Append(nil), Body: NewEncoder().Encode(b.View("q", 0, "g")).Body})
	if _, err := r.Column("_msg"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got error %v, want ErrCorrupt", err)
	}
	if n := r.scratch.held(); n > 1<<20 {
		t.Errorf("%d bytes were taken before", n)
	}
}

// held is what a scratch holds, in bytes.
func (s *Scratch) held() int {
	n := cap(s.packed)
	for _, b := range s.bytes.slices {
		n += cap(b)
	}
	for _, b := range s.text.slices {
		n += cap(b)
	}
	for _, b := range s.numbers.slices {
		n += 8 * cap(b)
	}
	for _, b := range s.ends.slices {
		n += 4 * cap(b)
	}
	for _, b := range s.shorts.slices {
		n += 2 * cap(b)
	}
	return n
}
