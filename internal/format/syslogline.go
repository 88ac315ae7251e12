package format

import (
	"strconv"

	"github.com/haetae/haetae/internal/model"
)

var syslogViewNames = []string{
	"host.name", "service.name", "process.pid", "log.syslog.procid", "log.syslog.msgid",
	"log.syslog.facility.name", "log.syslog.severity.name",
}

// syslog5424 and syslog3164 are syslog lines in files, with or without their PRI.
var (
	syslog5424 = &parser{
		name: "syslog-5424@1", names: syslogViewNames, open: true,
		scan:  func(line string, z Zone) (Head, bool) { return scanSyslogLine(line, SyslogForm5424, z) },
		views: func(line string, dst []model.Field) []model.Field { return syslogViews(line, SyslogForm5424, dst) },
	}
	syslog3164 = &parser{
		name: "syslog-3164@1", names: syslogViewNames,
		scan:  func(line string, z Zone) (Head, bool) { return scanSyslogLine(line, SyslogForm3164, z) },
		views: func(line string, dst []model.Field) []model.Field { return syslogViews(line, SyslogForm3164, dst) },
	}
)

func scanSyslogLine(line, form string, z Zone) (Head, bool) {
	m, ok := ParseSyslog(line, z)
	if !ok || m.Form != form {
		return Head{}, false
	}
	return m.head(), true
}

func syslogViews(line, form string, dst []model.Field) []model.Field {
	m, ok := ParseSyslog(line, Zone{})
	if !ok || m.Form != form {
		return dst
	}
	return m.AppendFields(dst)
}

// AppendFields appends what the header holds under the names of docs/fields.md, host and program among them;
// time, severity and message are not fields.
func (m *Syslog) AppendFields(dst []model.Field) []model.Field {
	dst = addView(dst, "host.name", m.Host)
	dst = addView(dst, "service.name", m.App)
	if _, err := strconv.ParseUint(m.ProcID, 10, 32); err == nil {
		dst = addView(dst, "process.pid", m.ProcID)
	} else {
		dst = addView(dst, "log.syslog.procid", m.ProcID)
	}
	dst = addView(dst, "log.syslog.msgid", m.MsgID)
	dst = addView(dst, "log.syslog.facility.name", SyslogFacilityName(m.Facility))
	dst = addView(dst, "log.syslog.severity.name", SyslogSeverityName(m.Severity))
	m.StructuredData(func(id, param, value string) bool {
		if param != "" {
			dst = addView(dst, "log.syslog.structured_data."+id+"."+param, value)
		}
		return true
	})
	return dst
}
