package pipeline

import (
	"strconv"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Reasons of dead letters, as deadletter.reason begins.
const (
	reasonDecode = "cannot decode"
	reasonPanic  = "a step failed"
	reasonStore  = "the store cannot take it"
)

// poison makes a dead letter of a record that cannot be processed: the message when it can be decoded, else the
// record's bytes, with the reason and its place in the queue.
func (p *consumer) poison(offset int64, data []byte, reason string, err error) *model.Record {
	p.opts.Metrics.deadLetters.WithLabelValues(reason).Inc()
	if !p.told[reason] {
		p.told[reason] = true
		p.log.Error("a record cannot be processed and becomes a dead letter; more of the kind are only counted",
			"reason", reason, "offset", offset, "error", err)
	}
	var dec record.Decoder // the processor's may be in any state
	var r model.Record
	if dec.Decode(data, &r) != nil {
		r = model.Record{Msg: unsafe.String(unsafe.SliceData(data), len(data))}
	}
	if r.Observed == 0 {
		r.Observed = p.opts.Now().UnixNano()
	}
	if r.Dataset != "" && r.Dataset != model.DatasetLogs {
		r.Fields = append(r.Fields, model.Field{Name: "deadletter.dataset", Value: r.Dataset})
	}
	r.Dataset, r.Format, r.Time = model.DatasetDeadLetter, "", r.Observed
	r.Fields = p.letterFields(r.Fields, offset, reason+": "+err.Error())
	return &r
}

// letterFields adds the reason and the place in the queue.
func (p *consumer) letterFields(fields []model.Field, offset int64, reason string) []model.Field {
	return append(fields,
		model.Field{Name: "deadletter.reason", Value: reason},
		model.Field{Name: "deadletter.queue", Value: p.opts.Queue},
		model.Field{Name: "deadletter.partition", Value: strconv.Itoa(p.reader.Partition())},
		model.Field{Name: "deadletter.offset", Value: strconv.FormatInt(offset, 10)},
	)
}
