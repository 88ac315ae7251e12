package pipe

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/logsql"
)

// texter makes one field of the text of another.
type texter struct {
	source
	to     string
	change func(dst []byte, v string) []byte // appends the new text
	text   []byte
}

func (t *texter) fields() []string { return []string{t.to} }

func (t *texter) derive(unit int, m *made) {
	t.text = t.change(t.text[:0], t.value(unit))
	m.set(unit, t.to, m.text.copyBytes(t.text))
}

// textChange returns what a pipe does to a text.
func textChange(p logsql.TextPipe) func(dst []byte, v string) []byte {
	switch p := p.(type) {
	case *logsql.PipeCollapseNums:
		if p.Prettify {
			return appendPretty
		}
		return appendCollapsed
	case *logsql.PipeDecolorize:
		return appendPlain
	case *logsql.PipeTimeAdd:
		return func(dst []byte, v string) []byte {
			if ns, ok := logsql.ParseTimeText(v); ok {
				return logsql.AppendTime(dst, ns+p.Add)
			}
			return append(dst, v...)
		}
	case *logsql.PipeLen:
		return func(dst []byte, v string) []byte { return strconv.AppendInt(dst, int64(len(v)), 10) }
	case *logsql.PipeHash:
		return func(dst []byte, v string) []byte { return strconv.AppendUint(dst, xxhash.Sum64String(v)&(1<<53-1), 10) }
	case *logsql.PipeJSONArrayLen:
		return func(dst []byte, v string) []byte { return strconv.AppendInt(dst, int64(len(jsonItems(v))), 10) }
	case *logsql.PipeUnpackWords:
		return func(dst []byte, v string) []byte { return appendWords(dst, v, p.Unique) }
	case *logsql.PipeSplit:
		return func(dst []byte, v string) []byte { return appendJSONArray(dst, strings.Split(v, p.Separator)) }
	}
	return nil
}

// appendPlain appends a text without control sequences: ESC [, parameters 0x30-0x3f, intermediates 0x20-0x2f and a
// final byte 0x40-0x7e (ECMA-48 section 5.4).
func appendPlain(dst []byte, v string) []byte {
	for {
		i := strings.Index(v, "\x1b[")
		if i < 0 {
			return append(dst, v...)
		}
		dst = append(dst, v[:i]...)
		v = v[i+2:]
		v = v[within(v, 0x30, 0x3f):]
		v = v[within(v, 0x20, 0x2f):]
		if v != "" && v[0] >= 0x40 && v[0] <= 0x7e {
			v = v[1:]
		}
	}
}

// within counts the bytes from lo to hi that a text begins with.
func within(v string, lo, hi byte) int {
	n := 0
	for n < len(v) && v[n] >= lo && v[n] <= hi {
		n++
	}
	return n
}

func appendWords(dst []byte, v string, unique bool) []byte {
	var words []string
	var seen map[string]struct{}
	if unique {
		seen = map[string]struct{}{}
	}
	logsql.SplitWords(v, func(w string) {
		if unique {
			if _, ok := seen[w]; ok {
				return
			}
			seen[w] = struct{}{}
		}
		words = append(words, w)
	})
	return appendJSONArray(dst, words)
}

// appendJSONArray appends texts as a JSON array.
func appendJSONArray(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = logsql.AppendJSONString(dst, v)
	}
	return append(dst, ']')
}

// jsonItems returns the items of a JSON array, strings without their quotes and the others as JSON; none when the text
// is no array.
func jsonItems(v string) []string {
	if v == "" || v[0] != '[' {
		return nil
	}
	var raw []json.RawMessage
	if json.Unmarshal([]byte(v), &raw) != nil {
		return nil
	}
	items := make([]string, len(raw))
	for i, item := range raw {
		var text string
		if item[0] == '"' && json.Unmarshal(item, &text) == nil {
			items[i] = text
			continue
		}
		items[i] = compactJSON(item)
	}
	return items
}

// compactJSON writes JSON without white space between its parts.
func compactJSON(raw []byte) string {
	if !slices.ContainsFunc(raw, func(c byte) bool { return blank(c) }) {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	quoted := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quoted && c == '\\':
			out = append(out, c)
			i++
			c = raw[i]
		case c == '"':
			quoted = !quoted
		case !quoted && blank(c):
			continue
		}
		out = append(out, c)
	}
	return string(out)
}
