package format

import (
	"strconv"
	"strings"
)

// ParseTime reads a time as senders write it in a field: RFC 3339 and its relatives (blank or T, fraction
// behind point or comma, Z, +09:00, +0900, +09, " KST", none), numbers since the epoch in s, ms, us or ns by their
// magnitude with or without a fraction, RFC 1123, RFC 850, ctime, the common log format, syslog's time
// without a year, compact forms (20261120T031234Z) and dates alone. It reports nanoseconds since the epoch, and
// false when the text is no time or lies outside the years 1678 to 2261.
func ParseTime(s string, z Zone) (ns int64, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 6 {
		return 0, false
	}
	if ns, n, ok := scanTime(s, z); ok {
		if n == len(s) {
			return ns, true
		}
		if s[n] == '[' && s[len(s)-1] == ']' { // Java's ZonedDateTime: +09:00[Asia/Seoul]
			return ns, true
		}
	}
	return parseNumericTime(s, z)
}

func parseNumericTime(s string, z Zone) (int64, bool) {
	digits := countDigits(s, 0)
	if digits == len(s) {
		var c clock
		if c.compact(s) {
			return c.unix(z)
		}
	}
	if ns, n, ok := scanEpoch(s); ok && n == len(s) {
		return ns, true
	}
	if strings.IndexByte(s, 'e') < 0 && strings.IndexByte(s, 'E') < 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < minEpoch || f > 1e19 {
		return 0, false
	}
	for _, scale := range epochScales {
		if f < scale.below {
			f *= scale.nanos
			break
		}
	}
	if f >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// minEpoch is the least number taken for a time (March 1973 in seconds); smaller ones are counters.
const minEpoch = 1e8

var epochScales = [...]struct{ below, nanos float64 }{{1e11, 1e9}, {1e14, 1e6}, {1e17, 1e3}, {1e20, 1}}

// scanEpoch reads a number since the epoch at the start of s and returns its length.
func scanEpoch(s string) (ns int64, n int, ok bool) {
	digits := countDigits(s, 0)
	if digits < 9 || digits > 19 {
		return 0, 0, false
	}
	var v uint64
	for i := range digits {
		v = v*10 + uint64(s[i]-'0')
	}
	var unit uint64
	switch {
	case v < minEpoch:
		return 0, 0, false
	case v < 1e11:
		unit = 1e9
	case v < 1e14:
		unit = 1e6
	case v < 1e17:
		unit = 1e3
	default:
		unit = 1
	}
	if v > (1<<63-1)/unit-1 {
		return 0, 0, false
	}
	v *= unit
	n = digits
	if n+1 < len(s) && s[n] == '.' && isDigit(s[n+1]) {
		for n++; n < len(s) && isDigit(s[n]); n++ {
			unit /= 10
			v += unit * uint64(s[n]-'0')
		}
	}
	return int64(v), n, true
}

// compact reads 20261120, 20261120031234 and 20261120031234118 in full.
func (c *clock) compact(s string) bool {
	if len(s) != 8 && len(s) != 14 && len(s) != 17 || s[0] != '1' && s[0] != '2' {
		return false
	}
	*c = clock{year: number(s[:4]), month: number(s[4:6]), day: number(s[6:8]), noClock: len(s) == 8}
	if c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.year < 1900 || c.year > 2199 {
		return false
	}
	if len(s) >= 14 {
		c.hour, c.minute, c.sec = number(s[8:10]), number(s[10:12]), number(s[12:14])
	}
	if len(s) == 17 {
		c.nanos = number(s[14:]) * 1_000_000
	}
	return true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// number reads a short run of digits; the caller has checked them.
func number(s string) int {
	v := 0
	for i := range len(s) {
		v = v*10 + int(s[i]-'0')
	}
	return v
}

func countDigits(s string, i int) int {
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i - start
}
