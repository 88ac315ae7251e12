package logs

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Cursor is a place in the stream of all records: for each partition the offset of the first record behind it.
// Offsets count within one queue.
type Cursor struct {
	Queue   string
	Offsets map[int]int64 // by partition; one that is missing is at its beginning
}

// IsZero reports whether the cursor is unset.
func (c Cursor) IsZero() bool { return c.Queue == "" }

// String writes the cursor for ParseCursor: "queue:partition.offset,partition.offset".
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	partitions := make([]int, 0, len(c.Offsets))
	for p := range c.Offsets {
		partitions = append(partitions, p)
	}
	slices.Sort(partitions)
	var b strings.Builder
	b.WriteString(c.Queue)
	for i, p := range partitions {
		b.WriteByte(":,"[min(i, 1)])
		b.WriteString(strconv.Itoa(p))
		b.WriteByte('.')
		b.WriteString(strconv.FormatInt(c.Offsets[p], 10))
	}
	return b.String()
}

var errCursor = errors.New("not a cursor")

// ParseCursor reads what String wrote; "" is the zero cursor.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	queue, rest, _ := strings.Cut(text, ":")
	c := Cursor{Queue: queue, Offsets: map[int]int64{}}
	if queue == "" {
		return Cursor{}, fmt.Errorf("%q is %w", text, errCursor)
	}
	for pair := range strings.SplitSeq(rest, ",") {
		if rest == "" {
			break
		}
		p, offset, _ := strings.Cut(pair, ".")
		partition, err := strconv.Atoi(p)
		if err != nil || partition < 0 {
			return Cursor{}, fmt.Errorf("%q is %w", text, errCursor)
		}
		if c.Offsets[partition], err = strconv.ParseInt(offset, 10, 64); err != nil {
			return Cursor{}, fmt.Errorf("%q is %w", text, errCursor)
		}
	}
	return c, nil
}

// clone returns a cursor that shares nothing.
func (c Cursor) clone() Cursor {
	offsets := make(map[int]int64, len(c.Offsets))
	for p, o := range c.Offsets {
		offsets[p] = o
	}
	return Cursor{Queue: c.Queue, Offsets: offsets}
}

// furthest returns for each partition the higher of two offsets.
func (c Cursor) furthest(other Cursor) Cursor {
	c = c.clone()
	for partition, offset := range other.Offsets {
		c.Offsets[partition] = max(c.Offsets[partition], offset)
	}
	return c
}

// cursorLocked returns the place behind all published rows; the lock is held.
func (s *Store) cursorLocked() Cursor {
	c := Cursor{Queue: s.opts.Queue, Offsets: make(map[int]int64, len(s.writers))}
	for p, w := range s.writers {
		c.Offsets[p] = w.visible
	}
	return c
}
