package logsql

// CompareFields compares two fields of a row: user:eq_field(owner), took:lt_field(limit), took:le_field(limit).
type CompareFields struct {
	Field    string
	Function string // eq_field, lt_field, le_field
	Other    string
}

// Match decides on the row's values of both fields.
func (f *CompareFields) Match(r Row) bool { return f.Compare(r.Value(f.Field), r.Value(f.Other)) }

// Compare decides on the values of both fields. Only a field that is there is smaller than another.
func (f *CompareFields) Compare(a, b string) bool {
	switch {
	case a == b:
		return f.Function != "lt_field"
	case f.Function == "eq_field" || a == "" || b == "":
		return false
	}
	x, xok := ParseNumber(a)
	y, yok := ParseNumber(b)
	if xok && yok {
		d := CompareNumbers(x, y, a, b)
		return d < 0 || d == 0 && f.Function == "le_field"
	}
	return CompareValues(a, b) < 0
}

func (f *CompareFields) String() string {
	return fieldPrefix(f.Field) + f.Function + "(" + quoteName(f.Other) + ")"
}
