package logsql

import (
	"strings"
	"time"
)

// ParseTime reads a point in time as requests write it (an RFC 3339 time or a part of one, a Unix time in s, ms,
// us or ns, now, now-1h, or an age such as 5m) into ns since the epoch. A date that names a period gives its
// first nanosecond.
func ParseTime(text string, opts Options) (int64, bool) {
	m, ok := newParser("", opts).parseMoment(strings.TrimSpace(text))
	return m.lo, ok
}

// parseDate reads a date with as many of its parts as are written, from the year alone to fractions of a
// second, and a zone: Z, +hh:mm, -hh:mm, or none for loc. It returns the first and last ns of that period.
func parseDate(text string, loc *time.Location) (lo, hi int64, ok bool) {
	s := text
	number := func(prefix string, digits int) (int, bool) {
		if !strings.HasPrefix(s, prefix) || len(s) < len(prefix)+digits {
			return 0, false
		}
		n := 0
		for _, c := range []byte(s[len(prefix) : len(prefix)+digits]) {
			if !isDigit(c) {
				return 0, false
			}
			n = n*10 + int(c-'0')
		}
		s = s[len(prefix)+digits:]
		return n, true
	}
	year, ok := number("", 4)
	if !ok {
		return 0, 0, false
	}
	parts := [5]int{1, 1, 0, 0, 0} // month, day, hour, minute, second
	known := 0
	for known < len(parts) {
		prefix := "--T::"[known : known+1]
		if known == 2 && strings.HasPrefix(s, " ") {
			prefix = " "
		}
		// -07:00 behind a year or a month is a zone, not a month or a day.
		if prefix == "-" && zoneAhead(s) {
			break
		}
		n, ok := number(prefix, 2)
		if !ok {
			break
		}
		parts[known] = n
		known++
	}
	month, day, hour, minute, second, nanos := parts[0], parts[1], parts[2], parts[3], parts[4], 0
	fraction := time.Second
	if known == 5 && strings.HasPrefix(s, ".") {
		s = s[1:]
		for len(s) > 0 && isDigit(s[0]) && fraction > 1 {
			fraction /= 10
			nanos += int(s[0]-'0') * int(fraction)
			s = s[1:]
		}
	}
	if loc, ok = parseZone(s, loc); !ok {
		return 0, 0, false
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 || year < 1678 || year > 2261 {
		return 0, 0, false
	}
	from := time.Date(year, time.Month(month), day, hour, minute, second, nanos, loc)
	if from.Day() != day {
		return 0, 0, false
	}
	var to time.Time
	switch known {
	case 0:
		to = from.AddDate(1, 0, 0)
	case 1:
		to = from.AddDate(0, 1, 0)
	case 2:
		to = from.AddDate(0, 0, 1)
	case 3:
		to = from.Add(time.Hour)
	case 4:
		to = from.Add(time.Minute)
	default:
		to = from.Add(fraction)
	}
	return from.UnixNano(), to.UnixNano() - 1, true
}

// zoneAhead reports whether s begins with an offset such as -07:00.
func zoneAhead(s string) bool {
	return len(s) == 6 && (s[0] == '-' || s[0] == '+') && s[3] == ':'
}

func parseZone(s string, loc *time.Location) (*time.Location, bool) {
	switch {
	case s == "":
		return loc, true
	case s == "Z" || s == "z":
		return time.UTC, true
	case !zoneAhead(s):
		return nil, false
	}
	t, err := time.Parse("-07:00", s)
	if err != nil {
		return nil, false
	}
	_, offset := t.Zone()
	return time.FixedZone(s, offset), true
}

// ParseTimeText reads what TimeText writes, and any RFC 3339 time, into ns since the epoch.
func ParseTimeText(s string) (int64, bool) {
	if !looksLikeTime(s) {
		return 0, false
	}
	layout := time.RFC3339Nano
	if s[10] == ' ' {
		layout = "2006-01-02 15:04:05.999999999Z07:00"
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1678 || t.Year() > 2261 {
		return 0, false
	}
	return t.UnixNano(), true
}

func looksLikeTime(s string) bool {
	return len(s) >= len("2006-01-02T15:04:05Z") && s[4] == '-' && s[7] == '-' && (s[10] == 'T' || s[10] == ' ')
}
