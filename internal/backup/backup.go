// Package backup is the form of a backup: a tar of the files of a data folder as they were at one moment, and behind
// them a manifest with the checksum of each.
//
//	meta.db                a copy of the metadata, which says which segments count and where the queue is consumed
//	logs/*.seg             the segments that it names
//	queue/queue.json, queue/pNNN/*.wal
//	backup.json            Manifest
//
// A backup without its manifest is one that broke off.
package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// ManifestName is the last file of a backup.
const ManifestName = "backup.json"

// Format is the version of the form; a reader refuses newer ones.
const Format = 1

// Manifest says what a backup holds.
type Manifest struct {
	Format  int       `json:"format"`
	Version string    `json:"version"` // of the Haetae that made it
	Made    time.Time `json:"made"`    // the moment whose state it is
	Files   []File    `json:"files"`
	// Audit is the last entry of the audit trail at that moment; nil in a backup of a version that kept none.
	Audit *AuditHead `json:"audit,omitempty"`
}

// AuditHead names an entry of the audit trail.
type AuditHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"` // hex
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"` // slash-separated, below the data folder
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
}

// Bytes adds up the sizes of all files.
func (m *Manifest) Bytes() int64 {
	sum := int64(0)
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

func (m *Manifest) encode() ([]byte, error) { return json.MarshalIndent(m, "", "  ") }

// Writer writes a backup. It is used by one goroutine.
type Writer struct {
	tar      *tar.Writer
	manifest Manifest
}

// NewWriter begins a backup of the state at a moment.
func NewWriter(w io.Writer, version string, made time.Time) *Writer {
	return &Writer{tar: tar.NewWriter(w), manifest: Manifest{Format: Format, Version: version, Made: made.UTC(), Files: []File{}}}
}

// SetAudit puts the head of the audit trail into the manifest.
func (w *Writer) SetAudit(head AuditHead) { w.manifest.Audit = &head }

// Add writes a file of so many bytes; it is an error when r has fewer.
func (w *Writer) Add(name string, size int64, r io.Reader) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o640, ModTime: w.manifest.Made}); err != nil {
		return fmt.Errorf("cannot add %s to the backup: %w", name, err)
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(w.tar, sum), r, size); err != nil {
		return fmt.Errorf("cannot add %s to the backup: %w", name, err)
	}
	w.manifest.Files = append(w.manifest.Files, File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// Finish writes the manifest.
func (w *Writer) Finish() error {
	data, err := w.manifest.encode()
	if err != nil {
		return err
	}
	if err := w.tar.WriteHeader(&tar.Header{Name: ManifestName, Size: int64(len(data)), Mode: 0o640, ModTime: w.manifest.Made}); err != nil {
		return fmt.Errorf("cannot finish the backup: %w", err)
	}
	if _, err := w.tar.Write(data); err != nil {
		return fmt.Errorf("cannot finish the backup: %w", err)
	}
	return w.tar.Close()
}

// Errors of backups that cannot be used.
var (
	ErrIncomplete = errors.New("the backup broke off: it has no " + ManifestName)
	ErrDamaged    = errors.New("the backup is damaged")
	ErrForeign    = errors.New("it is no backup of Haetae")
)

// firstFile is how every backup begins.
const firstFile = "meta.db"

// maxManifest bounds a manifest, which is held in memory; each segment takes about 150 bytes of it.
const maxManifest = 256 << 20

// Read reads a tar, hands each file to put, and compares all with the manifest. put reads r to its end.
func Read(in io.Reader, put func(name string, r io.Reader) error) (*Manifest, error) {
	t := tar.NewReader(in)
	var have []File
	for {
		h, err := t.Next()
		switch {
		case len(have) == 0 && (err != nil || h.Name != firstFile):
			return nil, foreign(h, err)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, ErrIncomplete
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if h.Typeflag != tar.TypeReg || isSparse(h) {
			return nil, fmt.Errorf("%w: %s is not a plain file", ErrDamaged, h.Name)
		}
		if h.Name == ManifestName {
			return check(t, have)
		}
		f, err := receive(h.Name, t, put)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ErrIncomplete
		}
		if err != nil {
			return nil, err
		}
		have = append(have, f)
	}
}

// foreign says why a file cannot be a backup by what it begins with.
func foreign(h *tar.Header, err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it is empty", ErrForeign)
	case err != nil:
		return fmt.Errorf("%w: it cannot be read as a tar: %w", ErrForeign, err)
	}
	return fmt.Errorf("%w: it begins with %q, not with %s", ErrForeign, h.Name, firstFile)
}

// isSparse reports whether a file of a tar is described by its holes: a few bytes could stand for a full disk.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// receive hands one file on and sums it up.
func receive(name string, r io.Reader, put func(name string, r io.Reader) error) (File, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return File{}, fmt.Errorf("%w: a file is named %q", ErrDamaged, name)
	}
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(r, sum)}
	if err := put(name, counted); err != nil {
		return File{}, err
	}
	return File{Name: name, Size: counted.n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// check compares what was read with the manifest.
func check(r io.Reader, have []File) (*Manifest, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return nil, ErrIncomplete
	}
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, ManifestName, err)
	}
	if m.Format > Format {
		return nil, fmt.Errorf("the backup has form %d, of a newer Haetae (%s); this one knows %d", m.Format, m.Version, Format)
	}
	found := map[string]File{}
	for _, f := range have {
		found[f.Name] = f
	}
	for _, want := range m.Files {
		if got, ok := found[want.Name]; !ok {
			return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, want.Name)
		} else if got != want {
			return nil, fmt.Errorf("%w: %s has %d bytes with checksum %s, want %d with %s", ErrDamaged, want.Name, got.Size, got.SHA256, want.Size, want.SHA256)
		}
	}
	if len(found) != len(m.Files) {
		return nil, fmt.Errorf("%w: it has %d files, %s names %d", ErrDamaged, len(found), ManifestName, len(m.Files))
	}
	return m, nil
}
