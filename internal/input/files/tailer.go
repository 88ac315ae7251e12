package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

const (
	scanInterval = 10 * time.Second       // between searches for new files, when nothing tells of them
	scanPause    = 200 * time.Millisecond // between searches that something asked for
	saveInterval = time.Second            // between writes of positions
	// rotatedQuiet is how long a rotated or removed file must be unchanged before its last line counts as
	// complete without a line feed: programs go on writing until they are told to open the new file.
	rotatedQuiet = 5 * time.Second
	// partialPatience times multiline.timeout is how long lines wait for the missing pieces of another.
	partialPatience = 10
)

// tailer reads files. All of it belongs to the goroutine that calls step.
type tailer struct {
	env   input.Env
	set   *Settings
	sel   selector
	rules rules
	host  string

	asm       assembler
	batch     batch
	turnBytes int
	maxWindow int
	head      [headBytes]byte

	files     []*file          // contents known, whether their file is there or not
	live      []*file          // those whose file is there
	byPath    map[string]*file // live ones by where they are, as of the last search
	open      openFiles
	forgotten []string // sources to delete from the state

	first    bool // nothing was known at start
	started  bool // the first search is over
	scanDue  bool
	mustSave bool
	scanned  time.Time
	polled   time.Time
	saved    time.Time
	retryAt  time.Time
	backoff  time.Duration
	cursor   int
	stepRead int
	last     int64 // number of the last mark source

	waiting    map[inode]time.Time // files that seem to be copies, since when
	complained map[string]bool

	stopping     atomic.Bool
	tracked, fds atomic.Int64 // for metrics
}

func newTailer(set *Settings, sel selector, r rules, host string, env input.Env) *tailer {
	maxLine := env.MaxLine
	if maxLine <= 0 {
		maxLine = 16 << 20
	}
	maxGroup := min(maxLine, 1<<20)
	t := &tailer{
		env: env, set: set, sel: sel, rules: r, host: host,
		turnBytes: turnBytes, maxWindow: maxLine + maxGroup + turnBytes,
		open: openFiles{max: set.MaxOpenFiles}, scanDue: true,
		waiting: map[inode]time.Time{}, complained: map[string]bool{},
	}
	t.asm = assembler{rules: &t.rules, maxLine: maxLine, maxGroup: maxGroup}
	size := env.MaxBatch
	if size <= 0 || size > 4<<20 {
		size = 4 << 20
	}
	t.batch.buf = make([]byte, 0, max(size, 64<<10))
	return t
}

func (t *tailer) stopped() bool { return t.stopping.Load() }

// step looks at the files, reads what is new, and returns how long to wait before the next step.
func (t *tailer) step(ctx context.Context) time.Duration {
	now := t.env.Now()
	if wait := t.retryAt.Sub(now); wait > 0 {
		return wait
	}
	if sinceScan := now.Sub(t.scanned); t.scanDue && sinceScan >= scanPause || sinceScan >= scanInterval {
		t.discover(now)
		t.refresh(now)
	} else if now.Sub(t.polled) >= time.Duration(t.set.PollInterval) {
		t.refresh(now)
	}
	more := false
	resume := t.unpause(now)
	err := t.saveSometimes(ctx, now)
	if err == nil {
		more, err = t.read(ctx)
	}
	t.dropEnded()
	t.tracked.Store(int64(len(t.live)))
	t.fds.Store(int64(t.open.list.Len()))
	switch {
	case errors.Is(err, model.ErrStopping), ctx.Err() != nil:
		return time.Second
	case t.pause(err, now):
		return 0 // the other files go on
	case err != nil:
		wait := t.retryAfter(err)
		t.retryAt = now.Add(wait)
		var busy *model.BusyError
		if !errors.As(err, &busy) {
			t.env.Log.Error("cannot pass lines on, will try again", "after", wait, "error", err)
		}
		return wait
	}
	t.backoff = 0
	next := t.polled.Add(time.Duration(t.set.PollInterval))
	if deadline := t.endByTime(now); !deadline.IsZero() && deadline.Before(next) {
		next = deadline
	}
	if !resume.IsZero() && resume.Before(next) {
		next = resume
	}
	if more || t.mustSave {
		return 0
	}
	if due := t.scanned.Add(scanPause); t.scanDue && due.Before(next) {
		next = due
	}
	return max(next.Sub(now), 0)
}

// saveFirst stores the positions when something in them must be durable before the next record is sent.
func (t *tailer) saveFirst(ctx context.Context) error {
	if !t.mustSave {
		return nil
	}
	return t.save(ctx)
}

// saveSometimes stores positions that changed a while ago; a crash before costs only reading again.
func (t *tailer) saveSometimes(ctx context.Context, now time.Time) error {
	if now.Sub(t.saved) < saveInterval {
		return nil
	}
	if len(t.forgotten) > 0 || slices.ContainsFunc(t.files, func(f *file) bool { return f.dirty }) {
		return t.save(ctx)
	}
	t.saved = now
	return nil
}

