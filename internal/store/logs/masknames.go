package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// maskNames says which fields are masked. A name is of the field and of what is nested in it (card, card.no), "user*" of all fields
// that begin so, and "*" of all but the reserved ones, and of the message. What a sender wrote under a name that was taken
// (sent.card) is masked as that name is.
type maskNames struct {
	names, prefixes []string
	message         bool            // all of it
	spelled         [][][][]string  // the spellings of each word of the names
	known           map[string]bool // by name of a field
}

// maxNamesSeen bounds the names that a search remembers whether they are masked.
const maxNamesSeen = 10_000

func newMaskNames(masks []string) *maskNames {
	n := &maskNames{known: map[string]bool{}}
	for _, mask := range masks {
		prefix, many := strings.CutSuffix(mask, "*")
		if !many {
			n.names = append(n.names, mask)
			n.message = n.message || mask == model.FieldMsg
			continue
		}
		n.prefixes = append(n.prefixes, prefix)
		n.message = n.message || prefix == ""
	}
	for _, name := range aliases { // those that answer in the place of a masked one
		if other := alias(name); n.finds(name) && !slices.Contains(n.names, other) {
			n.names = append(n.names, other)
		}
	}
	for _, name := range n.names {
		n.spelled = append(n.spelled, spellings(name))
	}
	return n
}

// hides reports whether a field is masked.
func (n *maskNames) hides(name string) bool {
	hidden, known := n.known[name]
	if !known {
		if hidden = n.finds(name); len(n.known) >= maxNamesSeen {
			clear(n.known)
		}
		n.known[strings.Clone(name)] = hidden
	}
	return hidden
}

func (n *maskNames) finds(name string) bool {
	if sent, ok := strings.CutPrefix(name, "sent."); ok && n.finds(sent) {
		return true
	}
	if model.ReservedName(name) {
		return n.message && name == model.FieldMsg
	}
	for _, prefix := range n.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, masked := range n.names {
		if rest, ok := strings.CutPrefix(name, masked); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// within reports whether any masked name is of something nested in a field.
func (n *maskNames) within(field string) bool {
	nested := func(name string) bool {
		return len(name) > len(field) && name[len(field)] == '.' && strings.HasPrefix(name, field)
	}
	sent, ok := strings.CutPrefix(field, "sent.")
	return slices.ContainsFunc(n.names, nested) || slices.ContainsFunc(n.prefixes, nested) || ok && n.within(sent)
}

// in reports whether a text may name a masked field: has all words of its name, or what the names that are masked end in.
func (n *maskNames) in(text string) bool {
	read := unescaped(text)
	if slices.ContainsFunc(n.prefixes, func(prefix string) bool {
		last := lastName(prefix)
		return strings.Contains(text, last) || strings.Contains(read, last)
	}) {
		return true
	}
	have := map[string]bool{}
	logsql.Tokenize(text, func(token string) { have[token] = true })
	return n.named(func(tokens []string) bool {
		return !slices.ContainsFunc(tokens, func(token string) bool { return !have[token] })
	})
}

// named reports whether has finds, of each word of any name, the tokens of a spelling.
func (n *maskNames) named(has func(tokens []string) bool) bool {
	return slices.ContainsFunc(n.spelled, func(words [][][]string) bool {
		return !slices.ContainsFunc(words, func(spellings [][]string) bool { return !slices.ContainsFunc(spellings, has) })
	})
}

// lastName is what a member of an object is called in it: no of card.no.
func lastName(field string) string {
	field = strings.TrimRight(field, ".")
	return field[strings.LastIndexByte(field, '.')+1:]
}
