package format

import (
	"github.com/haetae/haetae/internal/model"
)

// levelWord reads a level as libraries write it in a line, in one case: ERROR, error, Error, WARN. Single
// letters and numbers mean a level only in formats that say so.
func levelWord(s string) model.Severity {
	if len(s) < 3 || len(s) > 13 {
		return model.SeverityUnknown
	}
	switch s[0] | 0x20 {
	case 't', 'd', 'i', 'n', 'w', 'e', 's', 'f', 'c', 'a', 'p':
	case 'v':
	default:
		return model.SeverityUnknown
	}
	switch s {
	case "fine", "config", "statement", "Fine", "Config", "Statement", "alert", "log": // also words of prose
		return model.SeverityUnknown
	}
	return model.ParseSeverity(s)
}

// leadingSeverity reads the level word that stands near the start of a text, set off as a level: all capitals, or
// in brackets, or before a colon. "error: x", "[warn] x", "x | ERROR | y" and "<Notice> x" count, "an error occurred"
// does not.
func leadingSeverity(s string) model.Severity {
	const near, words = 64, 5
	end := min(len(s), near)
	for i, seen := 0, 0; i < end && seen < words; {
		for i < end && !isLetter(s[i]) {
			i++
		}
		start := i
		for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '_') {
			i++
		}
		if i == start {
			break
		}
		seen++
		if setOff(s, start, i) {
			if sev := levelWord(s[start:i]); sev != model.SeverityUnknown {
				return sev
			}
		}
	}
	return model.SeverityUnknown
}

func setOff(s string, start, end int) bool {
	if end < len(s) && (s[end] == '=' || s[end] == '-' || s[end] == '.' || s[end] == '/') {
		return false
	}
	if start > 0 {
		switch s[start-1] {
		case '-', '.', '/', '\'', '_', '=':
			return false
		case '[', '<', '(':
			return end < len(s) && (s[end] == ']' || s[end] == '>' || s[end] == ')' || s[end] == ' ' || s[end] == ':')
		}
	}
	if allCapitals(s[start:end]) {
		return true
	}
	return start == 0 && end+1 < len(s) && s[end] == ':' && s[end+1] == ' '
}

func allCapitals(s string) bool {
	for i := range len(s) {
		if s[i] >= 'a' {
			return false
		}
	}
	return true
}
