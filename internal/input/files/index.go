package files

import "path/filepath"

// contents finds the known content that a file holds, by its name and its first bytes.
type contents struct {
	byPath   map[string][]*file // where the content was first found
	byFamily map[string][]*file // folder and name without numbers
	byInode  map[inode]*file    // contents whose file was gone
}

func (t *tailer) index() contents {
	x := contents{byPath: map[string][]*file{}, byFamily: map[string][]*file{}, byInode: map[inode]*file{}}
	for _, f := range t.files {
		x.add(f)
	}
	return x
}

func (x *contents) add(f *file) {
	x.byPath[f.Path] = append(x.byPath[f.Path], f)
	key := familyPath(f.Path)
	x.byFamily[key] = append(x.byFamily[key], f)
	if f.Ended != 0 && f.Inode != (inode{}) {
		x.byInode[f.Inode] = f
	}
}

func familyPath(path string) string {
	dir, base := filepath.Split(path)
	return dir + family(base)
}

// find returns the content that c holds, or nil. A plain file must be named like a rotation of where the
// content was found; app-1.log and app-2.log are two programs, not one. A gzip file may be a rotation of a
// rotation. A file that was gone and is back is known by its inode, if its beginning leaves no doubt.
func (x *contents) find(c candidate, head []byte) *file {
	if f := x.byInode[c.inode]; f != nil && f.Gzip == c.gzip && f.Head.Len == headBytes && f.Head.matches(head) {
		return f
	}
	if c.gzip {
		return longestMatch(x.byFamily[familyPath(c.path)], c, head)
	}
	dir, name := filepath.Split(c.path)
	for {
		next, ok := cutNumber(name)
		if !ok {
			return nil
		}
		name = next
		if f := longestMatch(x.byPath[dir+name], c, head); f != nil {
			return f
		}
	}
}

// longestMatch prefers the content that is known by more bytes: a file that has just begun may begin like many.
func longestMatch(files []*file, c candidate, head []byte) *file {
	var best *file
	for _, f := range files {
		if f.Inode == c.inode && f.Ended == 0 || f.Head.Len == 0 || !f.Head.matches(head) {
			continue
		}
		if best == nil || f.Head.Len > best.Head.Len || f.Head.Len == best.Head.Len && f.Ended > best.Ended {
			best = f
		}
	}
	return best
}
