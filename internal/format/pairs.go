package format

import "strings"

// pairs walks over name=value pairs. Values are bare up to a separator, or in double quotes with backslash
// escapes. What is no pair is counted and passed over.
type pairs struct {
	s     string
	loose bool // "," ";" and "|" part pairs too, not blanks alone
	at    int

	key    string
	raw    string // without its quotes
	quoted bool
	others int // words that are no pairs
}

func (p *pairs) separator(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || p.loose && (c == ',' || c == ';' || c == '|')
}

// next moves to the next pair and reports false behind the last.
func (p *pairs) next() bool {
	s := p.s
	for {
		for p.at < len(s) && p.separator(s[p.at]) {
			p.at++
		}
		if p.at >= len(s) {
			return false
		}
		start := p.at
		for p.at < len(s) && keyByte[s[p.at]] {
			p.at++
		}
		if p.at > start && p.at < len(s) && s[p.at] == '=' {
			p.key = s[start:p.at]
			p.at++
			p.readValue()
			return true
		}
		p.others++
		if p.at < len(s) && s[p.at] == '"' {
			if end := quoteEnd(s[p.at+1:]); end >= 0 {
				p.at += end + 2
				continue
			}
		}
		for p.at < len(s) && !p.separator(s[p.at]) {
			p.at++
		}
	}
}

func (p *pairs) readValue() {
	s := p.s
	p.quoted = p.at < len(s) && s[p.at] == '"'
	if p.quoted {
		if end := quoteEnd(s[p.at+1:]); end >= 0 {
			p.raw = s[p.at+1 : p.at+1+end]
			p.at += end + 2
			return
		}
		p.quoted = false // never closed: the quote is part of a bare value
	}
	start := p.at
	for p.at < len(s) && !p.separator(s[p.at]) {
		p.at++
	}
	p.raw = s[start:p.at]
}

// value returns the pair's value without escapes.
func (p *pairs) value() string {
	if !p.quoted || strings.IndexByte(p.raw, '\\') < 0 {
		return p.raw
	}
	out := make([]byte, 0, len(p.raw))
	for i := 0; i < len(p.raw); i++ {
		c := p.raw[i]
		if c == '\\' && i+1 < len(p.raw) {
			i++
			switch c = p.raw[i]; c {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case '"', '\\', '\'', '/':
			default:
				out = append(out, '\\')
			}
		}
		out = append(out, c)
	}
	return string(out)
}

var keyByte = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = isLetter(b) || isDigit(b) || b == '_' || b == '.' || b == '-' || b == '@' || b == '/' || b >= 0x80
	}
	return t
}()
