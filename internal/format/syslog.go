package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Forms of a syslog message.
const (
	SyslogForm5424 = "5424"
	SyslogForm3164 = "3164"
)

// Syslog is one syslog message taken apart. Its texts are parts of the line; those that are missing, or "-" in
// RFC 5424, are empty.
type Syslog struct {
	Facility, Severity int // of PRI; -1 without one
	Version            int // of RFC 5424; 0 in the older form
	Time               int64
	Host               string
	App                string // APP-NAME or TAG
	ProcID             string
	MsgID              string // MSGID, or the mnemonic of a Cisco message: ASA-6-302013
	SD                 string // STRUCTURED-DATA with its brackets
	Msg                string // without BOM and trailing NUL, CR or LF
	Form               string // SyslogForm5424 or SyslogForm3164
}

// ParseSyslog reads RFC 5424, RFC 3164 and what devices and libraries send in their place: PRI with an RFC 3339
// time and no version, fractions and years in the old time, a missing time, host or colon, Cisco's sequence
// numbers and mnemonics. It reports false when the line has neither a PRI nor the header of a syslog file; then
// only Msg is set. It does not allocate.
func ParseSyslog(line string, z Zone) (Syslog, bool) {
	line = trimSyslogFrame(line)
	m := Syslog{Facility: -1, Severity: -1, Msg: line}
	rest, pri := m.scanPRI(line)
	if m.scan5424(rest, z) {
		if pri || m.Time != 0 {
			return m, true
		}
		return Syslog{Facility: -1, Severity: -1, Msg: line}, false
	}
	m.Form = SyslogForm3164
	if m.scan3164(rest, pri, z) || pri {
		return m, true
	}
	return Syslog{Facility: -1, Severity: -1, Msg: line}, false
}

const bom = "\xef\xbb\xbf"

func trimSyslogFrame(line string) string {
	line = strings.TrimPrefix(line, bom)
	for len(line) > 0 {
		if c := line[len(line)-1]; c != 0 && c != '\n' && c != '\r' {
			break
		}
		line = line[:len(line)-1]
	}
	return line
}

// scanPRI reads <0> to <191> (RFC 5424 section 6.2.1).
func (m *Syslog) scanPRI(s string) (rest string, ok bool) {
	if len(s) < 3 || s[0] != '<' {
		return s, false
	}
	n := countDigits(s, 1)
	if n < 1 || n > 3 || 1+n >= len(s) || s[1+n] != '>' {
		return s, false
	}
	pri := number(s[1 : 1+n])
	if pri > 191 {
		return s, false
	}
	m.Facility, m.Severity = pri>>3, pri&7
	return s[2+n:], true
}

// scan5424 reads VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID SD [MSG]. It leaves m as it was when the
// line is something else.
func (m *Syslog) scan5424(s string, z Zone) bool {
	version := countDigits(s, 0)
	if version < 1 || version > 2 || version >= len(s) || s[version] != ' ' {
		return false
	}
	at := version + 1
	var ts int64
	if strings.HasPrefix(s[at:], "- ") {
		at += 2
	} else {
		if countDigits(s, at) != 4 { // RFC 3339 only
			return false
		}
		ns, n, ok := scanTime(s[at:], z)
		if at+n >= len(s) || s[at+n] != ' ' || !ok && n == 0 {
			return false
		}
		ts = ns
		at += n + 1
	}
	var header [4]string
	for i := range header {
		end := strings.IndexByte(s[at:], ' ')
		if end < 0 {
			if i < 3 || at == len(s) {
				return false
			}
			end = len(s) - at // MSGID ends the line, SD is missing
		}
		if end == 0 {
			return false
		}
		header[i] = nilValue(s[at : at+end])
		at = min(at+end+1, len(s))
	}
	sd, ok := structuredDataLen(s[at:])
	if !ok {
		return false
	}
	m.Version, m.Form, m.Time = number(s[:version]), SyslogForm5424, ts
	m.Host, m.App, m.ProcID, m.MsgID = header[0], header[1], header[2], header[3]
	m.SD = nilValue(s[at : at+sd])
	msg := s[at+sd:]
	if sd > 0 {
		msg = strings.TrimPrefix(msg, " ")
	}
	m.Msg = strings.TrimPrefix(msg, bom)
	return true
}

func nilValue(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// structuredDataLen returns the length of "-" or of the elements that s begins with; false when s begins
// with neither, or an element is not closed.
func structuredDataLen(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] == '-' {
		return 1, len(s) == 1 || s[1] == ' '
	}
	n := 0
	for n < len(s) && s[n] == '[' {
		end := elementEnd(s[n:])
		if end < 0 {
			return 0, false
		}
		n += end
	}
	return n, n > 0 && (n == len(s) || s[n] == ' ')
}

// elementEnd returns the length of one [SD-ELEMENT]; brackets inside quotes do not count.
func elementEnd(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if quoted {
				i++
			}
		case '"':
			quoted = !quoted
		case ']':
			if !quoted {
				return i + 1
			}
		}
	}
	return -1
}

// StructuredData calls yield for each parameter until it returns false, and with an empty param for an element
// that has none. Values come without their escapes (RFC 5424 section 6.3.3). It reports whether all of SD was
// well-formed; what stands before a fault has been given out.
func (m *Syslog) StructuredData(yield func(id, param, value string) bool) bool {
	s := m.SD
	for s != "" {
		if s[0] != '[' {
			return false
		}
		end := elementEnd(s)
		if end < 0 {
			return false
		}
		element := s[1 : end-1]
		s = s[end:]
		id, params, _ := strings.Cut(element, " ")
		if id == "" {
			return false
		}
		if strings.TrimLeft(params, " ") == "" && !yield(id, "", "") {
			return true
		}
		for {
			params = strings.TrimLeft(params, " ")
			if params == "" {
				break
			}
			eq := strings.Index(params, `="`)
			if eq <= 0 {
				return false
			}
			value := params[eq+2:]
			stop := quoteEnd(value)
			if stop < 0 {
				return false
			}
			if !yield(id, params[:eq], unescapeSD(value[:stop])) {
				return true
			}
			params = value[stop+1:]
		}
	}
	return true
}

// quoteEnd returns the index of the closing quote of a text whose opening one was cut off.
func quoteEnd(s string) int {
	end, _ := stringEnd(s, 0)
	return end
}

// unescapeSD resolves \" \\ and \]; a backslash before anything else stands for itself.
func unescapeSD(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\' || s[i+1] == ']') {
			i++
		}
		out = append(out, s[i])
	}
	return string(out)
}

var facilityNames = [24]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

var syslogSeverityNames = [8]string{
	"emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug",
}

// SyslogFacilityName returns the name of a facility (RFC 5424 table 1), "" when there is none.
func SyslogFacilityName(code int) string {
	if uint(code) < uint(len(facilityNames)) {
		return facilityNames[code]
	}
	return ""
}

// SyslogSeverityName returns the name of a severity (RFC 5424 table 2), "" when there is none.
func SyslogSeverityName(code int) string {
	if uint(code) < uint(len(syslogSeverityNames)) {
		return syslogSeverityNames[code]
	}
	return ""
}

// head is what the message states about itself: the severity of PRI, else one that the text begins with.
func (m *Syslog) head() Head {
	sev := model.SyslogSeverity(m.Severity)
	if m.Severity < 0 {
		sev = leadingSeverity(m.Msg)
	}
	return Head{Time: m.Time, Severity: sev}
}
