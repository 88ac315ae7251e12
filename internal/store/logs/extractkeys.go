package logs

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// ofRows returns the template of each row, and which templates some rows have.
func (p *pieces) ofRows(rows bitmap) (of []uint16, templates []bool, err error) {
	if of, err = p.TemplateOf(); err != nil {
		return nil, nil, err
	}
	templates = make([]bool, p.Len())
	rows.all(func(row int) { templates[of[row]] = true })
	return of, templates, nil
}

// keyForm returns the form of keys that the values of a variable are.
func keyForm(v *block.VariableInfo) logsql.KeyForm {
	switch {
	case v.Kind == block.VarIPv4:
		return logsql.IPv4Keys
	case v.Kind == block.VarInt && v.Scale == 0 && v.Width == 0:
		return logsql.IntKeys
	}
	return logsql.NoKeys
}

// readKeys takes the values of rows as keys; false when they are not all of one form.
func (v *extractedValues) readKeys(rows bitmap) (told bool, err error) {
	of, wanted, err := v.pieces.ofRows(rows)
	if err != nil {
		return false, err
	}
	form := logsql.NoKeys
	slots := make([]int, len(wanted)) // of each template
	for t, ok := range wanted {
		if !ok {
			continue
		}
		captures, err := v.of(t)
		if err != nil || v.step >= len(captures) || captures[v.step].slot < 0 {
			return false, err
		}
		slots[t] = captures[v.step].slot
		info := v.pieces.VariableInfo(int(v.pieces.Slots(t)[slots[t]]))
		if f := keyForm(&info); f == logsql.NoKeys || form != logsql.NoKeys && f != form {
			return false, nil
		} else {
			form = f
		}
	}
	v.form, v.keys = form, make([]int64, len(of))
	for t, ok := range wanted {
		if !ok {
			continue
		}
		values, err := v.pieces.Variable(int(v.pieces.Slots(t)[slots[t]]))
		if err != nil {
			return false, err
		}
		list, err := v.pieces.RowsOf(t)
		if err != nil {
			return false, err
		}
		at, stride := v.pieces.Position(t, slots[t], 0), v.pieces.Stride(t, slots[t])
		for _, row := range list {
			v.keys[row] = values.Ints[at]
			at += stride
		}
	}
	return form != logsql.NoKeys, nil
}