// refresh looks at the size of all live files.
func (t *tailer) refresh(now time.Time) {
	t.polled = now
	for _, f := range t.live {
		t.look(f, now)
	}
	t.dropEnded()
}

// lookAt looks at the size of the file at path. It returns false when no file is known there.
func (t *tailer) lookAt(path string, now time.Time) bool {
	f := t.byPath[path]
	if f == nil || f.Ended != 0 {
		return false
	}
	t.look(f, now)
	return true
}

func (t *tailer) look(f *file, now time.Time) {
	if f.Ended != 0 || f.Passed {
		return
	}
	info, err := t.stat(f)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errMoved) {
			t.complain(f.path, err)
		}
		t.scanDue = true
		return
	}
	size := info.Size()
	if f.Gzip {
		if !info.ModTime().Equal(f.mtime) {
			f.mtime, f.changed = info.ModTime(), now
			t.open.close(f)
			f.size, f.seen = unknownSize, -1
		} else if f.seen == unknownSize && !f.broken && now.Sub(f.mtime) >= damagedQuiet {
			f.seen = -1 // it was not complete, and does not become so
		}
		return
	}
	switch {
	case size < f.Pos || size < int64(f.Head.Len):
		t.truncated(f)
	case size != f.size:
		f.size, f.changed = size, now
	case !info.ModTime().Equal(f.mtime):
		f.seen = min(f.seen, size-1) // written anew at the same size? The beginning will tell.
	}
	f.mtime = info.ModTime()
}

// stat describes the file that f stands for, even when no name leads to it any more.
func (t *tailer) stat(f *file) (fs.FileInfo, error) {
	if f.gone {
		switch h := f.handle.(type) {
		case *os.File:
			return h.Stat()
		case *gzipContent:
			return h.file.Stat()
		}
		return nil, fs.ErrNotExist
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, err
	}
	if inodeOf(info) != f.Inode {
		return nil, errMoved
	}
	return info, nil
}

// endByTime ends records that waited long enough, and contents whose file is gone. It returns when it should
// be called again.
func (t *tailer) endByTime(now time.Time) (next time.Time) {
	due := func(f *file, after time.Duration) bool {
		at := f.changed.Add(after)
		if !at.After(now) {
			return true
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
		return false
	}
	for _, f := range t.live {
		if f.Passed || f.seen < f.size || f.size == unknownSize || f.Cut > f.next {
			continue
		}
		if f.Gzip && f.next < f.size { // nothing will follow
			t.cut(f, f.size)
			continue
		}
		if f.held > f.next {
			patience := t.rules.timeout
			if f.waiting {
				patience *= partialPatience
			}
			if due(f, patience) {
				t.cut(f, f.held)
			}
			continue
		}
		switch {
		case f.Gzip && f.next >= f.size:
			f.Passed, f.dirty = true, true
			t.open.close(f)
		case !f.rotated && !f.gone:
		case f.next < f.size:
			if due(f, rotatedQuiet) {
				t.cut(f, f.size)
			}
		case f.gone && due(f, rotatedQuiet):
			t.end(f)
		case f.handle != nil && due(f, rotatedQuiet):
			t.open.close(f) // opened again when it grows
		}
	}
	t.dropEnded()
	return next
}

// truncated ends a content whose file holds something else now.
func (t *tailer) truncated(f *file) {
	t.end(f)
	f.Inode = inode{}
}

// end closes a content whose file is gone.
func (t *tailer) end(f *file) {
	t.open.close(f)
	f.Ended, f.dirty = t.env.Now().UnixNano(), true
	t.scanDue = true
}

func (t *tailer) dropEnded() {
	t.live = slices.DeleteFunc(t.live, func(f *file) bool { return f.Ended != 0 })
}

// add makes a content known.
func (t *tailer) add(f *file) {
	f.seen = -1
	f.changed = t.env.Now()
	if f.Gzip {
		f.size = unknownSize
	}
	t.describe(f)
	t.files = append(t.files, f)
	if f.live() {
		t.live = append(t.live, f)
	}
}

// complain says once of each path that it cannot be read.
func (t *tailer) complain(path string, err error) {
	if t.complained[path] || len(t.complained) > 10_000 {
		return
	}
	t.complained[path] = true
	t.env.Sources.Rejected(t.env.Name, path, "cannot be read", 1, "", t.env.Now())
	t.env.Log.Warn("cannot read a file", "path", path, "error", err)
}

// finish stores the positions and closes the files.
func (t *tailer) finish(ctx context.Context) error {
	defer t.open.closeAll()
	return t.save(ctx)
}
