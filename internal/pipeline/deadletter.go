package pipeline

import (
	"strconv"
	"unsafe"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Reasons of dead letters, as deadletter.reason begins.
const (
	reasonDecode = "cannot decode"
	reasonRule   = "a rule cannot read it"
	reasonPanic  = "a step failed"
	reasonStore  = "the store cannot take it"
	// bareReason begins that of a letter without the record's message and fields.
	bareReason = reasonStore + ", nor its dead letter"
)

// Fields that a dead letter has beside those of its record.
const (
	letterReason    = "deadletter.reason"
	letterQueue     = "deadletter.queue"
	letterTopic     = "deadletter.topic" // of the queue, when it is on Kafka
	letterPartition = "deadletter.partition"
	letterOffset    = "deadletter.offset"
	letterDataset   = "deadletter.dataset" // that the record was meant for, unless it is logs
	letterTime      = "deadletter.time"    // that the protocol has given, if any
	letterSent      = "deadletter.sent"    // when the protocol was handed the record, if it says so
	letterFormat    = "deadletter.format"  // that the input knew, if any
)

var letterNames = [...]string{
	letterReason, letterQueue, letterTopic, letterPartition, letterOffset, letterDataset, letterTime, letterSent, letterFormat,
}

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
		r.Fields = append(r.Fields, model.Field{Name: letterDataset, Value: r.Dataset})
	}
	if r.Time != 0 {
		r.Fields = append(r.Fields, model.Field{Name: letterTime, Value: logsql.TimeText(r.Time)})
	}
	if r.Sent != 0 {
		r.Fields = append(r.Fields, model.Field{Name: letterSent, Value: logsql.TimeText(r.Sent)})
	}
	if r.Format != "" {
		r.Fields = append(r.Fields, model.Field{Name: letterFormat, Value: r.Format})
	}
	r.Dataset, r.Format, r.Time, r.Sent = model.DatasetDeadLetter, "", r.Observed, 0
	r.Fields = p.letterFields(r.Fields, offset, reason+": "+err.Error())
	return &r
}

// placeNames are the fields by which the input kafka says where a record stood (docs/fields.md).
var placeNames = [...]string{"kafka.topic", "kafka.partition", "kafka.offset"}

// placeOf returns the fields that say where a record stood before the queue, when its input has put them there.
func placeOf(r *model.Record) []model.Field {
	var place []model.Field
	for _, name := range placeNames {
		if value, ok := fieldValue(r, name); ok {
			place = append(place, model.Field{Name: name, Value: value})
		}
	}
	if len(place) < len(placeNames) || r.Peer != place[0].Value+"/"+place[1].Value {
		return nil // a sender's own
	}
	return place
}

// letterFields adds the reason and the place in the queue.
func (p *consumer) letterFields(fields []model.Field, offset int64, reason string) []model.Field {
	partition := p.reader.Partition()
	if p.opts.Place != nil {
		var topic string
		topic, partition = p.opts.Place(partition)
		fields = append(fields, model.Field{Name: letterTopic, Value: topic})
	}
	return append(fields,
		model.Field{Name: letterReason, Value: reason},
		model.Field{Name: letterQueue, Value: p.opts.Queue},
		model.Field{Name: letterPartition, Value: strconv.Itoa(partition)},
		model.Field{Name: letterOffset, Value: strconv.FormatInt(offset, 10)},
	)
}
