package pipe

import (
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Views is a step of the engine itself: it adds the fields that the format of each message holds, where the row
// does not have them stored.
type Views struct{}

// Name says what the step does.
func (Views) Name() string { return "views" }

// String is Name: the step cannot be written in a query.
func (v Views) String() string { return v.Name() }

// viewer reads the views of rows by the parser that _format names.
type viewer struct {
	source
	formats field
	last    format.Format
	name    string
	found   []model.Field
}

func (v *viewer) begin(b *logsql.Batch) *logsql.Column {
	v.formats = lookup(b, model.FieldFormat)
	v.source.begin(b)
	// Rows with the same message may have different formats.
	v.shaped = false
	return nil
}

func (v *viewer) derive(unit int, m *made) {
	name := v.formats.at(unit)
	if name == "" {
		return
	}
	if name != v.name {
		v.name, v.last = name, format.Lookup(name)
	}
	if v.last == nil {
		return
	}
	v.found = v.last.Views(v.value(unit), v.found[:0])
	for _, f := range v.found {
		m.set(unit, f.Name, f.Value)
	}
}
