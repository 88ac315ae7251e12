package pattern

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// The length of a value decides little: columns of a header have one, versions and zones of times too, and a quote must
// close and a line must end somewhere. Where none of these is near, 7 and 1234567 are the same to the scanner.

// measure notes that lengths within line[start:end] count.
func (s *scanner) measure(start, end int) {
	s.measured = append(s.measured, model.PatternSpan{Start: start, End: end})
}

// reach notes that the quote at i closes at k. Lines that differ in lengths alone may close it farther away.
func (s *scanner) reach(i, k int) {
	if most := (k - i) * grows; most >= maxQuoted {
		s.farthest = max(s.farthest, grown(s.line[i:k]))
	}
}

// spans returns where lengths count in the line that was scanned: everywhere when those that differ in lengths alone may
// lose their end or a quote.
func (s *scanner) spans() []model.PatternSpan {
	if s.cut || s.farthest >= maxQuoted || len(s.line)*grows >= maxScan && grown(s.line) >= maxScan {
		return append(s.measured[:0], model.PatternSpan{End: int(^uint(0) >> 1)})
	}
	if end := s.header.seen(); end > 0 {
		s.measure(0, end)
	}
	return s.measured
}

// grows is how many times as long a text can be as another one of as many runs of digits, one to every second byte.
const grows = (maxShort + 2) / 2

// grown returns the length of a text when each run of digits is as long as shortened ones are at most.
func grown(text string) int {
	n, last := len(text), uint8(0)
	for i := range len(text) {
		class := classes[text[i]]
		if class == isDigit && last != isDigit {
			n += maxShort - 1
		}
		last = class
	}
	return n
}

// seen returns how far lengths counted, at most, to find where the header of the line ends; 0 when none did.
func (h *header) seen() int {
	first := h.skipBlanks(h.pos)
	if !h.begun { // what priority, time and process asked
		column, end := h.next(first), 0
		switch {
		case len(column) == 6 && allDigits(column) || isCalendar(strings.TrimRight(column, ",")):
			end = h.columns(first, 2)
		case h.pos > 0 || strings.HasPrefix(h.line, "<") || sized(column):
			end = h.columns(first, 1)
		}
		return max(end, h.timeBracket(first))
	}
	last := h.end()
	end := max(h.columns(last, 3), h.timeBracket(first)) // 3: name - LEVEL
	if last < len(h.line) && h.line[last] == '[' {
		if at := h.closing(last); at > 0 {
			return max(end, at+1)
		}
		return max(end, last+maxColumn)
	}
	return end
}

// sized reports whether a column may be a time, or its first part, by its length.
func sized(column string) bool {
	digits, colons, marks := 0, 0, 0
	for i := range len(column) {
		switch column[i] {
		case ':':
			colons++
		case '-', '/', '.':
			marks++
		}
		if classes[column[i]] == isDigit {
			digits++
		}
	}
	return colons >= 2 || marks == 2 || digits >= len(column)-1 || grown(column) >= maxColumn
}

// timeBracket returns how far a time in brackets at i is looked for; 0 when there is none.
func (h *header) timeBracket(i int) int {
	if i == len(h.line) || h.line[i] != '[' {
		return 0
	}
	limit := min(len(h.line), i+maxTime)
	if end := strings.IndexByte(h.line[i:limit], ']'); end >= 0 {
		return i + end + 1
	}
	return limit
}

// columns returns where so many columns from i on end.
func (h *header) columns(i, n int) int {
	for range n {
		for i < len(h.line) && (classes[h.line[i]] == isBlank || h.line[i] == '|') {
			i++
		}
		for i < len(h.line) && classes[h.line[i]] != isBlank && h.line[i] != '|' {
			i++
		}
	}
	return i
}
