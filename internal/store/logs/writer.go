package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// A block is encoded when it holds this many bytes as received, or this many columns.
const (
	blockRaw     = 8 << 20
	blockColumns = 1024
)

// maxFooter bounds the headers of the blocks of one segment, in bytes, far below what a segment can have: opening
// one takes several times as much memory.
const maxFooter = 16 << 20

// Writer takes the records of one partition. It is used by one goroutine.
type Writer struct {
	store    *Store
	position store.Position // as stored
	next     int64          // offset of the next record
	marks    map[string]*mark
	streams  registry
	kinds    map[string]bool // kinds of groups since the last checkpoint
	groups   map[groupKey]*group
	places   map[alike]*openPlace // finds groups without making their keys; some are sealed
	dirty    []*group
	encoder  *block.Encoder
	open     int64     // memory of open blocks
	encoded  int64     // memory of encoded blocks
	since    time.Time // when the oldest record that is not stored came; zero when all are
	deltas   []delta   // rows that tails were not told of, in blocks that are encoded already
	observed int64     // when the last record was received, ns since the epoch
	unsure   []string  // segments of a commit whose outcome is not known
	sieve    sieve
	hurry    atomic.Int64 // a checkpoint is due once the rows below this offset have come

	// Guarded by Store.mu.
	published map[groupKey]*group
	parts     []memoryPart // encoded blocks
	stored    int64        // rows below this offset are in segments
	visible   int64        // rows below this offset are published
	until     int64        // the end of the queue when the writer began, where several processes share it
	received  int64        // when the last of them was received, ns since the epoch; 0 before the first
}

// mark is the highest sequence seen of a replayable source.
type mark struct {
	seq   uint64
	dirty bool // not stored yet
}

// encodedPart is an encoded block that waits for the checkpoint.
type encodedPart struct {
	block.Encoded
	header *block.Header
}

