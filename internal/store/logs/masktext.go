package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// quotedMask stands in the place of a masked member, so that what was JSON still is.
const quotedMask = `"` + MaskText + `"`

// maxEscaped is how many times over a text is looked at for escapes: JSON in a string of JSON in another is three.
const maxEscaped = 3

// maskMembers masks the members of objects in a text of JSON at their places, whatever they are written as, and notes what they say.
// Of one that cannot be read, though it seems to be an object, nobody knows where its members are: it is masked whole if it may have any
// that is hidden. Without members the text comes back as it is.
func (m *masker) maskMembers(text, prefix string) (masked string, members bool) {
	if !begins(text, '{') && (prefix == "" || !begins(text, '[')) {
		return text, false
	}
	m.found = m.found[:0]
	all := m.members.Walk(text, prefix, func(name, value string) (into bool) {
		if !m.hides(name) {
			return true
		}
		if said := m.members.Text(value); said != "" { // null and empty texts are missing fields
			m.values = append(m.values, strings.Clone(said))
			at, _ := within(text, value)
			m.found = append(m.found, cut{at, at + len(value)})
		}
		return false
	})
	switch {
	case all:
		return replace(text, m.found, quotedMask), true
	case len(m.values) > 0 || m.in(prefix+text):
		return MaskText, true
	}
	return text, false
}

// begins reports whether a text begins with c, as JSON may.
func begins(text string, c byte) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && text[0] == c
}

// hideMembers is hide for a text whose hidden members are masked: what the others say is hidden as it is in their fields.
func (m *masker) hideMembers(text string) string {
	if len(m.values) == 0 || text == MaskText {
		return text
	}
	var out []byte
	from := 0
	m.members.Walk(text, "", func(_, value string) (into bool) {
		said := strings.Clone(m.members.Text(value))
		if hidden := m.hideAll(said); hidden != said {
			at, _ := within(text, value)
			out = logsql.AppendJSONString(append(out, text[from:at]...), hidden)
			from = at + len(value)
		}
		return false
	})
	out = append(out, text[from:]...)
	if text = string(out); m.has(text) || m.hasEscaped(text) { // in a name
		return MaskText
	}
	return text
}

// findShort appends where a text has short values of stored fields: as words of their own, if it names the field too. Of those
// that are known as views the place is known.
func (m *masker) findShort(at []cut, text string, known []model.Field) []cut {
	for _, f := range m.short {
		if valueOf(known, f.Name) == "" && len(wordsAt(nil, text, lastName(f.Name))) > 0 {
			at = wordsAt(at, text, f.Value)
		}
	}
	return at
}

// hideAll is hide for texts but the message.
func (m *masker) hideAll(text string) string {
	if len(m.short) == 0 {
		return m.hide(text, nil)
	}
	return m.hide(text, m.findShort(nil, text, nil))
}

// wordsAt appends where a text has a word that neither goes on before nor behind.
func wordsAt(at []cut, text, word string) []cut {
	if word == "" {
		return at
	}
	for from := 0; from+len(word) <= len(text); from++ {
		i := strings.Index(text[from:], word)
		if i < 0 {
			break
		}
		from += i
		to := from + len(word)
		if (from == 0 || !isWord(text[from-1]) || !isWord(text[from])) && (to == len(text) || !isWord(text[to-1]) || !isWord(text[to])) {
			at = append(at, cut{from, to})
		}
	}
	return at
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

// hide returns a text with the places, and wherever else hidden values stand, masked. What overlaps or touches is masked as one.
// A text that still has one once its escapes are read is masked whole.
func (m *masker) hide(text string, places []cut) string {
	m.found = append(m.found[:0], places...)
	for _, v := range m.values {
		if len(v) < shortest {
			continue
		}
		for from := 0; ; {
			i := strings.Index(text[from:], v)
			if i < 0 {
				break
			}
			m.found = append(m.found, cut{from + i, from + i + len(v)})
			from += i + 1
		}
	}
	text = replace(text, m.found, MaskText)
	if m.hasEscaped(text) {
		return MaskText
	}
	return text
}

// readValues reads the escapes that hidden values have of their own (%20): they are read with those of a text that has the value.
func (m *masker) readValues() {
	m.read = m.read[:0]
	for _, v := range m.values {
		for range maxEscaped {
			read := unescaped(v)
			if read == v {
				break
			}
			m.read, v = append(m.read, read), read
		}
	}
}

// hasEscaped reports whether a text has a hidden value that is written with escapes.
func (m *masker) hasEscaped(text string) bool {
	for range maxEscaped {
		read := unescaped(text)
		if read == text {
			return false
		}
		if m.has(read) || holdsAny(read, m.read) {
			return true
		}
		text = read
	}
	return false
}

// has reports whether a text has a hidden value.
func (m *masker) has(text string) bool { return holdsAny(text, m.values) }

// holdsAny reports whether a text has one of some values, unless that says no more than what stands in the place of one.
func holdsAny(text string, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return len(v) >= shortest && strings.Contains(text, v) && !strings.Contains(quotedMask, v)
	})
}

// replace puts a text in the place of cuts, one for those that overlap or touch, and orders these.
func replace(text string, cuts []cut, by string) string {
	if len(cuts) == 0 {
		return text
	}
	slices.SortFunc(cuts, func(a, b cut) int { return a.from - b.from })
	var b strings.Builder
	end := -1 // of what is replaced so far
	for _, p := range cuts {
		if p.from > end {
			b.WriteString(text[max(end, 0):p.from])
			b.WriteString(by)
		}
		end = max(end, p.to)
	}
	b.WriteString(text[end:])
	return b.String()
}
