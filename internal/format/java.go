package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// java reads what log4j, logback, java.util.logging and their like write: a time, a level, a thread in brackets
// and a logger in nearly any order, then the text, and a stack trace on the lines that follow.
var java = &parser{
	name: "java@1",
	names: []string{
		"log.level", "thread.name", "log.logger", "process.pid",
		"exception.type", "exception.message", "exception.stacktrace",
	},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readJava(line, z)
		if !ok {
			return Head{}, false
		}
		return Head{Time: l.time, Severity: levelWord(l.level)}, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readJava(line, Zone{})
		if !ok {
			return dst
		}
		dst = addView(dst, "log.level", l.level)
		dst = addView(dst, "thread.name", l.thread)
		dst = addView(dst, "log.logger", l.logger)
		dst = addView(dst, "process.pid", l.pid)
		return javaException(line, dst)
	},
}

type javaLine struct {
	time                       int64
	level, thread, logger, pid string
}

// maxHeader bounds where a header is looked for, in bytes and words.
const (
	maxHeader      = 400
	maxHeaderWords = 12
)

func readJava(line string, z Zone) (l javaLine, ok bool) {
	header := line[:min(len(line), maxHeader)]
	if end := strings.IndexByte(header, '\n'); end >= 0 {
		if l.readJUL(line, end, z) {
			return l, true
		}
		header = header[:end]
	}
	if strings.HasPrefix(line, "Exception in thread \"") {
		thread, _, closed := strings.Cut(line[len("Exception in thread \""):], `"`)
		l.thread, l.level = thread, "ERROR"
		return l, closed && stackAt(line) > 0
	}
	if tracebackAt(line) > 0 { // Python's, whatever its header is
		return l, false
	}
	h := headerReader{s: header, zone: z}
	for range maxHeaderWords {
		if !h.word(&l) {
			break
		}
	}
	if l.level == "" || l.thread == "" && l.logger == "" {
		return javaLine{}, false
	}
	return l, l.time != 0 || l.thread != "" && l.logger != ""
}

// readJUL reads java.util.logging's two lines: "Nov 20, 2026 3:12:34 AM com.foo.Bar method" and "INFO: text".
func (l *javaLine) readJUL(line string, end int, z Zone) bool {
	if !isLetter(line[0]) {
		return false
	}
	level, _, found := strings.Cut(line[end+1:min(len(line), end+20)], ": ")
	if !found || !allCapitals(level) || levelWord(level) == model.SeverityUnknown {
		return false
	}
	ts, n, ok := scanLeadingTime(line[:end], z)
	if !ok || n >= end || line[n] != ' ' {
		return false
	}
	logger, _ := cutWord(line[n+1 : end])
	if !isLogger(logger) {
		return false
	}
	l.time, l.level, l.logger = ts, level, logger
	return true
}

// headerReader takes a header apart word by word.
type headerReader struct {
	s     string
	zone  Zone
	at    int
	glued bool // the last bracket touched the one before it: [time][LEVEL][logger]
}

// word reads one part of the header and reports whether the header goes on.
func (h *headerReader) word(l *javaLine) bool {
	start := h.at
	for h.at < len(h.s) && (h.s[h.at] == ' ' || h.s[h.at] == '\t') {
		h.at++
	}
	if h.at >= len(h.s) {
		return false
	}
	rest := h.s[h.at:]
	switch c := rest[0]; {
	case c == '[':
		h.glued = h.at == start && start > 0
		return h.bracket(l, rest)
	case c == '-' || c == '|' || c == ':':
		n := 1
		for n < len(rest) && rest[n] == c {
			n++
		}
		h.at += n
		return n < len(rest) && (rest[n] == ' ' || rest[n] == '\t') && l.logger == ""
	case c == '(' && l.logger != "": // (File.java:12)
		end := strings.IndexByte(rest, ')')
		h.at += end + 1
		return end > 0
	case l.time == 0 && (isDigit(c) || start == 0):
		if ts, n, ok := scanLeadingTime(rest, h.zone); ok {
			l.time = ts
			h.at += n
			return true
		}
	}
	return h.plainWord(l, rest)
}

