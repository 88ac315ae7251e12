package pattern

import "strings"

// variable reports whether a run of bytes is one by its looks.
func (s *scanner) variable(run string, flags uint8) bool {
	switch {
	case flags&isDigit != 0, flags&isColon != 0:
		return true
	case flags&isSlash != 0:
		return isPath(run)
	case flags&isOtherLetter == 0:
		return len(run) >= 8 && strings.IndexByte(run, '.') < 0
	case flags&isCore != 0:
		return strings.IndexByte(run, '@') > 0
	}
	return false
}

// query returns where the query of a URL ends, whose path ends at i: /items?page=2&size=50.
func (s *scanner) query(i int) int {
	if i >= len(s.line) || s.line[i] != '?' {
		return i
	}
	for i < len(s.line) && classes[s.line[i]] != isBlank && strings.IndexByte(`"'<>)]`, s.line[i]) < 0 {
		i++
	}
	return i
}

// version returns where the version of a product begins, as in HTTP/1.1; 0 when the run is no such. What has the form of
// one is none when it is too long.
func version(run string) (at int, form bool) {
	slash := strings.IndexByte(run, '/')
	if slash < 1 || slash == len(run)-1 {
		return 0, false
	}
	for i := range slash {
		if classes[run[i]]&isLetter == 0 {
			return 0, false
		}
	}
	points := 0
	for i := slash + 1; i < len(run); i++ {
		if run[i] == '.' {
			points++
		} else if classes[run[i]] != isDigit {
			return 0, false
		}
	}
	if points > 2 || len(run)-slash > 9 {
		return 0, true
	}
	return slash + 1, true
}

// isPath tells paths from words such as I/O and application/json.
func isPath(run string) bool {
	return run[0] == '/' || run[0] == '~' || run[0] == '\\' ||
		strings.Count(run, "/")+strings.Count(run, "\\") > 1
}

// joint reports whether the tokens between two variables make one of them.
func (s *scanner) joint(before token, between []token, start, end int) bool {
	switch len(between) {
	case 0:
		return true
	case 1:
		if between[0].kind == blank {
			if s.calendarWord(before) {
				return true
			}
			if strings.IndexByte("+-", s.line[start]) < 0 { // as those zones are that hold a digit
				return false
			}
			s.measure(int(before.start), end)
			return zone(s.line[start:end]) && clock(s.line[before.start:before.end])
		}
		c := s.line[between[0].start]
		return c == ':' || c == ',' || c == '#' || c == '|' || c == '*'
	case 2:
		c := s.line[between[0].start]
		return between[0].kind == punct && (c == ',' || c == '#' && s.line[between[1].start] == '#')
	}
	return false
}
