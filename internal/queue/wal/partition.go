package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/vfs"
)

// partition is one folder of segments with the one goroutine that writes them.
//
// Locks: pendingMu guards the group that appends fill; mu guards what readers and statistics see. Neither is
// held during input or output. trimMu keeps two trims apart, one of the reader and one of the writer, and is
// the outer lock.
type partition struct {
	q      *Queue
	number int
	dir    string
	log    *slog.Logger

	pendingMu sync.Mutex
	pending   *group
	kick      chan struct{} // capacity 1: there is something for the writer

	mu       sync.Mutex
	segments []*segment // by base
	end      int64      // offset of the next record; everything below is durable
	stored   int64
	unkept   int64 // retention keeps no segment that has records below: they were deleted from the store

	trimMu   sync.Mutex
	wake     chan struct{} // capacity 1: more is durable; a partition has one reader
	damaged  atomic.Int64  // bytes
	sealSoon atomic.Bool   // a bound is reached: let go of the last segment if it is stored
	fresh    atomic.Bool   // go on in a new segment, so that the last one is trimmed when it is stored
	trimSoon atomic.Bool   // retention lets go of segments
	known    atomic.Int64  // the store knows all offsets below; more than the end in a folder that is too old

	// The writer's own.
	writing *group
	file    vfs.File // open for append; nil when the next group begins a new segment
	active  *segment // the segment of file
}

func newPartition(q *Queue, number int) *partition {
	return &partition{
		q:       q,
		number:  number,
		dir:     filepath.Join(q.dir, fmt.Sprintf("p%03d", number)),
		log:     q.log.With("partition", number),
		pending: &group{},
		writing: &group{},
		kick:    make(chan struct{}, 1),
		wake:    make(chan struct{}, 1),
	}
}

// enqueue lays the batch out for the writer; the batch is free again on return.
func (p *partition) enqueue(b *queue.Batch, op *appendOp) {
	p.pendingMu.Lock()
	p.pending.add(b, op)
	p.pendingMu.Unlock()
	signal(p.kick)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// write is the partition's goroutine: while one group is being synced, the next one collects.
func (p *partition) write(stop <-chan struct{}) {
	var expire <-chan time.Time
	if p.q.retention.Age > 0 {
		ticker := time.NewTicker(trimEvery)
		defer ticker.Stop()
		expire = ticker.C
	}
	for {
		select {
		case <-p.kick:
			p.linger()
		case <-expire:
			p.trimSoon.Store(true)
		case <-stop:
			return
		}
		if p.trimSoon.Swap(false) {
			p.complain(p.trim())
		}
		if p.sealSoon.Swap(false) {
			p.complain(p.seal())
		}
		if p.fresh.Swap(false) {
			p.complain(p.seal())
			if p.file != nil && p.active.bytes > 0 {
				p.closeFile() // the next group begins a segment
			}
		}
		p.pendingMu.Lock()
		p.pending, p.writing = p.writing, p.pending
		p.pendingMu.Unlock()
		if len(p.writing.ops) == 0 {
			continue
		}
		err := p.commit(p.writing)
		for _, op := range p.writing.ops {
			op.partDone(err)
		}
		p.writing.reset()
	}
}

func (p *partition) complain(err error) {
	if err != nil {
		p.log.Warn("cannot give stored records free", "error", err)
	}
}

// commit makes a group durable. What is only kept goes first where the disk is full, though it told of room before: quotas.
func (p *partition) commit(g *group) error {
	for {
		step, err := p.try(g)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, syscall.ENOSPC) || !p.q.dropKept():
			return p.refused(step, err)
		}
	}
}

