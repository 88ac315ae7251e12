package wal

import (
	"context"
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/vfs"
)

// reader implements queue.Reader over the durable part of one partition.
type reader struct {
	p     *partition
	epoch int64

	next    int64    // offset of the next record to return
	seg     *segment // being read; identity only, see locate
	file    vfs.File
	pos     int64 // in file
	scan    scanner
	records [][]byte
	damaged []queue.Damage // to tell with the next chunk
}

var _ queue.Reader = (*reader)(nil)

func newReader(p *partition, epoch int64) *reader {
	return &reader{p: p, epoch: epoch, scan: scanner{key: p.q.key, once: true}}
}

func (r *reader) Partition() int { return r.p.number }

func (r *reader) Epoch() int64 { return r.epoch }

func (r *reader) Stored(offset int64) error { return r.p.setStored(offset) }

// From implements queue.Reader. An offset behind the end is an error: the folder is older than the store. Nothing is
// acknowledged any more then, because the store would pass over what gets the offsets up to there.
func (r *reader) From(offset int64) error {
	oldest, end := r.p.bounds()
	switch {
	case offset < oldest:
		return &queue.GoneError{Partition: r.p.number, Wanted: offset, Oldest: oldest}
	case offset > end:
		r.p.known.Store(offset)
		return fmt.Errorf("partition %d: cannot read from offset %d, the queue in %q ends at %d and is older than the store",
			r.p.number, offset, r.p.q.dir, end)
	}
	r.close()
	r.next, r.damaged = offset, nil
	return nil
}

func (r *reader) close() {
	if r.file != nil {
		_ = r.file.Close() // it was only read
	}
	r.file, r.seg = nil, nil
}

// Next implements queue.Reader. What it skips as damaged is counted and logged at once and told with the
// next chunk that has records.
func (r *reader) Next(ctx context.Context) (queue.Chunk, error) {
	for {
		if err := ctx.Err(); err != nil {
			return queue.Chunk{}, err
		}
		select {
		case <-r.p.q.done:
			return queue.Chunk{}, queue.ErrClosed
		default:
		}
		c, ok, err := r.read()
		if err != nil {
			return queue.Chunk{}, fmt.Errorf("cannot read partition %d of the queue: %w", r.p.number, err)
		}
		if ok {
			c.Damaged, r.damaged = r.damaged, nil
			return c, nil
		}
		select {
		case <-r.p.wake:
		case <-ctx.Done():
		case <-r.p.q.done:
		}
	}
}

// read returns the next run of records; ok is false when there is nothing more that is durable.
func (r *reader) read() (c queue.Chunk, ok bool, err error) {
	for {
		seg, now := r.p.locate(r.next)
		if seg == nil {
			if oldest, end := r.p.bounds(); r.next < oldest && oldest < end {
				return c, false, &queue.GoneError{Partition: r.p.number, Wanted: r.next, Oldest: oldest}
			}
			return c, false, nil
		}
		if r.next >= now.end { // the last segment, read to its end
			if seg != r.seg {
				r.close() // one that was read before: while it is open, removing it gives no room back
			}
			return c, false, nil
		}
		if seg != r.seg {
			if err := r.openSegment(seg, now.path); err != nil {
				return c, false, err
			}
		}
		c, err := r.readSegment(now)
		if err != nil || len(c.Records) > 0 {
			return c, err == nil, err
		}
	}
}

func (r *reader) openSegment(seg *segment, path string) error {
	r.close()
	file, err := r.p.q.fs.Open(path)
	if err != nil {
		return err
	}
	r.file, r.seg, r.pos = file, seg, 0
	r.scan.reset(file)
	return nil
}

// readSegment returns the records of the frames at hand from r.pos on. It returns none when it skipped
// something or came to the end of the segment; r.next or r.pos has moved then.
func (r *reader) readSegment(seg segment) (queue.Chunk, error) {
	c := queue.Chunk{Records: r.records[:0]}
	for r.next < seg.end && (len(c.Records) == 0 || r.scan.ready(r.pos)) {
		f, err := r.scan.at(r.pos, seg.bytes)
		switch {
		case errors.Is(err, errHeader), errors.Is(err, errShort):
			if len(c.Records) > 0 {
				return c, nil
			}
			return c, r.skipToHeader(seg)
		case err != nil:
			return c, err
		}
		had := len(c.Records)
		if had > 0 && f.base != r.next {
			break // consecutive offsets only
		}
		records, err := f.records(f.body, c.Records)
		if err != nil {
			if had > 0 {
				break
			}
			return c, r.skipToHeader(seg)
		}
		if f.end() <= r.next || f.base >= seg.end {
			r.pos += f.bytes() // below the start, or hidden by the next segment
			continue
		}
		if f.base > r.next {
			r.damage(seg, 0, f.base)
		}
		if had == 0 {
			records = records[r.next-f.base:]
			c.Base = r.next
		}
		c.Records, r.records = records, records
		r.next = f.end()
		r.pos += f.bytes()
	}
	return c, nil
}

// skipToHeader goes to the next sound header, or to the end of the segment when there is none. It searches
// even when the length of the wrong frame is known: a frame that was never written whole may have others
// behind its start.
func (r *reader) skipToHeader(seg segment) error {
	at, ok, err := r.scan.find(min(r.pos+1, seg.bytes), seg.bytes, seg.base, seg.end)
	if err != nil {
		return err
	}
	if !ok {
		r.damage(seg, seg.bytes-r.pos, seg.end)
		return nil
	}
	f, err := r.scan.at(at, seg.bytes)
	if err != nil {
		return err
	}
	if f.base <= r.next {
		r.pos = at // nothing that this reader wants is lost
		return nil
	}
	r.damage(seg, at-r.pos, f.base)
	return nil
}

// damage passes over bytes that cannot be read, and the offsets up to the one given.
func (r *reader) damage(seg segment, bytes, to int64) {
	d := queue.Damage{Where: fmt.Sprintf("%s:%d", seg.path, r.pos), Bytes: bytes, From: r.next, To: to}
	r.pos += bytes
	r.next = d.To
	r.p.damaged.Add(bytes)
	r.p.q.metrics.damaged.Add(float64(bytes))
	r.damaged = append(r.damaged, d)
	r.p.log.Error("skipped damaged records of the queue", "where", d.Where, "bytes", d.Bytes, "from", d.From, "to", d.To)
}
