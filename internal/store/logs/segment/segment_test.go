package segment

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

var update = flag.Bool("update", false, "write the fixture of the format version")

// Fixtures of the versions of the format of blocks.
const (
	fixture  = "testdata/v1.seg"
	fixture2 = "testdata/v2.seg"
)

var key = Key{Dataset: "logs", Day: "2026-11-20", Received: "2026-11-21", Class: `{host.name="a"}`}

// fixtureRows are the rows of the fixture: all shapes of columns, two blocks.
func fixtureRows() []model.Record {
	rows := []model.Record{
		{
			Time: 1_795_132_800_000_000_000, Observed: 1_795_219_200_000_000_001, Msg: "first message", Severity: model.SeverityError,
			Input: "syslog", Peer: "192.0.2.1", Format: "klog@1",
		},
		{Time: 5, Observed: 1_795_219_200_000_000_002, Msg: "bytes \x00\xff\xfe", Input: "files", Peer: "/var/log/a"},
	}
	for i := range 40 {
		rows = append(rows, model.Record{
			Time: int64(i) * 1e6, Observed: 1_795_219_200_000_000_003, Msg: strings.Repeat("long enough to be compressed ", 4) + string(rune('a'+i)),
			Input: "syslog", Fields: []model.Field{{Name: "level", Value: []string{"info", "warn"}[i%2]}, {Name: "same", Value: "12"}},
		})
	}
	return rows
}

// formRows are further rows of the fixture of version 2: all forms of variables, and a column without one.
func formRows() []model.Record {
	rows := fixtureRows()
	for i := range 300 {
		rows = append(rows, model.Record{
			Time: 1_795_132_800_000_000_000 + int64(i)*1e9, Observed: 1_795_219_200_000_000_004, Input: "syslog",
			Msg: fmt.Sprintf("%d|%04d|%.2f|10.0.%d.%d|%08x|%08x-0000-4000-8000-%012x|x%dy|2026-11-20 %02d:%02d:%02d.5|%s|n%d \xff\x00",
				i-9, i, float64(i-9)/4, i/256, i%256, i*7, i*9, i, i, i/3600, i/60%60, i%60, strings.Repeat("f", i%3*2)+"0a", i%5),
			Fields: []model.Field{{Name: "letters", Value: strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))}},
		})
	}
	return rows
}

func writeFixture(t *testing.T, fs vfs.FS, dir, name string, rows []model.Record) {
	t.Helper()
	w, err := Create(fs, dir, name)
	if err != nil {
		t.Fatal(err)
	}
	streams := []*block.Stream{block.NewStream([]model.Field{{Name: "host.name", Value: "a"}, {Name: "service.name", Value: "s\"\xff"}}), block.NewStream(nil)}
	encoder := block.NewEncoder()
	for part := range 2 {
		b := block.NewBuilder()
		for i, r := range rows {
			b.Append(int64(1000*part+i), streams[i%2], &r)
		}
		enc := encoder.Encode(b.View("5f0c21d7", part, "s klog@1"))
		if err := w.Add(enc.Header, enc.Body); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(key); err != nil {
		t.Fatal(err)
	}
}

func checkFixture(t *testing.T, f *File, rows []model.Record) {
	t.Helper()
	if diff := cmp.Diff(key, f.Key); diff != "" {
		t.Errorf("key differs (-want +got):\n%s", diff)
	}
	if len(f.Blocks) != 2 {
		t.Fatalf("%d blocks, want 2", len(f.Blocks))
	}
	for part, b := range f.Blocks {
		info := b.Header.Info()
		if info.Queue != "5f0c21d7" || info.Partition != part || info.Rows != len(rows) || info.Group != "s klog@1" {
			t.Errorf("block %d: %+v", part, info)
		}
		r := block.NewReader(b.Header, f, b.Base, &block.Scratch{})
		offsets, err := r.Offsets()
		if err != nil {
			t.Fatal(err)
		}
		times, err := r.Times()
		if err != nil {
			t.Fatal(err)
		}
		observed, err := r.Observed()
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]block.Column{}
		for _, name := range []string{"_msg", "_severity", "_source", "_format", "level", "same", "letters"} {
			if values[name], err = r.Column(name); err != nil {
				t.Fatal(err)
			}
		}
		first := int(info.MinOffset)
		for i, offset := range offsets {
			want := rows[int(offset)-first]
			got := model.Record{Time: times[i], Observed: observed[i], Msg: at(values["_msg"], i), Format: at(values["_format"], i)}
			for _, name := range []string{"level", "same", "letters"} {
				if v := at(values[name], i); v != "" {
					got.Fields = append(got.Fields, model.Field{Name: name, Value: v})
				}
			}
			if at(values["_severity"], i) != want.Severity.String() || at(values["_source"], i) != want.Source() {
				t.Errorf("row %d: severity %q, source %q", offset, at(values["_severity"], i), at(values["_source"], i))
			}
			want.Severity, want.Input, want.Peer = 0, "", ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("row %d differs (-want +got):\n%s", offset, diff)
			}
		}
	}
}

