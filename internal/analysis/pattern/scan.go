package pattern

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

// kind says what a token is.
type kind uint8

const (
	word  kind = iota // static text without blanks
	punct             // one byte that separates words
	blank             // a run of blanks
	slot              // a variable: its text differs from line to line
)

// token is a part of a line, line[start:end]; a slot may be empty.
type token struct {
	kind       kind
	start, end int32
}

// maxScan is how many bytes of a line decide its pattern: long lines are dumps whose ends do not repeat.
const maxScan = 2048

// scanner splits lines into static text and variables. It is made for reuse by one goroutine.
//
// Variables are found by their looks alone, without rules for any one system: what holds a digit; paths and
// addresses; hex; values behind "=", in quotes and of JSON members; names of users; and lists of those. What
// this leaves in the text, such as a host's name in letters, a Book learns from the lines themselves.
type scanner struct {
	line   string
	tokens []token
	key    []byte

	cut      bool // the line was too long
	header   header
	measured []model.PatternSpan // see finder.Measured; without the header and what quotes need
	farthest int                 // bytes from a quote to the one that closes it, as far as grown tells; 0 when all are near
}

// Byte classes, as bits so that a run of bytes is classified by one "or" each.
const (
	isDigit uint8 = 1 << iota
	isHexLetter
	isOtherLetter
	isSlash // "/" and "\"
	isCore  // may stand within a word: . - @ $ + ~ %
	isColon
	isBlank
)

const (
	isLetter = isHexLetter | isOtherLetter
	inWord   = isDigit | isLetter | isSlash | isCore
)

var classes = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case '0' <= c && c <= '9':
			t[c] = isDigit
		case 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			t[c] = isHexLetter
		case 'g' <= c && c <= 'z', 'G' <= c && c <= 'Z', c == '_', c >= 0x80:
			t[c] = isOtherLetter
		case c == '/', c == '\\':
			t[c] = isSlash
		case strings.IndexByte(".-@$+~%", byte(c)) >= 0:
			t[c] = isCore
		case c == ':':
			t[c] = isColon
		case c == ' ', c == '\t', c == '\r', c == '\n':
			t[c] = isBlank
		}
	}
	return t
}()

// scan splits a line. The header of a raw line, such as its time and level, is passed over.
func (s *scanner) scan(line string) {
	if s.cut = len(line) > maxScan; s.cut {
		line = line[:wordEnd(line)]
	}
	s.line, s.tokens = line, s.tokens[:0]
	s.header, s.measured, s.farthest = header{line: line}, s.measured[:0], 0
	for i := s.header.read(); i < len(line) && !s.indented(i); {
		c := line[i]
		switch class := classes[c]; {
		case class == isBlank:
			i = s.blanks(i)
		case class&inWord != 0:
			i = s.run(i)
		case c == '"' || c == '\'':
			i = s.quoted(i)
		case c == '=':
			i = s.value(i)
		case c == escape && control(line[i:]) > 0:
			i += control(line[i:])
		case c == ')' || c == ']':
			s.closeEmpty(i)
			s.put(punct, i, i+1)
			i++
		default:
			s.put(punct, i, i+1)
			i++
		}
	}
	for n := len(s.tokens); n > 0 && s.tokens[n-1].kind == blank; n-- {
		s.tokens = s.tokens[:n-1]
	}
}

// escape begins a control sequence.
const escape = 0x1b

// control returns the length of the control sequence that a text begins with, such as a colour (ECMA-48, section 5.4), 0
// when there is none. Its last letter may begin a word, but none with digits: a template has that as a variable, whose
// values look alike whichever letters they have (scanner of internal/store/logs/block).
func control(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	end := 2
	for end < len(text) && (classes[text[end]] == isDigit || text[end] == ';') {
		end++
	}
	if end == len(text) || classes[text[end]]&isLetter == 0 || text[end] == '_' || text[end] >= 0x80 {
		return 0
	}
	end++
	for i := end; i < len(text) && classes[text[i]]&(isDigit|isLetter) != 0; i++ {
		if classes[text[i]] == isDigit {
			return 0
		}
	}
	return end
}

