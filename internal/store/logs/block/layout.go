package block

import "github.com/haetae/haetae/internal/format/digits"

// layout is a way in which a time is written. It is part of the format:
//
//	bits 0-1    date: none, 2006-01-02, 2006/01/02, 02/Jan/2006
//	bits 2-3    between date and time: 'T', ' ', ':'
//	bits 4-7    digits of the fraction of a second, 0-9
//	bit  8      the fraction follows a comma, else a point
//	bits 9-11   zone: none, Z, +09:00, +0900, " +0900"
//	bits 12-23  minutes east of Greenwich, plus zoneBias
type layout uint32

const (
	dateNone = iota
	dateDash
	dateSlash
	dateCommon // of the common log format
)

const (
	zoneNone = iota
	zoneUTC
	zoneColon
	zonePlain
	zoneBlank
)

const zoneBias = 1 << 11

func (l layout) date() int     { return int(l & 3) }
func (l layout) between() byte { return "T :"[min(int(l>>2&3), 2)] }
func (l layout) digits() int   { return int(l >> 4 & 15) }
func (l layout) comma() bool   { return l>>8&1 != 0 }
func (l layout) zone() int     { return int(l >> 9 & 7) }
func (l layout) east() int64   { return int64(l>>12&0xfff) - zoneBias }

// valid reports whether a stored layout is one that this version writes.
func (l layout) valid() bool {
	return l>>24 == 0 && l.digits() <= 9 && l.zone() <= zoneBlank && l>>2&3 <= 2 && (l.zone() == zoneNone || l.date() != dateNone)
}

// unit returns the nanoseconds of the last digit.
func (l layout) unit() int64 { return powers[9-l.digits()] }

var powers = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// timeEnd returns the end and the layout of the time that begins at start with a word up to end; 0 when none does.
func timeEnd(text []byte, start, end int) (int, layout) {
	to, l, _ := parseTime(text, start, end-start)
	return to, l
}

// parseTime reads a time whose first word has that many bytes. It returns its end (0 when there is none), its
// layout, and the time in nanoseconds since 1970, or since midnight when it has no date.
func parseTime(text []byte, start, first int) (end int, l layout, ns int64) {
	i := start
	var days int64
	switch c := text[start+first]; {
	case first == 4 && (c == '-' || c == '/'):
		if i+11 > len(text) {
			return 0, 0, 0
		}
		form := &digits.DashedYear
		if l = dateDash; c == '/' {
			form, l = &digits.SlashedYear, dateSlash
		}
		pairs, ok := form.Pairs(digits.Load(text[i:]))
		year, month, day := pairs.At(0)*100+pairs.At(2), pairs.At(5), number(text, i+8, 2)
		if !ok || !validDate(year, month, day) {
			return 0, 0, 0
		}
		days = daysOf(year, month, day)
		switch text[i+10] {
		case 'T':
		case ' ':
			l |= 1 << 2
		default:
			return 0, 0, 0
		}
		i += 11
	case first == 2 && c == '/':
		if i+12 > len(text) {
			return 0, 0, 0
		}
		pairs, ok := digits.CommonYear.Pairs(digits.Load(text[i+4:]) &^ 0xffff)
		year, month, day := pairs.At(3)*100+pairs.At(5), monthOf(text[i+3:i+6]), number(text, i, 2)
		if !ok || !validDate(year, month, day) {
			return 0, 0, 0
		}
		l, days = dateCommon|2<<2, daysOf(year, month, day)
		i += 12
	case first == 2 && c == ':' && (start == 0 || text[start-1] != ':'):
		l = zoneBias << 12
	default:
		return 0, 0, 0
	}
	if i+8 > len(text) {
		return 0, 0, 0
	}
	pairs, ok := digits.Clock.Pairs(digits.Load(text[i:]))
	hour, minute, second := pairs.At(0), pairs.At(3), pairs.At(6)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return 0, 0, 0
	}
	i += 8
	ns = (days*86400 + int64(hour)*3600 + int64(minute)*60 + int64(second)) * 1e9
	if i+1 < len(text) && (text[i] == '.' || text[i] == ',') && byteClass[text[i+1]] == isDigit {
		from := i + 1
		for i = from; i < len(text) && i-from < 9 && byteClass[text[i]] == isDigit; i++ {
		}
		if text[from-1] == ',' {
			l |= 1 << 8
		}
		l |= layout(i-from) << 4
		ns += parseDigits(text[from:i]) * powers[9-(i-from)]
	}
	if l.date() != dateNone {
		var east int64
		i, l, east = parseZone(text, i, l)
		ns -= east * 60e9
	}
	if !boundary(text, i) || i < len(text) && text[i] == ':' { // 00:1b:44:11:3a:b7 is none
		return 0, 0, 0
	}
	return i, l, ns
}

