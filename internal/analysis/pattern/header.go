package pattern

import "strings"

const (
	maxHeader = 400 // bytes that the header of a raw line may take
	maxColumn = 300 // bytes of one column of it
	maxTime   = 48  // bytes of a time in brackets
)

// read returns where the header of a raw line ends: columns such as time, level, host, process, thread
// and component, by their looks and their order. 0 when the line has none: a header begins with a time,
// or is a process with its number.
func (h *header) read() int {
	h.priority()
	if h.begun = h.time() || h.process(); !h.begun {
		return 0
	}
	for h.column() {
	}
	if end := h.end(); hasLetter(h.line[end:]) {
		return end
	}
	return 0
}

// header reads the columns at the beginning of a line. Each kind of column comes once.
type header struct {
	line                                     string
	pos                                      int // behind the last column
	begun                                    bool
	level, numbered, thread, host, component bool
}

// end returns where the text begins behind the last column and what sets it off.
func (h *header) end() int {
	i := h.pos
	for i < len(h.line) && (classes[h.line[i]] == isBlank || h.line[i] == '|' || h.line[i] == '-' && h.lone(i)) {
		i++
	}
	return i
}

// lone reports whether the byte at i stands between blanks, with others of its kind.
func (h *header) lone(i int) bool {
	before := i == 0 || classes[h.line[i-1]] == isBlank || h.line[i-1] == h.line[i]
	after := i+1 < len(h.line) && (classes[h.line[i+1]] == isBlank || h.line[i+1] == h.line[i])
	return before && after
}

// next returns the column at i, up to a blank or "|".
func (h *header) next(i int) string {
	end := i
	for end < len(h.line) && end-i < maxColumn && classes[h.line[end]] != isBlank && h.line[end] != '|' {
		end++
	}
	return h.line[i:end]
}

// priority passes over what a syslog message begins with: <34> or <34>1 (RFC 3164, RFC 5424).
func (h *header) priority() {
	if end := strings.IndexByte(h.line[:min(len(h.line), 5)], '>'); end > 1 && h.line[0] == '<' && allDigits(h.line[1:end]) {
		h.pos = end + 1
		if version := h.next(h.pos); len(version) == 1 && classes[version[0]] == isDigit {
			h.pos++
		}
	}
}

// time reads the columns of a time, each of which has a look of one, and the zone.
func (h *header) time() bool {
	found := false
	for range 6 {
		i := h.pos
		for i < len(h.line) && classes[h.line[i]] == isBlank {
			i++
		}
		if i < len(h.line) && h.line[i] == '[' {
			if end := strings.IndexByte(h.line[i:min(len(h.line), i+maxTime)], ']'); end > 0 && strings.Count(h.line[i:i+end], ":") >= 2 && clock(h.line[i+1:i+end]) {
				h.pos, found = i+end+1, true
				return true
			}
			break
		}
		column := h.next(i)
		rest := h.line[i+len(column):]
		switch {
		case clock(column) || date(column):
			found = true
		case isCalendar(strings.TrimRight(column, ",")) && len(rest) > 1 && h.dated(rest):
		case !found && len(column) == 6 && allDigits(column) && len(rest) > 7 && len(h.next(i+7)) == 6 && allDigits(rest[1:7]): // 081109 203615
			column = h.line[i : i+13]
			found = true
		case !found && len(column) == 5 && strings.IndexByte("IWEF", column[0]) >= 0 && allDigits(column[1:]): // klog
			h.level = true
		case found && zone(column):
		case h.pos > 0 && allDigits(column) && (len(column) <= 2 || len(column) == 4) && !found: // the day behind a month
		default:
			return found
		}
		h.pos = i + len(column)
	}
	return found
}

// process reads what a syslog message without a time begins with: sshd[24200]:
func (h *header) process() bool {
	column := h.next(h.pos)
	open := strings.IndexByte(column, '[')
	if open < 1 || !strings.HasSuffix(column, "]:") || !allDigits(column[open+1:len(column)-2]) {
		return false
	}
	h.pos += len(column)
	h.component = true
	return true
}

// dated reports whether a day of the month, or the name of a month, comes next.
func (h *header) dated(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return rest != "" && (classes[rest[0]] == isDigit || len(rest) > 2 && isCalendar(rest[:3]))
}

// column reads one column more.
func (h *header) column() bool {
	i := h.end()
	if i >= len(h.line) || i > maxHeader {
		return false
	}
	column := h.next(i)
	switch {
	case h.line[i] == '[' && !h.component:
		return h.bracket(i)
	case !h.level && isLevel(strings.TrimRight(column, ":")):
		h.level = true
	case !h.numbered && (!h.component || h.barred(i, column)) && allDigits(column) && len(column) <= 10:
		h.numbered = true
	case h.component || column == "":
		return false
	case h.isComponent(column):
		h.component = true
	case strings.HasPrefix(h.line[i+len(column):], " - ") && (h.level || h.thread || h.levelAt(i+len(column)+3)): // name - LEVEL - text
		h.component = true
	case h.barred(i, column):
		h.component = true
	case h.aligned(i + len(column)): // c.example.Name   : text
		h.component = true
		h.pos = i + len(column) + strings.IndexByte(h.line[i+len(column):], ':') + 1
		return true
	case !h.host && !h.level && !h.thread && h.isComponent(h.next(h.skipBlanks(i+len(column)))):
		h.host = true
	default:
		return false
	}
	h.pos = i + len(column)
	return true
}

// bracket reads [thread] or [level]; brackets within it belong to it.
func (h *header) bracket(i int) bool {
	end := h.closing(i)
	if end < 0 {
		return false
	}
	inside := h.line[i+1 : end]
	if !h.level && isLevel(inside) {
		h.level = true
	} else if h.thread {
		return false
	} else {
		h.thread = true
	}
	h.pos = end + 1
	if h.pos < len(h.line) && h.line[h.pos] == ':' {
		h.pos++
	}
	return true
}

// closing returns where the bracket at i closes, -1 when it does not within a column.
func (h *header) closing(i int) int {
	depth := 0
	for k := i; k < len(h.line) && k-i < maxColumn; k++ {
		switch h.line[k] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return k
			}
		}
	}
	return -1
}

// barred reports whether a column stands between two "|".
func (h *header) barred(i int, column string) bool {
	end := i + len(column)
	return i > 0 && h.line[i-1] == '|' && end < len(h.line) && h.line[end] == '|'
}

// aligned reports whether blanks and a colon between blanks come next.
func (h *header) aligned(i int) bool {
	k := h.skipBlanks(i)
	return k > i && k+1 < len(h.line) && h.line[k] == ':' && h.line[k+1] == ' '
}

func (h *header) levelAt(i int) bool { return isLevel(h.next(i)) }

func (h *header) skipBlanks(i int) int {
	for i < len(h.line) && classes[h.line[i]] == isBlank {
		i++
	}
	return i
}
