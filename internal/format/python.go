package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// python reads the layouts of the logging module that are its own: "time - name - LEVEL - text", "time name
// LEVEL text", "time LEVEL name: text" where log4j would not have written it so, "LEVEL:name:text", Flask's "[time]
// LEVEL in module: text", Gunicorn's "[time] [pid] [LEVEL] text", Celery's "[time: LEVEL/process] text", and any record
// with a traceback.
var python = &parser{
	name: "python@1",
	names: []string{
		"log.level", "log.logger", "process.pid", "exception.type", "exception.message", "exception.stacktrace",
	},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readPython(line, z)
		if !ok {
			return Head{}, false
		}
		return Head{Time: l.time, Severity: levelWord(l.level)}, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readPython(line, Zone{})
		if !ok {
			return dst
		}
		dst = addView(dst, "log.level", l.level)
		dst = addView(dst, "log.logger", l.logger)
		dst = addView(dst, "process.pid", l.pid)
		return pythonException(line, dst)
	},
}

type pythonLine struct {
	time               int64
	level, logger, pid string
}

const traceback = "Traceback (most recent call last):"

// tracebackAt returns where the traceback begins that follows a record's first line, 0 when there is none. One among the
// frames of a Java stack trace is that program's.
func tracebackAt(line string) int {
	first := strings.IndexByte(line, '\n')
	if first < 0 {
		return 0
	}
	at := strings.Index(line[first:], "\n"+traceback)
	if at < 0 || stackAt(line) > 0 {
		return 0
	}
	return first + at + 1
}

func readPython(line string, z Zone) (l pythonLine, ok bool) {
	switch {
	case line == "":
		return l, false
	case line[0] == '[':
		ok = l.readBracket(line, z)
	case isDigit(line[0]):
		ok = l.readTimed(line, z)
	default:
		ok = l.readBasic(line)
	}
	if ok {
		return l, true
	}
	if strings.HasPrefix(line, traceback) {
		return pythonLine{level: "ERROR"}, true
	}
	if tracebackAt(line) > 0 {
		first := strings.IndexByte(line, '\n')
		ts, n := leadingTime(line, z)
		l = pythonLine{time: ts, level: "ERROR"}
		if leadingSeverity(line[n:first]) != model.SeverityUnknown {
			l.level = levelIn(line[n:first])
		}
		return l, true
	}
	return l, false
}

// levelIn returns the word that leadingSeverity found.
func levelIn(s string) string {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		if levelWord(word) != model.SeverityUnknown {
			return word
		}
	}
	return "ERROR"
}

// pythonLevel accepts the words of the logging module only.
func pythonLevel(s string) bool {
	switch s {
	case "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "FATAL", "NOTSET":
		return true
	}
	return false
}

// readBasic reads logging.basicConfig's LEVEL:name:text.
func (l *pythonLine) readBasic(line string) bool {
	level, rest, ok := strings.Cut(line[:min(len(line), maxHeader)], ":")
	if !ok || !pythonLevel(level) {
		return false
	}
	name, _, ok := strings.Cut(rest, ":")
	if !ok || !isDotted(name) {
		return false
	}
	l.level, l.logger = level, name
	return true
}

