package files

import (
	"bytes"
	"errors"
	"io"
)

// A line that is longer than what one turn reads, or that is written piece by piece, is not read again from its
// beginning each time its file grows: only what is new is searched for its end. The same holds for a hole of
// NULs, which a program leaves that goes on writing at its old offset after its file was truncated. NULs at the
// end of a file are no hole: somebody may yet write there.

// longTail is how long an unfinished line is before it is searched instead of read again.
const longTail = 64 << 10

// enterHole notes that the n bytes at f.next are NULs.
func (t *tailer) enterHole(f *file, n int, final bool) {
	f.scan, f.hole = f.next+int64(n), true
	f.seen = f.scan
	if final {
		t.leaveHole(f)
	}
}

// leaveHole goes on behind the NULs.
func (t *tailer) leaveHole(f *file) {
	f.next, f.scan, f.hole = f.scan, 0, false
	t.batch.touch(f)
}

// findLineEnd searches on from f.scan. It returns true when the turn can go on to read what is at f.next.
func (t *tailer) findLineEnd(f *file, c content) (bool, error) {
	end := f.size
	final := f.Cut > f.next
	if final {
		end = f.Cut
	}
	buf := t.batch.room(int(min(int64(t.turnBytes), end-f.scan)))
	if buf == nil {
		return false, errBatchFull
	}
	n, err := c.ReadAt(buf, f.scan)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	t.stepRead += n
	if n < len(buf) {
		if end = t.shorter(f, f.scan+int64(n)); !f.live() {
			return false, nil
		}
	}
	if same, err := t.checkHead(f, c); err != nil || !same {
		return false, err
	}
	if f.hole {
		rest := len(bytes.TrimLeft(buf[:n], "\x00"))
		f.scan += int64(n - rest)
		f.seen = f.scan
		if rest == 0 && (!final || f.scan < end) {
			return false, nil
		}
		t.leaveHole(f)
		return rest > 0, nil
	}
	i := bytes.IndexByte(buf[:n], '\n')
	if i < 0 {
		f.scan += int64(n)
		f.seen = f.scan
		if !final || f.scan < end {
			return false, nil
		}
	} else {
		f.scan += int64(i) + 1
	}
	lineEnd := f.scan
	f.scan = 0
	if bytes := lineEnd - f.next; bytes <= int64(t.asm.maxLine)+2 { // with CR and LF
		f.lineBytes = int(bytes)
		return true, nil
	}
	return false, t.refuseLine(f, c, lineEnd)
}

// refuseLine passes over the line at f.next and counts it.
func (t *tailer) refuseLine(f *file, c content, lineEnd int64) error {
	sample := make([]byte, 256)
	n, err := c.ReadAt(sample, f.next)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	f.next = lineEnd
	f.seen = min(f.seen, lineEnd)
	t.batch.touch(f)
	t.batch.refused = append(t.batch.refused, refused{f, sample[:n]})
	return nil
}
