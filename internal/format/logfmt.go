package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// logfmt is a line of nothing but pairs parted by blanks, a time in front of them allowed.
var logfmt = &parser{
	name: "logfmt@1", names: []string{"log.level"}, open: true,
	scan:  func(line string, z Zone) (Head, bool) { return scanPairs(line, false, z) },
	views: func(line string, dst []model.Field) []model.Field { return pairViews(line, false, dst) },
}

// keyValue is a line that begins with a pair and holds three at least, parted by blanks or , ; | and with
// other words between them.
var keyValue = &parser{
	name: "kv@1", names: []string{"log.level"}, open: true,
	scan:  func(line string, z Zone) (Head, bool) { return scanPairs(line, true, z) },
	views: func(line string, dst []model.Field) []model.Field { return pairViews(line, true, dst) },
}

func scanPairs(line string, loose bool, z Zone) (Head, bool) {
	var h Head
	start := pairsStart(line)
	if start < 0 {
		return h, false
	}
	timeRank, sevRank := noRank, noRank
	if start > 0 {
		h.Time, _ = leadingTime(line, z)
		timeRank = -1
	}
	var date, clockText, zone string
	p := pairs{s: line[start:], loose: loose}
	count := 0
	for ; p.next(); count++ {
		if !loose && (p.others > 0 || !p.quoted && endsInSeparator(p.raw)) {
			return Head{}, false
		}
		switch p.key {
		case "date":
			date = p.raw
		case "tz":
			zone = p.raw
		}
		if r := pairTimeRank(p.key); r < timeRank {
			if ts, ok := ParseTime(p.raw, z); ok && (r > 3 || len(p.raw) > len("15:04:05.000")) {
				h.Time, timeRank = ts, r
			} else if p.key == "time" {
				clockText = p.raw
			}
		}
		if r := pairLevelRank(p.key); r < sevRank {
			if sev := model.ParseSeverity(p.raw); sev != model.SeverityUnknown {
				h.Severity, sevRank = sev, r
			}
		}
	}
	if !loose && (count < 2 || p.others > 0) || loose && (count < 3 || p.others > 2*count) {
		return Head{}, false
	}
	if date != "" && clockText != "" && (timeRank == noRank || timeRank == pairTimeRank("date")) {
		if ts, ok := joinDateTime(date, clockText, zone, z); ok {
			h.Time = ts
		}
	}
	return h, true
}

// pairsStart returns where the pairs begin: at once or behind a time; -1 when the first word is no pair.
func pairsStart(line string) int {
	if firstIsPair(line) {
		return 0
	}
	if line == "" || !isDigit(line[0]) && line[0] != '[' {
		return -1
	}
	_, n := leadingTime(line, Zone{})
	if n == 0 {
		return -1
	}
	for n < len(line) && (line[n] == ' ' || line[n] == ']' || line[n] == '\t') {
		n++
	}
	if firstIsPair(line[n:]) {
		return n
	}
	return -1
}

func firstIsPair(s string) bool {
	i := 0
	for i < len(s) && keyByte[s[i]] {
		i++
	}
	return i > 0 && i+1 < len(s) && s[i] == '=' && s[i+1] != '='
}

func pairTimeRank(key string) int {
	switch key {
	case "time", "ts", "timestamp", "t", "@timestamp":
		return 0
	case "eventtime":
		return 4
	case "date", "datetime":
		return 5
	}
	return noRank
}

func pairLevelRank(key string) int {
	switch key {
	case "level":
		return 0
	case "lvl":
		return 1
	case "severity":
		return 2
	case "loglevel", "log.level", "pri":
		return 3
	}
	return noRank
}

// joinDateTime reads the date=2026-11-20 time=03:12:34 tz="+0900" of firewalls.
func joinDateTime(date, hour, zone string, z Zone) (int64, bool) {
	var buf [64]byte
	if len(date)+len(hour)+len(zone)+1 > len(buf) {
		return 0, false
	}
	text := append(buf[:0], date...)
	text = append(text, ' ')
	text = append(text, hour...)
	text = append(text, zone...)
	return ParseTime(textOf(text), z)
}

func pairViews(line string, loose bool, dst []model.Field) []model.Field {
	if _, ok := scanPairs(line, loose, Zone{}); !ok {
		return dst
	}
	level, rank := "", noRank
	for p := (pairs{s: line[pairsStart(line):], loose: loose}); p.next(); {
		value := p.value()
		dst = addView(dst, model.SentName(p.key), value)
		if r := pairLevelRank(p.key); r < rank {
			level, rank = value, r
		}
		if p.key == "log.level" { // is there under its own name
			level, rank = "", -1
		}
	}
	return addView(dst, "log.level", level)
}

// endsInSeparator tells "a=1, b=2" from logfmt, where the comma would be a part of the value.
func endsInSeparator(value string) bool {
	return strings.HasSuffix(value, ",") || strings.HasSuffix(value, ";")
}
