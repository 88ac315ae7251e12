package elasticsearch

import (
	"encoding/json"
	"errors"
	"fmt"
	"unsafe"
)

// op is what an action line asks for.
type op uint8

const (
	opIndex op = iota
	opCreate
	opUpdate
	opDelete
)

var opNames = [...]string{opIndex: "index", opCreate: "create", opUpdate: "update", opDelete: "delete"}

func (o op) String() string { return opNames[o] }

// stores reports whether the action adds a document. The others would change one that is stored already.
func (o op) stores() bool { return o <= opCreate }

// hasDocument reports whether a document line follows the action line.
func (o op) hasDocument() bool { return o != opDelete }

// action is one action line of a bulk request. Strings alias the line, or a copy when they hold escapes.
type action struct {
	op        op
	index, id string
}

// parseAction reads an action line: an object whose first member's name is the action and whose value is an
// object of metadata. Of the metadata only _index and _id matter here. Further members, which some clients add
// for themselves (winston-elasticsearch its attempts), are passed over.
func parseAction(line []byte) (action, error) {
	s := actionScanner{in: line}
	var a action
	s.expect('{')
	name := s.text()
	s.expect(':')
	if s.err == nil {
		switch name {
		case "index":
			a.op = opIndex
		case "create":
			a.op = opCreate
		case "update":
			a.op = opUpdate
		case "delete":
			a.op = opDelete
		default:
			s.err = fmt.Errorf("the action %q is not index, create, update or delete", name)
		}
	}
	s.metadata(&a)
	for s.err == nil && s.peek() == ',' {
		s.pos++
		s.text()
		s.expect(':')
		s.skipValue()
	}
	s.expect('}')
	if s.err == nil && s.peek() != 0 {
		s.err = fmt.Errorf("position %d: text behind the action", s.pos)
	}
	return a, s.err
}

// actionScanner reads the small part of JSON (RFC 8259) that action lines use, without allocating for strings
// without escapes. After an error all its methods do nothing.
type actionScanner struct {
	in  []byte
	pos int
	err error
}

// peek returns the next byte behind white space, 0 at the end.
func (s *actionScanner) peek() byte {
	for s.pos < len(s.in) {
		switch c := s.in[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

func (s *actionScanner) expect(c byte) {
	if s.err != nil {
		return
	}
	if s.peek() != c {
		s.err = fmt.Errorf("position %d: expected %q", s.pos, c)
		return
	}
	s.pos++
}

// metadata reads the object behind the action's name.
func (s *actionScanner) metadata(a *action) {
	s.expect('{')
	if s.err == nil && s.peek() == '}' {
		s.pos++
		return
	}
	for s.err == nil {
		name := s.text()
		s.expect(':')
		switch {
		case s.err != nil:
		case name == "_index" && s.peek() == '"':
			a.index = s.text()
		case name == "_id" && s.peek() == '"':
			a.id = s.text()
		default:
			s.skipValue()
		}
		if s.err == nil && s.peek() == ',' {
			s.pos++
			continue
		}
		s.expect('}')
		return
	}
}

// text reads a string.
func (s *actionScanner) text() string {
	s.expect('"')
	if s.err != nil {
		return ""
	}
	start, escaped := s.pos, false
	for ; s.pos < len(s.in); s.pos++ {
		switch s.in[s.pos] {
		case '\\':
			escaped = true
			s.pos++
		case '"':
			raw := s.in[start:s.pos]
			s.pos++
			if !escaped {
				return unsafe.String(unsafe.SliceData(raw), len(raw))
			}
			var text string
			if err := json.Unmarshal(s.in[start-1:s.pos], &text); err != nil {
				s.err = fmt.Errorf("position %d: %w", start, err)
			}
			return text
		}
	}
	s.err = errors.New("a string has no end")
	return ""
}

// skipValue passes over any value: a string, or everything up to the comma or bracket that ends it.
func (s *actionScanner) skipValue() {
	depth := 0
	for s.err == nil {
		switch s.peek() {
		case 0:
			s.err = errors.New("the line ends within a value")
		case '"':
			s.text()
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			if depth == 0 {
				return
			}
			depth--
			s.pos++
		case ',':
			if depth == 0 {
				return
			}
			s.pos++
		default:
			s.pos++
		}
	}
}
