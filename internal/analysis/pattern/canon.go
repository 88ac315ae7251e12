package pattern

import "strings"

// maxShort is how many bytes of a value, or of a run of digits within it, its look leaves out.
const maxShort = 20

// AppendLook implements model.PatternFinder. What it appends is a value as well, and in the place of the first one makes
// the scanner decide the same: digits are all alike, and where letters and digits are mixed only the first two and the
// last byte count, but for the words of times and of klog's header. A measured look has the length of the value, others
// one digit for each run (FuzzLook).
func (f *finder) AppendLook(dst []byte, value string, measured bool) []byte {
	return appendLook(dst, value, measured)
}

func appendLook(dst []byte, value string, measured bool) []byte {
	start, flags, marks := len(dst), uint8(0), false
	for i := range len(value) {
		c := value[i]
		class := classes[c]
		flags |= class
		marks = marks || !inLook(c)
		if class == isDigit {
			c = '0'
		}
		dst = append(dst, c)
	}
	look, keep := dst[start:], 2
	if flags&isDigit == 0 || flags&isLetter == 0 || marks || len(look) >= maxScan || timeWords(value) {
		if !measured {
			look = shortenDigits(look)
		}
		return dst[:start+len(look)]
	}
	switch {
	case len(look) == 5 && strings.IndexByte("IWEF", look[0]) >= 0 && string(look[1:]) == "0000":
		return dst
	case len(look) >= 3 && isCalendar(value[:3]):
		keep = 3
	}
	long := len(look) > keep+3
	for i := range look {
		switch {
		case keep == 3 && i < keep, classes[look[i]]&(isDigit|isLetter) == 0 && (!long || i < keep):
		case i == keep && long:
			look[i] = '0'
		case i > keep && i < len(look)-1 && long, classes[look[i]]&isLetter != 0:
			look[i] = 'x'
		}
	}
	if long && !measured && len(look) <= maxShort {
		dst = append(dst[:start+keep+3], look[len(look)-1])
	}
	return dst
}

// shortenDigits leaves one digit of each run, in place.
func shortenDigits(look []byte) []byte {
	n := 0
	for i := 0; i < len(look); {
		end := i + 1
		for look[i] == '0' && end < len(look) && look[end] == '0' {
			end++
		}
		run := end - i
		if run <= maxShort {
			run = 1
		}
		n += copy(look[n:], look[i:i+run])
		i = end
	}
	return look[:n]
}

// timeWords reports whether all letters of a value are words of times: T, Z, months and days.
func timeWords(value string) bool {
	for i := 0; i < len(value); i++ {
		if classes[value[i]]&isLetter == 0 {
			continue
		}
		end := i
		for end < len(value) && classes[value[end]]&isLetter != 0 {
			end++
		}
		if !timeWord(value[i:end]) {
			return false
		}
		i = end
	}
	return true
}

func timeWord(w string) bool { return w == "T" || w == "Z" || w == "t" || w == "z" || isCalendar(w) }
