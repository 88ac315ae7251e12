package files

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// heirWindow is how long the rest of an ended content is looked for under rotated names that the settings
	// do not cover.
	heirWindow = time.Minute
	// copyWindow is how long a file waits that begins like another: a copy that precedes truncation.
	copyWindow = time.Minute
	// rememberEnded and maxEnded bound how long ended contents are known, so that their compressed files are
	// not read again.
	rememberEnded = 35 * 24 * time.Hour
	maxEnded      = 50_000
)

// candidate is a file that no live content has.
type candidate struct {
	path    string
	inode   inode
	mtime   time.Time
	size    int64
	gzip    bool
	covered bool // by the settings; others only continue an ended content
}

// search is what one look at the folders found.
type search struct {
	now     time.Time
	seen    map[inode]candidate
	at      map[string]inode
	folders map[string][]fs.DirEntry
}

// discover finds new files, follows the known ones to where rotation moved them, and ends those that are gone.
func (t *tailer) discover(now time.Time) {
	t.scanDue, t.scanned = false, now
	s := search{now: now, seen: map[inode]candidate{}, at: map[string]inode{}, folders: map[string][]fs.DirEntry{}}
	t.sel.find(func(path string) { t.see(&s, path, true) })
	for _, f := range t.live {
		t.locate(&s, f)
	}
	t.dropEnded()
	for _, f := range t.files {
		if f.Ended != 0 && now.Sub(time.Unix(0, f.Ended)) < heirWindow {
			for _, name := range s.rotations(f.Path) {
				t.see(&s, name, false)
			}
		}
	}
	for _, f := range t.live {
		delete(s.seen, f.Inode)
	}
	t.adoptAll(&s, now)
	t.forget(now)
	t.byPath = make(map[string]*file, len(t.live))
	previous := make(map[string]*file, len(t.live))
	for _, f := range t.files { // in the order in which they were found
		if !f.live() {
			continue
		}
		t.byPath[f.path] = f
		f.after, previous[f.Path] = previous[f.Path], f
	}
	t.first, t.started = false, true
}

// see notes the regular file at path. A symbolic link counts as what it points to.
func (t *tailer) see(s *search, path string, covered bool) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err != nil || t.sel.excluded(path) {
			return
		}
		info, err = os.Stat(path)
	}
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	id := inodeOf(info)
	s.at[path] = id
	if _, ok := s.seen[id]; !ok {
		s.seen[id] = candidate{
			path: path, inode: id, mtime: info.ModTime(), size: info.Size(),
			gzip: strings.HasSuffix(path, gzipSuffix), covered: covered,
		}
	}
}

// rotations returns the paths of files that rotation may have made of the one at path.
func (s *search) rotations(path string) []string {
	dir, base := filepath.Split(path)
	entries, ok := s.folders[dir]
	if !ok {
		entries, _ = os.ReadDir(dir) // a folder that is gone or closed has no rotations to find
		s.folders[dir] = entries
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && rotatedFrom(e.Name(), base) {
			out = append(out, dir+e.Name())
		}
	}
	return out
}

// locate finds out where the file of a live content is now.
func (t *tailer) locate(s *search, f *file) {
	if f.gone {
		if c, ok := s.seen[f.Inode]; ok {
			f.path, f.gone, f.rotated = c.path, false, c.path != f.Path
		} else if f.handle == nil {
			t.end(f)
		}
		return
	}
	id, ok := s.at[f.path]
	if !ok {
		if info, err := os.Stat(f.path); err == nil {
			id = inodeOf(info)
		}
	}
	if id == f.Inode {
		f.rotated = f.path != f.Path
		return
	}
	path := s.seen[f.Inode].path
	if path == "" {
		for _, name := range s.rotations(f.Path) {
			if info, err := os.Stat(name); err == nil && inodeOf(info) == f.Inode {
				path = name
				break
			}
		}
	}
	switch {
	case path != "":
		t.env.Log.Debug("a file was moved", "from", f.path, "to", path)
		f.path, f.seen, f.changed = path, -1, s.now
		f.rotated = f.path != f.Path
	case f.handle != nil && !f.Passed:
		f.gone, f.changed = true, s.now
	default:
		t.end(f)
	}
}

