package pipeline

import (
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

// Every name becomes a column, and indexes hold it as often as there are blocks: names are bounded more tightly than
// values. The bounds are far above what any sender means to send.
const (
	maxName   = 4 << 10 // bytes
	maxFields = 10_000  // of one record, stream fields included
)

// checkNames returns a *model.LargeError for a record with too many fields or too long a name, and for one of the audit trail,
// which nobody sends.
func checkNames(r *model.Record) error {
	if r.Dataset == model.DatasetAudit {
		return &model.LargeError{Reason: "dataset audit", Detail: "the audit trail is written by Haetae alone; choose another dataset"}
	}
	if n := len(r.Fields) + len(r.Stream); n > maxFields {
		return &model.LargeError{Reason: "too many fields", Detail: fmt.Sprintf("%d, at most %d", n, maxFields)}
	}
	for _, fields := range [...][]model.Field{r.Stream, r.Fields} {
		if n := longestName(fields); n > maxName {
			return &model.LargeError{Reason: "field name too long", Detail: fmt.Sprintf("%d bytes, at most %d", n, maxName)}
		}
	}
	return nil
}

// storable reports whether fields that were found in a line are within the bounds.
func storable(fields []model.Field) bool {
	return len(fields) <= maxFields && longestName(fields) <= maxName
}

func longestName(fields []model.Field) int {
	n := 0
	for i := range fields {
		n = max(n, len(fields[i].Name))
	}
	return n
}
