package logs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// candidate is a segment that may be joined with others of the same key and slot.
type candidate struct {
	store.Segment
	slot time.Duration // how long the slots of receipt are within which it joins; 0 for the whole day
}

// candidates lists the segments that may be joined; those with known damage or with large footers are left
// as they are.
func (s *Store) candidates() []candidate {
	retention := s.retention.Load()
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]candidate, 0, len(s.segments))
	for _, ref := range s.segments {
		if s.damaged[ref.ID] == "" && !ref.full {
			c := candidate{Segment: ref.Segment}
			if ref.MaxReceived != 0 {
				c.slot = joinSlot(retention.age(ref.Dataset, ref.Class))
			}
			list = append(list, c)
		}
	}
	return list
}

// joinSlot returns how long the slots of receipt are within which segments join that are kept for an age: a joined
// segment goes when its last row does, so that a short age would be far exceeded if whole days were joined.
func joinSlot(age time.Duration) time.Duration {
	const (
		short = 48 * time.Hour
		parts = 8
	)
	if age == 0 || age > short {
		return 0
	}
	return max(age/parts, time.Minute)
}

// slotStart returns when the slot began in which the last row was received, in ns since the epoch.
func (c *candidate) slotStart() int64 {
	if c.slot == 0 {
		return 0
	}
	return c.MaxReceived - c.MaxReceived%int64(c.slot)
}

// complete reports whether nothing more is received in the slot or on the day of the segment.
func (c *candidate) complete(now time.Time) bool {
	if c.Received < now.UTC().Format(dayForm) {
		return true
	}
	return c.slot != 0 && c.slotStart()+int64(c.slot) <= now.UnixNano()
}

func (c *candidate) compare(o *candidate) int {
	return cmp.Or(compareKeys(keyOf(c.Segment), keyOf(o.Segment)), cmp.Compare(c.slotStart(), o.slotStart()))
}

func keyOf(seg store.Segment) segment.Key {
	return segment.Key{Dataset: seg.Dataset, Day: seg.Day, Received: seg.Received, Class: seg.Class}
}

// joinable chooses the segments to join: of one key and slot, the smallest first, so that a row is not written
// over and over. What was received before today or in an earlier slot does not grow any more, so that two are enough.
func joinable(segments []candidate, now time.Time) []candidate {
	segments = slices.DeleteFunc(segments, func(c candidate) bool { return c.Bytes > joinedBytes/2 })
	slices.SortFunc(segments, func(a, b candidate) int {
		return cmp.Or(a.compare(&b), cmp.Compare(a.Bytes, b.Bytes), strings.Compare(a.ID, b.ID))
	})
	for len(segments) > 0 {
		n := slices.IndexFunc(segments, func(c candidate) bool { return c.compare(&segments[0]) != 0 })
		if n < 0 {
			n = len(segments)
		}
		if group := similar(segments[:n], segments[0].complete(now)); len(group) > 0 {
			return group
		}
		segments = segments[n:]
	}
	return nil
}

// similar returns the largest run of segments, sorted by size, in which none is much larger than all before it
// together: a row is then rewritten about log(number of segments) times.
func similar(segments []candidate, complete bool) []candidate {
	const much = 4
	least := joinAtLeast
	if complete {
		least = 2
	}
	size, n := int64(0), 0
	for _, seg := range segments {
		if n == joinAtMost || size+seg.Bytes > joinedBytes || n >= least && seg.Bytes > much*size {
			break
		}
		size += seg.Bytes
		n++
	}
	if n < least {
		return nil
	}
	return segments[:n]
}
