package logs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// Bounds of joining.
const (
	joinAtLeast = 8         // segments of a day or slot that is still being written
	joinAtMost  = 64        // segments at once
	joinedBytes = 512 << 20 // size of a joined segment
	// largeBlock is the share of blockRaw, in percent, from which on a block of the newest format is copied as it is.
	largeBlock = 12
)

// Join makes one large segment of several small ones of the same key, if there are any, and reports whether
// there may be more to do.
func (s *Store) Join(ctx context.Context) (bool, error) {
	s.rewriting.Lock()
	defer s.rewriting.Unlock()
	if err := s.settleSwap(ctx); err != nil {
		return false, err
	}
	group := joinable(s.candidates(), s.opts.Now())
	if len(group) == 0 {
		return false, nil
	}
	parts, err := s.openParts(group)
	defer s.closeParts(parts)
	if err != nil {
		return false, fmt.Errorf("cannot join %d segments: %w", len(group), err)
	}
	if len(parts) < 2 { // the others are left out from now on
		return true, nil
	}
	ids := make([]string, len(parts))
	for i, part := range parts {
		ids[i] = part.ID
	}
	joined, err := s.join(ctx, parts)
	if err != nil {
		return false, fmt.Errorf("cannot join %d segments: %w", len(parts), err)
	}
	if err := s.swap(ctx, store.Swap{Remove: ids, Add: []store.Segment{joined}}); err != nil {
		return false, fmt.Errorf("cannot swap %d segments for one: %w", len(parts), err)
	}
	s.metrics.joined.Add(float64(len(parts)))
	return true, nil
}

// joinPart is an open segment that is being joined.
type joinPart struct {
	store.Segment
	file *segment.File
}

// openParts opens as many segments of the group as have room in one footer; closeParts must follow, also after an
// error. Those with large footers are not among them, nor tried again.
func (s *Store) openParts(group []candidate) (parts []joinPart, err error) {
	size := 0
	for _, c := range group {
		file, err := s.files.acquire(c.ID)
		if err != nil {
			s.damage(c.ID, err)
			return parts, err
		}
		large := file.Footer > maxFooter/2
		if large || size+file.Footer > maxFooter {
			s.files.release(c.ID)
			if large {
				s.leaveOut(c.ID)
				continue
			}
			break
		}
		size += file.Footer
		parts = append(parts, joinPart{c.Segment, file})
	}
	return parts, nil
}

func (s *Store) closeParts(parts []joinPart) {
	for _, part := range parts {
		s.files.release(part.ID)
	}
}

// leaveOut keeps a segment from being joined.
func (s *Store) leaveOut(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ref := s.segments[id]; ref != nil {
		ref.full = true
	}
}

// joinBlock is one block of the segments that are being joined.
type joinBlock struct {
	file *segment.File
	segment.Block
}

// joinKey says which small blocks may become one.
type joinKey struct {
	queue     string
	partition int
	group     string
}

// join writes one segment of all rows. Large blocks of the newest format are copied byte for byte.
func (s *Store) join(ctx context.Context, parts []joinPart) (store.Segment, error) {
	var blocks []joinBlock
	for _, part := range parts {
		for _, b := range part.file.Blocks {
			blocks = append(blocks, joinBlock{part.file, b})
		}
	}
	// Blocks of one group come together, in the order of their rows.
	slices.SortStableFunc(blocks, func(a, b joinBlock) int {
		x, y := a.Header.Info(), b.Header.Info()
		return cmp.Or(strings.Compare(x.Queue, y.Queue), cmp.Compare(x.Partition, y.Partition),
			strings.Compare(x.Group, y.Group), cmp.Compare(x.MinOffset, y.MinOffset))
	})
	key := keyOf(parts[0].Segment)
	joined, err := s.writeSegment(newSegmentID(key, s.originUnder(ctx, "join"+strconv.Itoa(len(parts)))), key, func(add addBlock) error {
		j := joiner{add: add, encoder: block.NewEncoder()}
		for _, b := range blocks {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := j.block(b); err != nil {
				return err
			}
		}
		return j.flush()
	})
	if err != nil {
		s.noteDamage(parts, err)
		return store.Segment{}, err
	}
	if err := s.opts.FS.SyncDir(s.opts.Dir); err != nil {
		_ = s.opts.FS.Remove(s.path(joined.ID)) // else removed at the next start
		return store.Segment{}, fmt.Errorf("cannot sync the folder of the log store: %w", err)
	}
	return joined, nil
}

