package syslog

import (
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

// maxNames bounds a mapper's memory of field names; beyond it the memory begins anew. Names longer than maxName are
// not remembered: RFC 5424 section 6.3 allows 32 characters for an ID and as many for a parameter.
const (
	maxNames = 4096
	maxName  = 256
)

// mapper turns messages into records. It belongs to one goroutine at a time.
type mapper struct {
	input   string
	charset string
	zone    *time.Location

	names map[string]string // "ID.PARAM" of structured data -> field name
	key   []byte
}

// add puts the record of one message into the batch. Framing is no part of text; size is the number of bytes on
// the wire. Texts of the record alias the message, which must live until the batch is reset.
func (m *mapper) add(b *deliver.Batch, text, peer string, now int64, size int) {
	rec := model.Record{Observed: now, Input: m.input, Peer: peer}
	msg, ok := format.ParseSyslog(text, format.Zone{Location: m.zone, Now: now})
	if !ok || msg.Facility < 0 { // no syslog message: a line of text
		msg = format.Syslog{Facility: -1, Severity: -1, Msg: strings.TrimPrefix(text, "\ufeff")}
	}
	valid := utf8.ValidString(text)
	host := msg.Host
	if host == "" {
		host = peer
	}
	b.Field("host.name", m.text(host, valid))
	b.Field("service.name", m.text(msg.App, valid))
	if isNumber(msg.ProcID) {
		b.Field("process.pid", msg.ProcID)
	} else {
		b.Field("log.syslog.procid", m.text(msg.ProcID, valid))
	}
	b.Field("log.syslog.msgid", m.text(msg.MsgID, valid))
	b.Field("log.syslog.facility.name", format.SyslogFacilityName(msg.Facility))
	b.Field("log.syslog.severity.name", format.SyslogSeverityName(msg.Severity))
	if msg.SD != "" {
		m.structuredData(b, &msg, valid)
	}
	rec.Time, rec.Msg = msg.Time, msg.Msg
	rec.Severity = model.SyslogSeverity(msg.Severity)
	if !valid {
		var exact bool
		if rec.Msg, exact = format.ToUTF8(bytesOf(msg.Msg), m.charset); !exact {
			b.Field("log.original_bytes", base64.StdEncoding.EncodeToString(bytesOf(msg.Msg)))
		}
	}
	b.Add(rec, size)
}

func (m *mapper) structuredData(b *deliver.Batch, msg *format.Syslog, valid bool) {
	msg.StructuredData(func(id, param, value string) bool {
		if param != "" {
			b.Field(m.text(m.name(id, param), valid), m.text(value, valid))
		}
		return true
	})
}

// name returns the field name of a parameter. Senders repeat few names, so it is made once for each.
func (m *mapper) name(id, param string) string {
	m.key = append(append(append(m.key[:0], id...), '.'), param...)
	if name, ok := m.names[string(m.key)]; ok {
		return name
	}
	if m.names == nil || len(m.names) >= maxNames {
		m.names = map[string]string{}
	}
	name := "log.syslog.structured_data." + string(m.key)
	if len(m.key) <= maxName {
		m.names[string(m.key)] = name
	}
	return name
}

// text makes a header's text UTF-8 when the message was found not to be.
func (m *mapper) text(s string, valid bool) string {
	if valid || s == "" {
		return s
	}
	t, _ := format.ToUTF8(bytesOf(s), m.charset)
	return t
}

func isNumber(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 10
}

func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
