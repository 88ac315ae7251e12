package format

import "time"

// clock is a broken-down time as a line writes it, before a zone and a missing year are filled in.
type clock struct {
	year, month, day  int
	hour, minute, sec int // hour 24 and second 60 run over into what follows
	nanos             int
	offset            int  // seconds east of UTC, when zoned
	zoned             bool // the text named its offset
	noYear            bool // the year nearest to receipt is meant
	noDate            bool // the day nearest to receipt is meant
	noClock           bool // a date alone, at midnight
}

const (
	secondsPerDay = 86_400
	// maxSeconds and minSeconds are what fits into nanoseconds of an int64: the years 1678 to 2261.
	maxSeconds = 9_223_372_035
	minSeconds = -9_223_372_035
)

// unix returns nanoseconds since the epoch; false when a part is out of its range or the whole does not fit.
func (c *clock) unix(z Zone) (int64, bool) {
	if uint(c.minute) > 59 || uint(c.sec) > 60 || uint(c.hour) > 24 ||
		c.hour == 24 && (c.minute|c.sec|c.nanos) != 0 {
		return 0, false
	}
	if c.noDate {
		return c.nearestDay(z)
	}
	if c.noYear {
		return c.nearestYear(z)
	}
	return c.at(c.year, z)
}

func (c *clock) at(year int, z Zone) (int64, bool) {
	if c.month < 1 || c.month > 12 || c.day < 1 || c.day > daysIn(year, c.month) {
		return 0, false
	}
	sec := daysSinceEpoch(year, c.month, c.day)*secondsPerDay + c.secondOfDay()
	if c.zoned {
		sec -= int64(c.offset)
	} else {
		sec = z.fromLocal(sec)
	}
	if sec > maxSeconds || sec < minSeconds {
		return 0, false
	}
	return sec*int64(time.Second) + int64(c.nanos), true
}

func (c *clock) secondOfDay() int64 {
	return int64(c.hour)*3600 + int64(c.minute)*60 + int64(c.sec)
}

// nearestYear tries the year of receipt and its neighbours; more of them for 29 February.
func (c *clock) nearestYear(z Zone) (int64, bool) {
	const halfYear = 182 * secondsPerDay * int64(time.Second)
	year := yearOf(z.Now / int64(time.Second))
	best, ok := c.at(year, z)
	if ok && abs(best-z.Now) < halfYear {
		return best, true
	}
	reach := 1
	if c.month == 2 && c.day == 29 {
		reach = 8 // 1896 to 1904 is the longest way between two leap years
	}
	for y := year - reach; y <= year+reach; y++ {
		if t, valid := c.at(y, z); valid && (!ok || abs(t-z.Now) < abs(best-z.Now)) {
			best, ok = t, true
		}
	}
	return best, ok
}

func (c *clock) nearestDay(z Zone) (int64, bool) {
	const day = secondsPerDay * int64(time.Second)
	now := z.Now / int64(time.Second)
	offset := int64(c.offset)
	if !c.zoned {
		offset = z.offset(now)
	}
	local := now + offset
	t := (local-floorMod(local, secondsPerDay)+c.secondOfDay()-offset)*int64(time.Second) + int64(c.nanos)
	switch {
	case t-z.Now > day/2:
		t -= day
	case z.Now-t > day/2:
		t += day
	}
	return t, true
}

// fromLocal turns seconds of a wall clock in the zone into seconds since the epoch.
func (z Zone) fromLocal(sec int64) int64 {
	if z.Location == nil || z.Location == time.UTC {
		return sec
	}
	utc := sec - z.offset(sec)
	if again := sec - z.offset(utc); again != utc { // a change of the clocks lies between
		return again
	}
	return utc
}

// offset returns seconds east of UTC at a time since the epoch.
func (z Zone) offset(sec int64) int64 {
	if z.Location == nil || z.Location == time.UTC {
		return 0
	}
	_, off := time.Unix(sec, 0).In(z.Location).Zone()
	return int64(off)
}

// daysSinceEpoch counts days of the proleptic Gregorian calendar; a year is taken to begin in March, so that
// the leap day is its last (Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
func daysSinceEpoch(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(int64(year), 400)
	ofEra := int64(year) - era*400
	ofYear := int64((153*(month-3)+2)/5 + day - 1)
	return era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468
}

// yearOf returns the year in UTC of seconds since the epoch (the same source, civil_from_days).
func yearOf(sec int64) int {
	days := floorDiv(sec, secondsPerDay) + 719_468
	era := floorDiv(days, 146_097)
	ofEra := days - era*146_097
	year := (ofEra - ofEra/1460 + ofEra/36_524 - ofEra/146_096) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	if ofYear >= 306 { // January and February belong to the calendar year that follows
		year++
	}
	return int(year + era*400)
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}
