package logs

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// keyValues are parts of a templated column, as keys when all of the wanted rows have some of one form.
type keyValues struct {
	values
	pieces *pieces
	part   func(t int) (*capture, error) // of a template's rows; nil when they must be looked at one by one
	form   logsql.KeyForm
	keys   []int64 // by row; nil unless they tell all
}

// keysOf returns the values of a field that the search may have as keys; v when they are not stored as such.
func keysOf(v values) values {
	switch v := v.(type) {
	case *extractedValues:
		if v.pieces != nil {
			return &keyValues{values: v, pieces: v.pieces, part: v.part}
		}
	case *templatedValues:
		return &keyValues{values: v, pieces: v.pieces, part: func(t int) (*capture, error) {
			last := len(v.Slots(t))
			whole := v.between(t, edge{}, edge{last, len(v.Piece(t, last))})
			return &whole, nil
		}}
	case *mixed:
		return viewKeys{v}
	}
	return v
}

func (v *keyValues) prepare(rows bitmap) error {
	if told, err := v.read(rows); told || err != nil {
		return err
	}
	v.keys = nil
	return v.values.prepare(rows)
}

// read takes the keys of rows; false when they are not all of one form.
func (v *keyValues) read(rows bitmap) (told bool, err error) {
	of, wanted, err := v.pieces.ofRows(rows)
	if err != nil {
		return false, err
	}
	v.form = logsql.NoKeys
	parts := make([]*capture, len(wanted))
	for t, ok := range wanted {
		if !ok {
			continue
		}
		c, err := v.part(t)
		if c == nil || err != nil {
			return false, err
		}
		f := v.formOf(t, c)
		if f == logsql.NoKeys || v.form != logsql.NoKeys && f != v.form {
			return false, nil
		}
		v.form, parts[t] = f, c
	}
	v.keys = make([]int64, len(of))
	for t, c := range parts {
		if c == nil {
			continue
		}
		if err := v.fill(t, c); err != nil {
			return false, err
		}
	}
	return true, nil
}

// formOf returns the form of keys that a part of a template's rows has.
func (v *keyValues) formOf(t int, c *capture) logsql.KeyForm {
	if c.slot == static {
		form, _ := logsql.ParseKey(c.text)
		return form
	}
	if c.slot < 0 {
		return logsql.NoKeys
	}
	switch info := v.pieces.VariableInfo(int(v.pieces.Slots(t)[c.slot])); {
	case info.Kind == block.VarIPv4:
		return logsql.IPv4Keys
	case info.Kind == block.VarInt && info.Scale == 0 && info.Width == 0:
		return logsql.IntKeys
	}
	return logsql.NoKeys
}

// fill reads the keys of all rows of a template.
func (v *keyValues) fill(t int, c *capture) error {
	rows, err := v.pieces.RowsOf(t)
	if err != nil {
		return err
	}
	if c.slot == static {
		_, key := logsql.ParseKey(c.text)
		for _, row := range rows {
			v.keys[row] = key
		}
		return nil
	}
	variable, err := v.pieces.Variable(int(v.pieces.Slots(t)[c.slot]))
	if err != nil {
		return err
	}
	at, stride := v.pieces.Position(t, c.slot, 0), v.pieces.Stride(t, c.slot)
	for _, row := range rows {
		v.keys[row] = variable.Ints[at]
		at += stride
	}
	return nil
}

func (v *keyValues) at(row int) string {
	if v.keys == nil {
		return v.values.at(row)
	}
	return string(v.form.Append(nil, v.keys[row]))
}

func (v *keyValues) column(name string, rows []uint32) logsql.Column {
	if v.keys == nil {
		return v.values.column(name, rows)
	}
	keys := make([]int64, len(rows))
	for i, row := range rows {
		keys[i] = v.keys[row]
	}
	return logsql.Column{Name: name, Keys: keys, Form: v.form}
}

// viewKeys are views, as keys when many different values are all of one form.
type viewKeys struct{ *mixed }

func (v viewKeys) column(name string, rows []uint32) logsql.Column {
	if v.whole != nil {
		if c, ok := v.whole.keys(name, rows); ok {
			return c
		}
	}
	return v.mixed.column(name, rows)
}

// keysOfTexts returns the keys of texts that are all of one form.
func keysOfTexts(texts []string) (form logsql.KeyForm, keys []int64) {
	for i, text := range texts {
		f, key := logsql.ParseKey(text)
		if f == logsql.NoKeys || i > 0 && f != form {
			return logsql.NoKeys, nil
		}
		form, keys = f, append(keys, key)
	}
	return form, slices.Clip(keys)
}
