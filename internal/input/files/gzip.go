package files

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

// content is what a file holds: a plain file's bytes, or what a gzip file unpacks to.
type content interface {
	io.ReaderAt
	io.Closer
}

// errDamaged means that a gzip file is not, or not yet, complete.
var errDamaged = errors.New("gzip data is damaged or incomplete")

// gzipContent reads a gzip file at rising offsets. What was returned last can be read again; going back
// further unpacks from the beginning.
type gzipContent struct {
	file   *os.File
	broken bool // where it cannot be unpacked further counts as its end
	unpack *gzip.Reader
	at     int64  // offset behind window
	window []byte // the bytes before at
}

func openGzip(f *os.File, broken bool) (*gzipContent, error) {
	g := &gzipContent{file: f, broken: broken}
	return g, g.rewind()
}

func (g *gzipContent) rewind() error {
	if _, err := g.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	g.at, g.window = 0, g.window[:0]
	var err error
	if g.unpack == nil {
		g.unpack, err = gzip.NewReader(g.file)
	} else {
		err = g.unpack.Reset(g.file)
	}
	if err != nil {
		return g.readError(err)
	}
	return nil
}

// ReadAt fills p from the unpacked bytes at off. At their end it returns io.EOF.
func (g *gzipContent) ReadAt(p []byte, off int64) (int, error) {
	if off < g.at-int64(len(g.window)) {
		if err := g.rewind(); err != nil {
			return 0, err
		}
	}
	if skip := off - g.at; skip > 0 {
		n, err := io.CopyN(io.Discard, g.unpack, skip)
		g.at += n
		g.window = g.window[:0]
		if err != nil {
			return 0, g.readError(err)
		}
	}
	n := copy(p, g.window[int64(len(g.window))-(g.at-off):])
	for n < len(p) {
		m, err := g.unpack.Read(p[n:])
		n += m
		g.at += int64(m)
		if err != nil {
			g.remember(p[:n], off)
			return n, g.readError(err)
		}
	}
	g.remember(p[:n], off)
	return n, nil
}

// remember keeps what ReadAt returned when it reaches to g.at.
func (g *gzipContent) remember(p []byte, off int64) {
	if off+int64(len(p)) == g.at {
		g.window = append(g.window[:0], p...)
	}
}

func (g *gzipContent) readError(err error) error {
	if g.broken || err == io.EOF {
		return io.EOF
	}
	return fmt.Errorf("%w: %w", errDamaged, err)
}

func (g *gzipContent) Close() error { return g.file.Close() }