// try makes a group durable and shows it to the reader. An error comes with the step that failed, and nothing is shown: its offsets
// are given to the next group. After a crash a failed group may still be found in the file, behind the last
// durable frame; it is then read, once, unless a later segment with the same offsets exists, which hides it.
func (p *partition) try(g *group) (step string, err error) {
	if known := p.known.Load(); p.end < known {
		// The store would take these records for ones that it has.
		return "cannot give offsets out again", fmt.Errorf("the store knows all below %d, the queue ends at %d", known, p.end)
	}
	now := p.q.now().UnixNano()
	data := g.finish(p.q.key, p.end, now) // only this goroutine changes end
	if p.file != nil && p.active.bytes > 0 && p.active.bytes+int64(len(data)) > p.q.segmentBytes {
		p.closeFile()
	}
	fresh := p.file == nil
	if fresh {
		if err := p.create(now); err != nil {
			return "cannot begin a segment", err
		}
	}
	if _, err := p.file.Write(data); err != nil {
		p.recoverFile(fresh, errors.Is(err, syscall.ENOSPC))
		return "cannot write", err
	}
	began := time.Now()
	err = p.file.Sync()
	p.q.metrics.fsyncSeconds.Observe(time.Since(began).Seconds())
	if err == nil && fresh {
		// The name must be durable before the first acknowledgement from the file.
		err = p.q.fs.SyncDir(p.dir)
	}
	if err != nil {
		p.recoverFile(fresh, false)
		return "cannot sync", err
	}
	p.mu.Lock()
	p.end += int64(g.count)
	p.active.end = p.end
	p.active.bytes += int64(len(data))
	if fresh {
		p.publish(p.active)
	}
	p.mu.Unlock()
	signal(p.wake)
	p.q.disk.Add(int64(len(data)))
	p.q.metrics.group(g.count, len(data))
	return "", nil
}

// create makes the file of the segment that begins at the end. A file may have that name: a failed group
// left it, and nothing in it was acknowledged. It is replaced in one step, because while it is the last one
// its name remembers the end.
func (p *partition) create(now int64) error {
	path := segmentPath(p.dir, p.end)
	tmp := path + tmpSuffix
	if err := p.q.fs.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := p.q.fs.Create(tmp)
	if err != nil {
		return err
	}
	if err := p.q.fs.Rename(tmp, path); err != nil {
		return errors.Join(err, file.Close())
	}
	p.file, p.active = file, &segment{base: p.end, end: p.end, began: now, path: path}
	return nil
}

// recoverFile decides what follows a failure. When the disk was full and the half-written group can be cut
// off, the file goes on. Anything else, a failed sync above all, leaves bytes that nobody knows: nothing is
// acknowledged from that file any more. It is cut as far as the disk allows, and the next group begins a new
// segment.
func (p *partition) recoverFile(fresh, full bool) {
	if fresh {
		p.closeFile() // the next attempt replaces it
		return
	}
	err := p.q.fs.Truncate(p.active.path, p.active.bytes)
	if full && err == nil {
		return
	}
	if err != nil {
		p.log.Warn("cannot cut a failed write off; a new segment hides it", "segment", p.active.path, "error", err)
	}
	p.closeFile()
}

func (p *partition) closeFile() {
	if p.file == nil {
		return
	}
	if err := p.file.Close(); err != nil { // all that counts was synced
		p.log.Warn("cannot close a segment", "segment", p.active.path, "error", err)
	}
	p.file, p.active = nil, nil
}

// refused words the error for senders: a full disk is a bound that they wait for.
func (p *partition) refused(what string, err error) error {
	p.q.metrics.failures.Inc()
	if errors.Is(err, syscall.ENOSPC) {
		p.q.room.isFull()
		return p.q.busy(boundDisk)
	}
	p.log.Error("cannot make records durable", "step", what, "error", err)
	return fmt.Errorf("%w: partition %d: %s: %w", queue.ErrNotDurable, p.number, what, err)
}

// seal begins an empty segment when every record is stored, so that the last file can be trimmed too.
func (p *partition) seal() error {
	p.mu.Lock()
	n := len(p.segments)
	useless := n == 0 || p.segments[n-1].bytes == 0 || p.stored < p.end
	p.mu.Unlock()
	if useless {
		return p.trim()
	}
	p.closeFile()
	if err := p.create(p.q.now().UnixNano()); err != nil {
		return fmt.Errorf("cannot begin a segment: %w", err)
	}
	if err := p.q.fs.SyncDir(p.dir); err != nil {
		p.closeFile()
		return fmt.Errorf("cannot make a new segment durable: %w", err)
	}
	p.mu.Lock()
	p.publish(p.active)
	p.mu.Unlock()
	signal(p.wake) // the reader closes the file that goes
	return p.trim()
}
