package files

import (
	"bytes"
	"encoding/hex"
	"time"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// decodeDocker reads a line of Docker's json-file driver: {"log":"text\n","stream":"stdout","time":"..."}.
// Only when the whole line is well formed, its text is unescaped within line, which is overwritten: escapes are
// never shorter than what they mean.
func decodeDocker(line []byte) (piece, bool) {
	var p piece
	found := false
	s := jsonScanner{in: line}
	if !s.byte('{') {
		return p, false
	}
	for first := true; ; first = false {
		if s.byte('}') {
			break
		}
		if !first && !s.byte(',') {
			return p, false
		}
		key, ok := s.text()
		if !ok || !s.byte(':') {
			return p, false
		}
		switch string(key) {
		case "log":
			p.text, ok = s.text()
			found = ok
		case "stream":
			var v []byte
			v, ok = s.text()
			p.stream = stdStreamOf(v)
		case "time":
			var v []byte
			v, ok = s.text()
			if ok && len(v) > 0 {
				if t, err := time.Parse(time.RFC3339Nano, unsafe.String(&v[0], len(v))); err == nil {
					p.time = t.UnixNano()
				}
			}
		default:
			ok = s.skip()
		}
		if !ok {
			return p, false
		}
	}
	if !found || s.at != len(line) {
		return p, false
	}
	p.text = unescape(p.text)
	if n := len(p.text); n > 0 && p.text[n-1] == '\n' {
		p.text = bytes.TrimSuffix(p.text[:n-1], []byte{'\r'})
	} else {
		p.partial = true
	}
	return p, true
}

// unescape replaces JSON's escapes in place; what is no escape stays.
func unescape(b []byte) []byte {
	i := bytes.IndexByte(b, '\\')
	if i < 0 {
		return b
	}
	w := i
	for i < len(b) {
		c := b[i]
		if c != '\\' || i+1 == len(b) {
			b[w] = c
			w++
			i++
			continue
		}
		switch e := b[i+1]; e {
		case '"', '\\', '/':
			c = e
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		default:
			r, ok := codeUnit(b, i)
			if !ok {
				b[w] = c
				w++
				i++
				continue
			}
			i += 6
			if utf16.IsSurrogate(r) {
				low, ok := codeUnit(b, i)
				if joined := utf16.DecodeRune(r, low); ok && joined != utf8.RuneError {
					i += 6
					r = joined
				}
			}
			w += utf8.EncodeRune(b[w:w+utf8.UTFMax], r) // six bytes were read for at most four
			continue
		}
		b[w] = c
		w++
		i += 2
	}
	return b[:w]
}

// codeUnit reads an escape \uXXXX at i.
func codeUnit(b []byte, i int) (rune, bool) {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return 0, false
	}
	var v [2]byte
	if _, err := hex.Decode(v[:], b[i+2:i+6]); err != nil {
		return 0, false
	}
	return rune(v[0])<<8 | rune(v[1]), true
}

// jsonScanner finds the parts of one JSON object without copying them.
type jsonScanner struct {
	in []byte
	at int
}

// byte passes over blanks and then c, if it is there.
func (s *jsonScanner) byte(c byte) bool {
	for s.at < len(s.in) && (s.in[s.at] == ' ' || s.in[s.at] == '\t') {
		s.at++
	}
	if s.at < len(s.in) && s.in[s.at] == c {
		s.at++
		return true
	}
	return false
}

// text returns what stands between the quotes of a string, still escaped.
func (s *jsonScanner) text() ([]byte, bool) {
	if !s.byte('"') {
		return nil, false
	}
	start := s.at
	for s.at < len(s.in) {
		switch s.in[s.at] {
		case '"':
			s.at++
			return s.in[start : s.at-1], true
		case '\\':
			s.at++
		}
		s.at++
	}
	return nil, false
}

// skip passes over a value of any kind.
func (s *jsonScanner) skip() bool {
	depth := 0
	for s.at < len(s.in) {
		switch c := s.in[s.at]; c {
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return true
			}
			if c != ',' {
				if depth--; depth == 0 {
					s.at++
					return true
				}
			}
		}
		s.at++
	}
	return false
}
