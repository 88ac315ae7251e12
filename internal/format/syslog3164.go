package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// scan3164 reads what may stand behind PRI in the older form. Without a PRI (a line of a file) a time and a tag
// are needed, else a sentence that begins with a date would lose its first words.
func (m *Syslog) scan3164(s string, pri bool, z Zone) bool {
	whole := s
	if pri {
		s = skipSequence(s)
		if v := countDigits(s, 0); v == 1 && len(s) > 2 && s[1] == ' ' && isDigit(s[2]) {
			s = s[2:] // a version in front of what is not RFC 5424 (Meraki)
		}
	}
	host := ""
	ts, n := m.timeAt(s, z)
	if n == 0 && pri {
		// Cisco's "logging origin-id" puts the host in front of the time.
		if h, rest, ok := strings.Cut(s, ": "); ok && isHost(h) {
			if ts, n = m.timeAt(rest, z); n > 0 {
				host, s = h, rest
			}
		}
	}
	if n == 0 {
		if !pri {
			return false
		}
		m.Msg = strings.TrimPrefix(whole, bom)
		m.scanMnemonic(strings.TrimLeft(s, ": "))
		m.scanBareTag(m.Msg)
		return true
	}
	m.Time, m.Host = ts, host
	s = s[n:]
	s = strings.TrimPrefix(s, ":")
	rest := strings.TrimLeft(s, " ")
	if len(rest) == len(s) && s != "" { // a time ends at a blank
		m.Time, m.Host = 0, ""
		return pri
	}
	m.Msg = strings.TrimPrefix(rest, bom)
	return m.scanOrigin(rest, pri)
}

// timeAt reads a leading time, with Cisco's mark of a clock that is not set (* or .).
func (m *Syslog) timeAt(s string, z Zone) (ts int64, n int) {
	mark := 0
	if s != "" && (s[0] == '*' || s[0] == '.') {
		mark = 1
	}
	ts, n, ok := scanLeadingTime(s[mark:], z)
	if n == 0 || !ok && n < len("Nov 20 03:12") {
		return 0, 0
	}
	return ts, mark + n
}

// skipSequence passes over Cisco's sequence numbers: "123: " and "000123: ", or the lone ": " of NX-OS.
func skipSequence(s string) string {
	for {
		n := countDigits(s, 0)
		if n > 10 || n+1 >= len(s) || s[n] != ':' || s[n+1] != ' ' {
			return s
		}
		s = strings.TrimLeft(s[n+2:], " ")
	}
}

// scanOrigin reads [HOST] [TAG] MSG behind a time. m.Msg holds all of it before.
func (m *Syslog) scanOrigin(s string, pri bool) bool {
	if m.scanMnemonic(s) {
		return true
	}
	if m.scanTag(s, false) { // no host
		return true
	}
	end := strings.IndexByte(s, ' ')
	if end < 0 || !isHost(strings.TrimSuffix(s[:end], ":")) || levelWord(s[:end]) != model.SeverityUnknown {
		return pri
	}
	host := strings.TrimSuffix(s[:end], ":")
	rest := strings.TrimLeft(s[end:], " ")
	if strings.HasPrefix(rest, ": ") { // ASA: "host : %ASA-6-302013: ..."
		rest = strings.TrimLeft(rest[2:], " ")
	}
	m.Msg = rest
	if m.scanMnemonic(rest) || m.scanTag(rest, pri) {
		m.Host = host
		return true
	}
	if !pri {
		return false
	}
	m.Host = host
	return true
}

