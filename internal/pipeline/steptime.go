package pipeline

import (
	"time"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
)

const (
	// farAhead is how much an event's time may be ahead of its receipt.
	farAhead = int64(time.Hour)
	// longAgo is the start of 1990: an older time comes from a clock that was never set.
	longAgo = 631_152_000 * int64(time.Second)
	// sentTime keeps a time that was replaced.
	sentTime = "sent." + model.FieldTime
)

// checkTime gives every record a time that can be searched: that of receipt when there is none, or when it lies
// more than an hour after receipt or before 1990; the sent one is kept as a field.
func (p *processor) checkTime(r *model.Record) {
	switch {
	case r.Time == 0:
		r.Time = r.Observed
	case r.Time < longAgo || r.Time-farAhead > r.Observed:
		start := len(p.text)
		p.text = time.Unix(0, r.Time).UTC().AppendFormat(p.text, time.RFC3339Nano)
		r.Fields = append(r.Fields, model.Field{Name: sentTime, Value: textOf(p.text[start:])})
		r.Time = r.Observed
		p.metrics.adjustedTimes.Inc()
	}
}

// textOf views scratch memory of the processor as a string; it lives until the next record.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
