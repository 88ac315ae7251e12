package backup

import (
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
	for name, text := range map[string]string{"meta.db": "meta", "logs/a.seg": strings.Repeat("x", 2000), "queue/p000/0.wal": ""} {
		if err := w.Add(name, int64(len(text)), strings.NewReader(text)); err != nil {
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
	if err := w.Add("../evil", 1, strings.NewReader("x")); err != nil {
		t.Fatal(err)
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

func FuzzRead(f *testing.F) {
	f.Add(sample(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Read(bytes.NewReader(data), discard)
		if err == nil && m == nil {
			t.Fatal("neither a manifest nor an error")
		}
	})
}
