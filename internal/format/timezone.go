package format

import "time"

// scanZone reads what may stand behind a clock: Z, +09:00, +0900, +09 at once, or behind one blank +0900,
// +09:00 or an abbreviation. It returns the end, i itself when there is no zone.
func (c *clock) scanZone(s string, i int, z Zone) int {
	if i >= len(s) || c.noClock || c.zoned {
		return i
	}
	switch s[i] {
	case 'Z', 'z':
		if i+1 == len(s) || !isLetter(s[i+1]) && !isDigit(s[i+1]) {
			c.zoned = true
			return i + 1
		}
		return i
	case '+', '-':
		return c.scanOffset(s, i, 2)
	case ' ':
		if i+1 >= len(s) {
			return i
		}
		if s[i+1] == '+' || s[i+1] == '-' {
			if end := c.scanOffset(s, i+1, 4); end > i+1 {
				if end+6 == len(s) && s[end] == ' ' && s[end+1] == '(' { // RFC 5322 comment: +0900 (KST)
					return len(s)
				}
				return end
			}
			return i
		}
		return c.scanAbbreviation(s, i, z)
	}
	return i
}

// scanOffset reads +hh, +hhmm or +hh:mm of at least minDigits digits at i.
func (c *clock) scanOffset(s string, i, minDigits int) int {
	j := i + 1
	digits := countDigits(s, j)
	var hours, minutes int
	switch {
	case digits == 2 && j+5 <= len(s) && s[j+2] == ':' && countDigits(s, j+3) == 2:
		hours, minutes = number(s[j:j+2]), number(s[j+3:j+5])
		j += 5
	case digits == 4:
		hours, minutes = number(s[j:j+2]), number(s[j+2:j+4])
		j += 4
	case digits == 2 && minDigits <= 2:
		hours = number(s[j : j+2])
		j += 2
	default:
		return i
	}
	if hours > 18 || minutes > 59 {
		return i
	}
	c.offset = hours*3600 + minutes*60
	if s[i] == '-' {
		c.offset = -c.offset
	}
	c.zoned = true
	return j
}

// scanAbbreviation reads " KST" at i. One that the zone itself uses at that time (CST in Asia/Shanghai) is the
// zone's; others come from a table of those that mean one thing.
func (c *clock) scanAbbreviation(s string, i int, z Zone) int {
	end := upperEnd(s, i+1)
	name := s[i+1 : end]
	if len(name) < 3 || len(name) > 5 || end < len(s) && (isLetter(s[end]) || isDigit(s[end])) {
		return i
	}
	if off, ok := z.ownAbbreviation(name, c); ok {
		c.offset, c.zoned = off, true
		return end
	}
	if off, ok := zoneOffset(name); ok {
		c.offset, c.zoned = off, true
		return end
	}
	return i
}

func (z Zone) ownAbbreviation(name string, c *clock) (offset int, ok bool) {
	if z.Location == nil || z.Location == time.UTC {
		return 0, false
	}
	ns, ok := c.unix(z)
	if !ok {
		return 0, false
	}
	own, off := time.Unix(0, ns).In(z.Location).Zone()
	return off, own == name
}

// zoneOffset knows the abbreviations of the tz database that are capitals, in seconds east of UTC. CST, IST, BST and
// AST are read as those of the United States, India, Britain and Halifax. It holds all of them: views read a line
// without knowing the zone that it was received in, and must find the same end of its time.
func zoneOffset(name string) (int, bool) {
	const hour = 3600
	switch name {
	case "UTC", "GMT", "WET":
		return 0, true
	case "NZDT":
		return 13 * hour, true
	case "NZST":
		return 12 * hour, true
	case "AEDT":
		return 11 * hour, true
	case "ACDT":
		return 10*hour + hour/2, true
	case "AEST":
		return 10 * hour, true
	case "ACST":
		return 9*hour + hour/2, true
	case "KST", "JST", "WIT":
		return 9 * hour, true
	case "HKT", "SGT", "PHT", "AWST", "WITA":
		return 8 * hour, true
	case "ICT", "WIB":
		return 7 * hour, true
	case "IST":
		return 5*hour + hour/2, true
	case "PKT":
		return 5 * hour, true
	case "MSK", "EEST", "EAT", "IDT":
		return 3 * hour, true
	case "EET", "CEST", "CAT", "SAST":
		return 2 * hour, true
	case "CET", "BST", "WEST", "WAT":
		return hour, true
	case "NDT":
		return -2*hour - hour/2, true
	case "ADT":
		return -3 * hour, true
	case "NST":
		return -3*hour - hour/2, true
	case "EDT", "AST":
		return -4 * hour, true
	case "EST", "CDT":
		return -5 * hour, true
	case "CST", "MDT":
		return -6 * hour, true
	case "MST", "PDT":
		return -7 * hour, true
	case "PST", "AKDT":
		return -8 * hour, true
	case "AKST", "HDT":
		return -9 * hour, true
	case "HST":
		return -10 * hour, true
	case "SST":
		return -11 * hour, true
	}
	return 0, false
}
