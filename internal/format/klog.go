package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// klog is the header of Kubernetes' components: I1120 03:12:34.118123   12345 file.go:123] text.
var klog = &parser{
	name: "klog@1", names: []string{"log.level", "thread.id", "code.file.path", "code.line.number"}, open: true,
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readKlog(line, z)
		if !ok {
			return Head{}, false
		}
		return Head{Time: l.time, Severity: model.ParseSeverity(line[:1])}, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readKlog(line, Zone{})
		if !ok {
			return dst
		}
		dst = addView(dst, "log.level", model.ParseSeverity(line[:1]).String())
		dst = addView(dst, "thread.id", l.thread)
		dst = addView(dst, "code.file.path", l.file)
		dst = addView(dst, "code.line.number", l.lineNumber)
		for p := (pairs{s: l.text}); p.next(); {
			dst = addView(dst, model.SentName(p.key), p.value())
		}
		return dst
	},
}

type klogLine struct {
	time                           int64
	thread, file, lineNumber, text string
}

func readKlog(line string, z Zone) (l klogLine, ok bool) {
	if len(line) < 24 || countDigits(line, 1) != 4 || line[5] != ' ' {
		return l, false
	}
	switch line[0] {
	case 'I', 'W', 'E', 'F', 'D':
	default:
		return l, false
	}
	c := clock{month: number(line[1:3]), day: number(line[3:5]), noYear: true}
	i := c.scanClock(line, 6)
	if i == 0 {
		return l, false
	}
	if l.time, ok = c.unix(z); !ok {
		return l, false
	}
	i = skipBlanks(line, i)
	n := countDigits(line, i)
	if n == 0 || i+n >= len(line) || line[i+n] != ' ' {
		return l, false
	}
	l.thread = line[i : i+n]
	place, text, found := strings.Cut(line[i+n+1:], "]")
	file, number, ok := strings.Cut(place, ":")
	if !found || !ok || file == "" || countDigits(number, 0) != len(number) || number == "" {
		return l, false
	}
	l.file, l.lineNumber, l.text = file, number, text
	return l, true
}
