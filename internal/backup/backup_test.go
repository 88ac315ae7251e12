package backup

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, "test", time.Unix(1, 0))
	for _, f := range []struct{ name, text string }{{"meta.db", "meta"}, {"logs/a.seg", strings.Repeat("x", 2000)}, {"queue/p000/0.wal", ""}} {
		if err := w.Add(f.name, int64(len(f.text)), strings.NewReader(f.text)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func discard(_ string, r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// A backup that was cut anywhere before its end, or in which a byte changed, must not pass for a whole one.
func TestEveryDamageIsFound(t *testing.T) {
	whole := sample(t)
	m, err := Read(bytes.NewReader(whole), discard)
	if err != nil || len(m.Files) != 3 || m.Bytes() != 2004 {
		t.Fatal(m, err)
	}
	end := len(bytes.TrimRight(whole, "\x00"))
	for n := 0; n < end; n += 101 {
		if _, err := Read(bytes.NewReader(whole[:n]), discard); err == nil {
			t.Fatalf("the first %d of %d bytes pass for a backup", n, len(whole))
		}
	}
	at := bytes.Index(whole, []byte("xxx"))
	spoilt := bytes.Clone(whole)
	spoilt[at]++
	if _, err := Read(bytes.NewReader(spoilt), discard); !errors.Is(err, ErrDamaged) {
		t.Errorf("a changed byte: %v", err)
	}
}

// A file that became shorter than it was when the backup began must break it off.
func TestShortFile(t *testing.T) {
	w := NewWriter(io.Discard, "test", time.Now())
	if err := w.Add("a", 5, strings.NewReader("1234")); err == nil {
		t.Error("four bytes passed for five")
	}
}

// A backup is somebody's file: names in it must not lead out of the folder.
func TestNamesStayInTheFolder(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, "test", time.Now())
	for _, name := range []string{"meta.db", "../evil"} {
		if err := w.Add(name, 1, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "b.tar")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(file, filepath.Join(dir, "data")); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "evil")); err == nil {
		t.Error("a file was written beside the folder")
	}
}

// What is no backup must leave nothing behind in the place of the data.
func TestForeignFilesLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	var tarball bytes.Buffer
	w := tar.NewWriter(&tarball)
	if err := w.WriteHeader(&tar.Header{Name: "photos/cat.jpg", Size: 3, Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("cat")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"text": "this is no tar\n", "empty": "", "binary": strings.Repeat("\x7fELF", 1000), "a.tar": tarball.String(), "folder/note": "a note",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		from := filepath.Join(dir, strings.TrimSuffix(name, "/note"))
		data := filepath.Join(dir, "new", "data")
		_, err := Restore(from, data)
		if !errors.Is(err, ErrForeign) && !errors.Is(err, ErrIncomplete) || strings.Contains(err.Error(), "empty "+data) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Dir(data)); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("%s: a folder is left behind: %v", name, err)
		}
	}
	good := filepath.Join(dir, "good.tar")
	if err := os.WriteFile(good, sample(t), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "new", "data")
	if _, err := Restore(good, data); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(data, Unfinished)); err == nil {
		t.Error("a whole backup counts as unfinished")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Read(bytes.NewReader(data), discard)
		if err == nil && m == nil {
			t.Fatal("neither a manifest nor an error")
		}
	})
}
