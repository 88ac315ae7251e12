// Package segment is the file of the log store: encoded blocks one behind the other, and a footer with their
// headers, so that one read shows what a segment holds.
//
//	8 bytes  "HTSEGV01"
//	bodies of the blocks
//	footer   zstd frame of: text dataset, day, day of receipt, retention class; u number of blocks, then for
//	         each u position of its body and text header (package block; u varint, text is u(length) and bytes)
//	20 bytes u32 size of the footer, u32 its size decompressed, u32 its CRC-32C (little-endian), "HTSEGEND"
//
// A file is written under a temporary name, synced, renamed, and its folder is synced: a file with its final name
// is whole.
package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/vfs"
)

// TempSuffix ends the names of files that are not finished.
const TempSuffix = ".tmp"

const (
	magic       = "HTSEGV01"
	endMagic    = "HTSEGEND"
	trailerSize = 3*4 + len(endMagic)
	maxFooter   = 1 << 30 // bytes decompressed
)

// ErrCorrupt means that a file is not a segment of a known version, or that its footer is damaged.
var ErrCorrupt = errors.New("not a valid segment")

// ErrTooLarge means that a segment would have a footer that Open refuses.
var ErrTooLarge = errors.New("the footer of the segment is too large")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Key is what all rows of a segment have in common.
type Key struct {
	Dataset  string
	Day      string // UTC day of the events, 2006-01-02
	Received string // UTC day of receipt
	Class    string // retention class
}

// Block is one block of a file.
type Block struct {
	Header *block.Header
	Base   int64 // where its body begins
}

// Writer writes one segment file. It is used by one goroutine, and ended by Finish or Abort.
type Writer struct {
	fs     vfs.FS
	dir    string
	name   string
	file   vfs.File
	size   int64
	blocks []byte
	count  uint64
	limit  int // of the footer's bytes before compression
	err    error
}

// Create begins a file.
func Create(fs vfs.FS, dir, name string) (*Writer, error) {
	file, err := fs.Create(filepath.Join(dir, name+TempSuffix))
	if err != nil {
		return nil, fmt.Errorf("cannot create segment %q: %w", name, err)
	}
	w := &Writer{fs: fs, dir: dir, name: name, file: file, limit: maxFooter}
	w.write([]byte(magic))
	return w, nil
}

// Add appends a block; ErrTooLarge when the footer has no room for its header. An error is returned by Finish as
// well.
func (w *Writer) Add(header, body []byte) error {
	if w.err == nil && len(w.blocks)+len(header) > w.limit {
		w.err = w.tooLarge()
	}
	if w.err != nil {
		return w.err
	}
	w.blocks = binary.AppendUvarint(w.blocks, uint64(w.size))
	w.blocks = binary.AppendUvarint(w.blocks, uint64(len(header)))
	w.blocks = append(w.blocks, header...)
	w.count++
	w.write(body)
	return w.err
}

func (w *Writer) tooLarge() error {
	return fmt.Errorf("cannot write segment %q: %w: more than %d bytes", w.name, ErrTooLarge, w.limit)
}

func (w *Writer) write(p []byte) {
	if w.err != nil {
		return
	}
	n, err := w.file.Write(p)
	w.size += int64(n)
	if err != nil {
		w.err = fmt.Errorf("cannot write segment %q: %w", w.name, err)
	}
}

// Finish makes the bytes durable, gives the file its final name, and returns its size. The name itself is durable
// when the caller has synced the folder. After an error nothing is left, as far as it can be removed.
func (w *Writer) Finish(key Key) (int64, error) {
	var index []byte
	for _, text := range [...]string{key.Dataset, key.Day, key.Received, key.Class} {
		index = binary.AppendUvarint(index, uint64(len(text)))
		index = append(index, text...)
	}
	index = binary.AppendUvarint(index, w.count)
	index = append(index, w.blocks...)
	if w.err == nil && len(index) > w.limit {
		w.err = w.tooLarge()
	}
	if w.err != nil {
		return 0, w.fail(w.err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return 0, w.fail(fmt.Errorf("cannot compress the footer of segment %q: %w", w.name, err))
	}
	footer := enc.EncodeAll(index, nil)
	crc := crc32.Checksum(footer, castagnoli)
	size := len(footer)
	footer = binary.LittleEndian.AppendUint32(footer, uint32(size))
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(index)))
	footer = binary.LittleEndian.AppendUint32(footer, crc)
	w.write(append(footer, endMagic...))
	if w.err != nil {
		return 0, w.fail(w.err)
	}
	if err := w.file.Sync(); err != nil {
		return 0, w.fail(fmt.Errorf("cannot sync segment %q: %w", w.name, err))
	}
	if err := w.file.Close(); err != nil {
		w.file = nil
		return 0, w.fail(fmt.Errorf("cannot close segment %q: %w", w.name, err))
	}
	w.file = nil
	path := filepath.Join(w.dir, w.name)
	if err := w.fs.Rename(path+TempSuffix, path); err != nil {
		return 0, w.fail(fmt.Errorf("cannot rename segment %q: %w", w.name, err))
	}
	return w.size, nil
}

// Abort removes what was written.
func (w *Writer) Abort() { _ = w.fail(nil) }

func (w *Writer) fail(err error) error {
	if w.file != nil {
		_ = w.file.Close()
		w.file = nil
	}
	_ = w.fs.Remove(filepath.Join(w.dir, w.name+TempSuffix)) // a leftover is removed at the next start
	return err
}
