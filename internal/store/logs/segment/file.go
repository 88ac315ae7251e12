package segment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/vfs"
)

// minHeader is about what a block takes in the footer: more room is not taken for what a damaged footer says.
const minHeader = 64

// File is an open segment. ReadAt may be called concurrently.
type File struct {
	Key    Key
	Blocks []Block
	Size   int64
	Footer int // bytes of the footer, decompressed
	file   vfs.File
}

// Open reads the footer of a segment. ErrCorrupt when it is damaged.
func Open(fs vfs.FS, path string) (*File, error) {
	file, err := fs.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open segment: %w", err)
	}
	f := &File{file: file}
	if err := f.readFooter(); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("cannot open segment %q: %w", path, err)
	}
	return f, nil
}

func (f *File) readFooter() error {
	var err error
	if f.Size, err = f.file.Size(); err != nil {
		return err
	}
	if f.Size < int64(len(magic)+trailerSize) {
		return fmt.Errorf("%w: %d bytes are too few", ErrCorrupt, f.Size)
	}
	var start [len(magic)]byte
	if err := f.readFull(start[:], 0); err != nil {
		return err
	}
	var end [trailerSize]byte
	if err := f.readFull(end[:], f.Size-int64(trailerSize)); err != nil {
		return err
	}
	if string(start[:]) != magic || string(end[12:]) != endMagic {
		return fmt.Errorf("%w: it begins with %q and ends with %q", ErrCorrupt, start[:], end[12:])
	}
	size := int64(binary.LittleEndian.Uint32(end[0:]))
	raw := binary.LittleEndian.Uint32(end[4:])
	at := f.Size - int64(trailerSize) - size
	if at < int64(len(magic)) || raw > maxFooter || size > int64(raw)+int64(raw)/64+1024 { // what does not shrink grows a little
		return fmt.Errorf("%w: footer of %d bytes", ErrCorrupt, size)
	}
	footer := make([]byte, size)
	if err := f.readFull(footer, at); err != nil {
		return err
	}
	if crc32.Checksum(footer, castagnoli) != binary.LittleEndian.Uint32(end[8:]) {
		return fmt.Errorf("%w: checksum of the footer", ErrCorrupt)
	}
	index, err := decompress(footer, int(raw))
	if err != nil {
		return err
	}
	f.Footer = len(index)
	return f.parse(index, at)
}

func (f *File) readFull(p []byte, at int64) error {
	n, err := f.file.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = ErrCorrupt
	}
	return fmt.Errorf("cannot read %d bytes at %d: %w", len(p), at, err)
}

func decompress(footer []byte, raw int) ([]byte, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxFooter))
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	index, err := dec.DecodeAll(footer, nil)
	if err != nil || len(index) != raw {
		return nil, fmt.Errorf("%w: footer cannot be decompressed", ErrCorrupt)
	}
	return index, nil
}

// parse reads the decompressed footer; bodies end where the footer begins.
func (f *File) parse(index []byte, footerAt int64) error {
	r := bytes.NewReader(index)
	text := func() (string, error) {
		n, err := binary.ReadUvarint(r)
		if err != nil || n > uint64(r.Len()) {
			return "", fmt.Errorf("%w: text in the footer", ErrCorrupt)
		}
		b := make([]byte, n)
		_, _ = r.Read(b) // cannot be short: r has n bytes
		return string(b), nil
	}
	for _, to := range [...]*string{&f.Key.Dataset, &f.Key.Day, &f.Key.Received, &f.Key.Class} {
		s, err := text()
		if err != nil {
			return err
		}
		*to = s
	}
	n, err := binary.ReadUvarint(r)
	if err != nil || n > uint64(r.Len()) {
		return fmt.Errorf("%w: number of blocks", ErrCorrupt)
	}
	f.Blocks = make([]Block, 0, min(n, uint64(r.Len()/minHeader)))
	for range n {
		base, err := binary.ReadUvarint(r)
		if err != nil {
			return fmt.Errorf("%w: position of a block", ErrCorrupt)
		}
		header, err := text()
		if err != nil {
			return err
		}
		h, err := block.Open([]byte(header))
		if err != nil {
			return err
		}
		if base > uint64(footerAt) || uint64(footerAt)-base < uint64(h.Size()) {
			return fmt.Errorf("%w: block behind the end", ErrCorrupt)
		}
		f.Blocks = append(f.Blocks, Block{Header: h, Base: int64(base)})
	}
	return nil
}

// Memory estimates the bytes that the open file takes in memory.
func (f *File) Memory() int {
	n := 256
	for _, b := range f.Blocks {
		n += b.Header.Memory()
	}
	return n
}

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(p []byte, off int64) (int, error) { return f.file.ReadAt(p, off) }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }
