package pipeline

import (
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// completeSeverity reads the severity in the order of docs/fields.md: what the protocol stated, the format's
// level, a field of the record, and last a level word near the start of plain text.
func (p *processor) completeSeverity(r *model.Record, f format.Format, head format.Head) {
	if r.Severity != model.SeverityUnknown {
		return
	}
	if f != nil && head.Severity != model.SeverityUnknown {
		r.Severity = head.Severity
		return
	}
	best := 1000 // ranks of names that state a severity are lower
	for _, fields := range [...][]model.Field{r.Fields, r.Stream} {
		for i := range fields {
			rank := format.SeverityFieldRank(fields[i].Name)
			if rank >= best {
				continue
			}
			if sev := model.ParseSeverity(fields[i].Value); sev != model.SeverityUnknown {
				r.Severity, best = sev, rank
			}
		}
	}
	if r.Severity == model.SeverityUnknown {
		r.Severity = head.Severity
	}
}
