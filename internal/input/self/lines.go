package self

import (
	"log/slog"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const (
	// maxPending bounds the bytes of lines that wait, and maxLines their number.
	maxPending = 1 << 20
	maxLines   = 4096
	// lineOverhead is the memory of a line besides its texts.
	lineOverhead = 256
)

// line is one line of the log.
type line struct {
	time     int64 // ns since the epoch
	severity model.Severity
	msg      string
	attrs    []attribute
	size     int
}

// lines holds what was logged and is not written yet.
type lines struct {
	level slog.Leveler
	some  chan struct{} // has a token when something waits

	mu      sync.Mutex
	waiting []line
	size    int
	dropped int
	closed  bool // nobody reads any more
}

func newLines(level slog.Leveler) *lines {
	return &lines{level: level, some: make(chan struct{}, 1)}
}

func (l *lines) enabled(level slog.Level) bool { return level >= l.level.Level() }

func (l *lines) add(h *Handler, r *slog.Record) {
	entry := line{time: r.Time.UnixNano(), severity: severity(r.Level), msg: r.Message}
	if r.Time.IsZero() {
		entry.time = time.Now().UnixNano()
	}
	entry.attrs = append(make([]attribute, 0, len(h.attrs)+r.NumAttrs()), h.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		entry.attrs = appendAttribute(entry.attrs, h.prefix, a)
		return true
	})
	entry.size = len(entry.msg) + lineOverhead
	for _, a := range entry.attrs {
		entry.size += len(a.name) + len(a.value)
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if l.size+entry.size > maxPending || len(l.waiting) >= maxLines {
		l.dropped++
		return
	}
	l.waiting = append(l.waiting, entry)
	l.size += entry.size
	select {
	case l.some <- struct{}{}:
	default:
	}
}

// take returns what waits and how many lines were dropped since the last call. The memory of into is reused.
func (l *lines) take(into []line) (taken []line, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken, dropped = l.waiting, l.dropped
	clear(into)
	l.waiting, l.size, l.dropped = into[:0], 0, 0
	return taken, dropped
}

// close lets go of everything that comes later.
func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// severity maps slog's levels, and those between them, down to the next word.
func severity(level slog.Level) model.Severity {
	switch {
	case level < slog.LevelDebug:
		return model.SeverityTrace
	case level < slog.LevelInfo:
		return model.SeverityDebug
	case level < slog.LevelWarn:
		return model.SeverityInfo
	case level < slog.LevelError:
		return model.SeverityWarn
	case level < slog.LevelError+4:
		return model.SeverityError
	}
	return model.SeverityFatal
}
