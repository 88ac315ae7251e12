package loki

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// labelPrefix is how the flattener names the labels of a stream.
const labelPrefix = "stream."

// readJSON reads {"streams":[{"stream":{"app":"api"},"values":[["TIME","LINE",{"name":"value"}]]}]}. TIME is in
// nanoseconds since the epoch.
func (in *intake) readJSON(ctx context.Context, body []byte) error {
	top, err := in.flat.Object(nil, unsafe.String(unsafe.SliceData(body), len(body)), "")
	if err != nil {
		return broken("JSON", err)
	}
	streams := arrayReader{in: valueOf(top, "streams")}
	if !streams.open() {
		return broken("JSON", errors.New("streams is not an array"))
	}
	var fields []model.Field
	for n := 0; streams.more(); n++ {
		object, ok := streams.raw('{')
		if ok {
			fields, err = in.flat.Object(fields[:0], object, "")
		}
		if !ok || err != nil {
			return broken("JSON", fmt.Errorf("stream %d is not an object", n))
		}
		in.labels = in.labels[:0]
		for _, f := range fields {
			if name, ok := strings.CutPrefix(f.Name, labelPrefix); ok {
				in.labels = append(in.labels, model.Field{Name: name, Value: f.Value})
			} else if f.Name == "stream" {
				return broken("labels", fmt.Errorf("stream %d: its labels are not an object", n))
			}
		}
		in.sortLabels()
		if err := in.jsonValues(ctx, valueOf(fields, "values"), n); err != nil {
			return err
		}
	}
	return nil
}

// jsonValues reads the entries of stream n, an array of arrays.
func (in *intake) jsonValues(ctx context.Context, text string, n int) error {
	values := arrayReader{in: text}
	if text == "" {
		return nil // a stream without entries
	}
	if !values.open() {
		return broken("JSON", fmt.Errorf("stream %d: values is not an array", n))
	}
	for i := 0; values.more(); i++ {
		entry, ok := values.raw('[')
		if !ok || !in.jsonEntry(entry) {
			return broken("JSON", fmt.Errorf(`stream %d: entry %d is not ["time", "line"]`, n, i))
		}
		if err := in.writeIfFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) jsonEntry(text string) bool {
	entry := arrayReader{in: text}
	entry.open()
	if !entry.more() {
		return false
	}
	var when string
	if raw, ok := entry.raw('"'); ok {
		when, in.text = unquote(raw, in.text)
	} else if when, ok = entry.raw(0); !ok {
		return false
	}
	if !entry.more() {
		return false
	}
	raw, ok := entry.raw('"')
	if !ok {
		return false
	}
	var line string
	line, in.text = unquote(raw, in.text)
	in.metadata = in.metadata[:0]
	if entry.more() {
		object, ok := entry.raw('{')
		if !ok {
			return false
		}
		var err error
		if in.metadata, err = in.flat.Object(in.metadata, object, ""); err != nil {
			return false
		}
	}
	ns, ok := in.parseTime(when)
	if !ok {
		in.keepTime(when)
	}
	in.add(ns, line, len(text))
	return true
}

// parseTime reads nanoseconds since the epoch, and else what people send instead.
func (in *intake) parseTime(s string) (ns int64, ok bool) {
	if ns, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) > len("1700000000000000") {
		return ns, true
	}
	return format.ParseTime(s, in.profile.Zone(in.now))
}

func valueOf(fields []model.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
