package pipe

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/intcodes"
)

// Keys returns the fields of which a pipe asks nothing but which rows have the same values (logsql.Column.Keys), and what
// the few are that it shows.
func Keys(p logsql.Pipe) []string {
	switch p := p.(type) {
	case *logsql.PipeTop:
		return p.By
	case *logsql.PipeUniq:
		return p.By
	case *logsql.PipeFieldValues:
		return []string{p.Field}
	case *logsql.PipeStats:
		for i := range p.Funcs {
			if f := &p.Funcs[i]; f.Name != "count" || len(f.Args) > 0 || f.Filter != nil {
				return nil
			}
		}
		names := make([]string, len(p.By))
		for i := range p.By {
			names[i] = p.By[i].Name
		}
		return names
	}
	return nil
}

// keyed are the values of a group field that came as keys (logsql.Column.Keys). Their texts are made when they are asked
// for, which most never are.
type keyed struct {
	any   bool
	codes [logsql.KeyForms]intcodes.Codes // numbers of the values, by form
	forms []logsql.KeyForm                // by value, NoKeys for one that came as text; values behind the end did too
	keys  []int64
}

// is returns the key of a value.
func (k *keyed) is(value uint32) (f logsql.KeyForm, key int64) {
	if int(value) >= len(k.forms) {
		return logsql.NoKeys, 0
	}
	return k.forms[value], k.keys[value]
}

// keyBytes is what a value that came as a key costs: its entries in slices and in a table that may be a quarter full.
const keyBytes = 96

// numberKey returns the number of the value of a key.
func (f *groupField) numberKey(form logsql.KeyForm, key int64, acct *account) (uint32, error) {
	if !f.keyed.any {
		f.beginKeys()
	}
	next := uint32(len(f.values))
	id, known := f.keyed.codes[form].Find(key, next)
	if known {
		return id, nil
	}
	for len(f.keyed.forms) < len(f.values) {
		f.keyed.forms, f.keyed.keys = append(f.keyed.forms, logsql.NoKeys), append(f.keyed.keys, 0)
	}
	f.values = append(f.values, "")
	f.keyed.forms, f.keyed.keys = append(f.keyed.forms, form), append(f.keyed.keys, key)
	return next, acct.add(keyBytes)
}

// beginKeys finds the values so far that keys may stand for too.
func (f *groupField) beginKeys() {
	f.keyed.any = true
	for id, text := range f.values {
		if form, key := logsql.ParseKey(text); form != logsql.NoKeys {
			f.keyed.codes[form].Find(key, uint32(id))
		}
	}
}

// textOf returns a value.
func (f *groupField) textOf(value uint32) string {
	if form, key := f.keyed.is(value); form != logsql.NoKeys && f.values[value] == "" {
		f.values[value] = string(form.Append(nil, key))
	}
	return f.values[value]
}

// empty reports whether a value is the empty one.
func (f *groupField) empty(value uint32) bool {
	form, _ := f.keyed.is(value)
	return form == logsql.NoKeys && f.values[value] == ""
}

// adopt returns the number of a value of another worker's field.
func (f *groupField) adopt(from *groupField, value uint32, acct *account) (uint32, error) {
	if form, key := from.keyed.is(value); form != logsql.NoKeys {
		return f.numberKey(form, key, acct)
	}
	return f.intern(from.values[value], acct)
}
