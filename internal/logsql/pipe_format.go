package logsql

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// PipeFormat writes fields into a text: format "<host.name>: <_msg>" as line.
type PipeFormat struct {
	Steps           []FormatStep
	As              string
	If              Filter
	KeepOriginal    bool
	SkipEmptyResult bool
	text            string
}

// FormatStep is a literal text and the field that follows it.
type FormatStep struct {
	Literal string
	Field   string // "" at the end
	Mode    string // one of formatModes; "" writes the value
}

// formatModes are the ways to write a value: q quotes as JSON, uc and lc change the case, time, duration and ipv4 read
// numbers, duration_seconds a duration; the others encode and decode.
var formatModes = []string{
	"q", "uc", "lc", "time", "duration", "duration_seconds", "ipv4", "urlencode", "urldecode", "hexencode", "hexdecode",
	"base64encode", "base64decode", "hexnumencode", "hexnumdecode",
}

// Name is "format".
func (*PipeFormat) Name() string { return "format" }

func (p *PipeFormat) String() string {
	return "format" + ifText(p.If) + " " + quoteString(p.text) + " as " + quoteName(p.As) +
		flagText(p.KeepOriginal, p.SkipEmptyResult)
}

func (p *PipeFormat) needs(s *fieldSet) {
	if !s.has(p.As) {
		return
	}
	if p.If == nil && !p.KeepOriginal && !p.SkipEmptyResult {
		s.remove(p.As)
	}
	for _, step := range p.Steps {
		if step.Field != "" {
			s.add(step.Field)
		}
	}
	s.addFilter(p.If)
}

func (p *PipeFormat) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseFormat(p *parser, _ string) (Pipe, error) {
	pipe := &PipeFormat{As: msgField}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	p.space()
	start := p.pos
	if pipe.text, err = p.value("a text such as \"<host.name>: <_msg>\""); err != nil {
		return nil, err
	}
	for rest := pipe.text; rest != ""; {
		i := strings.IndexByte(rest, '<')
		end := -1
		if i >= 0 {
			end = strings.IndexByte(rest[i:], '>')
		}
		if i >= 0 && end < 0 {
			return nil, p.errorAt(badFormat, start, p.pos, "", "%q is never closed with >; write &lt; for the character", rest[i:])
		}
		if end < 0 {
			pipe.Steps = append(pipe.Steps, FormatStep{Literal: unescapeAngles(rest)})
			break
		}
		step := FormatStep{Literal: unescapeAngles(rest[:i]), Field: rest[i+1 : i+end]}
		if mode, field, ok := strings.Cut(step.Field, ":"); ok {
			if !slices.Contains(formatModes, mode) {
				fix := nearest(mode, formatModes)
				if fix != "" {
					fix = quoteString(strings.Replace(pipe.text, "<"+step.Field, "<"+fix+":"+field, 1))
				}
				return nil, p.errorAt(badFormat, start, p.pos, fix, "format cannot write <%s>; it knows %s before a colon", step.Field, strings.Join(formatModes, " "))
			}
			step.Mode, step.Field = mode, field
		}
		if step.Field == "" {
			return nil, p.errorAt(badFormat, start, p.pos, "", "<> in a format names no field")
		}
		pipe.Steps = append(pipe.Steps, step)
		rest = rest[i+end+1:]
	}
	if p.keyword("as") != "" {
		if pipe.As, err = p.name(false); err != nil {
			return nil, err
		}
	}
	pipe.KeepOriginal, pipe.SkipEmptyResult = p.flags()
	return pipe, nil
}

// PipeReplace replaces a text, or what an expression matches, within a field.
type PipeReplace struct {
	Old, New string
	Regexp   *regexp.Regexp // nil replaces the text Old
	At       string
	Limit    int // replacements a value; 0 is all
	If       Filter
}

// Name is "replace" or "replace_regexp".
func (p *PipeReplace) Name() string {
	if p.Regexp != nil {
		return "replace_regexp"
	}
	return "replace"
}

func (p *PipeReplace) String() string {
	s := p.Name() + ifText(p.If) + " (" + quoteString(p.Old) + ", " + quoteString(p.New) + ") at " + quoteName(p.At)
	if p.Limit > 0 {
		s += " limit " + strconv.Itoa(p.Limit)
	}
	return s
}

func (p *PipeReplace) needs(s *fieldSet) {
	if s.has(p.At) {
		s.addFilter(p.If)
	}
}

func (p *PipeReplace) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

// parseReplace reads replace ("old", "new") at field limit 1.
func parseReplace(p *parser, name string) (Pipe, error) {
	pipe := &PipeReplace{At: msgField}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	p.space()
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, err
	}
	p.space()
	start := p.pos
	if pipe.Old, err = p.value("the text to replace"); err != nil {
		return nil, err
	}
	if name == "replace_regexp" {
		if pipe.Regexp, err = regexp.Compile(pipe.Old); err != nil {
			return nil, p.badRegexp(start, err)
		}
	} else if pipe.Old == "" {
		return nil, p.errorAt(missingArgument, start, p.pos, "", "replace needs a text to look for")
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	if pipe.New, err = p.value("the text to put in its place"); err != nil {
		return nil, err
	}
	if err := p.close(")", open); err != nil {
		return nil, err
	}
	if p.keyword("at") != "" {
		if pipe.At, err = p.name(false); err != nil {
			return nil, err
		}
	}
	if p.keyword("limit") != "" {
		pipe.Limit, err = p.count("a count")
	}
	return pipe, err
}
