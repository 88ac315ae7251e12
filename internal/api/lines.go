package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"time"
)

// patience is how long a client may take for one piece. One that reads nothing would hold its query's memory and
// segments for ever: no context ends a write.
const patience = 30 * time.Second

// lineWriter gathers lines and hands them to the client in pieces, the first at once.
type lineWriter struct {
	w       io.Writer
	control *http.ResponseController // nil when w is no http.ResponseWriter
	buf     []byte
	written bool
}

func newLineWriter(w io.Writer) *lineWriter {
	l := &lineWriter{w: w}
	if rw, ok := w.(http.ResponseWriter); ok {
		l.control = http.NewResponseController(rw)
	}
	return l
}

// flushIfLarge sends what has gathered when it is worth a packet, or when nothing was sent yet.
func (l *lineWriter) flushIfLarge() error {
	const enough = 64 << 10
	if len(l.buf) == 0 || l.written && len(l.buf) < enough {
		return nil
	}
	return l.flush()
}

func (l *lineWriter) flush() error {
	if len(l.buf) == 0 {
		return nil
	}
	l.deadline(time.Now().Add(patience))
	_, err := l.w.Write(l.buf)
	l.buf = l.buf[:0]
	l.written = true
	if flushErr := l.push(); err == nil {
		err = flushErr
	}
	l.deadline(time.Time{})
	return err
}

// push sends what was written now.
func (l *lineWriter) push() error {
	if l.control == nil {
		return nil
	}
	if err := l.control.Flush(); !errors.Is(err, http.ErrNotSupported) { // else it is sent at the end
		return err
	}
	return nil
}

func (l *lineWriter) deadline(at time.Time) {
	if l.control != nil {
		_ = l.control.SetWriteDeadline(at) // a writer without deadlines is a test's
	}
}

// json appends {"name":value} as a line.
func (l *lineWriter) json(name string, value any) {
	data, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		panic(err) // answers are plain structs
	}
	l.buf = append(append(l.buf, data...), '\n')
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
