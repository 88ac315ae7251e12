package httpin

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

const (
	// pieceSize is how much of a body is read before its records go to the sink, when the sender is fast.
	pieceSize = 1 << 20
	// firstPiece is what a body begins with; it grows while the sender fills it.
	firstPiece = 64 << 10
	// pieceCost is how many bytes a body read in pieces holds for each of the piece: two buffers and records.
	pieceCost = 4
)

// Line is one line of a body without its line feed and carriage return.
type Line struct {
	Number int64 // from 1
	Data   []byte
	// TooLong lines are passed over; Data holds only their start.
	TooLong bool
}

// LineReader reads a body line by line in pieces of bounded size:
//
//	for lr.Fill(ctx) {
//		for line, ok := lr.Next(); ok; line, ok = lr.Next() { ... }
//		... write the records of this piece
//	}
//	lr.Err()
//
// A piece ends when it is full, when the body ends, or when the sender pauses, so lines of a slow sender do
// not wait for more. Lines are valid until the following Fill.
type LineReader struct {
	src     source
	content *content
	body    io.Reader // with its encoding
	conn    *http.ResponseController
	share   *Share
	maxLine int

	piece  []byte // what Next has not returned yet
	carry  []byte // start of a line whose end was not read yet
	joined []byte // a line that began in an earlier piece
	skip   bool   // the carried line is too long: pass over the rest of it
	number int64
	eof    bool
	err    error
}

// source yields what was read since the call before, io.EOF together with the last bytes.
type source interface {
	next(ctx context.Context) ([]byte, error)
	close()
}

// sample is how much of a line that is too long is kept for the report.
const sample = 256

// NewLineReader begins to read a request's body without its content encoding. stop ends the reading early with
// model.ErrStopping. Close must be called before the handler returns.
func NewLineReader(w http.ResponseWriter, r *http.Request, gate *Gate, maxLine int, stop <-chan struct{}) (*LineReader, error) {
	share := gate.ShareBeside(Peer(r.RemoteAddr), pieceCost*pieceSize) // the pump's
	size := firstPiece
	short := r.ContentLength >= 0 && r.ContentLength <= pieceSize
	if short && r.Header.Get("Content-Encoding") == "" {
		size = int(r.ContentLength) + 1 // one more finds the end without another piece
	}
	if err := share.Ensure(r.Context(), pieceCost*size); err != nil {
		return nil, err
	}
	c, err := openContent(r.Context(), r, share, maxLine)
	if err != nil {
		share.Release()
		return nil, err
	}
	lr := &LineReader{
		content: c, body: r.Body, conn: http.NewResponseController(w), share: share, maxLine: maxLine,
	}
	if short {
		lr.src = &directSource{r: c, share: share, buf: takeBuffer(size)}
	} else {
		lr.src = newPump(c, gate.Share(Peer(r.RemoteAddr)), stop)
	}
	return lr, nil
}

// Fill reads the next piece; false at the end of the body or at an error, see Err. What was read of a piece
// that an error cut short is not returned.
func (lr *LineReader) Fill(ctx context.Context) bool {
	if lr.err != nil || lr.eof {
		return false
	}
	lr.joined = lr.joined[:0]
	if len(lr.carry) > firstPiece {
		if lr.err = lr.share.Ensure(ctx, pieceCost*len(lr.carry)); lr.err != nil {
			return false
		}
	}
	data, err := lr.src.next(ctx)
	if err != nil && err != io.EOF {
		lr.err = err
		return false
	}
	lr.piece, lr.eof = data, err == io.EOF
	return true
}

// Next returns the next line of the piece.
func (lr *LineReader) Next() (Line, bool) {
	end := bytes.IndexByte(lr.piece, '\n')
	if end < 0 {
		return lr.rest()
	}
	data := lr.piece[:end]
	lr.piece = lr.piece[end+1:]
	return lr.finish(data), true
}

// rest handles the bytes behind the last line feed: the last line at the end of the body, else a start to keep.
func (lr *LineReader) rest() (Line, bool) {
	data := lr.piece
	lr.piece = nil
	if lr.eof {
		if len(data) == 0 && len(lr.carry) == 0 {
			return Line{}, false
		}
		return lr.finish(data), true
	}
	if lr.skip {
		return Line{}, false
	}
	lr.carry = append(lr.carry, data...)
	if len(lr.carry) > lr.maxLine+1 { // a carriage return does not count
		lr.skip = true
		lr.carry = bytes.Clone(lr.carry[:min(sample, len(lr.carry))])
	}
	return Line{}, false
}

// finish makes a line of the carried start and data.
func (lr *LineReader) finish(data []byte) Line {
	lr.number++
	if lr.skip {
		lr.joined = append(lr.joined, lr.carry...)
		lr.skip, lr.carry = false, lr.carry[:0]
		return Line{Number: lr.number, Data: lr.joined, TooLong: true}
	}
	if len(lr.carry) > 0 {
		lr.joined = append(append(lr.joined, lr.carry...), data...)
		data, lr.carry = lr.joined, lr.carry[:0]
	}
	if n := len(data); n > 0 && data[n-1] == '\r' {
		data = data[:n-1]
	}
	if len(data) > lr.maxLine {
		return Line{Number: lr.number, Data: data[:min(sample, len(data))], TooLong: true}
	}
	return Line{Number: lr.number, Data: data}
}

// Err returns what ended the reading early: a *RequestError, *model.BusyError, model.ErrStopping or the
// context's error.
func (lr *LineReader) Err() error { return lr.err }

// Close gives buffers back. When the body was not read to its end it first reads and drops a bounded part, so
// that the sender gets to read the answer.
func (lr *LineReader) Close() {
	if lr.eof {
		lr.src.close()
	} else {
		drain(lr.body, lr.conn, lr.src.close)
	}
	lr.content.Close()
	lr.share.Release()
}

// drainTime and drainSize bound how much of a body is dropped for the sake of a readable answer.
const (
	drainTime = time.Second
	drainSize = 8 << 20
)

// drain drops what is left of a body. A sender that is still sending when its connection closes may never see
// the answer. meanwhile runs while the connection's read deadline is set.
func drain(body io.Reader, conn *http.ResponseController, meanwhile func()) {
	limited := conn.SetReadDeadline(time.Now().Add(drainTime)) == nil
	meanwhile()
	if !limited {
		return
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(body, drainSize)); err == nil && n < drainSize {
		_ = conn.SetReadDeadline(time.Time{})
	}
}

// directSource reads a short body in the goroutine of its handler.
type directSource struct {
	r     io.Reader
	share *Share
	buf   []byte
}

func (d *directSource) next(context.Context) ([]byte, error) {
	buf := d.buf[:0]
	for {
		if len(buf) == cap(buf) {
			grown := 2 * cap(buf)
			if cap(buf) >= pieceSize || !d.share.TryEnsure(pieceCost*grown) {
				d.buf = buf
				return buf, nil
			}
			buf = append(make([]byte, 0, grown), buf...)
		}
		n, err := d.r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			d.buf = buf
			return buf, err
		}
	}
}

func (d *directSource) close() { giveBuffer(d.buf) }