// scanTag reads TAG[PID]: or TAG: and, when bare is set, a TAG without a colon as relays write it.
func (m *Syslog) scanTag(s string, bare bool) bool {
	i := 0
	for i < len(s) && s[i] != ':' && s[i] != '[' && s[i] != ' ' {
		if s[i] < ' ' || s[i] == '"' || s[i] == '=' || s[i] == '{' {
			return false
		}
		i++
	}
	const longest = 128 // RFC 3164 says 32, unit names are longer
	if i == 0 || i > longest || i == len(s) {
		return false
	}
	tag := s[:i]
	switch s[i] {
	case '[':
		end := strings.IndexByte(s[i:], ']')
		if end < 2 || end > 65 {
			return false
		}
		rest := s[i+end+1:]
		if rest != "" && rest[0] != ':' && rest[0] != ' ' || strings.IndexByte(s[i:i+end], ' ') >= 0 {
			return false
		}
		m.ProcID = s[i+1 : i+end]
		m.App, m.Msg = tag, trimTagEnd(rest)
	case ':':
		if isEventFormat(s) || i+1 < len(s) && s[i+1] != ' ' || levelWord(tag) != model.SeverityUnknown {
			return false
		}
		m.App, m.Msg = tag, trimTagEnd(s[i:])
	default:
		if !bare || !isProgram(tag) || strings.HasPrefix(s, "last message repeated") ||
			strings.HasPrefix(s, "message repeated") {
			return false
		}
		m.App, m.Msg = tag, trimTagEnd(s[i:])
	}
	return true
}

// scanBareTag reads a tag at the start of a message that has neither time nor host (Python's SysLogHandler).
func (m *Syslog) scanBareTag(s string) {
	if m.MsgID != "" {
		return
	}
	end := strings.IndexByte(s, ' ')
	if end <= 0 || s[end-1] != ':' || !isProgram(strings.TrimSuffix(cutBracket(s[:end-1]), ":")) {
		return
	}
	m.scanTag(s, false)
}

func cutBracket(s string) string {
	tag, _, _ := strings.Cut(s, "[")
	return tag
}

func trimTagEnd(s string) string {
	s = strings.TrimPrefix(s, ":")
	s = strings.TrimPrefix(s, " ")
	return strings.TrimPrefix(s, bom)
}

// isEventFormat recognises CEF:0| and LEEF:2.0|, which are messages and no tags.
func isEventFormat(s string) bool {
	return strings.HasPrefix(s, "CEF:") || strings.HasPrefix(s, "LEEF:")
}

// scanMnemonic reads Cisco's %FACILITY-SEVERITY-MNEMONIC: and keeps it in Msg, where people look for it.
func (m *Syslog) scanMnemonic(s string) bool {
	if s == "" || s[0] != '%' {
		return false
	}
	end := strings.IndexByte(s, ':')
	if end < 6 || end > 96 || strings.IndexByte(s[:end], ' ') >= 0 {
		return false
	}
	name := s[1:end]
	dash := strings.IndexByte(name, '-')
	for dash >= 0 && dash+2 < len(name) { // the facility may hold dashes: %SEC_LOGIN-SW1-5-...
		if c := name[dash+1]; c >= '0' && c <= '7' && name[dash+2] == '-' {
			break
		}
		next := strings.IndexByte(name[dash+1:], '-')
		if next < 0 {
			return false
		}
		dash += 1 + next
	}
	if dash <= 0 || dash+2 >= len(name) {
		return false
	}
	m.App, m.MsgID, m.Msg = name[:dash], name, s
	if m.Severity < 0 {
		m.Severity = int(name[dash+1] - '0')
	}
	return true
}

// isHost accepts names and addresses.
func isHost(s string) bool {
	if s == "" || len(s) > 255 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c), isDigit(c), c == '.', c == '-', c == '_', c == ':', c == '/', c == '%', c >= 0x80:
		default:
			return false
		}
	}
	return true
}

// isProgram accepts what programs call themselves: it begins with a letter and has no punctuation of prose.
func isProgram(s string) bool {
	if s == "" || len(s) > 64 || !isLetter(s[0]) && s[0] != '/' && s[0] != '_' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c), isDigit(c), c == '.', c == '-', c == '_', c == '/', c == '@', c == '+', c == '(', c == ')', c == '#':
		default:
			return false
		}
	}
	return levelWord(s) == model.SeverityUnknown
}
