package logsql

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Batch is a run of result rows in columns. Columns have unique names; a row lacks the fields whose value is "".
// A batch and its strings are owned by whoever made it and valid only during the call that receives it.
type Batch struct {
	N       int     // rows
	Times   []int64 // event time of each row, ns since epoch; nil when the rows have no native time
	Columns []Column
	// Repeat is how many equal rows each row stands for; nil means one. Only who asks for such rows gets them.
	Repeat []uint32
}

// Column holds the values of one field in one of three shapes:
// constant (Values has one entry for all rows), plain (Values has N entries, Index is nil and N > 1 or equal),
// or dictionary (row i has Values[Index[i]]). Who asks for numbers may get a fourth: no Values, but Numbers.
type Column struct {
	Name   string
	Values []string
	Index  []uint32
	Const  bool
	// Numbers has the number of each row, NaN for a value that is none; Text writes the value of row i.
	Numbers []float64
	Text    func(i int) string
	// Keys, for who asks for them, are in the place of Values: row i has the text of Keys[i].
	Keys []int64
	Form KeyForm
}

// ConstColumn returns a column with one value for all rows.
func ConstColumn(name, value string) Column {
	return Column{Name: name, Values: []string{value}, Const: true}
}

// PlainColumn returns a column with one value a row.
func PlainColumn(name string, values []string) Column {
	return Column{Name: name, Values: values}
}

// DictColumn returns a column whose row i has values[index[i]].
func DictColumn(name string, values []string, index []uint32) Column {
	return Column{Name: name, Values: values, Index: index}
}

// At returns the value of row i.
func (c *Column) At(i int) string {
	switch {
	case c.Const:
		return c.Values[0]
	case c.Index != nil:
		return c.Values[c.Index[i]]
	case c.Numbers != nil:
		return c.Text(i)
	case c.Keys != nil:
		return string(c.Form.Append(nil, c.Keys[i]))
	}
	return c.Values[i]
}

// Column returns the column of a field, or nil. "_time" has no column while Times is set; see TimeText.
func (b *Batch) Column(name string) *Column {
	i := slices.IndexFunc(b.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &b.Columns[i]
}

// Value returns the field of row i, "" when it is missing, and formats native times.
func (b *Batch) Value(i int, name string) string {
	if name == "_time" && b.Times != nil {
		return TimeText(b.Times[i])
	}
	if c := b.Column(name); c != nil {
		return c.At(i)
	}
	return ""
}

// TimeText writes a time as _time shows it: RFC 3339 in UTC with the digits that are needed.
func TimeText(ns int64) string {
	return string(AppendTime(nil, ns))
}

// AppendTime appends TimeText to dst.
func AppendTime(dst []byte, ns int64) []byte {
	return time.Unix(0, ns).UTC().AppendFormat(dst, time.RFC3339Nano)
}

// AppendJSON appends row i as one JSON object without a line feed: _time first when native, then the columns
// in order, missing fields left out. Invalid UTF-8 becomes U+FFFD.
func (b *Batch) AppendJSON(dst []byte, i int) []byte {
	dst = append(dst, '{')
	first := true
	if b.Times != nil {
		dst = append(dst, `"_time":"`...)
		dst = AppendTime(dst, b.Times[i])
		dst = append(dst, '"')
		first = false
	}
	for k := range b.Columns {
		c := &b.Columns[k]
		v := c.At(i)
		if v == "" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = AppendJSONString(dst, c.Name)
		dst = append(dst, ':')
		dst = AppendJSONString(dst, v)
	}
	return append(dst, '}')
}

// AppendJSONString appends s as a JSON string (RFC 8259 section 7); invalid UTF-8 becomes U+FFFD.
func AppendJSONString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < 0x80 {
			i++
			continue
		}
		if c >= 0x80 {
			r, size := decodeRune(s[i:])
			if r >= 0 {
				i += size
				continue
			}
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			i++
			start = i
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// FormatFloat writes a number as statistics show it: whole numbers without a fraction.
func FormatFloat(f float64) string {
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func decodeRune(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size <= 1 {
		return -1, size
	}
	return r, size
}
