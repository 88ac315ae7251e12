package files

import (
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"syscall"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// file is one content on its way into the queue, with the file that holds it while there is one.
type file struct {
	position

	path    string    // where the file is now
	size    int64     // when last looked at; unknownSize for a gzip file until its end was found
	mtime   time.Time // when last looked at
	changed time.Time // when it was last seen to have grown
	rotated bool      // it is no longer where the content was found
	gone    bool      // no name leads to it any more, only handle
	after   *file     // read only when this one was read to its end, to keep the order of a stream

	handle content
	use    *list.Element // place in the list of open files

	next    int64     // where the next turn reads; not before Pos
	sent    uint64    // sequence number of the last record given to the batch
	seen    int64     // size up to which there is nothing new to find
	scan    int64     // above next: no line feed lies between next and here
	hole    bool      // only NULs lie between next and scan
	held    int64     // above next: lines up to here wait for what may follow
	waiting bool      // among them pieces of a line that is not complete
	broken  bool      // a gzip file whose end is lost
	failed  bool      // it could not be read in this step
	paused  time.Time // its source is over its quota until then; zero when it is not

	lineBytes int // length of the line at next, when it is known to be long

	inBatch        bool
	records, bytes int // in the batch

	dirty  bool // position differs from the stored one
	stream []model.Field
	fields [streamCount][]model.Field
}

const unknownSize = math.MaxInt64

func (f *file) live() bool { return f.Ended == 0 }

// ready reports whether a turn may find something.
func (f *file) ready() bool {
	if f.Ended != 0 || f.Passed || f.failed || !f.paused.IsZero() {
		return false
	}
	// The older content must have nothing that could still be sent; after an error it has again. When it has
	// ended, the next search may find where it goes on.
	if g := f.after; g != nil && (!g.live() || !g.Passed && (g.seen < g.size || max(g.held, g.Cut) > g.next)) {
		return false
	}
	return f.Cut > f.next || f.size > f.seen && f.size >= f.next
}

// rewind forgets what was read but not taken by the queue.
func (f *file) rewind() {
	f.next, f.sent = f.Pos, f.Sent
	f.seen, f.scan, f.hole, f.held, f.lineBytes = -1, 0, false, 0, 0
	f.records, f.bytes = 0, 0
}

// inodeOf identifies the file that info describes.
func inodeOf(info fs.FileInfo) inode {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return inode{}
	}
	return inode{Dev: uint64(st.Dev), Ino: st.Ino}
}

// errMoved means that another file is where one was expected.
var errMoved = errors.New("the file has moved")

// openFiles bounds how many files are open; those that were used last stay.
type openFiles struct {
	max  int
	list list.List // of *file, the last used in front
}

// content returns the open content of f.
func (o *openFiles) content(f *file) (content, error) {
	if f.handle != nil {
		o.list.MoveToFront(f.use)
		return f.handle, nil
	}
	c, id, err := openContent(f.path, f.Gzip, f.broken)
	if err != nil {
		return nil, err
	}
	if id != f.Inode {
		_ = c.Close() // nothing was written
		return nil, errMoved
	}
	for e := o.list.Back(); e != nil && o.list.Len() >= o.max; {
		old := e
		e = e.Prev()
		if g := old.Value.(*file); !g.gone { // a file without a name could not be opened again
			o.close(g)
		}
	}
	f.handle, f.use = c, o.list.PushFront(f)
	return c, nil
}

func (o *openFiles) close(f *file) {
	if f.handle == nil {
		return
	}
	_ = f.handle.Close() // opened for reading only
	o.list.Remove(f.use)
	f.handle, f.use = nil, nil
}

func (o *openFiles) closeAll() {
	for e := o.list.Front(); e != nil; e = o.list.Front() {
		o.close(e.Value.(*file))
	}
}

// openContent opens a regular file without waiting for anything.
func openContent(path string, gzipped, broken bool) (content, inode, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, inode{}, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is not a regular file", path)
	}
	if err != nil {
		_ = f.Close()
		return nil, inode{}, err
	}
	if !gzipped {
		return f, inodeOf(info), nil
	}
	g, err := openGzip(f, broken)
	if err != nil {
		_ = f.Close()
		return nil, inode{}, err
	}
	return g, inodeOf(info), nil
}
