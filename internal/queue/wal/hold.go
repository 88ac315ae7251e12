package wal

import (
	"fmt"
	"path/filepath"
)

// Hold runs f while no file of the queue is removed; records are taken meanwhile.
func (q *Queue) Hold(f func() error) error {
	for _, p := range q.partitions {
		p.trimMu.Lock()
		defer p.trimMu.Unlock()
	}
	return f()
}

// HeldFile is a file of the queue with the bytes of it that count.
type HeldFile struct {
	Name string // below the folder of the queue
	Size int64
}

// Files lists the files of the queue as they are now: every record that was acknowledged and is not in the store is in
// the first Size bytes of them. Within Hold they stay. Files that are only kept are left out.
func (q *Queue) Files() ([]HeldFile, error) {
	info, err := q.fs.Stat(filepath.Join(q.dir, identityFile))
	if err != nil {
		return nil, fmt.Errorf("cannot list the files of the queue: %w", err)
	}
	list := []HeldFile{{Name: identityFile, Size: info.Size()}}
	for _, p := range q.partitions {
		p.mu.Lock()
		for i, s := range p.segments {
			if p.onlyKept(i) {
				continue
			}
			list = append(list, HeldFile{Name: filepath.Join(filepath.Base(p.dir), filepath.Base(s.path)), Size: s.bytes})
		}
		p.mu.Unlock()
	}
	return list, nil
}
