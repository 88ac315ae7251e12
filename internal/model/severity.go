package model

// Severity of a record: one of the six words that _severity may hold, or unknown.
type Severity uint8

// Severities in rising order.
const (
	SeverityUnknown Severity = iota
	SeverityTrace
	SeverityDebug
	SeverityInfo
	SeverityWarn
	SeverityError
	SeverityFatal
)

var severityNames = [...]string{"", "trace", "debug", "info", "warn", "error", "fatal"}

// String returns the word stored in _severity; empty when unknown.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return ""
}

// SyslogSeverity maps a severity of RFC 5424 section 6.2.1 (0 emergency .. 7 debug).
// Emergency, alert and critical are fatal; notice is info.
func SyslogSeverity(code int) Severity {
	switch {
	case code < 0 || code > 7:
		return SeverityUnknown
	case code <= 2:
		return SeverityFatal
	case code == 3:
		return SeverityError
	case code == 4:
		return SeverityWarn
	case code <= 6:
		return SeverityInfo
	}
	return SeverityDebug
}

// OTelSeverity maps a SeverityNumber of OpenTelemetry's logs data model (1..24).
func OTelSeverity(number int32) Severity {
	if number < 1 || number > 24 {
		return SeverityUnknown
	}
	return SeverityTrace + Severity((number-1)/4)
}

// ParseSeverity reads a level word or number as libraries and devices write it ("WARNING", "err", "30",
// "notice", "F"), in any case. Numbers from 10 on are read as pino and Python do not agree: 10..60 as pino and
// bunyan (10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal), 0..7 as syslog.
func ParseSeverity(word string) Severity {
	var buf [16]byte
	if len(word) == 0 || len(word) > len(buf) {
		return SeverityUnknown
	}
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	switch string(buf[:len(word)]) {
	case "trace", "trc", "finest", "finer", "t", "10", "verbose", "v":
		return SeverityTrace
	case "debug", "dbg", "fine", "d", "20", "7", "debug1", "debug2", "debug3", "debug4", "debug5":
		return SeverityDebug
	case "info", "inf", "information", "informational", "notice", "i", "n", "30", "6", "5", "config", "log", "statement":
		return SeverityInfo
	case "warn", "warning", "wrn", "w", "40", "4":
		return SeverityWarn
	case "error", "err", "e", "severe", "50", "3", "eror":
		return SeverityError
	case "fatal", "ftl", "crit", "critical", "alert", "emerg", "emergency", "panic", "f", "c", "60", "2", "1", "0", "dpanic":
		return SeverityFatal
	}
	return SeverityUnknown
}
