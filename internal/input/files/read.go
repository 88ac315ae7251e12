package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"time"
)

const (
	// turnBytes is what one file may give before the next has its turn.
	turnBytes = 256 << 10
	// stepBytes is what all files may give before the input looks for new files and rotation again.
	stepBytes = 64 << 20
	// damagedQuiet is how long a gzip file must be unchanged before it is held to be damaged, not unfinished.
	damagedQuiet = time.Minute
)

var errBatchFull = errors.New("the batch must be written first")

// read takes turns over the files until nothing is left or stepBytes were read.
func (t *tailer) read(ctx context.Context) (more bool, err error) {
	t.stepRead = 0
	for _, f := range t.live {
		f.failed = false
	}
	for busy := true; busy; {
		busy = false
		for range t.live {
			t.cursor++
			if t.cursor >= len(t.live) {
				t.cursor = 0
			}
			f := t.live[t.cursor]
			if !f.ready() {
				continue
			}
			busy = true
			err := t.turn(f)
			if errors.Is(err, errBatchFull) {
				if err = t.flush(ctx); err == nil {
					err = t.turn(f)
				}
			}
			if err != nil {
				return false, err
			}
			if ctx.Err() != nil || t.stopped() || t.stepRead >= stepBytes {
				return true, t.flush(ctx)
			}
		}
		t.dropEnded()
	}
	return false, t.flush(ctx)
}

// turn reads the next records of f into the batch. Errors of the file itself are dealt with here.
func (t *tailer) turn(f *file) error {
	c, err := t.open.content(f)
	if err == nil {
		err = t.readRecords(f, c)
	}
	switch {
	case err == nil, errors.Is(err, errBatchFull):
		return err
	case errors.Is(err, errDamaged):
		t.damaged(f, err)
	case errors.Is(err, errMoved), errors.Is(err, fs.ErrNotExist):
		f.seen, f.failed = f.size, true
		t.scanDue = true
	default:
		f.seen, f.failed = f.size, true
		t.complain(f.Path, err)
	}
	return nil
}

// readRecords gives the batch the records from f.next on, up to about turnBytes of them.
func (t *tailer) readRecords(f *file, c content) error {
	if f.scan > f.next {
		if found, err := t.findLineEnd(f, c); err != nil || !found {
			return err
		}
	}
	end, final := f.size, false
	if f.Cut > f.next {
		end, final = f.Cut, true
	}
	window := int(min(end-f.next, int64(t.maxWindow)))
	for want := min(max(t.turnBytes, f.lineBytes), window); ; {
		buf := t.batch.room(want)
		if buf == nil {
			return errBatchFull
		}
		n, err := c.ReadAt(buf, f.next)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		t.stepRead += n
		if n < len(buf) {
			if end = t.shorter(f, f.next+int64(n)); !f.live() {
				return nil
			}
		}
		if same, err := t.checkHead(f, c); err != nil || !same {
			return err
		}
		data := bytes.TrimLeft(buf[:n], "\x00")
		zeros := n - len(data)
		atEnd := f.next+int64(n) >= end
		if zeros > 0 && len(data) == 0 {
			t.enterHole(f, n, final && atEnd)
			return nil
		}
		used := t.asm.run(data, f.next+int64(zeros), f.sent, f.Wrap, final && atEnd)
		if used == 0 && zeros == 0 && !atEnd && want < window {
			want = min(4*want, window) // not one whole record yet
			continue
		}
		stuck := zeros+used == 0 && !atEnd
		if stuck && f.Cut > f.Pos {
			return errBatchFull // there may have to be another cut
		}
		f.lineBytes = 0
		taken := zeros + used
		if len(t.asm.entries) > 0 { // they may lie behind the start of an unfinished line
			taken = int(t.asm.whole - f.next)
		}
		t.batch.took(taken)
		f.next += int64(zeros + used)
		t.put(f, t.asm.entries)
		for _, r := range t.asm.refused {
			t.batch.refused = append(t.batch.refused, refused{f, r.sample})
		}
		t.settle(f, len(data)-used, atEnd, stuck)
		return nil
	}
}

// settle notes what is left behind f.next: rest bytes were read but are not dealt with.
func (t *tailer) settle(f *file, rest int, atEnd, stuck bool) {
	f.held, f.waiting = 0, false
	switch {
	case atEnd:
		f.seen = f.next + int64(rest)
		f.held, f.waiting = t.asm.whole, t.asm.waiting()
		if rest > longTail && f.held <= f.next {
			f.scan = f.seen
		}
	case stuck && t.asm.whole > f.next:
		t.cut(f, t.asm.whole) // lines that wait for a piece of another are more than fits in memory
	case stuck:
		f.scan = f.next + int64(rest)
	}
}

// shorter notes that f ends at size: the end of a gzip file was found, or a file is shorter than it was.
func (t *tailer) shorter(f *file, size int64) int64 {
	f.size = size
	switch {
	case size >= f.Cut:
	case f.Gzip: // less than what was packed: it is damaged
		f.Cut, f.dirty, t.mustSave = size, true, true
	default:
		t.truncated(f)
	}
	return size
}

// checkHead makes sure that what was just read belongs to the content that f stands for. A file that was
// truncated, or that took the inode of another, begins a new content.
func (t *tailer) checkHead(f *file, c content) (bool, error) {
	if f.Gzip {
		return true, nil
	}
	head, err := readHead(c, t.head[:])
	if err != nil {
		return false, err
	}
	if !f.Head.matches(head) {
		t.truncated(f)
		return false, nil
	}
	if len(head) > f.Head.Len {
		// Durable before more is sent: by a few bytes a content could be taken for the one that followed it.
		f.Head, f.dirty, t.mustSave = fingerprintOf(head), true, true
	}
	return true, nil
}

// cut ends the record at offset at, whatever follows. It is durable before the record is sent, so that reading
// again after a crash makes the same boundary. There is room for one such boundary at a time: the caller sees to
// it that the queue has what an earlier one ended.
func (t *tailer) cut(f *file, at int64) {
	f.Cut, f.dirty, t.mustSave = at, true, true
}

// damaged deals with a gzip file that cannot be unpacked to its end. It may still be written, so it is tried
// again until it has not changed for a while; then what can be unpacked is taken for the whole.
func (t *tailer) damaged(f *file, err error) {
	t.open.close(f)
	f.seen = f.size
	if t.env.Now().Sub(f.mtime) < damagedQuiet || f.broken {
		return
	}
	f.broken, f.seen = true, -1
	t.env.Sources.Rejected(t.env.Name, f.Path, "damaged gzip file", 1, "", t.env.Now())
	t.env.Log.Warn("cannot unpack a file to its end", "path", f.path, "position", f.next, "error", err)
}
