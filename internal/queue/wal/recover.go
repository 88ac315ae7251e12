package wal

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/haetae/haetae/internal/vfs"
)

// open finds the partition's segments and where the next record goes.
//
// All segments but the last end where the next one begins, by their names; they are read when a reader comes
// to them. The last one is read now: it may end in what a crash left of the group that was being written. It
// is synced before anything of it counts, because after a kill (not a power loss) its last frames may still
// be in the page cache only, and a reader must never see a record that a power loss takes back. (A sync that
// failed is not repaired by this one; that is why recoverFile cuts such a group off at once.)
func (p *partition) open() error {
	if err := vfs.MkdirDurable(p.q.fs, p.dir); err != nil {
		return err
	}
	if err := p.list(); err != nil {
		return err
	}
	if err := p.q.fs.SyncDir(p.dir); err != nil {
		return err
	}
	if len(p.segments) == 0 {
		return nil
	}
	last := p.segments[len(p.segments)-1]
	if err := p.openLast(last); err != nil {
		return fmt.Errorf("segment %q: %w", last.path, err)
	}
	p.end, p.stored = last.end, p.segments[0].base
	for _, s := range p.segments {
		p.q.disk.Add(s.bytes)
	}
	return nil
}

func (p *partition) list() error {
	names, err := p.q.fs.List(p.dir)
	if err != nil {
		return err
	}
	for _, name := range names { // sorted, so by base
		path := filepath.Join(p.dir, name)
		if strings.HasSuffix(name, segmentSuffix+tmpSuffix) {
			if err := p.q.fs.Remove(path); err != nil {
				return fmt.Errorf("cannot remove the rest of a segment: %w", err)
			}
			continue
		}
		base, ok := segmentBase(name)
		if !ok {
			p.log.Warn("a file in the queue's folder is not the queue's", "file", path)
			continue
		}
		info, err := p.q.fs.Stat(path)
		if err != nil {
			return err
		}
		if n := len(p.segments); n > 0 {
			p.segments[n-1].end = base
		}
		p.segments = append(p.segments, &segment{base: base, end: base, bytes: info.Size(), path: path})
	}
	return nil
}

// openLast opens the last segment for append, cuts off a torn tail and syncs what counts.
func (p *partition) openLast(s *segment) error {
	file, err := p.q.fs.OpenAppend(s.path)
	if err != nil {
		return err
	}
	p.file, p.active = file, s
	sc := &scanner{key: p.q.key}
	sc.reset(file)
	t, err := findTail(sc, s.base, s.bytes)
	if err != nil {
		return err
	}
	if t.keep < s.bytes {
		p.log.Warn("cut off the torn end of the queue, which was not acknowledged",
			"segment", s.path, "at", t.keep, "bytes", s.bytes-t.keep)
		if err := p.q.fs.Truncate(s.path, t.keep); err != nil {
			return fmt.Errorf("cannot cut the torn end off: %w", err)
		}
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("cannot sync: %w", err)
	}
	s.bytes, s.end = t.keep, t.end
	return nil
}
