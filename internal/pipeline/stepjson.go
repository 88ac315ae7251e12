package pipeline

import (
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

const formatJSON = "json@1"

// unwrapJSON stores the fields of a message that is one JSON object. Its message field becomes the message, and
// its time the record's when the protocol gave none; neither is stored a second time. An object without a
// message stays the message as well. A name that the record has already with another value is kept as sent.NAME. An
// object with names beyond the bounds stays text.
func (p *processor) unwrapJSON(r *model.Record, zone format.Zone) {
	msg := r.Msg
	if len(msg) < 2 || msg[0] != '{' && msg[0] != ' ' || r.Dataset == model.DatasetDeadLetter {
		return
	}
	if last := msg[len(msg)-1]; last != '}' && last > ' ' {
		return
	}
	p.fields.Reset()
	fields, err := p.fields.Object(p.scratch[:0], msg, "")
	if err != nil || len(fields) == 0 || len(r.Fields)*len(fields) > maxCompared || !storable(fields) {
		return
	}
	p.scratch = fields
	r.Format = formatJSON

	message := bestField(fields, format.MessageFieldRank, func(string) bool { return true })
	stamp := -1
	if r.Time == 0 {
		stamp = bestField(fields, format.TimeFieldRank, func(v string) bool {
			ts, ok := format.ParseTime(v, zone)
			if ok {
				r.Time = ts
			}
			return ok
		})
	}
	if message >= 0 {
		r.Msg = fields[message].Value
	}
	had := len(r.Fields)
	for i := range fields {
		if i == message || i == stamp {
			continue
		}
		p.addSent(r, had, fields[i])
	}
}

// bestField returns the index of the field with the lowest rank whose value is accepted, or -1. The value that
// is accepted last is that of the index returned.
func bestField(fields []model.Field, rank func(string) int, accept func(string) bool) int {
	best, at := 1000, -1
	for i := range fields {
		if k := rank(fields[i].Name); k < best && accept(fields[i].Value) {
			best, at = k, i
		}
	}
	return at
}

// addSent adds a field of the line beside the first had fields, which are the protocol's.
func (p *processor) addSent(r *model.Record, had int, f model.Field) {
	if model.ReservedName(f.Name) {
		p.appendSent(r, f)
		return
	}
	known, ok := valueOf(r.Fields[:had], f.Name)
	if !ok {
		known, ok = valueOf(r.Stream, f.Name)
	}
	if ok {
		if known != f.Value {
			p.appendSent(r, f)
		}
		return
	}
	r.Fields = append(r.Fields, f)
}

func (p *processor) appendSent(r *model.Record, f model.Field) {
	start := len(p.text)
	p.text = append(append(p.text, "sent."...), f.Name...)
	r.Fields = append(r.Fields, model.Field{Name: textOf(p.text[start:]), Value: f.Value})
}
