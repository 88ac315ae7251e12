package pipe

import (
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// extractor takes fields out of a text by a pattern, from left to right as far as the pattern fits.
type extractor struct {
	source
	pattern *logsql.Pattern
	found   []string
}

func (e *extractor) fields() []string { return e.pattern.Fields() }

func (e *extractor) derive(unit int, m *made) {
	e.match(e.value(unit))
	for k, value := range e.found {
		if name := e.pattern.Steps[k].Field; name != "" {
			m.set(unit, name, value)
		}
	}
}

// match finds the values behind each step's literal text, up to a text that is not there.
func (e *extractor) match(text string) {
	e.found = e.found[:0]
	steps := e.pattern.Steps
	first := steps[0].Literal
	i := strings.Index(text, first)
	if i < 0 {
		return
	}
	rest := text[i+len(first):]
	for k, step := range steps {
		if !step.Open {
			return
		}
		last := k+1 == len(steps)
		if v, n := quotedStart(rest); n > 0 && !step.Plain {
			e.found = append(e.found, v)
			rest = rest[n:]
			if last || !strings.HasPrefix(rest, steps[k+1].Literal) {
				return
			}
		} else if last {
			e.found = append(e.found, rest)
			return
		} else {
			i := strings.Index(rest, steps[k+1].Literal)
			if i < 0 {
				return
			}
			e.found = append(e.found, rest[:i])
			rest = rest[i:]
		}
		rest = rest[len(steps[k+1].Literal):]
	}
}

// Matcher returns what matches one text after another, for one goroutine: it returns the values of the pattern's steps
// as far as the pattern fits, valid until the next call.
func Matcher(p *logsql.Pattern) func(text string) []string {
	e := &extractor{pattern: p}
	return func(text string) []string {
		e.match(text)
		return e.found
	}
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