func (h *headerReader) bracket(l *javaLine, rest string) bool {
	depth, end := 0, -1
	for i := range len(rest) {
		if rest[i] == '[' {
			depth++
		} else if rest[i] == ']' {
			if depth--; depth == 0 {
				end = i
				break
			}
		}
	}
	if end < 0 {
		return false
	}
	text := strings.Trim(rest[1:end], " ")
	h.at += end + 1
	switch {
	case l.time == 0 && text != "" && (isDigit(text[0]) || l.level == "" && isLetter(text[0])) && h.bracketTime(l, text):
	case l.level == "" && allCapitals(text) && levelWord(text) != model.SeverityUnknown:
		l.level = text
	case h.glued && l.level != "" && l.logger == "" && isLogger(text): // Elasticsearch
		l.logger = text
	case l.logger == "":
		l.thread = text // of two, as Spring Boot writes application and thread, the last
	default:
		return false
	}
	return true
}

func (h *headerReader) bracketTime(l *javaLine, text string) bool {
	ts, n, ok := scanLeadingTime(text, h.zone)
	if ok && n == len(text) {
		l.time = ts
		return true
	}
	return false
}

func (h *headerReader) plainWord(l *javaLine, rest string) bool {
	n := 0
	for n < len(rest) && rest[n] != ' ' && rest[n] != '\t' && rest[n] != '|' && rest[n] != '[' {
		n++
	}
	word := rest[:n]
	colon := strings.HasSuffix(word, ":")
	name := strings.TrimSuffix(word, ":")
	h.at += n
	switch {
	case l.level == "" && allCapitals(name) && levelWord(name) != model.SeverityUnknown:
		l.level = name
		return true
	case l.logger == "" && l.pid == "" && countDigits(name, 0) == len(name) && name != "":
		l.pid = name
		return true
	case l.logger != "" || !isLogger(name):
		return false
	case strings.IndexByte(name, '.') < 0 && !colon && !separatorFollows(rest[n:]):
		return false
	}
	l.logger = name
	return !colon
}

func separatorFollows(s string) bool {
	s = strings.TrimLeft(s, " ")
	return strings.HasPrefix(s, "- ") || strings.HasPrefix(s, ": ") || strings.HasPrefix(s, "| ") || strings.HasPrefix(s, "(")
}

// isLogger accepts names of classes, with a line number behind them too.
func isLogger(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '_' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c), isDigit(c), c == '.', c == '_', c == '$', c == '/', c == '-', c == ':', c == '@':
		default:
			return false
		}
	}
	return true
}

// stackAt returns where the first frame's line begins, 0 when there is no stack trace.
func stackAt(line string) int {
	for _, frame := range [...]string{"\n\tat ", "\n    at ", "\n  at ", "\n\t... "} {
		if at := strings.Index(line, frame); at > 0 {
			return at
		}
	}
	return 0
}

// javaException reads the exception whose name stands on the line before the first frame. Its message may have
// several lines; then the name is on the first line behind the header that looks like one.
func javaException(line string, dst []model.Field) []model.Field {
	frames := stackAt(line)
	if frames == 0 {
		return dst
	}
	start := 0
	if first := strings.IndexByte(line, '\n'); first < frames {
		start = first + 1
		for at := start; at < frames; {
			end := strings.IndexByte(line[at:frames], '\n')
			if end < 0 {
				end = frames - at
			}
			if isThrowable(cutThrowable(line[at : at+end])) {
				start = at
				break
			}
			at += end + 1
		}
	} else if at := throwableIn(line[:frames]); at > 0 {
		start = at
	}
	text := line[start:frames]
	name := cutThrowable(text)
	if !isThrowable(name) {
		return addView(dst, "exception.stacktrace", line[start:])
	}
	message := strings.TrimPrefix(strings.TrimPrefix(text[len(name):], ":"), " ")
	dst = addView(dst, "exception.type", name)
	dst = addView(dst, "exception.message", message)
	return addView(dst, "exception.stacktrace", line[start:])
}

// throwableIn finds an exception's name behind the header on the same line.
func throwableIn(s string) int {
	for at := 0; at < len(s); {
		if (at == 0 || s[at-1] == ' ') && isThrowable(cutThrowable(s[at:])) {
			return at
		}
		next := strings.IndexByte(s[at:], ' ')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return 0
}

func cutThrowable(s string) string {
	end := 0
	for end < len(s) && (isLetter(s[end]) || isDigit(s[end]) || s[end] == '.' || s[end] == '$' || s[end] == '_') {
		end++
	}
	return s[:end]
}

// isThrowable accepts qualified class names whose last part is called like an exception.
func isThrowable(name string) bool {
	if strings.IndexByte(name, '.') <= 0 || strings.HasSuffix(name, ".") {
		return false
	}
	return strings.HasSuffix(name, "Exception") || strings.HasSuffix(name, "Error") ||
		strings.HasSuffix(name, "Throwable") || strings.HasSuffix(name, "Failure") || strings.HasSuffix(name, "Fault")
}
