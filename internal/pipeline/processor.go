package pipeline

import (
	"cmp"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// processor takes records of one partition through the steps, one at a time. All its memory is reused.
type processor struct {
	inputs   map[string]*inputRules
	fallback *inputRules
	rules    []*compiledRule
	metrics  *Metrics
	now      func() time.Time

	decoder record.Decoder
	rec     model.Record
	fields  format.Flattener
	scratch []model.Field
	text    []byte
	row     ruleRow

	hints  map[*model.Field]format.Format // last format of each stream, by the fields that the decoder shares between its rows
	forgot int                            // decoder.Forgot at the time of the hints, which hold its streams

	lastInput string // the input of the last record, since they come in runs
	lastRules *inputRules
}

func newProcessor(c *Consumers) *processor {
	return &processor{
		inputs: c.inputs, rules: c.rules.Load().compiled, metrics: c.opts.Metrics, now: c.opts.Now,
		fallback: &inputRules{location: c.opts.Local},
		hints:    map[*model.Field]format.Format{},
	}
}

// run decodes one record and applies the steps. The record is valid until the next call; keep is false when a
// rule drops it. A rule that refuses it is a *refusalError.
func (p *processor) run(data []byte) (r *model.Record, keep bool, err error) {
	r = &p.rec
	if err := p.decoder.Decode(data, r); err != nil {
		return nil, false, err
	}
	if n := p.decoder.Forgot(); n != p.forgot {
		clear(p.hints)
		p.forgot = n
	}
	if r.Observed == 0 {
		r.Observed = p.now().UnixNano()
	}
	if r.Dataset == model.DatasetAudit {
		return r, true, nil // is stored as it was written: no rule drops or changes it
	}
	p.text = p.text[:0]
	in := p.settings(r.Input)
	zone := format.Zone{Location: in.location, Now: cmp.Or(r.Sent, r.Observed)} // a topic may keep lines for years

	p.unwrapJSON(r, zone)
	f, head := p.recognise(r, in, zone)
	r.Time = cmp.Or(r.Time, head.Time, r.Sent)
	p.checkTime(r)
	p.completeSeverity(r, f, head)
	if in.storeViews && f != nil {
		p.storeViews(r, f)
	}
	if len(p.rules) > 0 {
		if keep, err := p.applyRules(r); !keep {
			return nil, false, err
		}
		if p.row.newMessage {
			p.recognise(r, in, zone)
		}
	}
	return r, true, nil
}

func (p *processor) settings(input string) *inputRules {
	if p.lastRules != nil && p.lastInput == input {
		return p.lastRules
	}
	in := p.inputs[input]
	if in == nil {
		in = p.fallback
	}
	p.lastInput, p.lastRules = strings.Clone(input), in // input aliases the queue's buffer
	return in
}

// recognise finds the format of the message and what it says of itself.
func (p *processor) recognise(r *model.Record, in *inputRules, zone format.Zone) (format.Format, format.Head) {
	if in.plain {
		return nil, format.Plain(r.Msg, zone)
	}
	if r.Format != "" && r.Format != formatJSON { // the input knows it
		if f := format.Lookup(r.Format); f != nil {
			head, _ := f.Scan(r.Msg, zone)
			return f, head
		}
	}
	hint := in.format
	var stream *model.Field
	learns := hint == nil && len(r.Stream) > 0
	if learns {
		stream = &r.Stream[0]
		hint = p.hints[stream]
	}
	f, head, ok := format.Recognise(r.Msg, hint, zone)
	if !ok {
		return nil, head
	}
	r.Format = f.Name()
	if learns && f != hint {
		p.hints[stream] = f
	}
	return f, head
}

// storeViews adds the fields that the format holds, but for those that the record has already.
func (p *processor) storeViews(r *model.Record, f format.Format) {
	p.scratch = f.Views(r.Msg, p.scratch[:0])
	if len(r.Fields)*len(p.scratch) > maxCompared || !storable(p.scratch) {
		return
	}
	had := len(r.Fields)
	for _, v := range p.scratch {
		if _, known := valueOf(r.Fields[:had], v.Name); known || v.Value == "" {
			continue
		}
		if _, known := valueOf(r.Stream, v.Name); !known {
			r.Fields = append(r.Fields, v)
		}
	}
}

// maxCompared bounds how many pairs of names are compared for one record, so that a line of very many fields
// cannot hold a partition up.
const maxCompared = 1 << 20

// fieldValue returns a stored field or stream field.
func fieldValue(r *model.Record, name string) (string, bool) {
	if v, ok := valueOf(r.Fields, name); ok {
		return v, true
	}
	return valueOf(r.Stream, name)
}

func valueOf(fields []model.Field, name string) (string, bool) {
	for i := range fields {
		if fields[i].Name == name && fields[i].Value != "" {
			return fields[i].Value, true
		}
	}
	return "", false
}
