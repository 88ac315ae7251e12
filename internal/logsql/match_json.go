package logsql

import (
	"encoding/json"
	"slices"
	"strings"
)

// jsonArray matches a value that is a JSON array with one of the texts among its elements; numbers, true, false and
// null compare as they are written, arrays and objects within it are no text.
type jsonArray struct{ list []string }

func (m jsonArray) Match(v string) bool {
	v = strings.TrimSpace(v)
	if !strings.HasPrefix(v, "[") || !strings.Contains(v, `\`) && !m.within(v) {
		return false
	}
	var elements []json.RawMessage
	if json.Unmarshal([]byte(v), &elements) != nil {
		return false
	}
	for _, e := range elements {
		var text string
		switch e[0] {
		case '[', '{':
			continue
		case '"':
			if json.Unmarshal(e, &text) != nil {
				continue
			}
		default:
			text = string(e)
		}
		if slices.Contains(m.list, text) {
			return true
		}
	}
	return false
}

// within reports whether one of the texts stands in v at all, which is without escapes.
func (m jsonArray) within(v string) bool {
	return slices.ContainsFunc(m.list, func(text string) bool { return strings.Contains(v, text) })
}

// Words promises nothing: JSON may write any character of a text as an escape.
func (m jsonArray) Words() []string { return nil }
func (m jsonArray) String() string  { return "json_array_contains_any(" + quoteList(m.list) + ")" }