// wordEnd returns where the last whole word ends in the part of a line that decides: what is left of a cut one looks
// different from line to line.
func wordEnd(line string) int {
	for i := maxScan; i > 0; i-- {
		if !inLook(line[i-1]) || !inLook(line[i]) {
			return i
		}
	}
	return maxScan
}

// inLook reports whether a byte may be in a value of which a look leaves letters out.
func inLook(c byte) bool { return classes[c]&(isDigit|isLetter) != 0 || c == '.' || c == '-' }

// indented reports whether an indented line begins at i, such as those of a stack trace: it belongs to the event
// that the lines before it tell.
func (s *scanner) indented(i int) bool {
	return s.line[i] == '\n' && i+1 < len(s.line) && (s.line[i+1] == ' ' || s.line[i+1] == '\t') && len(s.tokens) > 0
}

func (s *scanner) put(k kind, start, end int) {
	s.tokens = append(s.tokens, token{k, int32(start), int32(end)})
}

func (s *scanner) blanks(i int) int {
	start := i
	for i < len(s.line) && classes[s.line[i]] == isBlank && !s.indented(i) {
		i++
	}
	if len(s.tokens) > 0 && i > start {
		s.put(blank, start, i)
	}
	return i
}

// run reads a run of bytes that hold together: a word, number, path, address, class name ...
func (s *scanner) run(start int) int {
	line, flags, end := s.line, uint8(0), start
	for end < len(line) {
		class := classes[line[end]]
		if class&inWord == 0 {
			// A colon belongs to C:\ and http://, and "'" to can't.
			if class == isColon && end+1 < len(line) && (line[end+1] == '\\' || strings.HasPrefix(line[end+1:], "//")) {
				flags |= isSlash | isColon
				end++
				continue
			}
			if line[end] == '\'' && flags&isLetter != 0 && end+1 < len(line) && classes[line[end+1]]&isLetter != 0 {
				end++
				continue
			}
			break
		}
		flags |= class
		end++
	}
	if flags&isSlash != 0 && isPath(line[start:end]) {
		end = s.query(end)
	}
	// Marks at the end are those of the sentence.
	at, versed := version(line[start:end])
	if versed {
		s.measure(start, end)
	}
	if at > 0 {
		s.put(word, start, start+at)
		s.slot(start+at, end)
		return end
	}
	stop := end
	for stop > start && (line[stop-1] == '.' || line[stop-1] == '-') {
		stop--
	}
	switch {
	case flags&(isDigit|isLetter) == 0 && flags&isSlash == 0:
		for ; start < end; start++ {
			s.put(punct, start, start+1)
		}
		return end
	case stop > start && s.variable(line[start:stop], flags):
		s.slot(start, stop)
	case s.unit(line[start:stop]):
		s.tokens = s.tokens[:len(s.tokens)-1]
		s.tokens[len(s.tokens)-1].end = int32(stop)
	case s.calendar(start, stop) || s.userName():
		s.slot(start, stop)
	default:
		s.put(word, start, stop)
	}
	for ; stop < end; stop++ {
		s.put(punct, stop, stop+1)
	}
	return end
}

// slot adds a variable, joined with one right before it, as in 10.0.0.1:80, a list 1, 2, 3 or Dec 10 06:55:46.
func (s *scanner) slot(start, end int) {
	n := len(s.tokens)
	for n > 0 && s.tokens[n-1].kind != slot && s.tokens[n-1].kind != word {
		n--
	}
	if n > 0 && s.tokens[n-1].kind == slot && s.joint(s.tokens[n-1], s.tokens[n:], start, end) {
		s.tokens = s.tokens[:n]
		s.tokens[n-1].end = int32(end)
		return
	}
	s.put(slot, start, end)
}

// hash is the identity of the pattern that the line alone makes: its static text, each variable the same.
func (s *scanner) hash() uint64 {
	k := s.key[:0]
	for _, t := range s.tokens {
		switch t.kind {
		case slot:
			k = append(k, 0)
		case blank:
			k = append(k, ' ')
		default:
			k = append(k, s.line[t.start:t.end]...)
		}
	}
	s.key = k
	return xxhash.Sum64(k)
}
