package audit

import (
	"strconv"

	"github.com/haetae/haetae/internal/model"
)

// input is the name in _source of records of the audit trail.
const input = "audit"

// Names of the fields that repeat what the entry says, so that it can be searched (docs/fields.md).
const (
	FieldSeq       = "audit.seq"
	FieldHash      = "audit.hash"
	FieldAction    = "audit.action"
	FieldOutcome   = "audit.outcome"
	FieldBy        = "audit.by"
	FieldByID      = "audit.by_id"
	FieldByKind    = "audit.by_kind"
	FieldSeenBy    = "audit.seen_by"
	FieldSeenByID  = "audit.seen_by_id"
	FieldTarget    = "audit.target"
	FieldRequestID = "audit.request_id"
	FieldAddress   = "client.address"
)

// fields lists what a record of the dataset audit says beside its message, in the order of names.
var fields = [...]string{
	FieldAction, FieldBy, FieldByID, FieldByKind, FieldHash, FieldOutcome, FieldRequestID, FieldSeenBy, FieldSeenByID, FieldSeq, FieldTarget,
	FieldAddress,
}

func (e *Entry) field(name, hash string) string {
	switch name {
	case FieldSeq:
		return strconv.FormatInt(e.Seq, 10)
	case FieldHash:
		return hash
	case FieldAction:
		return e.Action
	case FieldOutcome:
		return e.Outcome
	case FieldBy:
		return e.By.Name
	case FieldByID:
		return e.By.ID
	case FieldByKind:
		return e.By.Kind
	case FieldSeenBy:
		return e.By.SeenBy
	case FieldSeenByID:
		return e.By.SeenByID
	case FieldTarget:
		return e.Target
	case FieldRequestID:
		return e.RequestID
	case FieldAddress:
		return e.Address
	}
	panic("audit: there is no field " + name)
}

// Record is the form of a sealed entry in the dataset audit: its text is the message. All of them are one stream, and so in one
// partition, where the mark lets each in once.
func Record(sealed *model.AuditSealed) (model.Record, error) {
	e, err := Parse(sealed.Text)
	if err != nil {
		return model.Record{}, err
	}
	r := model.Record{
		Dataset: model.DatasetAudit, Time: sealed.Time, Observed: sealed.Time, Msg: string(sealed.Text), Input: input,
		Stream: []model.Field{{Name: "service.name", Value: "haetae"}}, Severity: model.SeverityInfo,
		Mark: model.Mark{Source: sealed.Source, Seq: uint64(sealed.Seq)},
	}
	if e.Outcome != model.AuditOK && e.Outcome != model.AuditBegun {
		r.Severity = model.SeverityWarn
	}
	for _, name := range fields {
		if value := e.field(name, sealed.Hash); value != "" {
			r.Fields = append(r.Fields, model.Field{Name: name, Value: value})
		}
	}
	return r, nil
}
