package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// nginxError is nginx's error log: 2026/11/20 03:12:34 [error] 123#456: *789 text, client: ..., server: ....
var nginxError = &parser{
	name: "nginx-error@1",
	names: []string{
		"log.level", "process.pid", "thread.id", "nginx.connection_id", "client.address", "server.address",
		"http.request.method", "url.original", "upstream.address",
	},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readNginxError(line, z)
		return Head{Time: l.time, Severity: model.ParseSeverity(l.level)}, ok
	},
	views: nginxErrorViews,
}

type nginxErrorLine struct {
	time                        int64
	level, pid, tid, connection string
	text                        string
}

func readNginxError(line string, z Zone) (l nginxErrorLine, ok bool) {
	if len(line) < 24 || line[4] != '/' || line[7] != '/' || line[10] != ' ' {
		return l, false
	}
	ts, n, ok := scanTime(line, z)
	if !ok || !strings.HasPrefix(line[n:], " [") {
		return l, false
	}
	s := line[n+2:]
	var found bool
	if l.level, s, found = strings.Cut(s, "] "); !found || levelWord(l.level) == model.SeverityUnknown {
		return l, false
	}
	pid := countDigits(s, 0)
	if pid == 0 || pid >= len(s) || s[pid] != '#' {
		return l, false
	}
	tid := countDigits(s, pid+1)
	end := pid + 1 + tid
	if tid == 0 || end >= len(s) || s[end] != ':' {
		return l, false
	}
	l.time, l.pid, l.tid = ts, s[:pid], s[pid+1:end]
	s = strings.TrimPrefix(s[end+1:], " ")
	if strings.HasPrefix(s, "*") {
		if c := countDigits(s, 1); c > 0 {
			l.connection = s[1 : 1+c]
			s = strings.TrimPrefix(s[1+c:], " ")
		}
	}
	l.text = s
	return l, true
}

func nginxErrorViews(line string, dst []model.Field) []model.Field {
	l, ok := readNginxError(line, Zone{})
	if !ok {
		return dst
	}
	dst = addView(dst, "log.level", l.level)
	dst = addView(dst, "process.pid", l.pid)
	dst = addView(dst, "thread.id", l.tid)
	dst = addView(dst, "nginx.connection_id", l.connection)
	dst = addView(dst, "client.address", nginxContext(l.text, ", client: "))
	dst = addView(dst, "server.address", nginxContext(l.text, ", server: "))
	if request := nginxContext(l.text, ", request: "); request != "" {
		method, url, _ := strings.Cut(request, " ")
		url, _ = cutWord(url)
		dst = addView(dst, "http.request.method", method)
		dst = addView(dst, "url.original", url)
	}
	return addView(dst, "upstream.address", nginxContext(l.text, ", upstream: "))
}

// nginxContext returns what nginx appends under a name: up to the next comma, or in quotes. The text itself may
// hold the same words, so the last place counts.
func nginxContext(text, name string) string {
	at := strings.LastIndex(text, name)
	if at < 0 {
		return ""
	}
	value := text[at+len(name):]
	if strings.HasPrefix(value, `"`) {
		if end := strings.IndexByte(value[1:], '"'); end >= 0 {
			return value[1 : 1+end]
		}
	}
	value, _, _ = strings.Cut(value, ", ")
	return value
}
