package journald

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// Fields of journald that have a meaning here (systemd.journal-fields(7)).
const (
	fieldMessage  = "MESSAGE"
	fieldCursor   = "__CURSOR"
	fieldTime     = "__REALTIME_TIMESTAMP"
	fieldSentTime = "_SOURCE_REALTIME_TIMESTAMP"
	fieldPriority = "PRIORITY"
	fieldHostname = "_HOSTNAME"
	fieldUnit     = "_SYSTEMD_UNIT"
	fieldIdent    = "SYSLOG_IDENTIFIER"
	fieldComm     = "_COMM"
	fieldPID      = "_PID"
)

// streamable is how many fields at the start of a document make its stream.
const streamable = 2

// document is an entry as the fields of a record: the stream's first, then journald's own.
type document struct {
	fields   []model.Field
	severity model.Severity
	cursor   string
	pid      string
}

// fill takes an entry's fields; texts alias the entry where they can. Message and time stay among the fields.
func (d *document) fill(entry []model.Field) {
	*d = document{fields: append(d.fields[:0], model.Field{Name: "host.name"}, model.Field{Name: "service.name"})}
	var unit, ident, comm string
	for _, f := range entry {
		switch f.Name {
		case fieldCursor:
			d.cursor = f.Value
		case fieldTime:
			d.fields = append(d.fields, f)
			continue
		case fieldPriority:
			if len(f.Value) == 1 {
				d.severity = model.SyslogSeverity(int(f.Value[0]) - '0')
			}
		case fieldHostname:
			d.fields[0].Value = validText(f.Value)
		case fieldUnit:
			unit = f.Value
		case fieldIdent:
			ident = f.Value
		case fieldComm:
			comm = f.Value
		case fieldPID:
			d.pid = f.Value
		}
		if f.Value == "" || strings.HasPrefix(f.Name, "__") { // addresses of the entry, no data
			continue
		}
		d.add(f)
	}
	service := strings.TrimSuffix(unit, ".service")
	if service == "" {
		service = ident
	}
	if service == "" {
		service = comm
	}
	d.fields[1].Value = validText(service)
}

// add adds a field. A field that an entry has more than once keeps all its values, a line each.
func (d *document) add(f model.Field) {
	if f.Name == fieldMessage {
		text, exact := format.ToUTF8(bytesOf(f.Value), "")
		if !exact {
			original := base64.StdEncoding.EncodeToString(bytesOf(f.Value))
			d.fields = append(d.fields, model.Field{Name: "log.original_bytes", Value: original})
		}
		f.Value = text
	} else {
		f.Name, f.Value = validText(f.Name), validText(f.Value)
	}
	for i := range d.fields {
		if d.fields[i].Name == f.Name && d.fields[i].Value != "" {
			d.fields[i].Value += "\n" + f.Value
			return
		}
	}
	d.fields = append(d.fields, f)
}

// time returns the entry's time in ns since the epoch and the field that holds it; 0 and "" without one.
func (d *document) time() (ns int64, field string) {
	for _, name := range [...]string{fieldTime, fieldSentTime} {
		for i := range d.fields {
			if d.fields[i].Name != name {
				continue
			}
			if ns, ok := parseTime(d.fields[i].Value, format.Zone{Location: time.UTC}); ok {
				return ns, name
			}
		}
	}
	return 0, ""
}

func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := format.ToUTF8(bytesOf(s), "")
	return text
}

// parseTime reads journald's times, microseconds since the epoch, and what else a field named by a request may
// hold.
func parseTime(s string, z format.Zone) (ns int64, ok bool) {
	const maxMicros = int64(1<<63-1) / 1000
	if us, err := strconv.ParseInt(s, 10, 64); err == nil {
		return us * 1000, us >= 0 && us <= maxMicros
	}
	return format.ParseTime(s, z)
}
