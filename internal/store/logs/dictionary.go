package logs

import (
	"strings"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/intcodes"
)

// dictionary numbers values. Equal ones have several numbers when they come in several forms.
type dictionary struct {
	texts []string
	codes map[string]uint32
	ints  map[numberForm]*intcodes.Codes
	dicts map[uint32][]uint32 // by variable, the number of each entry of its dictionary
	arena []byte              // texts of numbers
	buf   []byte
}

// numberForm says how numbers of variables become texts: numbers of one form have equal texts when they are equal.
type numberForm struct {
	kind         block.VariableKind
	scale, width int
	variable     uint32
}

// intern returns the number of a value, and copies one that is new.
func (d *dictionary) intern(text string) uint32 {
	code, ok := d.codes[text]
	if !ok {
		if d.codes == nil {
			d.codes = map[string]uint32{}
		}
		text = strings.Clone(text)
		code = uint32(len(d.texts))
		d.texts = append(d.texts, text)
		d.codes[text] = code
	}
	return code
}

// numbers returns the numbers of the values of a variable that holds integers.
func (d *dictionary) numbers(variable uint32, values *block.Variable) *intcodes.Codes {
	form := numberForm{kind: values.Kind, scale: values.Scale, width: values.Width}
	if values.Kind == block.VarTime {
		form.variable = variable // each may have a layout of its own
	}
	known := d.ints[form]
	if known == nil {
		if d.ints == nil {
			d.ints = map[numberForm]*intcodes.Codes{}
		}
		known = &intcodes.Codes{}
		d.ints[form] = known
	}
	return known
}

// number returns the number of the integer at a position.
func (d *dictionary) number(known *intcodes.Codes, values *block.Variable, at int) uint32 {
	code, ok := known.Find(values.Ints[at], uint32(len(d.texts)))
	if !ok {
		d.texts = append(d.texts, d.text(values, at))
	}
	return code
}

// text makes the text of an integer that lives as long as the dictionary.
func (d *dictionary) text(values *block.Variable, at int) string {
	const piece, longest = 16 << 10, 64
	if cap(d.arena)-len(d.arena) < longest {
		d.arena = make([]byte, 0, piece)
	}
	start := len(d.arena)
	d.arena = values.Append(d.arena, at)
	return textOf(d.arena[start:])
}

// entries returns the numbers of the entries of a variable's dictionary.
func (d *dictionary) entries(variable uint32, values *block.Variable) []uint32 {
	known, ok := d.dicts[variable]
	if !ok {
		known = make([]uint32, len(values.Ends))
		for i := range known {
			known[i] = d.intern(values.Value(i))
		}
		if d.dicts == nil {
			d.dicts = map[uint32][]uint32{}
		}
		d.dicts[variable] = known
	}
	return known
}
