package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// write makes a segment of two blocks in a new folder.
func write(t *testing.T, dir, name string) string {
	t.Helper()
	w, err := segment.Create(vfs.OS, dir, name)
	if err != nil {
		t.Fatal(err)
	}
	stream := block.NewStream([]model.Field{{Name: "host.name", Value: "a"}})
	for range 2 {
		b := block.NewBuilder()
		for i := range 500 {
			b.Append(int64(i), stream, &model.Record{
				Time: int64(i) * 1e9, Msg: fmt.Sprintf("order %d took %d ms", i*7, i%13),
				Fields: []model.Field{{Name: "level", Value: []string{"info", "warn"}[i%2]}},
			})
		}
		enc := block.NewEncoder().Encode(b.View("q", 0, "g"))
		if err := w.Add(enc.Header, enc.Body); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(segment.Key{Dataset: "logs", Day: "1970-01-01", Received: "1970-01-01", Class: "default"}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

func TestSegment(t *testing.T) {
	var out bytes.Buffer
	if err := Segment(&out, write(t, t.TempDir(), "a.seg"), 3); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`dataset +logs, day 1970-01-01, received 1970-01-01, retention class "default"`, `blocks +2, format 2`, `rows +1000\n`,
		`_msg +templated +2 +\d\d+ +\d+`, `variables, int +2`, `level +dict +2 +4000 +\d+`, `token filter +2`,
		`1 templates of _msg`, ` 1000  order <int> took <int> ms\n`,
	} {
		if !regexp.MustCompile(want).Match(out.Bytes()) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

func TestSegmentNamesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "a.seg")
	for name, file := range map[string]string{"missing": filepath.Join(dir, "none.seg"), "folder": dir} {
		if err := Segment(&bytes.Buffer{}, file, 1); err == nil || !strings.Contains(err.Error(), "segment") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
	flip(t, path, 40)
	if err := Segment(&bytes.Buffer{}, path, 1); !errors.Is(err, block.ErrCorrupt) || !strings.Contains(err.Error(), "block 1") {
		t.Errorf("got error %v, want the block that is damaged", err)
	}
}

func TestVerify(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "logs")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Verify(&bytes.Buffer{}, dir); err == nil || !strings.Contains(err.Error(), "there are no segments") {
		t.Errorf("an empty folder gave %v", err)
	}
	good, bad, cut := write(t, dir, "good.seg"), write(t, dir, "bad.seg"), write(t, dir, "cut.seg")
	var out bytes.Buffer
	if err := Verify(&out, data); err != nil || !strings.Contains(out.String(), "3 segments") {
		t.Errorf("whole files gave %v, %q", err, out.String())
	}
	size := flip(t, bad, 300)
	if err := os.Truncate(cut, size/2); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := Verify(&out, dir); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "2 of 3") {
		t.Errorf("got error %v", err)
	}
	if text := out.String(); strings.Contains(text, filepath.Base(good)) || !strings.Contains(text, "bad.seg: block 1 of 2 (500 rows of \"g\"): cannot read ") ||
		!strings.Contains(text, "cut.seg: ") {
		t.Errorf("damage is described as\n%s", text)
	}
}

// flip changes a byte of a file and returns its size.
func flip(t *testing.T, path string, at int) int64 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return int64(len(b))
}
