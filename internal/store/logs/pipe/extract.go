package pipe

import (
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// extractor takes fields out of a text by a pattern. A text that does not have the whole pattern yields none.
type extractor struct {
	source
	pattern *logsql.Pattern
	found   []string
}

func (e *extractor) fields() []string { return e.pattern.Fields() }

func (e *extractor) derive(unit int, m *made) {
	if !e.match(e.value(unit)) {
		return
	}
	for k, step := range e.pattern.Steps {
		if step.Field != "" {
			m.set(unit, step.Field, e.found[k])
		}
	}
}

// match finds the value behind each step's literal text.
func (e *extractor) match(text string) bool {
	e.found = e.found[:0]
	steps := e.pattern.Steps
	rest := text
	if first := steps[0].Literal; first != "" {
		i := strings.Index(rest, first)
		if i < 0 {
			return false
		}
		rest = rest[i+len(first):]
	}
	for k, step := range steps {
		if !step.Open {
			e.found = append(e.found, "")
			continue
		}
		value := ""
		if v, n := quotedStart(rest); n > 0 && !step.Plain {
			value, rest = v, rest[n:]
			if k+1 < len(steps) {
				if !strings.HasPrefix(rest, steps[k+1].Literal) {
					return false
				}
				rest = rest[len(steps[k+1].Literal):]
			}
		} else if k+1 < len(steps) {
			i := strings.Index(rest, steps[k+1].Literal)
			if i < 0 {
				return false
			}
			value, rest = rest[:i], rest[i+len(steps[k+1].Literal):]
		} else {
			value, rest = rest, ""
		}
		e.found = append(e.found, value)
	}
	return true
}

// quotedStart returns the value and the length of the quoted string that s begins with; 0 when there is none.
func quotedStart(s string) (string, int) {
	if s == "" || s[0] != '"' && s[0] != '`' {
		return "", 0
	}
	return logsql.Unquote(s)
}

// regexpExtractor takes the named groups of an expression.
type regexpExtractor struct {
	source
	pipe *logsql.PipeExtractRegexp
}

func (e *regexpExtractor) fields() []string { return e.pipe.Fields() }

func (e *regexpExtractor) derive(unit int, m *made) {
	v := e.value(unit)
	at := e.pipe.Regexp.FindStringSubmatchIndex(v)
	if at == nil {
		return
	}
	for k, name := range e.pipe.Regexp.SubexpNames() {
		if name != "" && at[2*k] >= 0 {
			m.set(unit, name, v[at[2*k]:at[2*k+1]])
		}
	}
}
