package syslog

import (
	"bytes"
	"context"
	"io"
)

const (
	readBuffer = 64 << 10 // what a connection reads ahead; a longer message borrows more
	// maxCountDigits bounds the length of an octet count: a longer run of digits is text.
	maxCountDigits = 9
)

// framer cuts a byte stream into messages. Octet counting and the non-transparent framing are told apart for each
// message (RFC 6587 section 3.4): a count is digits and a space before "<". Text ends at a line feed, or at the NUL
// that Python's SysLogHandler ends its messages with.
type framer struct {
	r       io.Reader
	maxLine int // bytes of the longest message
	large   *largeLines

	buf     []byte
	lo, hi  int // buf[lo:hi] was read and is not a message yet
	scanned int // buf[lo:scanned] holds no end of text
	skip    int // bytes of a refused counted message that are still to come
	skipEnd bool
	holds   bool // one of large
}

// frame is one message without its framing, or the start of one that is too long.
type frame struct {
	data    []byte // valid until the next fill
	size    int    // bytes on the wire
	tooLong bool
}

// place is where a framer stands between two fills.
type place struct {
	lo, scanned, skip int
	skipEnd           bool
}

func (f *framer) at() place { return place{f.lo, f.scanned, f.skip, f.skipEnd} }

// back makes next return again what it has returned since it was at p, with no fill between.
func (f *framer) back(p place) {
	f.lo, f.scanned, f.skip, f.skipEnd = p.lo, p.scanned, p.skip, p.skipEnd
}

// next returns the next message among the bytes that are at hand; false asks for fill.
func (f *framer) next() (frame, bool) {
	for {
		if !f.skipped() {
			return frame{}, false
		}
		for f.lo < f.hi && (f.buf[f.lo] == '\n' || f.buf[f.lo] == 0) {
			f.lo++
		}
		if f.lo == f.hi {
			return frame{}, false
		}
		digits, count, decided := octetCount(f.buf[f.lo:f.hi])
		if !decided {
			return frame{}, false
		}
		var fr frame
		var ok bool
		if digits > 0 {
			fr, ok = f.counted(digits+1, count)
		} else {
			fr, ok = f.text()
		}
		if !ok {
			return frame{}, false
		}
		if len(fr.data) > 0 {
			return fr, true
		}
	}
}

// skipped goes on dropping the rest of a message that was refused; false when it reaches beyond what is at hand.
func (f *framer) skipped() bool {
	if f.skip > 0 {
		n := min(f.skip, f.hi-f.lo)
		f.skip, f.lo = f.skip-n, f.lo+n
		return f.skip == 0
	}
	if f.skipEnd {
		n := bytes.IndexByte(f.buf[f.lo:f.hi], '\n')
		if n < 0 {
			f.lo = f.hi
			return false
		}
		f.lo, f.skipEnd = f.lo+n+1, false
	}
	return true
}

// counted returns the message of n bytes behind a count that takes head bytes with its space. Some senders count
// a last line feed too.
func (f *framer) counted(head, n int) (frame, bool) {
	have := f.hi - f.lo - head
	if n > f.maxLine {
		data := f.buf[f.lo+head : f.lo+head+min(have, n)]
		f.lo += head
		f.skip = n
		return frame{data: data, size: head + n, tooLong: true}, true
	}
	if have < n {
		return frame{}, false
	}
	data := f.buf[f.lo+head : f.lo+head+n]
	f.lo += head + n
	return frame{data: trimEnd(data), size: head + n}, true
}

func (f *framer) text() (frame, bool) {
	from := max(f.scanned, f.lo)
	n := endOfText(f.buf[from:f.hi])
	if n < 0 {
		f.scanned = f.hi
		if f.hi-f.lo <= f.maxLine {
			return frame{}, false
		}
		data := f.buf[f.lo:f.hi]
		f.lo, f.skipEnd = f.hi, true
		return frame{data: data, size: len(data), tooLong: true}, true
	}
	data := f.buf[f.lo : from+n]
	f.lo = from + n + 1
	return frame{data: trimEnd(data), size: len(data) + 1, tooLong: len(data) > f.maxLine}, true
}

