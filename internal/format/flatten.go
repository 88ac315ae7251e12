package format

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
)

// JSONError says where a text stops being JSON.
type JSONError struct {
	Pos  int    // byte offset
	What string // what stands there: "a value is missing"
}

func (e *JSONError) Error() string { return fmt.Sprintf("broken JSON at byte %d: %s", e.Pos, e.What) }

const (
	// maxObjectDepth bounds how deep objects are flattened; what lies deeper stays JSON text.
	maxObjectDepth = 64
	// maxNames bounds the names that nesting makes, in times of the object's own size: a long name around many
	// short ones would else grow to the square.
	maxNames = 16
	// maxNesting bounds objects and arrays together; deeper texts are refused.
	maxNesting = 1000
)

// Flattener turns JSON objects into fields: {"a":{"b":1}} is a.b=1. Arrays stay JSON text, numbers and booleans
// are the text that stands there, null and empty texts are missing fields, and of double names the last counts.
// Raw control characters in strings are taken as they are; all else follows RFC 8259.
//
// Names and values alias the input where they can, else memory of the Flattener: both must stay untouched while
// the fields are in use. The zero value is ready; one goroutine uses it. In steady state it does not allocate.
type Flattener struct {
	text  []byte // names with dots and unescaped values handed out since Reset
	path  []byte // names of the enclosing objects, each with its dot
	first int    // where the fields of the current object begin in dst
	limit int    // length that text may reach with the current object
	seen  [4]uint64
	index map[string]int // place of each name in dst, once an object has many
	holes bool           // some fields have lost their value to a later null
}

// Reset takes back the memory of all fields that were given out.
func (f *Flattener) Reset() { f.text = f.text[:0] }

// Object appends the fields of the one JSON object that data holds, each name with prefix in front. On an error,
// a *JSONError, dst comes back with its old length. Fields of earlier calls stay valid until Reset.
func (f *Flattener) Object(dst []model.Field, data, prefix string) ([]model.Field, error) {
	fields, n, err := f.ObjectPrefix(dst, data, prefix)
	if err != nil {
		return fields, err
	}
	if n = skipSpace(data, n); n < len(data) {
		return dst, &JSONError{n, "text behind the object"}
	}
	return fields, nil
}

// ObjectPrefix is Object for data that goes on behind the object; it returns the object's end.
func (f *Flattener) ObjectPrefix(dst []model.Field, data, prefix string) (fields []model.Field, end int, err error) {
	i := skipSpace(data, 0)
	if i == len(data) || data[i] != '{' {
		return dst, 0, &JSONError{i, "an object is expected"}
	}
	f.path = append(f.path[:0], prefix...)
	f.first = len(dst)
	f.seen, f.holes = [4]uint64{}, false
	f.limit = len(f.text) + (len(data)+256)*maxNames
	fields, end, what := f.object(dst, data, i+1, 1)
	f.index = nil
	if f.holes {
		own := slices.DeleteFunc(fields[f.first:], func(fd model.Field) bool { return fd.Value == "" })
		fields = fields[:f.first+len(own)]
	}
	if what != "" {
		return dst, 0, &JSONError{end, what}
	}
	return fields, end, nil
}

// object reads members behind "{" at i. A fault comes back as its position and what, never as an error value:
// this is the path of every row.
func (f *Flattener) object(dst []model.Field, s string, i, depth int) (fields []model.Field, end int, what string) {
	base := len(f.path)
	i = skipSpace(s, i)
	if i < len(s) && s[i] == '}' {
		return dst, i + 1, ""
	}
	for {
		if i >= len(s) || s[i] != '"' {
			return dst, i, "a name in quotes is expected"
		}
		keyStart := i + 1
		keyEnd, escaped := stringEnd(s, keyStart)
		if keyEnd < 0 {
			return dst, i, "a string is not closed"
		}
		name := s[keyStart:keyEnd]
		if escaped {
			var bad int
			if name, bad = f.unescape(name); bad >= 0 {
				return dst, keyStart + bad, "unknown escape"
			}
		}
		i = skipSpace(s, keyEnd+1)
		if i >= len(s) || s[i] != ':' {
			return dst, i, "a colon is expected"
		}
		i = skipSpace(s, i+1)
		if i >= len(s) {
			return dst, i, "a value is missing"
		}

		var value string
		switch c := s[i]; {
		case c == '"':
			end, escaped := stringEnd(s, i+1)
			if end < 0 {
				return dst, i, "a string is not closed"
			}
			value = s[i+1 : end]
			if escaped {
				var bad int
				if value, bad = f.unescape(value); bad >= 0 {
					return dst, i + 1 + bad, "unknown escape"
				}
			}
			i = end + 1
			dst = f.add(dst, base, name, value)
		case c == '{' && depth < maxObjectDepth:
			f.path = append(append(f.path, name...), '.')
			if dst, i, what = f.object(dst, s, i+1, depth+1); what != "" {
				return dst, i, what
			}
			f.path = f.path[:base]
		default:
			var end int
			if end, what = valueEnd(s, i, depth); what != "" {
				return dst, end, what
			}
			if c != 'n' {
				value = s[i:end]
			}
			i = end
			dst = f.add(dst, base, name, value)
		}

		if len(f.text) > f.limit {
			return dst, i, "names of nested objects are too long"
		}
		i = skipSpace(s, i)
		if i >= len(s) {
			return dst, i, "the object is not closed"
		}
		switch s[i] {
		case ',':
			i = skipSpace(s, i+1)
		case '}':
			return dst, i + 1, ""
		default:
			return dst, i, "a comma or a closing brace is expected"
		}
	}
}

// add appends one field; a name that is there already is replaced, or removed when the new value is missing.
func (f *Flattener) add(dst []model.Field, base int, name, value string) []model.Field {
	if base > 0 {
		start := len(f.text)
		f.text = append(append(f.text, f.path[:base]...), name...)
		name = textOf(f.text[start:])
	}
	if f.maybeSeen(name) {
		if k := f.find(dst, name); k >= 0 {
			dst[k].Value = value
			f.holes = f.holes || value == ""
			return dst
		}
	}
	if value == "" {
		return dst
	}
	if f.index != nil {
		f.index[name] = len(dst)
	}
	return append(dst, model.Field{Name: name, Value: value})
}

// find returns the place of a name in dst, or -1. Of many fields it keeps an index: searching them one by one
// would take the square of their number.
func (f *Flattener) find(dst []model.Field, name string) int {
	const many = 100
	if f.index == nil && len(dst)-f.first > many {
		f.index = make(map[string]int, 2*many)
		for k := f.first; k < len(dst); k++ {
			f.index[dst[k].Name] = k
		}
	}
	if f.index != nil {
		if k, ok := f.index[name]; ok {
			return k
		}
		return -1
	}
	for k := f.first; k < len(dst); k++ {
		if dst[k].Name == name {
			return k
		}
	}
	return -1
}

// maybeSeen is a small filter in front of the search for double names: it answers false for most new names.
func (f *Flattener) maybeSeen(name string) bool {
	h := uint(len(name)) * 37
	if n := len(name); n > 0 {
		h += uint(name[0])*11 ^ uint(name[n-1])*83 ^ uint(name[n/2])*29
	}
	word, bit := h>>6&3, uint64(1)<<(h&63)
	if f.seen[word]&bit != 0 {
		return true
	}
	f.seen[word] |= bit
	return false
}

// textOf views bytes of f.text as a string; when f.text grows, older strings keep the older memory.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
