package format

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

var accessViewNames = []string{
	"client.address", "user.name", "http.request.method", "url.original", "url.path", "url.query",
	"network.protocol.version", "http.response.status_code", "http.response.body.size",
	"http.request.referrer", "user_agent.original", "server.address",
}

// nginxAccess and apacheAccess read the same lines: the common and the combined log format, with whatever pairs
// stand behind it. A line by itself is Apache's when it says so: a virtual host in front, an ident, or "-" for
// the size of an empty body, which nginx writes as 0. Every other line is called nginx's.
var (
	nginxAccess = &parser{
		name: "nginx-access@1", names: accessViewNames, open: true, verbatim: true, clock: accessClock,
		scan: func(line string, z Zone) (Head, bool) {
			a, ok := readAccess(line, z)
			if !ok || a.apache() {
				return Head{}, false
			}
			return a.head(), true
		},
		views: func(line string, dst []model.Field) []model.Field {
			a, ok := readAccess(line, Zone{})
			if !ok || a.apache() {
				return dst
			}
			return a.views(dst)
		},
	}
	apacheAccess = &parser{
		name: "apache-access@1", names: accessViewNames, open: true, verbatim: true, clock: accessClock,
		scan: func(line string, z Zone) (Head, bool) {
			a, ok := readAccess(line, z)
			if !ok {
				return Head{}, false
			}
			return a.head(), true
		},
		views: func(line string, dst []model.Field) []model.Field {
			a, ok := readAccess(line, Zone{})
			if !ok {
				return dst
			}
			return a.views(dst)
		},
	}
)

type accessLine struct {
	time                                   int64
	clock                                  string // the time as it is written
	vhost, addr, ident, user               string
	request, status, size, referrer, agent string
	rest                                   string // behind the known parts
}

func accessClock(line string) string {
	a, ok := readAccess(line, Zone{})
	if !ok {
		return ""
	}
	return a.clock
}

func (a *accessLine) apache() bool { return a.vhost != "" || a.ident != "-" || a.size == "-" }

func (a *accessLine) head() Head {
	sev := model.SeverityInfo
	switch a.status[0] {
	case '5':
		sev = model.SeverityError
	case '4':
		sev = model.SeverityWarn
	}
	return Head{Time: a.time, Severity: sev}
}

// readAccess reads [VHOST:PORT ]ADDR IDENT USER [TIME] "REQUEST" STATUS SIZE[ "REFERRER" "AGENT"][ ...].
func readAccess(line string, z Zone) (a accessLine, ok bool) {
	const longest = 400 // names in front of the time
	open := strings.Index(line[:min(len(line), longest)], " [")
	if open < 5 {
		return a, false
	}
	front := line[:open]
	if a.addr, front, ok = strings.Cut(front, " "); !ok || !isHost(a.addr) {
		return a, false
	}
	if isVirtualHost(a.addr) && strings.Count(front, " ") >= 2 {
		a.vhost = a.addr
		a.addr, front, _ = strings.Cut(front, " ")
	}
	if a.ident, a.user, ok = strings.Cut(front, " "); !ok || a.ident == "" || a.user == "" {
		return a, false
	}
	s := line[open+2:]
	ts, n, ok := scanTime(s, z)
	if !ok || n+4 > len(s) || s[n:n+3] != `] "` {
		return a, false
	}
	a.time, a.clock = ts, s[:n]
	s = s[n+3:]
	end := quoteEnd(s)
	if end < 0 || end+5 > len(s) || s[end+1] != ' ' {
		return a, false
	}
	a.request = s[:end]
	s = s[end+2:]
	if countDigits(s, 0) != 3 || s[0] < '1' || s[0] > '5' {
		return a, false
	}
	a.status = s[:3]
	s = s[3:]
	if s == "" {
		return a, true
	}
	if s[0] != ' ' {
		return a, false
	}
	a.size, s = cutWord(s[1:])
	if a.size != "-" && countDigits(a.size, 0) != len(a.size) {
		return a, false
	}
	a.referrer, s = cutQuoted(s)
	a.agent, s = cutQuoted(s)
	a.rest = s
	return a, true
}

// isVirtualHost accepts name:port with one colon.
func isVirtualHost(s string) bool {
	colon := strings.IndexByte(s, ':')
	return colon > 0 && colon+1 < len(s) && countDigits(s, colon+1) == len(s)-colon-1
}

// cutWord returns s up to the next blank, and what follows the blank.
func cutWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return word, rest
}

// cutQuoted returns the quoted text that s begins with and what follows it without a blank; s itself when it
// begins otherwise.
func cutQuoted(s string) (text, rest string) {
	if s == "" || s[0] != '"' {
		return "", s
	}
	end := quoteEnd(s[1:])
	if end < 0 {
		return "", s
	}
	return s[1 : 1+end], strings.TrimLeft(s[end+2:], " ")
}

func (a *accessLine) views(dst []model.Field) []model.Field {
	dst = addView(dst, "client.address", a.addr)
	dst = addView(dst, "user.name", a.user)
	dst = requestViews(a.request, dst)
	dst = addView(dst, "http.response.status_code", a.status)
	dst = addView(dst, "http.response.body.size", a.size)
	dst = addView(dst, "http.request.referrer", a.referrer)
	dst = addView(dst, "user_agent.original", a.agent)
	dst = addView(dst, "server.address", a.vhost)
	for p := (pairs{s: a.rest}); p.next(); {
		if slices.Contains(accessViewNames, p.key) {
			continue // the line's own
		}
		dst = addView(dst, p.key, p.value())
	}
	return dst
}

// requestViews reads METHOD URL PROTOCOL/VERSION; bytes that are no request (a TLS hello) stay in url.original.
func requestViews(request string, dst []model.Field) []model.Field {
	method, url, ok := strings.Cut(request, " ")
	if !ok || !allCapitals(method) || method == "" {
		return addView(dst, "url.original", request)
	}
	version := ""
	if at := strings.LastIndexByte(url, ' '); at >= 0 {
		if _, v, ok := strings.Cut(url[at+1:], "/"); ok {
			url, version = url[:at], v
		}
	}
	dst = addView(dst, "http.request.method", method)
	dst = addView(dst, "url.original", url)
	path, query, _ := strings.Cut(url, "?")
	dst = addView(dst, "url.path", path)
	dst = addView(dst, "url.query", query)
	return addView(dst, "network.protocol.version", version)
}
