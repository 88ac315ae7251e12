package pattern

import "strings"

// AppendLook implements model.PatternFinder. What it appends is a value as well, of the same length and in the place of the
// first one makes the scanner decide the same: digits are all alike, and where letters and digits are mixed only the first
// two and the last byte count, but for the words of times and of klog's header (FuzzLook).
func (f *finder) AppendLook(dst []byte, value string) []byte { return appendLook(dst, value) }

func appendLook(dst []byte, value string) []byte {
	start, flags, marks := len(dst), uint8(0), false
	for i := range len(value) {
		c := value[i]
		class := classes[c]
		flags |= class
		marks = marks || class&(isDigit|isLetter) == 0 && c != '.' && c != '-'
		if class == isDigit {
			c = '0'
		}
		dst = append(dst, c)
	}
	if flags&isDigit == 0 || flags&isLetter == 0 || marks || timeWords(value) {
		return dst
	}
	look, keep := dst[start:], 2
	switch {
	case len(look) == 5 && strings.IndexByte("IWEF", look[0]) >= 0 && string(look[1:]) == "0000":
		return dst
	case len(look) >= 3 && isCalendar(value[:3]):
		keep = 3
	}
	for i := range look {
		switch {
		case keep == 3 && i < keep, classes[look[i]]&(isDigit|isLetter) == 0 && (len(look) <= keep+3 || i < keep):
		case i == keep && len(look) > keep+3:
			look[i] = '0'
		case i > keep && i < len(look)-1 && len(look) > keep+3, classes[look[i]]&isLetter != 0:
			look[i] = 'x'
		}
	}
	return dst
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
