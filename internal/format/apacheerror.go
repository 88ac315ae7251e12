package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// apacheError is Apache's error log of 2.2, [time] [level] [client ADDR] text, and of 2.4,
// [time] [module:level] [pid N:tid N] [client ADDR:PORT] AHnnnnn: text.
var apacheError = &parser{
	name: "apache-error@1",
	names: []string{
		"log.level", "apache.module", "process.pid", "thread.id", "client.address", "client.port", "error.code",
	},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readApacheError(line, z)
		if !ok {
			return Head{}, false
		}
		return Head{Time: l.time, Severity: apacheLevel(l.level)}, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readApacheError(line, Zone{})
		if !ok {
			return dst
		}
		dst = addView(dst, "log.level", l.level)
		dst = addView(dst, "apache.module", l.module)
		dst = addView(dst, "process.pid", l.pid)
		dst = addView(dst, "thread.id", l.tid)
		dst = addView(dst, "client.address", l.client)
		dst = addView(dst, "client.port", l.port)
		return addView(dst, "error.code", l.code)
	},
}

type apacheErrorLine struct {
	time                                        int64
	module, level, pid, tid, client, port, code string
}

// apacheLevel reads trace1 to trace8 besides the usual words.
func apacheLevel(level string) model.Severity {
	if len(level) == len("trace1") && level[:5] == "trace" {
		return model.SeverityTrace
	}
	return levelWord(level)
}

func readApacheError(line string, z Zone) (l apacheErrorLine, ok bool) {
	if len(line) < 28 || line[0] != '[' || weekdayAt(line[1:]) == 0 {
		return l, false
	}
	ts, n, ok := scanTime(line[1:], z)
	s := line[1+n:]
	if !ok || !strings.HasPrefix(s, "] [") {
		return l, false
	}
	l.time = ts
	level, s, found := strings.Cut(s[3:], "]")
	if !found {
		return l, false
	}
	if l.module, l.level, found = strings.Cut(level, ":"); !found {
		l.module, l.level = "", level
	}
	if apacheLevel(l.level) == model.SeverityUnknown {
		return l, false
	}
	for strings.HasPrefix(s, " [") {
		part, rest, found := strings.Cut(s[2:], "]")
		if !found {
			break
		}
		switch {
		case strings.HasPrefix(part, "pid "):
			l.pid, l.tid, _ = strings.Cut(part[len("pid "):], ":tid ")
		case strings.HasPrefix(part, "client "):
			l.client, l.port = cutPort(part[len("client "):])
		default:
			return l, true // a bracket of the text
		}
		s = rest
	}
	// A code of the system and its text may stand between: "(2)No such file or directory: [client ...] AH00128:".
	if at := strings.Index(s, "[client "); l.client == "" && at >= 0 && strings.HasPrefix(s, " (") {
		if part, rest, found := strings.Cut(s[at+len("[client "):], "]"); found {
			l.client, l.port = cutPort(part)
			s = rest
		}
	}
	s = strings.TrimLeft(s, " ")
	if n := countDigits(s, 2); strings.HasPrefix(s, "AH") && n == 5 && strings.HasPrefix(s[7:], ":") {
		l.code = s[:7]
	}
	return l, true
}

// cutPort parts ADDR:PORT; an IPv6 address has more colons than one and its port behind the last.
func cutPort(s string) (addr, port string) {
	colon := strings.LastIndexByte(s, ':')
	if colon <= 0 || countDigits(s, colon+1) != len(s)-colon-1 || colon+1 == len(s) {
		return s, ""
	}
	if strings.Count(s, ":") > 1 && s[0] != '[' && len(s)-colon-1 < 5 {
		return s, "" // as likely the last group of the address
	}
	return strings.Trim(s[:colon], "[]"), s[colon+1:]
}
