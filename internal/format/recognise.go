package format

// Recognise finds the format of a line. It asks hint, the last format of the same stream, first; then those whose
// lines may begin with the line's first byte. Without a format ok is false, and Head is what the text itself says:
// a time that it begins with and a level word near its start.
func Recognise(line string, hint Format, z Zone) (f Format, h Head, ok bool) {
	if line == "" {
		return nil, Head{}, false
	}
	if hint != nil {
		if h, ok := hint.Scan(line, z); ok {
			return hint, h, true
		}
	}
	for _, f := range byFirst[firstClass[line[0]]] {
		if f == hint {
			continue
		}
		if h, ok := f.Scan(line, z); ok {
			return f, h, true
		}
	}
	return nil, Plain(line, z), false
}

// Plain reads a line that has no format: the time that it begins with, at once, in a bracket or behind one
// word, and the level word near the start of what follows.
func Plain(line string, z Zone) Head {
	ts, n := leadingTime(line, z)
	return Head{Time: ts, Severity: leadingSeverity(line[n:])}
}

// leadingTime returns the time and where the text goes on behind it.
func leadingTime(line string, z Zone) (ts int64, end int) {
	i := 0
	if line != "" && (line[0] == '[' || line[0] == '<' || line[0] == '(') {
		i = 1
	}
	if ts, n, ok := scanLeadingTime(line[i:], z); ok {
		return ts, i + n
	}
	// "12:M 20 Nov 2026 03:12:34.118 * Ready" (Redis), "INFO [2026-11-20 ...", "update-alternatives 2026-11-20 ...".
	const shortWord = 24
	for i = 0; i < len(line) && i <= shortWord; i++ {
		if line[i] != ' ' {
			continue
		}
		i = skipBlanks(line, i)
		if i < len(line) && line[i] == '[' {
			i++
		}
		if i < len(line) && isDigit(line[i]) {
			if ts, n, ok := scanLeadingTime(line[i:], z); ok {
				if leadingSeverity(line) != 0 {
					return ts, 0
				}
				return ts, i + n
			}
		}
		break
	}
	return 0, 0
}

// The first byte of a line rules most formats out. Classes are small numbers so that the table is one cache line
// of lists; the order within a list goes from the strictest header to the loosest.
const (
	firstOther = iota
	firstBrace
	firstAngle
	firstBracket
	firstDigit
	firstLetter
)

var firstClass = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case b == '{' || b == ' ' || b == '\t':
			t[c] = firstBrace
		case b == '<':
			t[c] = firstAngle
		case b == '[':
			t[c] = firstBracket
		case isDigit(b):
			t[c] = firstDigit
		case isLetter(b), b == ':', b == '_', b == '@':
			t[c] = firstLetter
		}
	}
	return t
}()

var byFirst = [...][]Format{
	firstOther:   nil,
	firstBrace:   {jsonObject},
	firstAngle:   {syslog5424, syslog3164},
	firstBracket: {apacheError, python, java},
	firstDigit:   {nginxAccess, apacheAccess, nginxError, postgresql, python, java, syslog5424, syslog3164, logfmt, keyValue},
	firstLetter:  {cef, leef, klog, syslog3164, python, java, nginxAccess, apacheAccess, logfmt, keyValue},
}
