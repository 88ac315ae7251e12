package pattern

import "strings"

// isComponent tells "sshd[24200]:", "org.example.Name:" and klog's "server.go:123]".
func (h *header) isComponent(column string) bool {
	n := len(column)
	if n < 2 || classes[column[0]]&isLetter == 0 {
		return false
	}
	if column[n-1] == ']' {
		return strings.IndexByte(column, '[') < 0 && strings.IndexByte(column, ':') > 0
	}
	return column[n-1] == ':'
}

// clock reports whether a column holds a time of day.
func clock(column string) bool {
	digits, colons := 0, 0
	for i := range len(column) {
		switch c := column[i]; {
		case classes[c] == isDigit:
			digits++
		case c == ':':
			if i == 0 || classes[column[i-1]] != isDigit {
				return false
			}
			colons++
		case strings.IndexByte("-.,+/ ", c) < 0 && classes[c]&isLetter == 0:
			return false
		}
	}
	return colons >= 2 && digits >= 5 && timeWords(column)
}

// date reports whether a column is a date: 2026-11-21, 17/06/09.
func date(column string) bool {
	marks := 0
	for i := range len(column) {
		switch c := column[i]; {
		case classes[c] == isDigit:
		case c == '-' || c == '/' || c == '.':
			marks++
		default:
			return false
		}
	}
	return marks == 2 && len(column) >= 8 && len(column) <= 10
}

func zone(column string) bool {
	switch column {
	case "UTC", "GMT", "KST", "JST", "CET", "CEST", "EST", "EDT", "CST", "CDT", "PST", "PDT", "MST", "MDT", "AM", "PM":
		return true
	}
	return len(column) >= 5 && (column[0] == '+' || column[0] == '-') && allDigits(column[1:3])
}

func isLevel(w string) bool {
	if len(w) < 3 || len(w) > 9 {
		return false
	}
	switch strings.ToLower(w) {
	case "trace", "debug", "info", "information", "notice", "warn", "warning", "error", "err", "severe", "fatal", "critical", "crit",
		"alert", "emerg", "emergency", "panic", "verbose", "fine", "finer", "finest", "config", "log", "statement":
		return true
	}
	return false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if classes[s[i]] != isDigit {
			return false
		}
	}
	return s != ""
}

func hasLetter(s string) bool {
	for i := range len(s) {
		if classes[s[i]]&isLetter != 0 {
			return true
		}
	}
	return false
}
