package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// cef is ArcSight's Common Event Format: CEF:0|vendor|product|version|event class|name|severity|extension.
var cef = &parser{
	name: "cef@1", open: true,
	names: []string{
		"observer.vendor", "observer.product", "observer.version", "event.code", "event.name", "event.severity",
	},
	scan: func(line string, z Zone) (Head, bool) {
		parts, ext, ok := readCEF(line)
		if !ok {
			return Head{}, false
		}
		h := Head{Severity: cefSeverity(parts[6])}
		eachCEF(ext, func(key, value string) bool {
			switch key {
			case "rt", "end", "start":
				if ts, ok := ParseTime(value, z); ok && (h.Time == 0 || key == "rt") {
					h.Time = ts
				}
			}
			return true
		})
		return h, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		parts, ext, ok := readCEF(line)
		if !ok {
			return dst
		}
		for i, name := range [...]string{
			1: "observer.vendor", 2: "observer.product", 3: "observer.version", 4: "event.code", 5: "event.name", 6: "event.severity",
		} {
			if name != "" {
				dst = addView(dst, name, unescapeBar(parts[i]))
			}
		}
		eachCEF(ext, func(key, value string) bool {
			dst = addView(dst, model.SentName(key), unescapeCEF(value))
			return true
		})
		return dst
	},
}

// readCEF splits the header; a backslash hides a bar.
func readCEF(line string) (parts [7]string, ext string, ok bool) {
	if !strings.HasPrefix(line, "CEF:") || len(line) < 6 || !isDigit(line[4]) {
		return parts, "", false
	}
	s := line[4:]
	for i := range parts {
		end := barEnd(s)
		if end < 0 {
			if i < 6 {
				return parts, "", false
			}
			end = len(s) // no extension, and no bar in front of it
		}
		parts[i] = s[:end]
		s = s[min(end+1, len(s)):]
	}
	return parts, strings.Trim(s, " \r\n"), true
}

func barEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// eachCEF walks the extension: key=value, where a value goes on over blanks up to the next key.
func eachCEF(ext string, yield func(key, value string) bool) {
	key, start := "", 0
	for i := 0; i < len(ext); i++ {
		switch ext[i] {
		case '\\':
			i++
		case '=':
			k := i
			for k > 0 && cefKeyByte(ext[k-1]) {
				k--
			}
			if k == i || k > 0 && ext[k-1] != ' ' {
				continue
			}
			if key != "" && !yield(key, strings.TrimRight(ext[start:k], " ")) {
				return
			}
			key, start = ext[k:i], i+1
		}
	}
	if key != "" {
		yield(key, strings.TrimRight(ext[start:], " "))
	}
}

func cefKeyByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '-' || c == '[' || c == ']'
}

// cefSeverity maps 0-3 low, 4-6 medium, 7-8 high, 9-10 very high.
func cefSeverity(s string) model.Severity {
	switch s {
	case "0", "1", "2", "3", "Low", "low", "Unknown":
		return model.SeverityInfo
	case "4", "5", "6", "Medium", "medium":
		return model.SeverityWarn
	case "7", "8", "High", "high":
		return model.SeverityError
	case "9", "10", "Very-High", "very-high":
		return model.SeverityFatal
	}
	return model.SeverityUnknown
}

func unescapeBar(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return barReplacer.Replace(s)
}

func unescapeCEF(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return cefReplacer.Replace(s)
}

var (
	barReplacer = strings.NewReplacer(`\|`, `|`, `\\`, `\`)
	cefReplacer = strings.NewReplacer(`\=`, `=`, `\\`, `\`, `\n`, "\n", `\r`, "\r")
)
