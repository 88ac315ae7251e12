package segment

import (
	"bytes"
	"errors"
	"flag"
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

const fixture = "testdata/v1.seg"

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

func writeFixture(t *testing.T, fs vfs.FS, dir, name string) {
	t.Helper()
	w, err := Create(fs, dir, name)
	if err != nil {
		t.Fatal(err)
	}
	streams := []*block.Stream{block.NewStream([]model.Field{{Name: "host.name", Value: "a"}, {Name: "service.name", Value: "s\"\xff"}}), block.NewStream(nil)}
	encoder := block.NewEncoder()
	for part := range 2 {
		b := block.NewBuilder()
		for i, r := range fixtureRows() {
			b.Append(int64(100*part+i), streams[i%2], &r)
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

func checkFixture(t *testing.T, f *File) {
	t.Helper()
	if diff := cmp.Diff(key, f.Key); diff != "" {
		t.Errorf("key differs (-want +got):\n%s", diff)
	}
	if len(f.Blocks) != 2 {
		t.Fatalf("%d blocks, want 2", len(f.Blocks))
	}
	rows := fixtureRows()
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
		for _, name := range []string{"_msg", "_severity", "_source", "_format", "level", "same"} {
			if values[name], err = r.Column(name); err != nil {
				t.Fatal(err)
			}
		}
		for i, offset := range offsets {
			want := rows[int(offset)-100*part]
			got := model.Record{Time: times[i], Observed: observed[i], Msg: at(values["_msg"], i), Format: at(values["_format"], i)}
			for _, name := range []string{"level", "same"} {
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
	writeFixture(t, fs, "/", "x.seg")
	f, err := Open(fs, "/x.seg")
	if err != nil {
		t.Fatal(err)
	}
	checkFixture(t, f)
}

// Segments that were written by the first release stay readable for ever.
func TestVersion1StaysReadable(t *testing.T) {
	if *update {
		_ = os.Remove(fixture)
		writeFixture(t, vfs.OS, "testdata", "v1.seg")
	}
	f, err := Open(vfs.OS, fixture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	checkFixture(t, f)
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
	data, err := os.ReadFile(fixture)
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
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = openBytes(data)
		_ = (&File{}).parse(data, 1<<20)
	})
}
