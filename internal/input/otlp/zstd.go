package otlp

import (
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/encoding"
)

// gRPC keeps compressors in a table of the process that may only change while it starts.
func init() {
	encoding.RegisterCompressor(&zstdCompressor{})
}

// zstdCompressor adds zstd to gRPC's encodings, for senders and for the answers to them.
type zstdCompressor struct {
	readers, writers sync.Pool
}

// maxWindow is the largest window that RFC 8878 section 3.1.1.1.2 asks every decoder to take.
const maxWindow = 8 << 20

func (*zstdCompressor) Name() string { return "zstd" }

func (c *zstdCompressor) Compress(w io.Writer) (io.WriteCloser, error) {
	if e, ok := c.writers.Get().(*zstdWriter); ok {
		e.Reset(w)
		return e, nil
	}
	e, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	return &zstdWriter{e, &c.writers}, nil
}

func (c *zstdCompressor) Decompress(r io.Reader) (io.Reader, error) {
	if d, ok := c.readers.Get().(*zstdReader); ok {
		return d, d.Reset(r)
	}
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return &zstdReader{d, &c.readers}, nil
}

// zstdWriter goes back to its pool when the message is written.
type zstdWriter struct {
	*zstd.Encoder
	pool *sync.Pool
}

func (w *zstdWriter) Close() error {
	defer w.pool.Put(w)
	return w.Encoder.Close()
}

// zstdReader goes back to its pool when the message is read to its end.
type zstdReader struct {
	*zstd.Decoder
	pool *sync.Pool
}

func (r *zstdReader) Read(p []byte) (int, error) {
	n, err := r.Decoder.Read(p)
	if err == io.EOF {
		r.pool.Put(r)
	}
	return n, err
}
