package pattern

import (
	"net/netip"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// piece is a token of a pattern: static text, or a variable when it has a kind.
type piece struct {
	Text   string            `json:"t,omitempty"`
	Kind   model.PatternKind `json:"k,omitempty"`
	Spaced bool              `json:"s,omitempty"` // a blank stands before it
}

// empty is the kind of a variable of which no value was seen yet.
const empty model.PatternKind = "empty"

// pieces returns the pattern of the line that was scanned.
func (s *scanner) pieces() []piece {
	out := make([]piece, 0, len(s.tokens))
	spaced := false
	for i, t := range s.tokens {
		switch t.kind {
		case blank:
			spaced = true
			continue
		case slot:
			out = append(out, piece{Kind: kindOf(s.text(i), nameOf(out)), Spaced: spaced})
		default:
			out = append(out, piece{Text: strings.ToValidUTF8(s.text(i), "\ufffd"), Spaced: spaced})
		}
		spaced = false
	}
	return out
}

// parts writes pieces as a pattern for people.
func parts(pieces []piece) []model.PatternPart {
	var out []model.PatternPart
	var text strings.Builder
	for i, p := range pieces {
		if p.Spaced {
			text.WriteByte(' ')
		}
		if p.Kind == "" {
			text.WriteString(p.Text)
			continue
		}
		if text.Len() > 0 {
			out = append(out, model.PatternPart{Text: text.String()})
			text.Reset()
		}
		kind := p.Kind
		if kind == empty {
			kind = model.PatternAny
		}
		out = append(out, model.PatternPart{Kind: kind, Name: nameOf(pieces[:i])})
	}
	if text.Len() > 0 {
		out = append(out, model.PatternPart{Text: text.String()})
	}
	return out
}

// nameOf returns what the text before a variable calls it: took=5, "took": 5, took 5.
func nameOf(before []piece) string {
	for k := len(before) - 1; k >= 0 && k > len(before)-4; k-- {
		p := before[k]
		switch {
		case p.Kind != "":
			return ""
		case isWord(p.Text):
			return strings.Trim(p.Text, `"':`)
		case !strings.Contains(`=:"'#([<`, p.Text):
			return ""
		}
	}
	return ""
}

// isWord tells words from marks.
func isWord(text string) bool {
	return len(text) > 1 || text != "" && classes[text[0]]&(isLetter|isDigit) != 0
}

// kindOf says what values a variable has, by one of them and its name.
func kindOf(v, name string) model.PatternKind {
	v = strings.Trim(v, `"'`)
	switch {
	case v == "":
		return empty
	case isNumber(v):
		return model.PatternNumber
	case isAddress(v):
		return model.PatternIP
	case len(v) > 2 && (clock(v) || date(v) || isCalendar(v[:3])):
		return model.PatternTime
	case isUUID(v):
		return model.PatternUUID
	case isHex(v):
		return model.PatternHex
	case strings.ContainsAny(v, `/\`) && !strings.Contains(v, " "):
		return model.PatternPath
	case isUser(name) && !strings.ContainsAny(v, " ,"):
		return model.PatternUser
	case strings.ContainsAny(v, "0123456789") && !strings.ContainsAny(v, " ,"):
		return model.PatternName
	}
	return model.PatternAny
}

// isUser reports whether the name of a variable is that of users.
func isUser(name string) bool {
	switch strings.ToLower(name) {
	case "user", "username", "account", "login":
		return true
	}
	return false
}

// isNumber reports whether a text is a number, perhaps with a sign and a unit: -3, 12.5, 1,024, 42ms, 98%, 5.2 KB.
func isNumber(v string) bool {
	v = strings.TrimLeft(v, "+-")
	digits := strings.TrimRight(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ% ")
	if digits == "" || len(v)-len(digits) > 8 {
		return false
	}
	points := 0
	for i := range len(digits) {
		switch c := digits[i]; {
		case classes[c] == isDigit:
		case c == '.' && i > 0:
			points++
		case c == ',' && i > 0 && i+3 < len(digits) && allDigits(digits[i+1:i+4]):
		default:
			return false
		}
	}
	return points <= 1
}

func isAddress(v string) bool {
	v = strings.TrimPrefix(v, "/")
	if _, err := netip.ParseAddr(v); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(v)
	return err == nil
}

// isUUID tells the form of RFC 9562.
func isUUID(v string) bool {
	return len(v) == 36 && v[8] == '-' && v[13] == '-' && v[18] == '-' && v[23] == '-' && isHex(strings.ReplaceAll(v, "-", ""))
}

// isHex tells 0x1f and runs of at least six hexadecimal digits, not all of them decimal.
func isHex(v string) bool {
	digits, marked := strings.CutPrefix(strings.ToLower(v), "0x")
	if !marked && len(v) < 6 || digits == "" {
		return false
	}
	for i := range len(digits) {
		if classes[digits[i]]&(isDigit|isHexLetter) == 0 {
			return false
		}
	}
	return true
}
