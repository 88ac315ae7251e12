package format

import (
	"github.com/haetae/haetae/internal/model"
)

// jsonObject is a line that is one JSON object. Its fields are stored, so it has no views.
var jsonObject = &parser{
	name:  "json@1",
	scan:  scanJSON,
	views: func(_ string, dst []model.Field) []model.Field { return dst },
}

// scanJSON checks the whole line and reads time and severity from its top level.
func scanJSON(line string, z Zone) (Head, bool) {
	var h Head
	i := skipSpace(line, 0)
	if i == len(line) || line[i] != '{' {
		return h, false
	}
	end, what := valueEnd(line, i, 0)
	if what != "" || skipSpace(line, end) != len(line) {
		return h, false
	}
	timeRank, sevRank := noRank, noRank
	for i = skipSpace(line, i+1); line[i] == '"'; i = skipSpace(line, i+1) {
		keyEnd, escaped := stringEnd(line, i+1)
		key := line[i+1 : keyEnd]
		i = skipSpace(line, keyEnd+1)
		i = skipSpace(line, i+1) // behind the colon
		stop, _ := valueEnd(line, i, 0)
		value := line[i:stop]
		if value[0] == '"' {
			value = value[1 : len(value)-1]
		}
		if !escaped {
			if r := TimeFieldRank(key); r < timeRank {
				if ts, ok := ParseTime(value, z); ok {
					h.Time, timeRank = ts, r
				}
			}
			if r := SeverityFieldRank(key); r < sevRank {
				if sev := model.ParseSeverity(value); sev != model.SeverityUnknown {
					h.Severity, sevRank = sev, r
				}
			}
		}
		i = skipSpace(line, stop)
		if line[i] != ',' {
			break
		}
	}
	return h, true
}
