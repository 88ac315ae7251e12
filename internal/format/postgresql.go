package format

import (
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// postgresql is PostgreSQL's stderr log with the usual log_line_prefix settings: a time, then in any order [pid],
// user@database and an SQLSTATE, then "LEVEL:  text".
var postgresql = &parser{
	name:  "postgresql@1",
	names: []string{"log.level", "process.pid", "user.name", "db.namespace", "postgresql.sqlstate"},
	scan: func(line string, z Zone) (Head, bool) {
		l, ok := readPostgreSQL(line, z)
		if !ok {
			return Head{}, false
		}
		return Head{Time: l.time, Severity: postgresLevel(l.level)}, true
	},
	views: func(line string, dst []model.Field) []model.Field {
		l, ok := readPostgreSQL(line, Zone{})
		if !ok {
			return dst
		}
		dst = addView(dst, "log.level", l.level)
		dst = addView(dst, "process.pid", l.pid)
		dst = addView(dst, "user.name", l.user)
		dst = addView(dst, "db.namespace", l.database)
		return addView(dst, "postgresql.sqlstate", l.sqlstate)
	},
}

type postgresLine struct {
	time                                 int64
	level, pid, user, database, sqlstate string
}

// postgresLevel maps message severities; the lines that only add to another one are info.
func postgresLevel(level string) model.Severity {
	switch level {
	case "LOG", "NOTICE", "INFO", "DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION":
		return model.SeverityInfo
	case "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5":
		return model.SeverityDebug
	case "WARNING":
		return model.SeverityWarn
	case "ERROR":
		return model.SeverityError
	case "FATAL", "PANIC":
		return model.SeverityFatal
	}
	return model.SeverityUnknown
}

func readPostgreSQL(line string, z Zone) (l postgresLine, ok bool) {
	const longest = 256
	head := line[:min(len(line), longest)]
	end := strings.Index(head, ":  ")
	if end < 0 {
		return l, false
	}
	start := end
	for start > 0 && (head[start-1] >= 'A' && head[start-1] <= 'Z' || isDigit(head[start-1])) {
		start--
	}
	l.level = head[start:end]
	if postgresLevel(l.level) == model.SeverityUnknown {
		return l, false
	}
	ts, n, ok := scanLeadingTime(head[:start], z)
	if !ok {
		return l, false
	}
	l.time = ts
	l.prefix(head[n:start])
	return l, true
}

// prefix reads what stands between time and level; parts that it does not know are passed over.
func (l *postgresLine) prefix(s string) {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ':' || r == ',' }) {
		bare := strings.Trim(word, "[]")
		if cut := strings.IndexByte(bare, '-'); cut > 0 && countDigits(bare, 0) == cut && countDigits(bare, cut+1) == len(bare)-cut-1 {
			bare = bare[:cut] // [pid-line]
		}
		switch {
		case bare != "" && countDigits(bare, 0) == len(bare) && l.pid == "" && word[0] == '[':
			l.pid = bare
		case strings.IndexByte(bare, '@') >= 0:
			l.user, l.database, _ = strings.Cut(bare, "@")
		case isSQLState(bare) && l.sqlstate == "":
			l.sqlstate = bare
		case strings.HasPrefix(bare, "user="):
			l.user = bare[len("user="):]
		case strings.HasPrefix(bare, "db="):
			l.database = bare[len("db="):]
		}
	}
}

// isSQLState accepts five digits and capitals, one digit at least (ISO 9075).
func isSQLState(s string) bool {
	if len(s) != 5 {
		return false
	}
	digits := 0
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			digits++
		case s[i] < 'A' || s[i] > 'Z':
			return false
		}
	}
	return digits > 0
}
