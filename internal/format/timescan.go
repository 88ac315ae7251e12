package format

import "time"

// scanTime reads the time that s begins with, in any layout that is known without asking, and returns its
// length including fraction and zone.
func scanTime(s string, z Zone) (ns int64, n int, ok bool) {
	if len(s) < 8 {
		return 0, 0, false
	}
	var c clock
	if isDigit(s[0]) {
		if n = c.scanUsual(s); n == 0 {
			n = c.scanDigits(s)
		}
		if n == 0 {
			return scanLoneEpoch(s)
		}
	} else {
		n = c.scanWords(s)
	}
	if n == 0 {
		return 0, 0, false
	}
	n = c.scanZone(s, n, z)
	ns, ok = c.unix(z)
	return ns, n, ok
}

// scanLeadingTime is scanTime for the start of a line: a date alone is not enough.
func scanLeadingTime(s string, z Zone) (ns int64, n int, ok bool) {
	ns, n, ok = scanTime(s, z)
	if n <= len("2026-11-20") && ok && !hasColon(s[:n]) && countDigits(s, 0) < n {
		return 0, 0, false
	}
	return ns, n, ok
}

func hasColon(s string) bool {
	for i := range len(s) {
		if s[i] == ':' {
			return true
		}
	}
	return false
}

// scanLoneEpoch takes 10, 13, 16 or 19 digits for a time; numbers of other lengths are identifiers.
func scanLoneEpoch(s string) (ns int64, n int, ok bool) {
	switch countDigits(s, 0) {
	case 10, 13, 16, 19:
		return scanEpoch(s)
	}
	return 0, 0, false
}

// scanDigits reads layouts that begin with a digit and returns the length up to the fraction, 0 for none.
func (c *clock) scanDigits(s string) int {
	switch countDigits(s, 0) {
	case 4:
		return c.scanYearFirst(s)
	case 8:
		return c.scanCompactDate(s)
	case 6:
		return c.scanShortDate(s)
	case 1, 2:
		return c.scanDayFirst(s)
	}
	return 0
}

// scanYearFirst reads 2026-11-20T03:12:34.118, 2026/11/20 03:12:34, 2026.11.20, 2026 Nov 20 03:12:34.
func (c *clock) scanYearFirst(s string) int {
	c.year = number(s[:4])
	sep := s[4:]
	if sep == "" {
		return 0
	}
	if sep[0] == ' ' {
		month, n := monthAt(s, 5)
		if n == 0 {
			return 0
		}
		c.month = month
		i := skipBlanks(s, 5+n)
		day, n := upTo2(s, i)
		if n == 0 {
			return 0
		}
		c.day = day
		return c.scanClock(s, skipBlanks(s, i+n))
	}
	if sep[0] != '-' && sep[0] != '/' && sep[0] != '.' {
		return 0
	}
	month, n := upTo2(s, 5)
	i := 5 + n
	if n == 0 || i >= len(s) || s[i] != sep[0] {
		return 0
	}
	day, n := upTo2(s, i+1)
	if n == 0 {
		return 0
	}
	i += 1 + n
	if i < len(s) && isDigit(s[i]) {
		return 0
	}
	c.month, c.day = month, day
	if i < len(s) {
		switch s[i] {
		case 'T', 't', ' ', '_', ':', '-':
			if end := c.scanClock(s, skipBlanks(s, i+1)); end > 0 {
				return end
			}
		}
	}
	c.noClock = true
	return i
}

// scanCompactDate reads 20261120T031234.118, 20261120-03:12:34:118 and 20261120 03:12:34.
func (c *clock) scanCompactDate(s string) int {
	if len(s) < 9 {
		return 0 // a number that ParseTime decides on
	}
	c.year, c.month, c.day = number(s[:4]), number(s[4:6]), number(s[6:8])
	if s[8] != 'T' && s[8] != '-' && s[8] != ' ' {
		return 0
	}
	if countDigits(s, 9) == 6 {
		c.hour, c.minute, c.sec = number(s[9:11]), number(s[11:13]), number(s[13:15])
		return c.scanFraction(s, 15)
	}
	if s[8] == '-' {
		return c.scanUnpadded(s, 9)
	}
	return c.scanClock(s, 9)
}

// scanUnpadded reads 22:5:7:29, whose parts are written as plain numbers, the milliseconds too.
func (c *clock) scanUnpadded(s string, i int) int {
	for part, dst := range [...]*int{&c.hour, &c.minute, &c.sec} {
		if part > 0 {
			if i >= len(s) || s[i] != ':' {
				return 0
			}
			i++
		}
		value, n := upTo2(s, i)
		if n == 0 {
			return 0
		}
		*dst = value
		i += n
	}
	if n := countDigits(s, min(i+1, len(s))); n >= 1 && n <= 3 && s[i] == ':' {
		c.nanos = number(s[i+1:i+1+n]) * int(time.Millisecond)
		return i + 1 + n
	}
	return c.scanFraction(s, i)
}

// scanShortDate reads 081109 203615 and 061120  3:12:34: two digits of the year first.
func (c *clock) scanShortDate(s string) int {
	if len(s) < 13 || s[6] != ' ' {
		return 0
	}
	c.year, c.month, c.day = fullYear(number(s[:2])), number(s[2:4]), number(s[4:6])
	i := skipBlanks(s, 7)
	if countDigits(s, i) == 6 {
		c.hour, c.minute, c.sec = number(s[i:i+2]), number(s[i+2:i+4]), number(s[i+4:i+6])
		return i + 6
	}
	return c.scanClock(s, i)
}

