package format

// Members walks over what the fields of JSON objects are read from, where it stands. The zero value is ready; one goroutine uses it.
type Members struct {
	f     Flattener
	path  []byte // names of the enclosing objects, each with its dot
	deep  bool
	visit func(name, value string) (into bool)
}

// Walk calls visit for each member of the one JSON object, or of the objects in the one array, that text holds, except for those
// that are objects themselves. name is that of the field which Flattener makes of it, and value the part of text that it is
// written as, quotes and all. Names are valid until visit returns; double ones come twice. Of an array visit says whether to look
// into it: the members of its objects are named as if the object stood in its place. Walk reports whether it has seen all; text
// that is no such JSON, or is nested too deep, it has not.
func (m *Members) Walk(text, prefix string, visit func(name, value string) (into bool)) bool {
	i := skipSpace(text, 0)
	if i == len(text) || text[i] != '{' && text[i] != '[' {
		return false
	}
	if end, what := valueEnd(text, i, 0); what != "" || skipSpace(text, end) != len(text) {
		return false
	}
	m.path, m.deep, m.visit = append(m.path[:0], prefix...), false, visit
	m.value(text, i, 0)
	m.visit = nil
	return !m.deep
}

// Text returns what a value that was visited says: a string without quotes and escapes, anything else as it is written, "" for null.
// It is valid until the next call.
func (m *Members) Text(value string) string {
	switch value[0] {
	case 'n':
		return ""
	case '"':
		m.f.Reset()
		text, _ := m.f.unescape(value[1 : len(value)-1]) // Walk has checked it
		return text
	}
	return value
}

// value walks over the checked value at i, and returns its end.
func (m *Members) value(s string, i, depth int) (end int) {
	switch {
	case s[i] != '{' && s[i] != '[':
	case depth > maxObjectDepth: // each array in an array is read once more: this bounds how often
		m.deep = true
	case s[i] == '{':
		return m.object(s, i, depth)
	default:
		for i = skipSpace(s, i+1); s[i] != ']'; {
			if i = skipSpace(s, m.value(s, i, depth+1)); s[i] == ',' {
				i = skipSpace(s, i+1)
			}
		}
		return i + 1
	}
	end, _ = valueEnd(s, i, 0)
	return end
}

func (m *Members) object(s string, i, depth int) (end int) {
	base := len(m.path)
	for i = skipSpace(s, i+1); s[i] == '"'; {
		keyEnd, _ := stringEnd(s, i+1)
		m.path = append(m.path, m.Text(s[i:keyEnd+1])...)
		i = skipSpace(s, skipSpace(s, keyEnd+1)+1) // behind the colon
		into := s[i] == '{'
		if !into {
			end, _ = valueEnd(s, i, 0)
			into = m.visit(textOf(m.path), s[i:end]) && s[i] == '['
		}
		if into {
			m.path = append(m.path, '.')
			end = m.value(s, i, depth+1)
		}
		m.path = m.path[:base]
		if i = skipSpace(s, end); s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	return i + 1
}
