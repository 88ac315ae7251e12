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

const (
	months   = "janfebmaraprmayjunjulaugsepoctnovdec"
	weekdays = "sunmontuewedthufrisat"
)

// monthAt reads a month's name, short or in full, at i and returns its number and length.
func monthAt(s string, i int) (month, n int) {
	k := threeLetters(s, i, months)
	if k < 0 {
		return 0, 0
	}
	n = 3
	for i+n < len(s) && isLetter(s[i+n]) && n < len("September") {
		n++
	}
	if n > 3 && (i+n > len(s) || !hasFoldPrefix(fullMonths[k], s[i:i+n])) {
		return 0, 0
	}
	return k + 1, n
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
	if threeLetters(s, 0, weekdays) < 0 {
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

// threeLetters finds the three letters at i in a table of three-letter names and returns the entry, or -1.
func threeLetters(s string, i int, table string) int {
	if i+3 > len(s) {
		return -1
	}
	a, b, d := s[i]|0x20, s[i+1]|0x20, s[i+2]|0x20
	for k := 0; k < len(table); k += 3 {
		if table[k] == a && table[k+1] == b && table[k+2] == d {
			return k / 3
		}
	}
	return -1
}