// adoptAll decides for each new file what it is: the rest of a known content, a copy, or something new.
func (t *tailer) adoptAll(s *search, now time.Time) {
	if len(s.seen) == 0 {
		clear(t.waiting)
		return
	}
	news := make([]candidate, 0, len(s.seen))
	for _, c := range s.seen {
		news = append(news, c)
	}
	slices.SortFunc(news, func(a, b candidate) int { // older rotations first
		return cmp.Or(a.mtime.Compare(b.mtime), cmp.Compare(a.path, b.path))
	})
	known := t.index()
	waiting := map[inode]time.Time{}
	for _, c := range news {
		head, err := t.headOf(c)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errMoved) && !errors.Is(err, errDamaged) {
				t.complain(c.path, err)
			}
			continue
		}
		if len(head) == 0 {
			continue
		}
		f := known.find(c, head)
		switch {
		case f != nil && f.Ended != 0:
			t.takeOver(f, c)
		case f != nil && c.covered:
			// The same content lives elsewhere: a compression or a copy under way. When the other ends, this
			// file goes on where the other was read to. A plain file that stays is a file of its own.
			since, ok := t.waiting[c.inode]
			if !ok {
				since = now
			}
			if c.gzip || now.Sub(since) < copyWindow {
				waiting[c.inode] = since
				continue
			}
			fallthrough
		case c.covered:
			known.add(t.register(c, head, now))
		}
	}
	t.waiting = waiting
}

func (t *tailer) headOf(c candidate) ([]byte, error) {
	content, id, err := openContent(c.path, c.gzip, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	if id != c.inode {
		return nil, errMoved
	}
	return readHead(content, t.head[:])
}

// register makes a new content of a file.
func (t *tailer) register(c candidate, head []byte, now time.Time) *file {
	f := &file{path: c.path, mtime: c.mtime}
	f.position = position{
		Source: t.newSource(c.inode, now), Found: t.last, Path: c.path, Inode: c.inode, Head: fingerprintOf(head), Gzip: c.gzip,
	}
	switch t.set.Container {
	case containerAuto:
		f.Wrap = recognise(c.path, head)
	case containerDocker, containerCRI:
		f.Wrap = wrapping(t.set.Container)
	}
	old := now.Sub(c.mtime) > time.Duration(t.set.Since)
	if !t.started && (old || t.first && t.set.From == fromEnd) {
		f.Passed = c.gzip
		if !c.gzip {
			f.Pos = t.lastLineEnd(c)
		}
	}
	f.next = f.Pos
	t.add(f)
	f.dirty, t.mustSave = true, true
	return f
}

// lastLineEnd returns the offset behind the last line feed of a file.
func (t *tailer) lastLineEnd(c candidate) int64 {
	content, _, err := openContent(c.path, false, false)
	if err != nil {
		return 0
	}
	defer func() { _ = content.Close() }()
	buf := make([]byte, 4096)
	for end := c.size; end > 0; {
		start := max(0, end-int64(len(buf)))
		n, _ := content.ReadAt(buf[:end-start], start) // what cannot be read holds no line feed
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			return start + int64(i) + 1
		}
		end = start
	}
	return 0
}

// newSource returns a mark source that was never used.
func (t *tailer) newSource(id inode, now time.Time) string {
	t.last = max(t.last+1, now.UnixNano())
	return fmt.Sprintf("%s/%x:%x:%s", t.env.Name, id.Dev, id.Ino, strconv.FormatInt(t.last, 36))
}

// takeOver lets an ended content go on in the file c, which holds the same: a renamed, copied or packed one.
func (t *tailer) takeOver(f *file, c candidate) {
	t.env.Log.Debug("a content goes on in another file", "path", f.Path, "file", c.path, "position", f.Pos)
	f.Inode, f.path, f.Gzip, f.Ended = c.inode, c.path, c.gzip, 0
	f.gone, f.rotated, f.broken = false, true, false
	f.size, f.mtime, f.changed = c.size, c.mtime, t.env.Now()
	if c.gzip {
		f.size = unknownSize
	}
	f.rewind()
	f.dirty, t.mustSave = true, true
	t.live = append(t.live, f)
}

// forget drops contents that ended long ago.
func (t *tailer) forget(now time.Time) {
	ended := 0
	for _, f := range t.files {
		if f.Ended != 0 {
			ended++
		}
	}
	t.files = slices.DeleteFunc(t.files, func(f *file) bool { // the oldest come first
		if f.Ended == 0 || ended <= maxEnded && now.Sub(time.Unix(0, f.Ended)) < rememberEnded {
			return false
		}
		ended--
		t.forgotten = append(t.forgotten, f.Source)
		return true
	})
}
