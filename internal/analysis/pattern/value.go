package pattern

import "strings"

// maxQuoted is how far the end of a quoted text is looked for, in bytes.
const maxQuoted = 512

// quoted reads what begins with a quote. A name or a product in quotes is a variable; of a sentence the words
// count, and the quotes are only marks. The name of a JSON member stays, and its value is a variable.
func (s *scanner) quoted(i int) int {
	end := s.closing(i)
	if end < 0 {
		s.put(punct, i, i+1)
		return i + 1
	}
	inside := s.line[i+1 : end]
	if s.line[i] == '"' && end+1 < len(s.line) && s.line[end+1] == ':' && !strings.Contains(inside, " ") {
		s.put(word, i, end+2)
		return s.member(end + 2)
	}
	if strings.IndexByte(inside, ' ') >= 0 && !isProduct(inside) {
		s.put(punct, i, i+1)
		return i + 1
	}
	s.put(punct, i, i+1)
	s.put(slot, i+1, end)
	s.put(punct, end, end+1)
	return end + 1
}

// closing returns where the quote at i closes, -1 when it does not.
func (s *scanner) closing(i int) int {
	quote := s.line[i]
	for k := i + 1; k < len(s.line) && k-i < maxQuoted; k++ {
		switch s.line[k] {
		case '\\':
			k++
		case quote:
			s.reach(i, k)
			return k
		}
	}
	if len(s.line)-i >= maxQuoted {
		s.farthest = maxQuoted // a shorter line might close it
	}
	return -1
}

// isProduct reports whether a text is one of products with versions, as User-Agent is: Mozilla/5.0 (X11) ...
// (RFC 9110 section 10.1.5).
func isProduct(text string) bool {
	i := 0
	for i < len(text) && classes[text[i]]&isLetter != 0 {
		i++
	}
	return i > 0 && i+1 < len(text) && text[i] == '/' && classes[text[i+1]] == isDigit
}

// member reads the value of a JSON member: a string, true, false or null; others are read as any text is.
func (s *scanner) member(i int) int {
	if i < len(s.line) && s.line[i] == ' ' {
		s.put(blank, i, i+1)
		i++
	}
	if i >= len(s.line) {
		return i
	}
	if s.line[i] == '"' {
		if end := s.closing(i); end >= 0 {
			s.put(slot, i, end+1)
			return end + 1
		}
		return i
	}
	end, flags := i, uint8(0)
	for end < len(s.line) && classes[s.line[end]]&isLetter != 0 {
		end++
	}
	for k := end; k < len(s.line) && classes[s.line[k]]&inWord != 0; k++ {
		flags |= classes[s.line[k]]
	}
	if end == i || flags&isDigit != 0 && flags&isSlash == 0 { // a word with digits is a variable as it is, and one
		return i
	}
	s.put(slot, i, end)
	return end
}

// value reads "=" and, behind a name, its value: a variable even when it is empty.
func (s *scanner) value(i int) int {
	named := len(s.tokens) > 0 && s.tokens[len(s.tokens)-1].kind == word
	s.put(punct, i, i+1)
	i++
	if !named {
		return i
	}
	if i == len(s.line) {
		s.put(slot, i, i)
		return i
	}
	switch c := s.line[i]; {
	case c == '"' || c == '\'':
		if end := s.closing(i); end >= 0 {
			s.put(slot, i, end+1)
			return end + 1
		}
		return i
	case classes[c] == isBlank || c == ',' || c == ';' || c == ')' || c == ']' || c == '}':
		s.put(slot, i, i)
		return i
	case classes[c]&inWord == 0:
		return i
	}
	end := i
	for end < len(s.line) && (classes[s.line[end]]&(inWord|isColon) != 0) {
		end++
	}
	for end > i && (s.line[end-1] == '.' || s.line[end-1] == ':') {
		end--
	}
	s.put(slot, i, end)
	return end
}

// closeEmpty puts a variable into brackets of their own that hold nothing, as in "from 10.0.0.1 ()". Those of a
// call, as in init(), stay as they are.
func (s *scanner) closeEmpty(i int) {
	n := len(s.tokens)
	if n < 2 || s.tokens[n-1].kind != punct || s.tokens[n-2].kind != blank {
		return
	}
	if open := s.line[s.tokens[n-1].start]; open == '(' || open == '[' {
		s.put(slot, i, i)
	}
}

// unit reports whether a word is the unit of the number before it: sizes and times pass from one to the next.
func (s *scanner) unit(text string) bool {
	n := len(s.tokens)
	if n < 2 || s.tokens[n-1].kind != blank || s.tokens[n-2].kind != slot || len(text) > 7 {
		return false
	}
	switch strings.ToLower(text) {
	case "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "byte", "bytes",
		"ns", "us", "ms", "s", "sec", "secs", "min", "mins", "h", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days":
		before := s.tokens[n-2]
		return before.end > before.start && classes[s.line[before.end-1]] == isDigit
	}
	return false
}

// calendar reports whether the word is a month or day within a date: Dec 10, Sun Dec 04.
func (s *scanner) calendar(start, stop int) bool {
	if stop-start != 3 || !s.calendarWord(token{start: int32(start), end: int32(stop)}) || stop+1 >= len(s.line) || s.line[stop] != ' ' {
		return false
	}
	next := strings.TrimLeft(s.line[stop:], " ")
	return next != "" && (classes[next[0]] == isDigit || len(next) >= 3 && isCalendar(next[:3]))
}

// calendarWord reports whether a variable begins with the name of a month or day.
func (s *scanner) calendarWord(t token) bool {
	return t.end-t.start >= 3 && isCalendar(s.line[t.start:t.start+3])
}

func isCalendar(w string) bool {
	switch w {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// userName reports whether the word about to come is the name of a user: "for user root", "invalid user admin".
func (s *scanner) userName() bool {
	n := len(s.tokens)
	if n < 4 || s.tokens[n-1].kind != blank || s.tokens[n-3].kind != blank {
		return false
	}
	if !isUser(s.text(n - 2)) {
		return false
	}
	switch strings.ToLower(s.text(n - 4)) {
	case "for", "by", "of", "from", "as", "to", "invalid", "illegal", "unknown":
		return true
	}
	return false
}

// text returns the text of token i.
func (s *scanner) text(i int) string { return s.line[s.tokens[i].start:s.tokens[i].end] }
