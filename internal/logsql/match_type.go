package logsql

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// valueType matches values of one form: value_type(uint8). It asks for the value's own form and not for how a block
// keeps it, so that the answer does not change when rows move from one block to another. Only const and dict are forms of
// columns (ColumnType), for which the store decides.
type valueType struct{ name string }

const (
	typeConst = "const"
	typeDict  = "dict"
)

// ColumnType reports whether a matcher asks how a block keeps a field: dict says as a dictionary of few values, else as
// one value for all rows.
func ColumnType(m Matcher) (dict, ok bool) {
	t, ok := m.(valueType)
	return t.name == typeDict, ok && (t.name == typeConst || t.name == typeDict)
}

var valueForms = map[string]func(string) bool{
	"uint8":   func(v string) bool { return isUint(v, math.MaxUint8) },
	"uint16":  func(v string) bool { return isUint(v, math.MaxUint16) },
	"uint32":  func(v string) bool { return isUint(v, math.MaxUint32) },
	"uint64":  func(v string) bool { return isUint(v, math.MaxUint64) },
	"int64":   isInt,
	"float64": func(v string) bool { return isDecimal(v) && !isInt(v) && !isUint(v, math.MaxUint64) },
	"ipv4": func(v string) bool {
		_, ok := ParseIPv4(v)
		return ok
	},
	"iso8601": func(v string) bool {
		_, ok := ParseTimeText(v)
		return ok
	},
}

// valueTypes are the names that value_type() knows.
func valueTypes() []string {
	return append(slices.Sorted(maps.Keys(valueForms)), typeConst, typeDict, "string")
}

func (m valueType) Match(v string) bool {
	switch {
	case v == "", m.name == typeDict:
		return false
	case m.name == typeConst: // of one row, which is all that is known here
		return true
	}
	if form := valueForms[m.name]; form != nil {
		return form(v)
	}
	for _, form := range valueForms {
		if form(v) {
			return false
		}
	}
	return true
}
func (m valueType) Words() []string { return nil }
func (m valueType) String() string  { return "value_type(" + m.name + ")" }

// isUint reports whether v is a whole number from 0 to most, written without sign or leading zeros.
func isUint(v string, most uint64) bool {
	if v == "" || !isDigit(v[0]) || v[0] == '0' && len(v) > 1 || len(v) > 20 {
		return false
	}
	for i := range len(v) {
		if !isDigit(v[i]) {
			return false
		}
	}
	n, err := strconv.ParseUint(v, 10, 64)
	return err == nil && n <= most
}

func isInt(v string) bool {
	if v != "" && v[0] == '-' {
		return v != "-0" && isUint(v[1:], 1<<63)
	}
	return isUint(v, math.MaxInt64)
}
