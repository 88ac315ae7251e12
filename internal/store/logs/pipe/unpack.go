package pipe

import (
	"encoding/json"
	"strings"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// unpacker makes fields of the JSON object or the name=value pairs that a field holds.
type unpacker struct {
	source
	pipe   *logsql.PipeUnpack
	json   format.Flattener
	parsed []model.Field
}

func (u *unpacker) begin(b *logsql.Batch) *logsql.Column {
	u.json.Reset()
	return u.source.begin(b)
}

func (u *unpacker) derive(unit int, m *made) {
	text := u.value(unit)
	u.parsed = u.parsed[:0]
	if u.pipe.Logfmt {
		u.parsed = appendPairs(u.parsed, text)
	} else if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		// A text that is no JSON object has no fields to unpack, which is not an error of the query.
		u.parsed, _ = u.json.Object(u.parsed, text, "")
	}
	for _, f := range u.parsed {
		if len(u.pipe.Fields) > 0 && !logsql.MatchName(u.pipe.Fields, f.Name) {
			continue
		}
		name := f.Name
		if u.pipe.Prefix != "" {
			name = u.pipe.Prefix + name
		}
		value := f.Value
		if !u.pipe.Logfmt && value != "" && value[0] == '[' && strings.ContainsAny(value, " \t\r\n") && json.Valid([]byte(value)) {
			value = compactJSON([]byte(value))
		}
		m.set(unit, name, value)
	}
}

// appendPairs appends the name=value pairs of a text; words that are no pair are left out.
func appendPairs(dst []model.Field, s string) []model.Field {
	for i := 0; i < len(s); {
		if blank(s[i]) {
			i++
			continue
		}
		start := i
		for i < len(s) && s[i] != '=' && s[i] != '"' && !blank(s[i]) {
			i++
		}
		if i == len(s) || s[i] != '=' || i == start {
			for i < len(s) && !blank(s[i]) {
				i++
			}
			continue
		}
		name := s[start:i]
		i++
		value, n := quotedStart(s[i:])
		if n <= 0 {
			for n = 0; i+n < len(s) && !blank(s[i+n]); n++ {
			}
			value = s[i : i+n]
		}
		i += n
		dst = append(dst, model.Field{Name: name, Value: value})
	}
	return dst
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
