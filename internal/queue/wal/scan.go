package wal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/haetae/haetae/internal/vfs"
)

const (
	readBytes     = 1 << 20 // of one read
	maxKeptWindow = 4 << 20 // what a scanner keeps of its memory after a large frame
	minWindow     = 16 << 10
)

// scanner reads frames of one segment file at a time through a window that it reuses.
type scanner struct {
	key    frameKey
	file   vfs.File
	buf    []byte // window of the file
	start  int64  // position of buf[0] in the file
	once   bool   // nobody reads again what lies before the window
	forgot int64  // position below which nothing is cached any more
}

func (s *scanner) reset(file vfs.File) {
	s.file, s.buf, s.start, s.forgot = file, s.buf[:0], 0, 0
}

// frame is a frame in the scanner's window.
type frame struct {
	header
	body []byte // the payload, checksum not looked at yet; valid until the window moves
}

// at returns the frame at pos of a file that ends at limit. Errors: errShort when the frame does not end
// before limit, errHeader, errVersion, or what reading said.
func (s *scanner) at(pos, limit int64) (frame, error) {
	if limit-pos < headerBytes {
		return frame{}, errShort
	}
	if !s.holds(pos, headerBytes) {
		if err := s.load(pos, min(readBytes, limit-pos)); err != nil {
			return frame{}, err
		}
	}
	h, err := parseHeader(s.buf[pos-s.start:], s.key)
	if err != nil {
		return frame{}, err
	}
	if h.bytes() > limit-pos {
		return frame{header: h}, errShort
	}
	if !s.holds(pos, h.bytes()) {
		if err := s.load(pos, max(h.bytes(), min(readBytes, limit-pos))); err != nil {
			return frame{}, err
		}
	}
	from := pos - s.start
	return frame{header: h, body: s.buf[from+headerBytes : from+h.bytes()]}, nil
}

// ready reports whether a whole frame is at pos in the window, so that at does not move it.
func (s *scanner) ready(pos int64) bool {
	if !s.holds(pos, headerBytes) {
		return false
	}
	h, err := parseHeader(s.buf[pos-s.start:], s.key)
	return err == nil && s.holds(pos, h.bytes())
}

// find returns the position of the first sound header at or behind pos whose frame ends before limit and
// whose offsets lie in [from, to); ok is false when there is none.
func (s *scanner) find(pos, limit, from, to int64) (at int64, ok bool, err error) {
	for limit-pos >= headerBytes {
		if !s.holds(pos, min(headerBytes, limit-pos)) {
			if err := s.load(pos, min(readBytes, limit-pos)); err != nil {
				return 0, false, err
			}
		}
		window := s.buf[pos-s.start:]
		for i := 0; len(window)-i >= headerBytes; {
			k := bytes.Index(window[i+keyAt:], s.key[:])
			if k < 0 {
				break
			}
			i += k
			h, err := parseHeader(window[i:], s.key)
			if errors.Is(err, errVersion) {
				return 0, false, err
			}
			if err == nil && h.base >= from && h.base < to && h.bytes() <= limit-pos-int64(i) {
				return pos + int64(i), true, nil
			}
			i++
		}
		// The last bytes may be the start of a header that goes on behind the window.
		pos += int64(max(len(window)-headerBytes+1, 1))
	}
	return 0, false, nil
}

func (s *scanner) holds(pos, n int64) bool {
	return pos >= s.start && pos+n <= s.start+int64(len(s.buf))
}

func (s *scanner) load(pos, n int64) error {
	s.forget(pos)
	if had := int64(cap(s.buf)); had < n || had > maxKeptWindow && n <= readBytes {
		s.buf = make([]byte, max(n, min(2*had, readBytes), minWindow))
	}
	s.buf, s.start = s.buf[:n], pos
	if got, err := s.file.ReadAt(s.buf, pos); got < int(n) {
		s.buf = s.buf[:0]
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("cannot read %d bytes at %d: %w", n, pos, err)
	}
	return nil
}

// forget lets go of what the operating system caches of the file below pos. Records are read once, right behind the
// writer: memory that serves again is cheaper to write to than new memory, and stays with the segments of the store.
func (s *scanner) forget(pos int64) {
	if !s.once || pos-s.forgot < readBytes {
		return
	}
	if f, ok := s.file.(vfs.Forgetter); ok {
		f.Forget(pos)
	}
	s.forgot = pos
}