func at(c block.Column, row int) string { return strings.Clone(c.At(row)) }

func TestRoundTrip(t *testing.T) {
	fs := vfstest.New(1)
	writeFixture(t, fs, "/", "x.seg", formRows())
	f, err := Open(fs, "/x.seg")
	if err != nil {
		t.Fatal(err)
	}
	checkFixture(t, f, formRows())
}

// Segments of every format that was ever released stay readable.
func TestEveryVersionStaysReadable(t *testing.T) {
	if *update {
		_ = os.Remove(fixture2)
		writeFixture(t, vfs.OS, "testdata", "v2.seg", formRows())
	}
	for version, c := range map[int]struct {
		path string
		rows []model.Record
	}{1: {fixture, fixtureRows()}, 2: {fixture2, formRows()}} {
		f, err := Open(vfs.OS, c.path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for i, b := range f.Blocks {
			if b.Header.Version() != version {
				t.Errorf("block %d of %s has version %d", i, c.path, b.Header.Version())
			}
			body := make([]byte, b.Header.Size())
			if _, err := f.ReadAt(body, b.Base); err != nil {
				t.Fatal(err)
			}
			if err := b.Header.Verify(body); err != nil {
				t.Errorf("block %d of %s: %v", i, c.path, err)
			}
		}
		checkFixture(t, f, c.rows)
	}
}

// A file that was cut short anywhere is refused.
func TestTruncated(t *testing.T) {
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if _, err := openBytes(data[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("first %d of %d bytes: got error %v, want ErrCorrupt", n, len(data), err)
		}
	}
}

// What Open would refuse must not become a segment: its rows would be acknowledged and never found.
func TestFooterIsBounded(t *testing.T) {
	b := block.NewBuilder()
	b.Append(0, block.NewStream(nil), &model.Record{Msg: "x"})
	enc := block.NewEncoder().Encode(b.View("q", 0, ""))
	write := func(limit, blocks int) error {
		fs := vfstest.New(1)
		w, err := Create(fs, "/", "x.seg")
		if err != nil {
			t.Fatal(err)
		}
		w.limit = limit
		for range blocks {
			_ = w.Add(enc.Header, enc.Body) // Finish returns the error
		}
		_, err = w.Finish(key)
		names, _ := fs.List("/")
		if left := len(names); left > 0 != (err == nil) {
			t.Errorf("limit %d: files %q after error %v", limit, names, err)
		}
		return err
	}
	for _, blocks := range []int{1, 3} {
		limit := 1
		for errors.Is(write(limit, blocks), ErrTooLarge) {
			limit++
		}
		if err := write(limit, blocks); err != nil || limit <= blocks*len(enc.Header) {
			t.Errorf("%d blocks fit from %d bytes on, headers have %d each; error %v", blocks, limit, len(enc.Header), err)
		}
	}
}

// The footer's size that a file tells is what joining adds up.
func TestFooterSize(t *testing.T) {
	f, err := Open(vfs.OS, fixture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	headers := 0
	for _, b := range f.Blocks {
		headers += len(b.Header.Append(nil))
	}
	if f.Footer <= headers || f.Footer > headers+200 {
		t.Errorf("footer of %d bytes, headers of %d", f.Footer, headers)
	}
}

// memory is a file of bytes.
type memory struct{ *bytes.Reader }

func (m memory) Size() (int64, error)      { return m.Reader.Size(), nil }
func (memory) Write(p []byte) (int, error) { return 0, os.ErrPermission }
func (memory) Sync() error                 { return nil }
func (memory) Close() error                { return nil }

func openBytes(data []byte) (*File, error) {
	f := &File{file: memory{bytes.NewReader(data)}}
	return f, f.readFooter()
}

// Any bytes as a file, and any as a footer whose checksum is right, must give an error or blocks, never a panic.
func FuzzOpen(f *testing.F) {
	for _, path := range []string{fixture, fixture2} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		if file, err := openBytes(data); err == nil {
			var index []byte
			for _, b := range file.Blocks {
				index = b.Header.Append(index)
			}
			f.Add(index)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = openBytes(data)
		_ = (&File{}).parse(data, 1<<20)
	})
}