// rest returns what came of a message when the stream has ended: a line without its end, or a part of a counted
// one.
func (f *framer) rest() (frame, bool) {
	if f.skip > 0 || f.skipEnd || f.lo == f.hi {
		return frame{}, false
	}
	data := f.buf[f.lo:f.hi]
	f.lo = f.hi
	size := len(data)
	if digits, _, decided := octetCount(data); decided && digits > 0 {
		data = data[digits+1:]
	}
	data = trimEnd(data)
	return frame{data: data, size: size, tooLong: len(data) > f.maxLine}, len(data) > 0
}

// fill reads more. Frames that next returned are gone then. While a message is longer than the buffer of a
// connection, it waits for one of the few large buffers that the input may have at a time.
func (f *framer) fill(ctx context.Context) error {
	held := f.hi - f.lo
	switch {
	case f.lo > 0 && held <= readBuffer/2 && len(f.buf) > readBuffer:
		small := make([]byte, readBuffer)
		copy(small, f.buf[f.lo:f.hi])
		f.buf = small
		f.release()
	case f.lo > 0:
		copy(f.buf, f.buf[f.lo:f.hi])
	}
	f.scanned = max(f.scanned-f.lo, 0)
	f.lo, f.hi = 0, held
	if f.hi == len(f.buf) {
		if err := f.grow(ctx); err != nil {
			return err
		}
	}
	n, err := f.r.Read(f.buf[f.hi:])
	f.hi += n
	if n > 0 {
		return nil // the error comes again
	}
	return err
}

func (f *framer) grow(ctx context.Context) error {
	size := max(4<<10, 2*len(f.buf))
	if size > readBuffer {
		if !f.holds {
			if err := f.large.take(ctx); err != nil {
				return err
			}
			f.holds = true
		}
		size = min(size, max(f.maxLine, readBuffer)+maxCountDigits+2)
	}
	buf := make([]byte, size)
	copy(buf, f.buf[:f.hi])
	f.buf = buf
	return nil
}

// release gives the large buffer back; a connection that ends calls it.
func (f *framer) release() {
	if f.holds {
		f.large.give()
		f.holds = false
	}
}

// octetCount reads the count that p may begin with: the number of its digits, 0 when p begins with text.
// It is not decided when p ends too early.
func octetCount(p []byte) (digits, count int, decided bool) {
	for digits < len(p) && digits < maxCountDigits && p[digits] >= '0' && p[digits] <= '9' {
		count = 10*count + int(p[digits]-'0')
		digits++
	}
	switch {
	case digits == 0 || p[0] == '0':
		return 0, 0, true
	case digits == len(p):
		return 0, 0, false
	case p[digits] != ' ':
		return 0, 0, true
	case digits+1 == len(p):
		return 0, 0, false
	case p[digits+1] != '<':
		return 0, 0, true
	}
	return digits, count, true
}

// endOfText returns the index of the byte that ends a message: a line feed, or a NUL with a new message or
// nothing behind it. A NUL inside a line belongs to the line.
func endOfText(p []byte) int {
	lf := bytes.IndexByte(p, '\n')
	line := p
	if lf >= 0 {
		line = p[:lf]
	}
	for from := 0; ; {
		n := bytes.IndexByte(line[from:], 0)
		if n < 0 {
			return lf
		}
		from += n + 1
		if from == len(p) || p[from] == '<' {
			return from - 1
		}
	}
}

// trimEnd takes off what only ends a message.
func trimEnd(p []byte) []byte {
	for len(p) > 0 {
		if c := p[len(p)-1]; c != '\n' && c != '\r' && c != 0 {
			break
		}
		p = p[:len(p)-1]
	}
	return p
}

// largeLines bounds the memory of messages longer than a connection's buffer: whoever reads one waits for its
// turn.
type largeLines struct{ turns chan struct{} }

func newLargeLines(n int) *largeLines { return &largeLines{turns: make(chan struct{}, n)} }

func (l *largeLines) take(ctx context.Context) error {
	select {
	case l.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *largeLines) give() { <-l.turns }