// Writer begins to write a partition as its owner of that epoch, at the stored position. An earlier writer of
// the partition must have been closed. store.ErrConflict when a higher epoch owns the partition.
func (s *Store) Writer(ctx context.Context, partition int, epoch int64) (*Writer, error) {
	if err := s.settle(ctx, nil); err != nil {
		return nil, err
	}
	position, marks, err := s.opts.Meta.Load(ctx, s.opts.Queue, partition, epoch)
	if err != nil {
		return nil, fmt.Errorf("cannot load the position of partition %d: %w", partition, err)
	}
	position.Queue, position.Partition, position.Epoch = s.opts.Queue, partition, epoch
	w := &Writer{
		store: s, position: position, next: position.Offset,
		marks: make(map[string]*mark, len(marks)), kinds: map[string]bool{}, groups: map[groupKey]*group{}, places: map[alike]*openPlace{},
		encoder: block.NewEncoder(), published: map[groupKey]*group{}, visible: position.Offset,
		stored: position.Offset,
	}
	for source, seq := range marks {
		w.marks[source] = &mark{seq: seq}
	}
	if s.opts.Ends != nil {
		ends, err := s.askEnds(ctx)
		end, known := ends[partition]
		if !known && s.opts.Sharing != nil { // alone it is behind until that is known
			return nil, fmt.Errorf("cannot learn where partition %d ends: %w", partition, err)
		}
		w.until = end
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writers[partition] != nil {
		return nil, fmt.Errorf("partition %d has a writer already", partition)
	}
	s.writers[partition] = w
	s.writerCount.Add(1)
	return w, nil
}

// Offset returns the offset of the next record to append.
func (w *Writer) Offset() int64 { return w.next }

// Append copies a record into the open blocks. Records below Offset, and those that are not above the mark of
// their source, are passed over. Offsets rise, with or without gaps. A missing dataset or time is filled in.
func (w *Writer) Append(offset int64, r *model.Record) {
	if offset < w.next {
		return
	}
	w.Advance(offset + 1)
	if r.Mark.Source != "" && !w.above(r.Mark) {
		w.store.metrics.skipped.Inc()
		return
	}
	if r.Dataset == "" {
		r.Dataset = model.DatasetLogs
	}
	if r.Time == 0 {
		r.Time = r.Observed
	}
	w.observed = max(w.observed, r.Observed) // replayed records were received long ago
	s := w.streams.find(r.Stream)
	if w.deleted(offset, s.Stream, r) {
		return
	}
	g := w.groupFor(s, r)
	before := g.builder.Size()
	g.builder.Append(offset, s.Stream, r)
	w.open += g.builder.Size() - before
	if !g.listed {
		g.listed = true
		w.dirty = append(w.dirty, g)
	}
	if g.builder.Raw() >= blockRaw || g.builder.Columns() >= blockColumns {
		w.seal(g)
	}
	for w.open > w.share()*openShare/100 && len(w.groups) > 0 {
		w.seal(w.largest())
	}
}

// Advance says that every record below the offset was appended or is not to be stored.
func (w *Writer) Advance(next int64) {
	if next <= w.next {
		return
	}
	w.next = next
	if w.since.IsZero() {
		w.since = w.store.opts.Now()
	}
}

// openShare is the part of a writer's memory, in percent, that open blocks may take; encoded ones have the rest.
const openShare = 80

// share is the memory of one writer in bytes.
func (w *Writer) share() int64 {
	return w.store.opts.Memory / int64(max(1, w.store.writerCount.Load()))
}

// above moves the mark of the record's source; false when the record is not above it.
func (w *Writer) above(m model.Mark) bool {
	known := w.marks[m.Source]
	switch {
	case known == nil:
		w.marks[strings.Clone(m.Source)] = &mark{seq: m.Seq, dirty: true}
		return true
	case m.Seq <= known.seq:
		return false
	}
	known.seq, known.dirty = m.Seq, true
	return true
}

func (w *Writer) largest() *group {
	var largest *group
	for _, g := range w.groups {
		if largest == nil || g.builder.Size() > largest.builder.Size() {
			largest = g
		}
	}
	return largest
}

// seal encodes an open block. Its rows stay visible without a gap; those that were not published become so.
func (w *Writer) seal(g *group) {
	view := g.builder.View(w.position.Queue, w.position.Partition, g.key.kind)
	if g.told < view.Info().Rows {
		w.deltas = append(w.deltas, delta{dataset: g.key.Dataset, view: view, from: g.told})
	}
	part := &encodedPart{Encoded: w.encoder.Encode(view)}
	header, err := block.Open(part.Header)
	if err != nil {
		panic("logs: a block that was just encoded cannot be opened: " + err.Error())
	}
	part.header = header
	w.open -= g.builder.Size()
	w.encoded += int64(len(part.Body) + header.Memory())
	g.builder = nil
	delete(w.groups, g.key)
	w.dirty = slices.DeleteFunc(w.dirty, func(d *group) bool { return d == g })

	w.store.mu.Lock()
	w.parts = append(w.parts, memoryPart{key: g.key.Key, encoded: part})
	delete(w.published, g.key)
	g.view = nil // streams still point at the group
	w.store.mu.Unlock()
}

func (w *Writer) sealAll() {
	for _, g := range w.groups {
		w.seal(g)
	}
}

// Publish makes all rows appended so far visible to searches and tails.
func (w *Writer) Publish() {
	deltas := w.deltas
	w.deltas = nil
	views := make([]*block.View, len(w.dirty))
	for i, g := range w.dirty {
		views[i] = g.builder.View(w.position.Queue, w.position.Partition, g.key.kind)
		deltas = append(deltas, delta{dataset: g.key.Dataset, view: views[i], from: g.told})
		g.told = views[i].Info().Rows
		g.listed = false
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock() // a panic of a tail must not hold up every search
	for i, g := range w.dirty {
		g.view = views[i]
		w.published[g.key] = g
	}
	from := w.visible
	w.visible, w.received = w.next, w.observed
	if len(deltas) > 0 {
		most := min(tailBytes, tailsBytes/int64(max(1, len(w.store.tails))))
		for t := range w.store.tails {
			t.push(w.position.Partition, from, w.next, deltas, most)
		}
	}
	clear(w.dirty)
	w.dirty = w.dirty[:0]
}

// Due reports whether a checkpoint should be made: rows are old enough, or memory is short. While checkpoints
// fail with store.ErrFull nothing more should be appended.
func (w *Writer) Due() bool {
	if w.since.IsZero() {
		return false
	}
	if hurry := w.hurry.Load(); w.position.Offset < hurry && hurry <= w.next {
		return true
	}
	return w.encoded > w.share()*(100-openShare)/100 || w.store.opts.Now().Sub(w.since) >= w.store.opts.CheckpointAge
}

// Close ends the writer. Rows that are in no segment disappear from searches; they are read from the queue again.
func (w *Writer) Close() {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if w.store.writers[w.position.Partition] == w {
		delete(w.store.writers, w.position.Partition)
		w.store.writerCount.Add(-1)
	}
	w.published, w.parts = nil, nil
	w.store.unsure = append(w.store.unsure, w.unsure...)
}