// parseZone reads the zone at i, if there is one.
func parseZone(text []byte, i int, l layout) (int, layout, int64) {
	const none = layout(zoneBias << 12)
	if i == len(text) {
		return i, l | none, 0
	}
	form, at := layout(zonePlain), i
	switch {
	case text[i] == 'Z':
		return i + 1, l | zoneUTC<<9 | none, 0
	case text[i] == ' ' && l.date() == dateCommon:
		form, at = zoneBlank, i+1
	}
	if at == len(text) || text[at] != '+' && text[at] != '-' {
		return i, l | none, 0
	}
	hours, end := number(text, at+1, 2), at+5
	minutes := number(text, at+3, 2)
	if form == zonePlain && minutes < 0 && at+3 < len(text) && text[at+3] == ':' {
		form, minutes, end = zoneColon, number(text, at+4, 2), at+6
	}
	east := int64(hours)*60 + int64(minutes)
	negative := text[at] == '-'
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || negative && east == 0 || !boundary(text, end) {
		return i, l | none, 0
	}
	if negative {
		east = -east
	}
	return end, l | form<<9 | layout(east+zoneBias)<<12, east
}

// number reads n digits, -1 when there are others or too few.
func number(text []byte, at, n int) int {
	if at+n > len(text) {
		return -1
	}
	v := 0
	for _, c := range text[at : at+n] {
		if byteClass[c] != isDigit {
			return -1
		}
		v = v*10 + int(c-'0')
	}
	return v
}

// monthOf returns the number of a month by its English name of three letters, 0 for another word.
func monthOf(name []byte) int {
	switch string(name) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// validDate reports whether the day exists in a year whose times fit into 64 bits of nanoseconds.
func validDate(year, month, day int) bool {
	if year < 1971 || year > 2260 || month < 1 || month > 12 || day < 1 {
		return false
	}
	switch month {
	case 2:
		leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
		return day <= 28 || leap && day == 29
	case 4, 6, 9, 11:
		return day <= 30
	}
	return day <= 31
}

// daysOf counts the days since 1 January 1970 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
func daysOf(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	inYear := (153*(month-3)+2)/5 + day - 1
	return int64(365*year+year/4-year/100+year/400+inYear) - 719468
}

// dateOf is the inverse of daysOf.
func dateOf(days int64) (year, month, day int) {
	d := int(days) + 719468
	era := d / 146097
	inEra := d % 146097
	y := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*y + y/4 - y/100)
	m := (5*inYear + 2) / 153
	day = inYear - (153*m+2)/5 + 1
	month, year = m+3, y+era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// append writes a time in this layout.
func (l layout) append(dst []byte, ns int64) []byte {
	ns += l.east() * 60e9
	days := floorDiv(ns, 86400e9)
	rest := uint64(ns - days*86400e9)
	switch date := l.date(); date {
	case dateDash, dateSlash:
		year, month, day := dateOf(days)
		sep := byte('-')
		if date == dateSlash {
			sep = '/'
		}
		dst = append(appendPadded(dst, uint64(year), 4), sep)
		dst = append(appendPadded(dst, uint64(month), 2), sep)
		dst = append(appendPadded(dst, uint64(day), 2), l.between())
	case dateCommon:
		year, month, day := dateOf(days)
		dst = append(appendPadded(dst, uint64(day), 2), '/')
		dst = append(append(dst, months[3*month-3:3*month]...), '/')
		dst = append(appendPadded(dst, uint64(year), 4), l.between())
	}
	dst = append(appendPadded(dst, rest/3600e9, 2), ':')
	dst = append(appendPadded(dst, rest/60e9%60, 2), ':')
	dst = appendPadded(dst, rest/1e9%60, 2)
	if n := l.digits(); n > 0 {
		point := byte('.')
		if l.comma() {
			point = ','
		}
		dst = appendPadded(append(dst, point), rest%1e9/uint64(l.unit()), n)
	}
	return l.appendZone(dst)
}

func (l layout) appendZone(dst []byte) []byte {
	zone, east := l.zone(), l.east()
	switch zone {
	case zoneNone:
		return dst
	case zoneUTC:
		return append(dst, 'Z')
	case zoneBlank:
		dst = append(dst, ' ')
	}
	sign := byte('+')
	if east < 0 {
		sign, east = '-', -east
	}
	dst = appendPadded(append(dst, sign), uint64(east/60), 2)
	if zone == zoneColon {
		dst = append(dst, ':')
	}
	return appendPadded(dst, uint64(east%60), 2)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
