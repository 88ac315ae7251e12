package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/queue"
)

const (
	segmentSuffix = ".wal"
	// tmpSuffix marks a segment that is being created; nothing in it was ever acknowledged.
	tmpSuffix = ".tmp"
)

// segment is one file of a partition. Its fields do not change but for bytes and end of the last one, which
// the partition's lock guards.
type segment struct {
	base  int64 // offset of the first record, and the name
	end   int64 // offset behind the last record; the next segment's base
	bytes int64 // durable; readers go no further
	began int64 // when its first record was appended, ns since the epoch; what lies before it is at least as old
	path  string
}

func segmentPath(dir string, base int64) string {
	return filepath.Join(dir, fmt.Sprintf("%020d%s", base, segmentSuffix))
}

// segmentBase reads a segment's name; ok is false for other files.
func segmentBase(name string) (base int64, ok bool) {
	digits, found := strings.CutSuffix(name, segmentSuffix)
	if !found || len(digits) != 20 {
		return 0, false
	}
	base, err := strconv.ParseInt(digits, 10, 64)
	return base, err == nil && base >= 0
}

// locate returns the segment that holds offset, or would hold it when offset is the end. It is nil before the
// first append. The copy tells how far the segment may be read now; the pointer is its identity.
func (p *partition) locate(offset int64) (*segment, segment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := sort.Search(len(p.segments), func(i int) bool { return p.segments[i].base > offset }) - 1
	if i < 0 {
		return nil, segment{}
	}
	return p.segments[i], *p.segments[i]
}

// bounds returns the first offset held and the offset of the next record.
func (p *partition) bounds() (oldest, end int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.oldest(), p.end
}

func (p *partition) oldest() int64 {
	if len(p.segments) == 0 {
		return p.end
	}
	return p.segments[0].base
}

// lastBase returns the first offset of the last segment.
func (p *partition) lastBase() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.segments); n > 0 {
		return p.segments[n-1].base
	}
	return p.end
}

// publish makes a new segment the last one. A segment with the same base is the one that it replaced on the
// disk: it never held a durable record.
func (p *partition) publish(s *segment) {
	if n := len(p.segments); n > 0 && p.segments[n-1].base == s.base {
		p.segments[n-1] = s
		return
	}
	p.segments = append(p.segments, s)
}

// setStored notes what the store has and trims.
func (p *partition) setStored(offset int64) error {
	p.mu.Lock()
	end := p.end
	if offset <= end {
		p.stored = max(p.stored, offset)
	}
	p.mu.Unlock()
	if offset > end {
		return fmt.Errorf("partition %d: offset %d cannot be stored, the queue ends at %d", p.number, offset, end)
	}
	return p.trim()
}

// trim removes the segments whose records are all in the store and that retention does not keep.
func (p *partition) trim() error { return p.drop(p.expired) }

// drop removes segments whose records are all in the store, for as long as goes, asked under mu, says so of the first.
// Oldest first, so that a crash between two removals leaves no hole. The last segment always stays: its name is what
// remembers the end.
func (p *partition) drop(goes func() bool) error {
	p.trimMu.Lock()
	defer p.trimMu.Unlock()
	removed := false
	for {
		p.mu.Lock()
		var victim *segment
		if p.onlyKept(0) && goes() {
			victim = p.segments[0]
		}
		p.mu.Unlock()
		if victim == nil {
			break
		}
		if err := p.q.fs.Remove(victim.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot trim segment %q: %w", victim.path, err)
		}
		removed = true
		p.mu.Lock()
		p.segments = p.segments[1:]
		p.mu.Unlock()
		p.q.disk.Add(-victim.bytes)
	}
	if !removed {
		return nil
	}
	if err := p.q.fs.SyncDir(p.dir); err != nil {
		return fmt.Errorf("cannot make the trim of partition %d durable: %w", p.number, err)
	}
	return nil
}

// onlyKept reports whether all records of a segment are in the store, and another one remembers the end; under mu.
func (p *partition) onlyKept(i int) bool {
	return i+1 < len(p.segments) && p.segments[i+1].base <= p.stored
}

func (p *partition) stats() queue.PartitionStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := queue.PartitionStats{
		Partition: p.number,
		Oldest:    p.oldest(),
		Stored:    max(p.stored, p.oldest()),
		End:       p.end,
		Damaged:   p.damaged.Load(),
	}
	s.Bytes = p.held()
	return s
}
