package pipeline

import (
	"strings"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// ruleRow shows a record to a filter as a query would see it: stored fields, then views, then aliases. The views
// are read when the first filter asks for a field that is not stored.
type ruleRow struct {
	rec    *model.Record
	views  []model.Field
	parsed bool
	// newMessage says that a rule has written the message, so that its format is another.
	newMessage bool
}

func (w *ruleRow) begin(r *model.Record) {
	w.rec, w.newMessage = r, false
	w.views, w.parsed = w.views[:0], false
}

// setMessage replaces the message; its views and format go with it.
func (w *ruleRow) setMessage(msg string) {
	w.rec.Msg, w.rec.Format, w.newMessage = msg, "", true
	w.views, w.parsed = w.views[:0], false
}

// Time implements logsql.Row.
func (w *ruleRow) Time() int64 { return w.rec.Time }

// StreamField implements logsql.Row.
func (w *ruleRow) StreamField(name string) string {
	for i := range w.rec.Stream {
		if w.rec.Stream[i].Name == name {
			return w.rec.Stream[i].Value
		}
	}
	return ""
}

// Value implements logsql.Row.
func (w *ruleRow) Value(name string) string {
	switch name {
	case model.FieldMsg:
		return w.rec.Msg
	case model.FieldTime:
		return logsql.TimeText(w.rec.Time)
	case model.FieldObserved:
		return logsql.TimeText(w.rec.Observed)
	case model.FieldSeverity:
		return w.rec.Severity.String()
	case model.FieldDataset:
		return w.rec.Dataset
	case model.FieldSource:
		return w.rec.Source()
	case model.FieldFormat:
		return w.rec.Format
	case model.FieldStream:
		return streamText(w.rec.Stream)
	}
	if v := w.stored(name); v != "" {
		return v
	}
	switch name {
	case "host", "hostname":
		return w.stored("host.name")
	case "service", "app_name":
		return w.stored("service.name")
	}
	return ""
}

func (w *ruleRow) stored(name string) string {
	if v, ok := fieldValue(w.rec, name); ok {
		return v
	}
	w.parse()
	for i := range w.views {
		if w.views[i].Name == name {
			return w.views[i].Value
		}
	}
	return ""
}

// parse reads the views when that was not done yet.
func (w *ruleRow) parse() {
	if w.parsed {
		return
	}
	w.parsed = true
	if w.rec.Format != "" {
		if f := format.Lookup(w.rec.Format); f != nil {
			w.views = f.Views(w.rec.Msg, w.views[:0])
		}
	}
}

// Each implements logsql.Row.
func (w *ruleRow) Each(prefix string, visit func(value string) bool) {
	if strings.HasPrefix(model.FieldMsg, prefix) && !visit(w.rec.Msg) {
		return
	}
	w.parse()
	for _, list := range [...][]model.Field{w.rec.Stream, w.rec.Fields, w.views} {
		for _, f := range list {
			// A view of a name that is stored too does not show.
			if strings.HasPrefix(f.Name, prefix) && !model.ReservedName(f.Name) && !visit(w.stored(f.Name)) {
				return
			}
		}
	}
}

// streamText writes {a="b",c="d"}.
func streamText(stream []model.Field) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, f := range stream {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f.Name + "=")
		b.Write(logsql.AppendJSONString(nil, f.Value))
	}
	b.WriteByte('}')
	return b.String()
}
