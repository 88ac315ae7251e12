package api

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
)

// lineWriter gathers lines and hands them to the client in pieces, the first at once.
type lineWriter struct {
	w       io.Writer
	flusher http.Flusher
	buf     []byte
	written bool
}

func newLineWriter(w io.Writer) *lineWriter {
	l := &lineWriter{w: w}
	if rw, ok := w.(http.ResponseWriter); ok {
		l.flusher = controller{http.NewResponseController(rw)}
	}
	return l
}

// controller is a response controller as http.Flusher.
type controller struct{ *http.ResponseController }

func (c controller) Flush() { _ = c.ResponseController.Flush() } // a writer that cannot flush sends at its end

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
	_, err := l.w.Write(l.buf)
	l.buf = l.buf[:0]
	l.written = true
	if l.flusher != nil {
		l.flusher.Flush()
	}
	return err
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