// noteDamage remembers which segment could not be read, so that it is not tried over and over.
func (s *Store) noteDamage(parts []joinPart, err error) {
	var damaged *blockError
	if !errors.As(err, &damaged) {
		return
	}
	for _, part := range parts {
		if part.file == damaged.file {
			s.damage(part.ID, err)
		}
	}
}

// blockError says in which file a block could not be read.
type blockError struct {
	file *segment.File
	err  error
}

func (e *blockError) Error() string { return "cannot read a block: " + e.err.Error() }
func (e *blockError) Unwrap() error { return e.err }

// joiner collects small blocks of one group until they make a large one.
type joiner struct {
	add     addBlock
	encoder *block.Encoder
	scratch block.Scratch
	key     joinKey
	builder *block.Builder
	streams map[string]*block.Stream
}

func (j *joiner) block(b joinBlock) error {
	info := b.Header.Info()
	if info.Raw >= blockRaw*largeBlock/100 && b.Header.Version() == block.Version {
		return j.copy(b)
	}
	key := joinKey{info.Queue, info.Partition, info.Group}
	if j.builder != nil && (j.key != key || j.builder.Raw()+info.Raw > blockRaw*3/2) {
		if err := j.flush(); err != nil {
			return err
		}
	}
	if err := j.rebuild(b, nil); err != nil {
		return err
	}
	if j.builder.Raw() >= blockRaw || j.builder.Columns() >= blockColumns {
		return j.flush()
	}
	return nil
}

// rebuild adds the rows of a block that keep wants to those that are collected; nil wants all.
func (j *joiner) rebuild(b joinBlock, keep func(row int) bool) error {
	if j.builder == nil {
		info := b.Header.Info()
		j.key = joinKey{info.Queue, info.Partition, info.Group}
		j.builder, j.streams = block.NewBuilder(), map[string]*block.Stream{}
	}
	j.scratch.Reset()
	err := j.builder.Rebuild(block.NewReader(b.Header, b.file, b.Base, &j.scratch), keep, func(s *block.Stream) *block.Stream {
		if known := j.streams[s.Key()]; known != nil {
			return known
		}
		j.streams[s.Key()] = s
		return s
	})
	if err != nil {
		return &blockError{b.file, err}
	}
	return nil
}

// copy takes a block as it is, after checking that it is whole.
func (j *joiner) copy(b joinBlock) error {
	body, err := soundBody(b)
	if err != nil {
		return err
	}
	return j.add(b.Header, b.Header.Append(nil), body)
}

// bytes takes a block as it is, damaged or not.
func (j *joiner) bytes(b joinBlock) error {
	body, err := b.body()
	if err != nil {
		return err
	}
	return j.add(b.Header, b.Header.Append(nil), body)
}

func (b joinBlock) body() ([]byte, error) {
	body := make([]byte, b.Header.Size())
	if n, err := b.file.ReadAt(body, b.Base); n < len(body) {
		return nil, &blockError{b.file, err}
	}
	return body, nil
}

func (j *joiner) flush() error {
	if j.builder == nil || j.builder.Len() == 0 {
		return nil
	}
	encoded := j.encoder.Encode(j.builder.View(j.key.queue, j.key.partition, j.key.group))
	j.builder, j.streams = nil, nil
	header, err := block.Open(encoded.Header)
	if err != nil {
		return err
	}
	return j.add(header, encoded.Header, encoded.Body)
}
