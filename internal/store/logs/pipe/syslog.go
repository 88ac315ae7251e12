package pipe

import (
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
)

// syslogUnpacker makes fields of a syslog message.
type syslogUnpacker struct {
	source
	pipe *logsql.PipeUnpackSyslog
	zone format.Zone
}

func newSyslogUnpacker(p *logsql.PipeUnpackSyslog) *syslogUnpacker {
	return &syslogUnpacker{source: source{name: p.From}, pipe: p, zone: format.Zone{
		Location: time.FixedZone("", int(p.Offset/1e9)), Now: p.Now,
	}}
}

// syslogLevels and syslogFacilities are the words of the public language for codes; facilities that are not here have
// the name that the rest of Haetae gives them.
var (
	syslogLevels     = [8]string{"emerg", "alert", "critical", "error", "warning", "notice", "info", "debug"}
	syslogFacilities = map[int]string{13: "security", 14: "console", 15: "solaris-cron"}
)

func (s *syslogUnpacker) derive(unit int, m *made) {
	text := s.value(unit)
	if text == "" {
		return
	}
	msg, ok := format.ParseSyslog(text, s.zone)
	if !ok {
		msg.Form = format.SyslogForm3164 // what has no header is all message there
	}
	set := func(name, value string) {
		if value != "" {
			m.set(unit, s.pipe.Prefix+name, value)
		}
	}
	if msg.Facility >= 0 {
		facility, known := syslogFacilities[msg.Facility]
		if !known {
			facility = format.SyslogFacilityName(msg.Facility)
		}
		set("priority", strconv.Itoa(msg.Facility*8+msg.Severity))
		set("facility_keyword", facility)
		set("level", syslogLevels[msg.Severity&7])
		set("facility", strconv.Itoa(msg.Facility))
		set("severity", strconv.Itoa(msg.Severity))
	}
	set("format", "rfc"+msg.Form)
	if msg.Form == format.SyslogForm5424 {
		set("timestamp", sentTime(text))
	} else if msg.Time != 0 {
		set("timestamp", time.Unix(0, msg.Time).UTC().Format("2006-01-02T15:04:05.000Z07:00"))
	}
	set("hostname", msg.Host)
	set("app_name", msg.App)
	set("proc_id", msg.ProcID)
	set("msg_id", msg.MsgID)
	msg.StructuredData(func(id, param, value string) bool {
		if param != "" {
			set(id+"."+param, value)
		}
		return true
	})
	set("message", msg.Msg)
}

// sentTime returns the TIMESTAMP of a message of RFC 5424 as it was sent: what follows PRI and VERSION.
func sentTime(text string) string {
	_, rest, _ := strings.Cut(text, " ")
	sent, _, _ := strings.Cut(rest, " ")
	if sent == "-" {
		return ""
	}
	return sent
}
