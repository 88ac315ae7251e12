package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// appendWide appends a record that makes a block of its own, with a header of about that size.
func appendWide(w *Writer, headerBytes int) {
	r := plainRecord(0, fmt.Sprint("wide ", w.Offset()))
	const nameSize = 4 << 10
	for i := range max(blockColumns, headerBytes/nameSize) {
		name := fmt.Sprintf("%d-%d-", w.Offset(), i)
		r.Fields = append(r.Fields, model.Field{Name: name + strings.Repeat("n", nameSize-len(name)), Value: "1"})
	}
	w.Append(w.Offset(), r)
}

// footers returns the size of the footer of each segment.
func footers(t *testing.T, s *Store) (sizes []int) {
	t.Helper()
	for _, seg := range s.listed() {
		file, err := s.files.acquire(seg.ID)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, file.Footer)
		s.files.release(seg.ID)
	}
	return sizes
}

// Records with many long names must not make a segment whose footer is too large to be read: a checkpoint makes
// several segments of them.
func TestCheckpointBoundsFooters(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Memory = 512 << 20 })
	w := f.writer(t, 0, 1)
	for range 5 {
		appendWide(w, 7<<20)
	}
	checkpoint(t, w)
	sizes := footers(t, f.Store)
	if len(sizes) != 3 {
		t.Errorf("footers of %d bytes, want three segments", sizes)
	}
	for _, size := range sizes {
		if size > maxFooter {
			t.Errorf("a footer of %d bytes, want at most %d", size, maxFooter)
		}
	}
	if n := count(t, f.Store, Search{}); n != 5 {
		t.Errorf("%d rows, want 5", n)
	}
}

// Joining takes fewer segments rather than make a footer that is too large, and ends.
func TestJoinBoundsFooters(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *Options) { o.Memory = 512 << 20 })
	w := f.writer(t, 0, 1)
	for i := range 9 {
		if i == 4 {
			appendWide(w, maxFooter/2+1<<20)
		} else {
			appendWide(w, 5<<20)
		}
		checkpoint(t, w)
	}
	f.now = f.now.Add(48 * time.Hour)
	joinAll(t, f.Store)
	sizes := footers(t, f.Store)
	if len(sizes) < 4 || len(sizes) > 6 {
		t.Errorf("footers of %d bytes, want the nine segments to be four to six", sizes)
	}
	for _, size := range sizes {
		if size > maxFooter {
			t.Errorf("a footer of %d bytes, want at most %d", size, maxFooter)
		}
	}
	if n := count(t, f.Store, Search{}); n != 9 {
		t.Errorf("%d rows, want 9", n)
	}
}
