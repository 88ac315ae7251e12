package format

import "github.com/haetae/haetae/internal/format/digits"

// scanUsual reads the two layouts that most lines have, "2026-11-20T03:12:34" (a blank in place of the T too) and
// "20/Nov/2026:03:12:34". It returns the length up to the fraction, as scanDigits does, or 0: then the text may still be
// a time.
func (c *clock) scanUsual(s string) int {
	const iso, common = len("2026-11-20T03:12:34"), len("20/Nov/2026:03:12:34")
	switch {
	case len(s) < common:
		return 0
	case s[4] == '-':
		year, dated := digits.DashedYear.Pairs(digits.Load(s))
		time, timed := digits.Clock.Pairs(digits.Load(s[11:]))
		if !dated || !timed || !isDigit(s[8]) || !isDigit(s[9]) || s[10] != 'T' && s[10] != ' ' {
			return 0
		}
		c.year, c.month, c.day = year.At(0)*100+year.At(2), year.At(5), number(s[8:10])
		c.hour, c.minute, c.sec = time.At(0), time.At(3), time.At(6)
		return c.scanHalfDay(s, c.scanFraction(s, iso))
	case s[2] == '/':
		month := monthOf(letters(s, 3))
		year, dated := digits.CommonYear.Pairs(digits.Load(s[4:]) &^ 0xffff)
		time, timed := digits.Clock.Pairs(digits.Load(s[12:]))
		if month == 0 || !dated || !timed || !isDigit(s[0]) || !isDigit(s[1]) {
			return 0
		}
		c.year, c.month, c.day = year.At(3)*100+year.At(5), month, number(s[:2])
		c.hour, c.minute, c.sec = time.At(0), time.At(3), time.At(6)
		return c.scanHalfDay(s, c.scanFraction(s, common))
	}
	return 0
}
