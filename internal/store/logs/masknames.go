package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// maskNames says which fields are masked. A name is of the field and of what is nested in it (card, card.no), "user*" of all fields
// that begin so, and "*" of all but the reserved ones, and of the message. What a sender wrote under a name that was taken
// (sent.card) is masked as that name is.
type maskNames struct {
	names, prefixes []string
	message         bool            // all of it
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
	return slices.ContainsFunc(n.names, nested) || slices.ContainsFunc(n.prefixes, nested)
}

// in reports whether a text has any masked name in it, or what such a name ends in.
func (n *maskNames) in(text string) bool {
	has := func(name string) bool { return strings.Contains(text, lastName(name)) }
	return slices.ContainsFunc(n.names, has) || slices.ContainsFunc(n.prefixes, has)
}

// lastName is what a member of an object is called in it: no of card.no.
func lastName(field string) string {
	field = strings.TrimRight(field, ".")
	return field[strings.LastIndexByte(field, '.')+1:]
}
