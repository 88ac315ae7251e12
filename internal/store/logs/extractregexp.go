package logs

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/store/logs/block"
)

// RegexpParts is a regular expression of literal texts with repeated classes of bytes between them, each class without
// the first byte of the text behind it. So there is one way to match it from a place on: no repetition can give back.
type RegexpParts struct {
	re    *regexp.Regexp
	parts []regexpPart
}

// regexpPart is a literal text, or a class of bytes that is repeated, or where a group begins or ends.
type regexpPart struct {
	literal    string
	class      *byteClass
	least      int // bytes of the class
	begin, end int // number of the group; 0 is none
}

// byteClass is a set of ASCII bytes. Of others nothing is known.
type byteClass [utf8.RuneSelf]bool

// NewRegexpParts returns nil when an expression is of another form.
func NewRegexpParts(re *regexp.Regexp) *RegexpParts {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil
	}
	p := &RegexpParts{re: re}
	if !p.add(tree) || len(p.parts) == 0 || p.parts[0].literal == "" {
		return nil
	}
	var last *byteClass
	for _, part := range p.parts {
		switch {
		case part.class != nil && last != nil, part.literal != "" && last != nil && (part.literal[0] >= utf8.RuneSelf || last[part.literal[0]]):
			return nil
		case part.class != nil || part.literal != "":
			last = part.class
		}
	}
	return p
}

// add appends the parts of a tree; false when it is of another form.
func (p *RegexpParts) add(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			if !p.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpLiteral:
		p.parts = append(p.parts, regexpPart{literal: string(tree.Rune)})
		return tree.Flags&syntax.FoldCase == 0 && !slices.Contains(tree.Rune, utf8.RuneError) // which matches what is not UTF-8
	case syntax.OpCapture:
		p.parts = append(p.parts, regexpPart{begin: tree.Cap})
		if !p.add(tree.Sub[0]) {
			return false
		}
		p.parts = append(p.parts, regexpPart{end: tree.Cap})
		return true
	case syntax.OpPlus, syntax.OpStar:
		class := newByteClass(tree.Sub[0])
		part := regexpPart{class: class}
		if tree.Op == syntax.OpPlus {
			part.least = 1
		}
		p.parts = append(p.parts, part)
		return class != nil && tree.Flags&syntax.NonGreedy == 0
	}
	return false
}

// newByteClass returns nil for what is no class.
func newByteClass(tree *syntax.Regexp) *byteClass {
	class := &byteClass{}
	ranges := tree.Rune
	switch tree.Op {
	case syntax.OpCharClass:
	case syntax.OpAnyChar:
		ranges = []rune{0, utf8.MaxRune}
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, utf8.MaxRune}
	default:
		return nil
	}
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r < utf8.RuneSelf; r++ {
			class[r] = true
		}
	}
	return class
}

// Match returns what matches one text after another: the values of the groups, by their numbers.
func (p *RegexpParts) Match() func(text string) []string {
	return func(text string) []string { return p.re.FindStringSubmatch(text) }
}

// matchRegexp returns the captures of the groups, none when no row matches; ok is false when rows may differ in that.
func (s *skeleton) matchRegexp(p *RegexpParts) (found []capture, ok bool, err error) {
	at, there, ok, err := s.find(p.parts[0].literal)
	if !there || !ok || err != nil {
		return []capture{}, ok, err
	}
	found = make([]capture, p.re.NumSubexp()+1)
	begins := make([]edge, len(found))
	begins[0] = at.edge
	for _, part := range p.parts[1:] {
		switch {
		case part.begin > 0:
			begins[part.begin] = s.edge
		case part.end > 0:
			found[part.end] = s.between(s.t, begins[part.end], s.edge)
		case part.class != nil:
			start := s.edge
			if !s.run(part.class) || part.least > 0 && s.edge == start {
				return nil, false, nil
			}
		case strings.HasPrefix(s.rest(), part.literal):
			s.offset += len(part.literal)
		default: // the expression may match further on
			return nil, false, nil
		}
	}
	found[0] = s.between(s.t, begins[0], s.edge)
	return found, true, nil
}

// run moves behind all bytes of a class; false when rows may differ in where that is.
func (s *skeleton) run(class *byteClass) bool {
	for {
		for rest := s.rest(); rest != ""; rest = rest[1:] {
			if rest[0] >= utf8.RuneSelf {
				return false
			}
			if !class[rest[0]] {
				return true
			}
			s.offset++
		}
		if s.slot == len(s.Slots(s.t)) {
			return true
		}
		info := s.VariableInfo(int(s.Slots(s.t)[s.slot]))
		bytes, known := bytesOf(&info)
		if !known {
			return false
		}
		within := 0
		for i := range len(bytes) {
			if class[bytes[i]] {
				within++
			}
		}
		switch within {
		case 0:
			return true
		case len(bytes):
			s.edge = edge{s.slot + 1, 0}
		default:
			return false
		}
	}
}

// bytesOf returns all bytes that values of a variable may have; known is false when they may have any.
func bytesOf(v *block.VariableInfo) (bytes string, known bool) {
	const digits, hex = "0123456789", "0123456789abcdef"
	switch v.Kind {
	case block.VarInt:
		bytes = digits
		if v.Lo < 0 {
			bytes += "-"
		}
		if v.Scale > 0 {
			bytes += "."
		}
		return bytes, true
	case block.VarIPv4:
		return digits + ".", true
	case block.VarHex:
		return hex, true
	case block.VarUUID:
		return hex + "-", true
	case block.VarTime:
		return digits + "-/:.,+ JanFebMarAprMayJunJulAugSepOctNovDecTZ", true
	}
	return "", false
}
