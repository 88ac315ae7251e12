package wal

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/haetae/haetae/internal/vfs"
)

// open finds the partition's segments and where the next record goes.
//
// All segments but the last end where the next one begins, by their names; they are read when a reader comes
// to them. The last one is read now: it may end in what a crash left of the group that was being written.
//
// That group is written anew before anything of it counts, because a reader must never see a record that a
// power loss takes back. After a kill it may be in the page cache only. A sync of the same file would do, had
// not one failed before the kill: the pages then count as clean though they are on no disk.
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
	p.end, p.stored = p.active.end, p.segments[0].base
	for _, s := range p.segments {
		p.q.disk.Add(s.bytes)
		s.began = p.beginning(s)
	}
	return nil
}

// beginning reads when a segment's first record was appended. A segment that does not say it begins now: what lies
// before it is then kept for longer than retention asks, not for less.
func (p *partition) beginning(s *segment) int64 {
	now := p.q.now().UnixNano()
	if p.q.retention == (Retention{}) || s.bytes < headerBytes {
		return now
	}
	file, err := p.q.fs.Open(s.path)
	if err != nil {
		return now
	}
	defer file.Close() // it is only read
	head := make([]byte, headerBytes)
	if _, err := file.ReadAt(head, 0); err != nil {
		return now
	}
	h, err := parseHeader(head, p.q.key)
	if err != nil {
		return now
	}
	return h.time
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

// openLast cuts off a torn tail, makes the last group durable, and opens the segment that it is in for append.
func (p *partition) openLast(s *segment) error {
	file, err := p.q.fs.Open(s.path)
	if err != nil {
		return err
	}
	defer file.Close() // it is only read
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
	s.bytes, s.end = t.keep, t.end
	if t.keep > 0 {
		err := p.renew(s, file, t)
		if err == nil || !errors.Is(err, syscall.ENOSPC) {
			return err
		}
		p.log.Warn("no room to write the last records of the queue anew, syncing them where they are", "segment", s.path)
	}
	return p.resume(s)
}

// renew writes the last group into a segment of its own, which hides it in s.
func (p *partition) renew(s *segment, from vfs.File, t tail) error {
	last := &segment{base: t.groupBase, end: t.end, bytes: t.keep - t.group, path: segmentPath(p.dir, t.groupBase)}
	tmp := last.path + tmpSuffix // list has removed an old one
	file, err := p.q.fs.Create(tmp)
	if err != nil {
		return fmt.Errorf("cannot write the last group anew: %w", err)
	}
	_, err = io.Copy(file, io.NewSectionReader(from, t.group, last.bytes))
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		_ = p.q.fs.Remove(tmp) // else the next start removes it
		return fmt.Errorf("cannot write the last group anew: %w", err)
	}
	if err := p.q.fs.Rename(tmp, last.path); err != nil {
		return fmt.Errorf("cannot write the last group anew: %w", err)
	}
	if err := p.q.fs.SyncDir(p.dir); err != nil {
		return fmt.Errorf("cannot make the last group durable: %w", err)
	}
	if last.base == s.base {
		p.segments[len(p.segments)-1] = last
		return p.resume(last)
	}
	s.end = last.base
	p.segments = append(p.segments, last)
	if err := p.q.fs.Truncate(s.path, t.group); err == nil { // else only its room is lost
		s.bytes = t.group
	}
	return p.resume(last)
}

// resume opens the last segment for append.
func (p *partition) resume(s *segment) error {
	file, err := p.q.fs.OpenAppend(s.path)
	if err != nil {
		return err
	}
	p.file, p.active = file, s
	if err := file.Sync(); err != nil {
		return fmt.Errorf("cannot sync: %w", err)
	}
	return nil
}
