package pipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Names of the built-in masks.
const (
	maskCards     = "card_numbers"
	maskResidents = "resident_numbers"
	maskTokens    = "tokens"
)

// mask hides parts of a text: it appends the text with the parts replaced to dst, or reports false when there
// is nothing to hide and dst is as it was.
type mask func(dst []byte, text string) ([]byte, bool)

// masks hides parts of messages and of field values. It is safe for concurrent use.
type masks struct{ steps []mask }

// compileMasks returns nil for an empty list.
func compileMasks(names []string) (*masks, error) {
	m := &masks{}
	for _, name := range names {
		switch name {
		case maskCards:
			m.steps = append(m.steps, hideCardNumbers)
		case maskResidents:
			m.steps = append(m.steps, hideResidentNumbers)
		case maskTokens:
			m.steps = append(m.steps, hideTokens)
		default:
			if len(name) < 3 || name[0] != '/' || name[len(name)-1] != '/' {
				return nil, fmt.Errorf("mask %q is not known; there are %s, %s, %s and /regexp/", name, maskCards, maskResidents, maskTokens)
			}
			re, err := regexp.Compile(name[1 : len(name)-1])
			if err != nil {
				return nil, fmt.Errorf("mask %s: %w", name, err)
			}
			if re.MatchString("") {
				return nil, fmt.Errorf("mask %s matches the empty text", name)
			}
			m.steps = append(m.steps, hideMatches(re))
		}
	}
	if len(m.steps) == 0 {
		return nil, nil
	}
	return m, nil
}

// apply masks the message, fields and stream of r and reports whether something was hidden. Fields that change
// are copied first: the slices may belong to somebody else.
func (m *masks) apply(r *model.Record) bool {
	msg, hidden := m.text(r.Msg)
	r.Msg = msg
	var changed bool
	r.Fields, changed = m.values(r.Fields)
	hidden = hidden || changed
	r.Stream, changed = m.values(r.Stream)
	return hidden || changed
}

func (m *masks) values(fields []model.Field) ([]model.Field, bool) {
	copied := false
	for i := range fields {
		value, hidden := m.text(fields[i].Value)
		if !hidden {
			continue
		}
		if !copied {
			fields, copied = slices.Clone(fields), true
		}
		fields[i].Value = value
	}
	return fields, copied
}

func (m *masks) text(s string) (string, bool) {
	hidden := false
	for _, step := range m.steps {
		if out, found := step(nil, s); found {
			s, hidden = string(out), true
		}
	}
	return s, hidden
}

// hideMatches replaces matches of a user's expression; when it has groups, only what they match.
func hideMatches(re *regexp.Regexp) mask {
	return func(dst []byte, text string) ([]byte, bool) {
		found := re.FindAllStringSubmatchIndex(text, -1)
		if found == nil {
			return dst, false
		}
		at := 0
		for _, m := range found {
			spans := m[2:]
			if len(spans) == 0 {
				spans = m
			}
			for k := 0; k < len(spans); k += 2 {
				if from, to := spans[k], spans[k+1]; from >= at && to > from {
					dst = append(append(dst, text[at:from]...), hiddenMark...)
					at = to
				}
			}
		}
		return append(dst, text[at:]...), at > 0
	}
}

// hiddenMark stands for what was hidden in full.
const hiddenMark = "****"

// hideSpans runs find over the text; find returns the next span to hide at or after a position.
func hideSpans(dst []byte, text string, find func(text string, from int) (start, end int), hide func(dst []byte, part string) []byte) ([]byte, bool) {
	start, end := find(text, 0)
	if start < 0 {
		return dst, false
	}
	at := 0
	for start >= 0 {
		dst = append(dst, text[at:start]...)
		dst = hide(dst, text[start:end])
		at = end
		start, end = find(text, at)
	}
	return append(dst, text[at:]...), true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isWordByte(c byte) bool { return isDigit(c) || (c|0x20)-'a' <= 'z'-'a' || c == '_' }

// nextDigit returns the position of the next digit that no digit or letter stands before.
func nextDigit(s string, i int) int {
	for i < len(s) {
		at := strings.IndexAny(s[i:], "0123456789")
		if at < 0 {
			return -1
		}
		i += at
		if i == 0 || !isWordByte(s[i-1]) {
			return i
		}
		for i < len(s) && isWordByte(s[i]) {
			i++
		}
	}
	return -1
}
