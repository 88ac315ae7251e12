package block

import "fmt"

// Kind is the shape of a column.
type Kind uint8

// Shapes of a column.
const (
	Absent    Kind = iota // no row has the field
	Const                 // all rows have the same value
	Dict                  // at most 256 different values, the empty one for "missing" included
	Plain                 // one value a row
	Templated             // one value a row, stored as a template and variables; Rows.Column shows it as Plain
)

func (k Kind) String() string {
	switch k {
	case Absent:
		return "absent"
	case Const:
		return "const"
	case Dict:
		return "dict"
	case Plain:
		return "plain"
	case Templated:
		return "templated"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Column holds the values of one field. Value i of Data is Data[Ends[i-1]:Ends[i]]; what lies behind Ends is
// empty. A constant column has one value, a dictionary column as many as Index names, a plain one a value a row.
type Column struct {
	Kind  Kind
	Data  []byte
	Ends  []uint32
	Index []byte // dictionary: row -> value
}

// Value returns value i (not row i); it aliases Data.
func (c *Column) Value(i int) string {
	if i >= len(c.Ends) {
		return ""
	}
	start := uint32(0)
	if i > 0 {
		start = c.Ends[i-1]
	}
	return alias(c.Data[start:c.Ends[i]])
}

// At returns the value of a row; it aliases Data.
func (c *Column) At(row int) string {
	switch c.Kind {
	case Const:
		return c.Value(0)
	case Dict:
		return c.Value(int(c.Index[row]))
	case Plain:
		return c.Value(row)
	}
	return ""
}