func (l *pythonLine) readTimed(line string, z Zone) bool {
	ts, n, ok := scanLeadingTime(line, z)
	if !ok || n >= len(line) || line[n] != ' ' {
		return false
	}
	l.time = ts
	rest := line[n:min(len(line), n+maxHeader)]
	if s, dashed := strings.CutPrefix(rest, " - "); dashed {
		first, s, _ := strings.Cut(s, " - ")
		second, _, found := strings.Cut(s, " - ")
		switch {
		case found && pythonLevel(strings.TrimSpace(second)):
			l.logger, l.level = strings.TrimSpace(first), strings.TrimSpace(second)
		case found && pythonLevel(strings.TrimSpace(first)) && isDotted(strings.TrimSpace(second)):
			l.logger, l.level = strings.TrimSpace(second), strings.TrimSpace(first)
		case pythonLevel(first):
			l.level = first
		default:
			return false
		}
		return l.logger != "" || l.level != ""
	}
	name, s := cutWord(strings.TrimLeft(rest, " "))
	level, _ := cutWord(strings.TrimLeft(s, " "))
	if pythonLevel(strings.Trim(name, "[]")) { // "LEVEL name: text"
		l.level = strings.Trim(name, "[]")
		l.logger, ok = strings.CutSuffix(level, ":")
		return ok && isDotted(l.logger) && (strings.LastIndexByte(line[:n], ',') == n-len(",000") && l.notLog4j(line) || tracebackAt(line) > 0)
	}
	// "name LEVEL text"
	level = strings.TrimSuffix(level, ":")
	if !isDotted(name) || pythonLevel(name) || !pythonLevel(level) || allCapitals(name) {
		return false
	}
	l.logger, l.level = name, level
	return true
}

// notLog4j tells Python's records from those of log4j, whose layouts may be the same but for the names: classes have
// capitals or the packages of Java, and its levels are WARN and FATAL.
func (l *pythonLine) notLog4j(line string) bool {
	if stackAt(line) > 0 {
		return false
	}
	if l.level == "WARNING" || l.level == "CRITICAL" {
		return true
	}
	for i := range len(l.logger) {
		if c := l.logger[i]; 'A' <= c && c <= 'Z' {
			return false
		}
	}
	switch top, _, dotted := strings.Cut(l.logger, "."); top {
	case "com", "org", "net", "io", "java", "javax", "jdk", "sun":
		return !dotted
	}
	return true
}

func (l *pythonLine) readBracket(line string, z Zone) bool {
	ts, n, ok := scanLeadingTime(line[1:], z)
	if !ok {
		return false
	}
	l.time = ts
	s := line[1+n:]
	s = s[:min(len(s), maxHeader)]
	if task, ok := strings.CutPrefix(s, ": "); ok { // Celery
		level, rest, ok := strings.Cut(task, "/")
		process, _, closed := strings.Cut(rest, "] ")
		if !ok || !closed || !pythonLevel(level) {
			return false
		}
		l.level, l.logger = level, process
		return true
	}
	s, ok = strings.CutPrefix(s, "] ")
	if !ok {
		return false
	}
	if pid := countDigits(s, min(1, len(s))); pid > 0 && s[0] == '[' && strings.HasPrefix(s[1+pid:], "] [") { // Gunicorn
		level, _, ok := strings.Cut(s[1+pid+3:], "]")
		l.level, l.pid = level, s[1:1+pid]
		return ok && pythonLevel(level)
	}
	level, rest := cutWord(s)
	module, ok := strings.CutPrefix(rest, "in ") // Flask
	if !ok || !pythonLevel(level) {
		return false
	}
	l.level = level
	l.logger, _, ok = strings.Cut(module, ": ")
	return ok && isDotted(l.logger)
}

// isDotted accepts the names of modules.
func isDotted(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '_' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// pythonException reads the last line of the last traceback: "pkg.Error: message". Lines of the message that
// follow belong to it.
func pythonException(line string, dst []model.Field) []model.Field {
	start := strings.Index(line, traceback)
	if start < 0 {
		return dst
	}
	rest := line[strings.LastIndex(line, traceback)+len(traceback):]
	for rest != "" {
		var text string
		_, rest, _ = strings.Cut(rest, "\n")
		text, _, _ = strings.Cut(rest, "\n")
		if text == "" || text[0] == ' ' || text[0] == '\t' {
			continue
		}
		name, _, _ := strings.Cut(text, ":")
		if isDotted(name) {
			dst = addView(dst, "exception.type", name)
			dst = addView(dst, "exception.message", strings.TrimSpace(strings.TrimPrefix(rest[len(name):], ":")))
		}
		break
	}
	return addView(dst, "exception.stacktrace", line[start:])
}
