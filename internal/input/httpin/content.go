package httpin

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxWindow is the largest zstd window that RFC 8878 section 3.1.1.1.2 asks every decoder to take.
	maxWindow = 8 << 20
	// A stream that grew more than maxExpansion times is an attack: DEFLATE cannot reach 1033. It is looked
	// at only beyond expansionFloor decoded bytes, since short runs of equal lines do compress that well.
	maxExpansion   = 1100
	expansionFloor = 64 << 20
)

// snappyStream is the first chunk of a framed snappy stream; without it a body is one snappy block.
const snappyStream = "\xff\x06\x00\x00sNaPpY"

var (
	gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}
	zstdReaders = sync.Pool{New: func() any {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			panic(err) // the options are constants
		}
		return d
	}}
)

// content reads a request's body without its Content-Encoding.
type content struct {
	io.Reader
	release func()
}

// Close gives the decoder back; it does not close the body.
func (c *content) Close() {
	if c.release != nil {
		c.release()
		c.release = nil
	}
}

// openContent removes the content encoding: gzip, deflate (zlib's form or raw), zstd, snappy (block or framed).
// A block of snappy is decoded at once and may hold limit bytes. Errors are *RequestError.
func openContent(ctx context.Context, r *http.Request, share *Share, limit int) (*content, error) {
	encoding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding")))
	if encoding == "" || encoding == "identity" {
		return &content{Reader: &readErrors{r: r.Body}}, nil
	}
	in := &counter{r: r.Body}
	var out io.Reader
	var release func()
	switch encoding {
	case "gzip", "x-gzip":
		d := gzipReaders.Get().(*gzip.Reader)
		if err := d.Reset(in); err != nil {
			gzipReaders.Put(d)
			return nil, wrongEncoding(encoding, err)
		}
		out, release = d, func() { gzipReaders.Put(d) }
	case "zstd":
		d := zstdReaders.Get().(*zstd.Decoder)
		release = func() {
			_ = d.Reset(nil) // lets go of the body; a decoder without input cannot fail
			zstdReaders.Put(d)
		}
		if err := d.Reset(in); err != nil {
			release()
			return nil, wrongEncoding(encoding, err)
		}
		out = d
	case "deflate":
		d, err := newInflater(in)
		if err != nil {
			return nil, wrongEncoding(encoding, err)
		}
		out = d
	case "snappy":
		buffered := bufio.NewReaderSize(in, 64<<10)
		if head, _ := buffered.Peek(len(snappyStream)); string(head) == snappyStream {
			out = s2.NewReader(buffered, s2.ReaderMaxBlockSize(64<<10))
			break
		}
		block, err := readAll(ctx, buffered, share, limit, -1)
		if err != nil {
			return nil, err
		}
		data, err := DecodeSnappy(ctx, block, share, limit)
		if err != nil {
			return nil, err
		}
		return &content{Reader: bytes.NewReader(data)}, nil
	default:
		return nil, &RequestError{
			Status: http.StatusUnsupportedMediaType, Reason: "content encoding",
			Err: fmt.Errorf("content encoding %q is not known: use gzip, zstd, deflate or snappy", encoding),
		}
	}
	return &content{Reader: &readErrors{r: out, in: in, encoding: encoding}, release: release}, nil
}

// newInflater reads HTTP's "deflate": zlib's form (RFC 9110 section 8.4.1.2), or raw as some clients send it.
func newInflater(in io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(in, 4<<10)
	head, err := buffered.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (uint16(head[0])<<8|uint16(head[1]))%31 == 0 { // RFC 1950 section 2.2
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}

// DecodeSnappy decodes one snappy block of at most limit decoded bytes. A wrong one is a *RequestError.
func DecodeSnappy(ctx context.Context, block []byte, share *Share, limit int) ([]byte, error) {
	size, err := s2.DecodedLen(block)
	if err != nil {
		return nil, wrongEncoding("snappy", err)
	}
	if size > limit {
		return nil, tooLarge(limit)
	}
	if err := share.Ensure(ctx, wholeCost*(len(block)+size)); err != nil {
		return nil, err
	}
	data, err := s2.Decode(nil, block)
	if err != nil {
		return nil, wrongEncoding("snappy", err)
	}
	return data, nil
}

// readErrors turns errors of reading a body into *RequestError and stops bodies that expand beyond reason.
type readErrors struct {
	r        io.Reader
	in       *counter // nil without an encoding
	encoding string
	n        int64
}

func (e *readErrors) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.n += int64(n)
	switch {
	case err != nil && err != io.EOF:
		if e.in != nil && e.in.err == nil {
			return n, wrongEncoding(e.encoding, err)
		}
		return n, bodyError(err)
	case e.in != nil && e.n > expansionFloor && e.n/maxExpansion > e.in.n:
		return n, &RequestError{
			Status: http.StatusRequestEntityTooLarge, Reason: "compression bomb",
			Err: fmt.Errorf("the %s body grew more than %d times when decoded", e.encoding, maxExpansion),
		}
	}
	return n, err
}

// counter counts bytes and keeps the first error, so that a broken connection is not called a broken encoding.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

func wrongEncoding(encoding string, err error) error {
	return badRequest("wrong "+encoding, "the body is not valid %s: %w", encoding, err)
}

func bodyError(err error) error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		return tooLarge(int(limit.Limit))
	}
	return badRequest("broken body", "the body could not be read to its end: %w", err)
}

func tooLarge(limit int) error {
	return &RequestError{
		Status: http.StatusRequestEntityTooLarge, Reason: "request too large",
		Err: fmt.Errorf("the decoded body is larger than %d bytes", limit),
	}
}

// wholeCost is how many bytes a body that is decoded as a whole holds for each of its own: the body itself,
// the message made of it, and its records.
const wholeCost = 3

// ReadWhole reads a body that can only be decoded as a whole, without its content encoding, up to limit bytes
// of what is decoded. snappy says that a body without Content-Encoding is a snappy block.
func ReadWhole(w http.ResponseWriter, r *http.Request, share *Share, limit int, snappy bool) ([]byte, error) {
	body, err := readWhole(r, share, limit, snappy)
	if err != nil {
		drain(r.Body, http.NewResponseController(w), func() {})
	}
	return body, err
}

func readWhole(r *http.Request, share *Share, limit int, snappy bool) ([]byte, error) {
	ctx := r.Context()
	c, err := openContent(ctx, r, share, limit)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	plain := r.Header.Get("Content-Encoding") == ""
	expect := int64(-1)
	if plain {
		expect = r.ContentLength
	}
	body, err := readAll(ctx, c, share, limit, expect)
	if err != nil || !snappy || !plain {
		return body, err
	}
	return DecodeSnappy(ctx, body, share, limit)
}

// readAll reads r to its end. expect is the length when it is known, else -1.
func readAll(ctx context.Context, r io.Reader, share *Share, limit int, expect int64) ([]byte, error) {
	const first = 16 << 10
	if expect > int64(limit) {
		return nil, tooLarge(limit)
	}
	size := first
	if expect >= 0 {
		size = int(expect) + 1 // one more finds the end without growing
	}
	if err := share.Ensure(ctx, wholeCost*size); err != nil {
		return nil, err
	}
	body := make([]byte, 0, size)
	for {
		if len(body) == cap(body) {
			if err := share.Ensure(ctx, wholeCost*2*cap(body)); err != nil {
				return nil, err
			}
			body = append(make([]byte, 0, 2*cap(body)), body...)
		}
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if len(body) > limit {
			return nil, tooLarge(limit)
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
