package otlp

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/input/protowire"
	"github.com/haetae/haetae/internal/model"
)

// Tags of LogRecord.
const (
	tagTime           = 1<<3 | protowire.Fixed64
	tagSeverityNumber = 2<<3 | protowire.Varint
	tagSeverityText   = 3<<3 | protowire.Bytes
	tagBody           = 5<<3 | protowire.Bytes
	tagAttributes     = 6<<3 | protowire.Bytes
	tagDropped        = 7<<3 | protowire.Varint
	tagFlags          = 8<<3 | protowire.Fixed32
	tagTraceID        = 9<<3 | protowire.Bytes
	tagSpanID         = 10<<3 | protowire.Bytes
	tagObserved       = 11<<3 | protowire.Fixed64
	tagEventName      = 12<<3 | protowire.Bytes
)

// logRecord is what a LogRecord holds besides its attributes.
type logRecord struct {
	time, observed          uint64
	severity                int32
	severityText, eventName string
	body                    []byte
	dropped, flags          uint64
	traceID, spanID         []byte
}

// logRecord adds one record to the batch, as docs/fields.md maps it.
func (in *intake) logRecord(data []byte) error {
	var lr logRecord
	in.doc = append(in.doc[:0], in.base...)
	err := each(data, func(f protowire.Field) (err error) {
		switch f.Tag {
		case tagTime:
			lr.time = f.Int
		case tagObserved:
			lr.observed = f.Int
		case tagSeverityNumber:
			lr.severity = int32(f.Int)
		case tagSeverityText:
			lr.severityText = f.Text()
		case tagBody:
			lr.body = f.Data
		case tagAttributes:
			in.doc, err = in.text.appendKeyValue(in.doc, "", f.Data, 0)
		case tagDropped:
			lr.dropped = f.Int
		case tagFlags:
			lr.flags = f.Int
		case tagTraceID:
			lr.traceID = f.Data
		case tagSpanID:
			lr.spanID = f.Data
		case tagEventName:
			lr.eventName = f.Text()
		}
		return err
	})
	if err != nil {
		return err
	}
	in.replaceBase()

	rec := in.batch.Add()
	rec.Input, rec.Peer = in.env.Name, in.peer
	if err := in.setBody(rec, lr.body); err != nil {
		in.batch.DropLast()
		return err
	}
	in.setSeverity(rec, &lr)
	in.add("trace_id", in.text.hex(lr.traceID))
	in.add("span_id", in.text.hex(lr.spanID))
	if lr.flags != 0 {
		in.add("trace_flags", in.text.uint(lr.flags))
	}
	in.add("event.name", lr.eventName)
	if lr.dropped != 0 {
		in.add("otel.dropped_attributes_count", in.text.uint(lr.dropped))
	}

	if rec.Time = nanos(lr.time); rec.Time == 0 {
		rec.Time = nanos(lr.observed)
	}
	sent := rec.Time
	if in.profile.NamesTime {
		rec.Time = 0
	}
	in.batch.Arena = in.mapper.Map(rec, in.doc, in.resource, in.now, in.batch.Arena)
	if rec.Time == 0 {
		rec.Time = sent
	}
	in.batch.Bytes += len(data)
	return nil
}

// add adds a field that the protocol gives. An attribute of its name with another value is kept as sent.NAME.
func (in *intake) add(name, value string) {
	if value == "" {
		return
	}
	if i := find(in.doc[:min(len(in.doc), maxCompared)], name); i >= 0 {
		if in.doc[i].Value == value {
			return
		}
		in.doc[i].Name = "sent." + name
	}
	in.doc = append(in.doc, model.Field{Name: name, Value: value})
}

// maxCompared bounds the attributes that are looked up in each other, since the look-up is by comparison.
const maxCompared = 256

// replaceBase lets a record's attribute take the place of the resource's or scope's of the same name.
func (in *intake) replaceBase() {
	n := len(in.base)
	if n == 0 || len(in.doc)-n > maxCompared || n > maxCompared {
		return
	}
	kept := in.doc[:n]
	for _, f := range in.doc[n:] {
		if i := find(in.doc[:n], f.Name); i >= 0 {
			in.doc[i].Value = f.Value
		} else {
			kept = append(kept, f)
		}
	}
	in.doc = kept
}

func find(fields []model.Field, name string) int {
	for i := range fields {
		if fields[i].Name == name {
			return i
		}
	}
	return -1
}

// setBody puts the body into the message: text as it is, and other scalars and arrays as text. A map's entries
// become fields, and its "message" or "msg" the message; an entry that an attribute has the name of too is
// kept behind "body.".
func (in *intake) setBody(rec *model.Record, data []byte) (err error) {
	kind, value, err := anyValue(data)
	if err != nil || kind != tagMapValue {
		if err == nil {
			rec.Msg, err = in.text.valueText(kind, value)
		}
		return err
	}
	if in.body, err = in.text.appendMap(in.body[:0], "", value, 0); err != nil {
		return err
	}
	attributes := in.doc[:min(len(in.doc), maxCompared)]
	for _, name := range [...]string{"message", "msg"} {
		if i := find(in.body, name); i >= 0 && in.body[i].Value != "" {
			rec.Msg, in.body[i].Value = in.body[i].Value, ""
			break
		}
	}
	for _, f := range in.body {
		if f.Value == "" {
			continue
		}
		if len(in.body) <= maxCompared && find(attributes, f.Name) >= 0 {
			f.Name = in.text.join("body.", f.Name)
		}
		in.doc = append(in.doc, f)
	}
	return nil
}

// setSeverity reads the number, else the text; the text stays a field when it says more than the word that
// _severity will hold.
func (in *intake) setSeverity(rec *model.Record, lr *logRecord) {
	rec.Severity = model.OTelSeverity(lr.severity)
	if rec.Severity == model.SeverityUnknown {
		rec.Severity = model.ParseSeverity(lr.severityText)
	}
	if !strings.EqualFold(lr.severityText, rec.Severity.String()) {
		in.add("severity_text", lr.severityText)
	}
}

// textBuffer holds text that the request does not hold as such. It only grows, so that text given out stays.
type textBuffer []byte

func (t *textBuffer) hex(id []byte) string {
	zero := true
	for _, b := range id {
		zero = zero && b == 0
	}
	if zero { // not set, by the specification
		return ""
	}
	start := len(*t)
	*t = hex.AppendEncode(*t, id)
	return t.from(start)
}

func (t *textBuffer) uint(n uint64) string {
	start := len(*t)
	*t = strconv.AppendUint(*t, n, 10)
	return t.from(start)
}

func (t *textBuffer) join(a, b string) string {
	start := len(*t)
	*t = append(append(*t, a...), b...)
	return t.from(start)
}
