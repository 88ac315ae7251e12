package logs

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// output is what a search shows of the rows of one block.
type output struct {
	times  []int64 // nil when they are not wanted
	names  []string
	fields []values
}

// leading are the fields that a search for all fields shows before the row's own, trailing those behind.
var (
	leading  = [...]string{model.FieldStreamID, model.FieldStream, model.FieldMsg, model.FieldSeverity}
	trailing = [...]string{model.FieldSource, model.FieldFormat, model.FieldObserved, model.FieldDataset, model.FieldRecordID}
)

// output reads the fields that a search wants of these rows.
func (e *eval) output(req *Search, rows bitmap) (*output, error) {
	o := &output{names: req.Fields}
	if req.All {
		o.names = e.allNames()
		for _, name := range req.Fields {
			if !slices.Contains(o.names, name) {
				o.names = append(o.names, name)
			}
		}
	}
	if req.All || slices.Contains(req.Fields, model.FieldTime) {
		e.trace.read("times")
		times, err := e.rows.Times()
		if err != nil {
			return nil, err
		}
		o.times = times
		o.names = slices.DeleteFunc(slices.Clone(o.names), func(name string) bool { return name == model.FieldTime })
	}
	for _, name := range o.names {
		e.trace.read(name)
		v, err := e.shown(req, name)
		if err == nil {
			err = v.prepare(rows)
		}
		if err != nil {
			return nil, err
		}
		o.fields = append(o.fields, v)
	}
	return o, nil
}

// shown returns the values of a field as the search wants them.
func (e *eval) shown(req *Search, name string) (values, error) {
	if v, err := e.numbersOf(req, name); v != nil || err != nil {
		return v, err
	}
	v, err := e.wanted(req, name)
	if err != nil {
		return nil, err
	}
	if m, ok := v.(*mixed); ok && slices.Contains(req.Numbers, name) {
		return viewNumbers{m}, nil
	}
	if slices.Contains(req.Keys, name) {
		v = keysOf(v)
	}
	return v, nil
}

// allNames lists stream fields and stored fields of the block, and the reserved ones.
func (e *eval) allNames() []string {
	names := slices.Clone(leading[:])
	names = append(names, e.rows.Info().Labels...)
	for _, name := range e.rows.Names() {
		if !model.ReservedName(name) && !e.hasLabel(name) {
			names = append(names, name)
		}
	}
	return append(names, trailing[:]...)
}

// batch returns the rows as columns; it is valid as long as the block is.
func (o *output) batch(rows []uint32) *logsql.Batch {
	b := &logsql.Batch{N: len(rows), Columns: make([]logsql.Column, 0, len(o.names))}
	if o.times != nil {
		b.Times = make([]int64, len(rows))
		for i, row := range rows {
			b.Times[i] = o.times[row]
		}
	}
	for i, name := range o.names {
		b.Columns = append(b.Columns, o.fields[i].column(name, rows))
	}
	return b
}