// scanDayFirst reads 20/Nov/2026:03:12:34, 20-Nov-2026 03:12:34, 20 Nov 2026 03:12:34, 20 Nov 03:12:34,
// 20.11.2026 03:12:34, 11/20/2026 03:12:34, 17/06/09 20:10:40 (year first), 20-Nov-26 and 03:12:34.118.
func (c *clock) scanDayFirst(s string) int {
	first, n := upTo2(s, 0)
	if n >= len(s) {
		return 0
	}
	sep := s[n]
	if sep == ':' {
		c.noDate = true
		return c.scanClock(s, 0)
	}
	if sep != '/' && sep != '-' && sep != ' ' && sep != '.' {
		return 0
	}
	i := n + 1
	if month, length := monthAt(s, i); length > 0 {
		c.day, c.month = first, month
		i += length
		if i >= len(s) || s[i] != sep {
			return 0
		}
		switch year := countDigits(s, i+1); {
		case year == 4:
			c.year = number(s[i+1 : i+5])
			i += 5
		case year == 2 && sep == '-':
			c.year = fullYear(number(s[i+1 : i+3]))
			i += 3
		case sep == ' ':
			c.noYear = true
		default:
			return 0
		}
		if i >= len(s) || s[i] != ':' && s[i] != ' ' && s[i] != 'T' {
			return 0
		}
		return c.scanClock(s, i+1)
	}
	if sep == ' ' || sep == '-' {
		return 0
	}
	second, n2 := upTo2(s, i)
	i += n2
	if n2 == 0 || i >= len(s) || s[i] != sep {
		return 0
	}
	switch countDigits(s, i+1) {
	case 4:
		c.year = number(s[i+1 : i+5])
		c.month, c.day = first, second
		if sep == '.' || first > 12 {
			c.month, c.day = second, first
		}
		i += 5
	case 2:
		if sep != '/' || n != 2 || n2 != 2 {
			return 0
		}
		c.year, c.month, c.day = fullYear(first), second, number(s[i+1:i+3])
		i += 3
	default:
		return 0
	}
	if i < len(s) && s[i] == ',' {
		i++
	}
	if i >= len(s) || s[i] != ' ' && s[i] != ':' && s[i] != 'T' {
		return 0
	}
	return c.scanClock(s, i+1)
}

// scanClock reads h:mm[:ss[.fraction]][ AM] at i and returns its end, 0 when there is none.
func (c *clock) scanClock(s string, i int) int {
	hour, n := upTo2(s, i)
	i += n
	if n == 0 || i >= len(s) || s[i] != ':' {
		return 0
	}
	minute, n := upTo2(s, i+1)
	i += 1 + n
	if n != 2 {
		return 0
	}
	c.hour, c.minute = hour, minute
	if i < len(s) && s[i] == ':' {
		sec, n := upTo2(s, i+1)
		if n != 2 {
			return 0
		}
		c.sec = sec
		i = c.scanFraction(s, i+1+n)
	}
	return c.scanHalfDay(s, i)
}

// scanHalfDay reads " AM" or " PM" at i and returns the end, i itself when there is none.
func (c *clock) scanHalfDay(s string, i int) int {
	if i+2 < len(s) && s[i] == ' ' && (s[i+2] == 'M' || s[i+2] == 'm') && (i+3 == len(s) || !isLetter(s[i+3])) {
		switch s[i+1] {
		case 'A', 'a':
			if c.hour == 12 {
				c.hour = 0
			}
			i += 3
		case 'P', 'p':
			if c.hour < 12 {
				c.hour += 12
			}
			i += 3
		}
	}
	return i
}

// scanFraction reads .118 or ,118 at i with any number of digits; those beyond nanoseconds are passed over.
func (c *clock) scanFraction(s string, i int) int {
	if i+1 >= len(s) || s[i] != '.' && s[i] != ',' || !isDigit(s[i+1]) {
		return i
	}
	unit := 100_000_000
	for i++; i < len(s) && isDigit(s[i]); i++ {
		c.nanos += unit * int(s[i]-'0')
		unit /= 10
	}
	return i
}

// upTo2 reads one or two digits and says how many; 0 when there are none.
func upTo2(s string, i int) (value, n int) {
	if i >= len(s) || !isDigit(s[i]) {
		return 0, 0
	}
	value = int(s[i] - '0')
	if i+1 < len(s) && isDigit(s[i+1]) {
		return value*10 + int(s[i+1]-'0'), 2
	}
	return value, 1
}

// yearAt reads four digits of a year of this or the last century, alone.
func yearAt(s string, i int) (int, bool) {
	if countDigits(s, i) != 4 || s[i] != '1' && s[i] != '2' {
		return 0, false
	}
	if i+4 < len(s) && s[i+4] != ' ' && s[i+4] != ':' && s[i+4] != ']' && s[i+4] != ',' {
		return 0, false
	}
	year := number(s[i : i+4])
	return year, year >= 1970 && year < 2200
}

// fullYear places two digits of a year as POSIX strptime does: 69 to 99 in the last century.
func fullYear(two int) int {
	if two >= 69 {
		return 1900 + two
	}
	return 2000 + two
}

func skipBlanks(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

func isLetter(c byte) bool { return (c|0x20)-'a' <= 'z'-'a' }

func upperEnd(s string, i int) int {
	for i < len(s) && s[i]-'A' <= 'Z'-'A' {
		i++
	}
	return i
}
