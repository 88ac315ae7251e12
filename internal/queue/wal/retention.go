package wal

import (
	"math"
	"time"
)

// trimEvery is how often records that are only kept are looked at when none are stored.
const trimEvery = time.Minute

// Retention says for how long records stay that are in the store already, in whole segments: until the first bound is
// reached. The zero value keeps none. What is not stored always stays, and what is only kept goes first when an append
// needs its room.
type Retention struct {
	Age   time.Duration // since the append of a segment's last record; below 0 for ever
	Bytes int64         // of each partition's files; below 0 for no bound
}

// expired reports whether retention lets go of the first segment; under mu.
func (p *partition) expired() bool {
	r := p.q.retention
	switch {
	case r.Age == 0, r.Bytes == 0, p.segments[0].base < p.unkept:
		return true
	case r.Age > 0 && p.q.now().UnixNano()-p.segments[1].began > int64(r.Age):
		return true
	default:
		return r.Bytes > 0 && p.held() > r.Bytes
	}
}

// keepNone lets retention keep no segment with records below an offset, and reports whether there is one.
func (p *partition) keepNone(below int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unkept = max(p.unkept, below)
	return p.oldest() < p.unkept
}

// held is the size of all segments; under mu.
func (p *partition) held() (bytes int64) {
	for _, s := range p.segments {
		bytes += s.bytes
	}
	return bytes
}

// kept is the size of the segments whose records are all in the store.
func (p *partition) kept() (bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range p.segments {
		if p.onlyKept(i) {
			bytes += s.bytes
		}
	}
	return bytes
}

// fits asks again whether an append fits each time that the oldest segment which is only kept was given up for it. An
// append waits here while a backup holds the files.
func (q *Queue) fits(ask func() bool) bool {
	q.dropMu.Lock()
	defer q.dropMu.Unlock()
	for !ask() {
		if !q.dropKept() {
			return false
		}
	}
	return true
}

// dropKept gives up the oldest segment that is only kept; it is false when there is none, or when it cannot be removed.
func (q *Queue) dropKept() bool {
	var first *partition
	oldest := int64(math.MaxInt64)
	for _, p := range q.partitions {
		p.mu.Lock()
		if p.onlyKept(0) && p.segments[0].began < oldest {
			first, oldest = p, p.segments[0].began
		}
		p.mu.Unlock()
	}
	if first == nil {
		return false
	}
	asked := false
	err := first.drop(func() bool {
		again := asked
		asked = true
		return !again
	})
	if err != nil {
		first.log.Warn("cannot give records up that were only kept", "error", err)
	}
	return err == nil
}

// StoredBelow tells a queue that was just opened what the store has, by partition, so that records which are only kept do
// not count as waiting until their partition is read. Nothing is trimmed where an offset lies behind the end: the folder is
// older than the store, which Reader.From tells.
func (q *Queue) StoredBelow(offsets map[int]int64) error {
	for _, p := range q.partitions {
		if _, end := p.bounds(); offsets[p.number] > end {
			continue
		}
		if err := p.setStored(offsets[p.number]); err != nil {
			return err
		}
	}
	return nil
}
