package wal

import (
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

// What was read is let go of, but not lost: a store that reads its position anew finds every record again.
func TestReadAgainBehindForgetting(t *testing.T) {
	q := open(t, Options{Dir: t.TempDir(), Partitions: 1, MinFree: 1})
	defer q.Close()
	b := &queue.Batch{}
	const records = 5000
	for range records { // several windows of the reader
		b.AddBytes([]byte(strings.Repeat("x", 1000)))
	}
	if err := q.Append(t.Context(), []*queue.Batch{b}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := queuetest.Read(t, q, 0, 0, records); len(got) != records {
			t.Fatalf("%d records, want %d", len(got), records)
		}
	}
	f, err := q.fs.Open(q.partitions[0].segments[0].path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &scanner{key: q.key, once: true}
	s.reset(f)
	for pos := int64(0); pos < records*1000; {
		fr, err := s.at(pos, q.partitions[0].segments[0].bytes)
		if err != nil {
			t.Fatal(err)
		}
		pos += fr.bytes()
	}
	if s.forgot < readBytes {
		t.Errorf("the scanner let go of %d bytes", s.forgot)
	}
}
