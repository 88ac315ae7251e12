package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// leef is IBM QRadar's Log Event Extended Format: LEEF:1.0|vendor|product|version|event id|attributes parted by
// tabs, and LEEF:2.0 with one more header part that names the delimiter.
var leef = &parser{
	name: "leef@1", open: true,
	names: []string{"observer.vendor", "observer.product", "observer.version", "event.code", "event.severity"},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readLEEF(line)
		if !ok {
			return Head{}, false
		}
		var h Head
		l.each(func(key, value string) {
			switch key {
			case "devTime":
				h.Time, _ = ParseTime(value, z)
			case "sev":
				h.Severity = cefSeverity(value)
			}
		})
		return h, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readLEEF(line)
		if !ok {
			return dst
		}
		dst = addView(dst, "observer.vendor", l.parts[1])
		dst = addView(dst, "observer.product", l.parts[2])
		dst = addView(dst, "observer.version", l.parts[3])
		dst = addView(dst, "event.code", l.parts[4])
		l.each(func(key, value string) {
			dst = addView(dst, model.SentName(key), value)
			if key == "sev" {
				dst = addView(dst, "event.severity", value)
			}
		})
		return dst
	},
}

type leefLine struct {
	parts      [5]string
	attributes string
	delimiter  byte
}

func readLEEF(line string) (l leefLine, ok bool) {
	if !strings.HasPrefix(line, "LEEF:1") && !strings.HasPrefix(line, "LEEF:2") {
		return l, false
	}
	s := line[len("LEEF:"):]
	for i := range l.parts {
		if l.parts[i], s, ok = strings.Cut(s, "|"); !ok {
			return l, false
		}
	}
	l.delimiter = '\t'
	if line[len("LEEF:")] == '2' {
		if spec, rest, found := strings.Cut(s, "|"); found && len(spec) <= 4 {
			l.delimiter = leefDelimiter(spec)
			s = rest
		}
	}
	l.attributes = strings.TrimRight(s, "\r\n")
	return l, true
}

// leefDelimiter reads the character itself, or its code as 0x5E or x5E.
func leefDelimiter(spec string) byte {
	hex := strings.TrimPrefix(strings.TrimPrefix(spec, "0"), "x")
	switch {
	case len(spec) == 1:
		return spec[0]
	case len(spec) > len(hex) && len(hex) == 2:
		if v, ok := hex4("00"+hex, 0); ok {
			return byte(v)
		}
	}
	return '\t'
}

func (l *leefLine) each(yield func(key, value string)) {
	for s := l.attributes; s != ""; {
		end := strings.IndexByte(s, l.delimiter)
		part := s
		if end >= 0 {
			part, s = s[:end], s[end+1:]
		} else {
			s = ""
		}
		if key, value, ok := strings.Cut(part, "="); ok && strings.Trim(key, " ") != "" {
			yield(strings.Trim(key, " "), value)
		}
	}
}
