package logs

import (
	"cmp"
	"slices"
)

// Progress says how far searches see into one partition.
type Progress struct {
	Partition int
	Visible   int64 // records below this offset are searched
	Received  int64 // when the last of them was received, ns since the epoch; 0 when none was since the writer began
}

// Progress returns that of every partition with a writer, by partition.
func (s *Store) Progress() []Progress {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]Progress, 0, len(s.writers))
	for p, w := range s.writers {
		list = append(list, Progress{Partition: p, Visible: w.visible, Received: w.received})
	}
	slices.SortFunc(list, func(a, b Progress) int { return cmp.Compare(a.Partition, b.Partition) })
	return list
}

// Memory returns the bound of rows and blocks that are not in a segment yet.
func (s *Store) Memory() int64 { return s.opts.Memory }

// FooterMemory returns the memory of the segments that are kept open for the next search, and its bound.
func (s *Store) FooterMemory() (used, bound int64) {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	return int64(s.files.memory), keptFooterBytes
}

// TailMemory returns the bytes of rows that wait for readers of tails, and their bound.
func (s *Store) TailMemory() (used, bound int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for t := range s.tails {
		t.mu.Lock()
		used += t.bytes
		t.mu.Unlock()
	}
	return used, tailsBytes
}
