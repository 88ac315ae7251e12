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
