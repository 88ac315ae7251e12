// Package model holds the words that every stage shares: records, severities, principals and scopes.
// It imports the standard library only.
package model

import (
	"cmp"
	"slices"
)

// Datasets that exist from the first day. A query that names none reads DatasetLogs.
const (
	DatasetLogs       = "logs"
	DatasetDeadLetter = "deadletter"
	DatasetAudit      = "audit"
)

// SentDatasets are those that senders may be bounded to. All that is sent so far becomes records of DatasetLogs, the first of them.
var SentDatasets = []string{DatasetLogs, "traps", "flows", "spans", "events"}

// Reserved field names. Every other name passes as the sender sent it; a sender's own field with one of
// these names, except _time and _msg, is kept as "sent." + name (see ReservedName).
const (
	FieldTime     = "_time"
	FieldMsg      = "_msg"
	FieldStream   = "_stream"
	FieldStreamID = "_stream_id"
	FieldDataset  = "_dataset"
	FieldSeverity = "_severity"
	FieldObserved = "_observed"
	FieldSource   = "_source"
	FieldFormat   = "_format"
	FieldPattern  = "_pattern"
	FieldRecordID = "_record_id"
)

// ReservedName reports whether name belongs to Haetae.
func ReservedName(name string) bool {
	if len(name) == 0 || name[0] != '_' {
		return false
	}
	switch name {
	case FieldTime, FieldMsg, FieldStream, FieldStreamID, FieldDataset, FieldSeverity,
		FieldObserved, FieldSource, FieldFormat, FieldPattern, FieldRecordID:
		return true
	}
	return false
}

// SentName returns the name under which a sender's field is stored: its own, or "sent."+name when Haetae
// reserves the name.
func SentName(name string) string {
	if ReservedName(name) {
		return "sent." + name
	}
	return name
}

// Field is one name and value of a record. An empty value means that the field is missing.
type Field struct{ Name, Value string }

// Record is one time-stamped fact on its way from an input to the store.
//
// Strings may alias a buffer of whoever made the record; they are valid only during the call that receives
// the record. Whoever keeps a record copies it.
type Record struct {
	// Dataset that the record belongs to; empty means DatasetLogs.
	Dataset string
	// Time of the event in nanoseconds since the epoch; 0 when the sender gave none that could be read.
	Time int64
	// Sent is when the protocol says that the record was handed to it, such as the timestamp of a record of a Kafka topic, in
	// nanoseconds since the epoch: the time of the event where neither the sender nor the line itself gives one. 0 for none.
	Sent int64
	// Observed is the time of receipt in nanoseconds since the epoch; the intake sets it when it is 0.
	Observed int64
	// Msg is the line or message, byte for byte.
	Msg string
	// Stream holds the stream fields, sorted by name, without empty values or double names (SortStream).
	// They are fields of the record too and are not repeated in Fields.
	Stream []Field
	// Fields holds all other fields in the sender's order. Nested values are flattened with dots.
	Fields []Field
	// Severity as the protocol stated it; SeverityUnknown lets the pipeline read it from the record.
	Severity Severity
	// Input is the configured name of the input, Peer the sender's address, file path or unit within it.
	// Together they are the field _source: "syslog/192.0.2.7", "files/var/log/dpkg.log", "journald".
	Input, Peer string
	// Format is the parser of Msg as name@version; empty until the pipeline has recognised it.
	Format string
	// Mark is set by inputs that can replay (files, journald, Kafka topics, agent).
	Mark Mark
}

// Mark names a record of a replayable source. The consumer skips records whose Seq is not above the mark
// that it holds for (Source, partition); the zero Mark is never skipped. Seq grows along the source.
type Mark struct {
	Source string
	Seq    uint64
}

// Source returns the value of the field _source.
func (r *Record) Source() string {
	switch {
	case r.Peer == "":
		return r.Input
	case r.Peer[0] == '/':
		return r.Input + r.Peer
	}
	return r.Input + "/" + r.Peer
}

// SortStream sorts stream fields by name in place, drops empty values, and keeps the last of double names.
func SortStream(fields []Field) []Field {
	slices.SortStableFunc(fields, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	out := fields[:0]
	for _, f := range fields {
		if f.Value == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Name == f.Name {
			out[n-1] = f
			continue
		}
		out = append(out, f)
	}
	return out
}
