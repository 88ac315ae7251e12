package format

// scanWords reads layouts that begin with a weekday or a month: "Nov 20 03:12:34[.118]", with the year in
// front of the clock or behind it, "Nov 20, 2026 3:12:34 AM", ctime, date(1), RFC 1123 and RFC 850.
func (c *clock) scanWords(s string) int {
	i := 0
	if n := weekdayAt(s); n > 0 {
		i = skipBlanks(s, n)
		if i < len(s) && isDigit(s[i]) {
			var rest clock
			end := rest.scanDayFirst(s[i:])
			if end == 0 || rest.noDate {
				return 0
			}
			*c = rest
			return i + end
		}
	}
	month, n := monthAt(s, i)
	if n == 0 {
		return 0
	}
	i = skipBlanks(s, i+n)
	day, n := upTo2(s, i)
	if n == 0 {
		return 0
	}
	c.month, c.day, c.noYear = month, day, true
	i += n
	if i < len(s) && s[i] == ',' {
		i++
	}
	i = skipBlanks(s, i)
	if year, ok := yearAt(s, i); ok {
		c.year, c.noYear = year, false
		i = skipBlanks(s, i+4)
	}
	i = c.scanClock(s, i)
	if i == 0 || !c.noYear || i >= len(s) || s[i] != ' ' {
		return i
	}
	if year, ok := yearAt(s, i+1); ok {
		c.year, c.noYear = year, false
		return i + 5
	}
	// date(1) writes the zone between the clock and the year.
	if end := upperEnd(s, i+1); end > i+1 && end < len(s) && s[end] == ' ' {
		if year, ok := yearAt(s, end+1); ok {
			if off, known := zoneOffset(s[i+1 : end]); known {
				c.year, c.noYear, c.offset, c.zoned = year, false, off, true
				return end + 5
			}
		}
	}
	return i
}

// monthAt reads a month's name, short or in full, at i and returns its number and length.
func monthAt(s string, i int) (month, n int) {
	month = monthOf(letters(s, i))
	if month == 0 {
		return 0, 0
	}
	n = 3
	for i+n < len(s) && isLetter(s[i+n]) && n < len("September") {
		n++
	}
	if n > 3 && (i+n > len(s) || !hasFoldPrefix(fullMonths[month-1], s[i:i+n])) {
		return 0, 0
	}
	return month, n
}

var fullMonths = [12]string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}

func hasFoldPrefix(full, part string) bool {
	if len(part) > len(full) {
		return false
	}
	for i := range len(part) {
		if part[i]|0x20 != full[i] {
			return false
		}
	}
	return true
}

// weekdayAt returns the length of "Sun ", "Sun, " or "Sunday, " at the start of s without the blank.
func weekdayAt(s string) int {
	if !isWeekday(letters(s, 0)) {
		return 0
	}
	n := 3
	for n < len(s) && isLetter(s[n]) && n < len("Wednesday") {
		n++
	}
	if n > 3 && s[n-3:n] != "day" {
		return 0
	}
	if n < len(s) && s[n] == ',' {
		n++
	}
	if n >= len(s) || s[n] != ' ' {
		return 0
	}
	return n
}

// letters joins the three letters at i, in lower case, to a number; 0 when there are too few.
func letters(s string, i int) uint32 {
	if i+3 > len(s) {
		return 0
	}
	return uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2]) | 0x20_20_20
}

// monthOf returns the number of the month that begins with these letters, 0 for another word.
func monthOf(letters uint32) int {
	switch letters {
	case 'j'<<16 | 'a'<<8 | 'n':
		return 1
	case 'f'<<16 | 'e'<<8 | 'b':
		return 2
	case 'm'<<16 | 'a'<<8 | 'r':
		return 3
	case 'a'<<16 | 'p'<<8 | 'r':
		return 4
	case 'm'<<16 | 'a'<<8 | 'y':
		return 5
	case 'j'<<16 | 'u'<<8 | 'n':
		return 6
	case 'j'<<16 | 'u'<<8 | 'l':
		return 7
	case 'a'<<16 | 'u'<<8 | 'g':
		return 8
	case 's'<<16 | 'e'<<8 | 'p':
		return 9
	case 'o'<<16 | 'c'<<8 | 't':
		return 10
	case 'n'<<16 | 'o'<<8 | 'v':
		return 11
	case 'd'<<16 | 'e'<<8 | 'c':
		return 12
	}
	return 0
}

// isWeekday reports whether a day of the week begins with these letters.
func isWeekday(letters uint32) bool {
	switch letters {
	case 's'<<16 | 'u'<<8 | 'n', 'm'<<16 | 'o'<<8 | 'n', 't'<<16 | 'u'<<8 | 'e', 'w'<<16 | 'e'<<8 | 'd',
		't'<<16 | 'h'<<8 | 'u', 'f'<<16 | 'r'<<8 | 'i', 's'<<16 | 'a'<<8 | 't':
		return true
	}
	return false
}
