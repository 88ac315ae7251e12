package logsql

import (
	"regexp"
	"slices"
	"strings"
)

// PipeExtract takes fields out of a text by a pattern: "user=<name> from <ip>" puts what stands between the
// literal texts into the fields name and ip.
type PipeExtract struct {
	Pattern         Pattern
	From            string
	If              Filter
	KeepOriginal    bool // a field that has a value keeps it
	SkipEmptyResult bool // a field keeps its value when the text has none
}

// Name is "extract".
func (*PipeExtract) Name() string { return "extract" }

func (p *PipeExtract) String() string {
	return "extract" + ifText(p.If) + " " + quoteString(p.Pattern.text) + " from " + quoteName(p.From) +
		flagText(p.KeepOriginal, p.SkipEmptyResult)
}

func (p *PipeExtract) needs(s *fieldSet) {
	needsOf(s, p.Pattern.Fields(), p.From, p.If, p.KeepOriginal || p.SkipEmptyResult)
}

func (p *PipeExtract) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

// needsOf adds what a pipe that makes fields from another needs, when one of them is needed.
func needsOf(s *fieldSet, made []string, from string, cond Filter, keeps bool) {
	used := false
	for _, f := range made {
		used = used || s.has(f)
		if !keeps && cond == nil {
			s.remove(f)
		}
	}
	if used {
		s.add(from)
		s.addFilter(cond)
	}
}

func flagText(keepOriginal, skipEmpty bool) string {
	s := ""
	if keepOriginal {
		s += " keep_original_fields"
	}
	if skipEmpty {
		s += " skip_empty_results"
	}
	return s
}

// flags reads keep_original_fields and skip_empty_results.
func (p *parser) flags() (keepOriginal, skipEmpty bool) {
	for {
		switch p.keyword("keep_original_fields", "skip_empty_results") {
		case "keep_original_fields":
			keepOriginal = true
		case "skip_empty_results":
			skipEmpty = true
		default:
			return keepOriginal, skipEmpty
		}
	}
}

// fromBefore reads from a, or a alone unless it is one of the words that may follow; _msg when neither stands there.
func (p *parser) fromBefore(words ...string) (string, error) {
	word := strings.ToLower(p.word())
	if word != "from" && (p.atEnd() || slices.Contains(words, word)) {
		return msgField, nil
	}
	p.keyword("from")
	return p.name(false)
}

// from reads from field; the message when it is not there.
func (p *parser) from() (string, error) {
	if p.keyword("from") == "" {
		return msgField, nil
	}
	return p.name(false)
}

func parseExtract(p *parser, _ string) (Pipe, error) {
	pipe := &PipeExtract{}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	p.space()
	start := p.pos
	text, err := p.value("a pattern such as \"user=<user> \"")
	if err != nil {
		return nil, err
	}
	pattern, message, args := ParsePattern(text)
	if message != "" {
		return nil, p.errorAt(badPattern, start, p.pos, "", message, args...)
	}
	pipe.Pattern = pattern
	if pipe.From, err = p.from(); err != nil {
		return nil, err
	}
	pipe.KeepOriginal, pipe.SkipEmptyResult = p.flags()
	return pipe, nil
}

// Pattern is the pattern of extract: literal texts with fields between them.
type Pattern struct {
	Steps []PatternStep
	text  string
}

// PatternStep is a literal text and the field that follows it, "" for one that is not kept.
type PatternStep struct {
	Literal string
	Field   string
	Open    bool // a field follows, which may have no name: <_>
	Plain   bool // <plain:field>: quotes are not taken away
}

// ParsePattern reads a pattern; message with args says what is wrong with it, "" when nothing is.
func ParsePattern(text string) (p Pattern, message string, args []any) {
	p.text = text
	named := false
	for rest := text; rest != ""; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			p.Steps = append(p.Steps, PatternStep{Literal: unescapeAngles(rest)})
			break
		}
		end := strings.IndexByte(rest[i:], '>')
		if end < 0 {
			return p, "%q is never closed with >; write &lt; for the character", []any{rest[i:]}
		}
		step := PatternStep{Literal: unescapeAngles(rest[:i]), Open: true}
		name := strings.TrimSpace(rest[i+1 : i+end])
		if plain, ok := strings.CutPrefix(name, "plain:"); ok {
			step.Plain = true
			name = plain
		}
		if name != "" && name != "_" && name != "*" {
			step.Field = name
			named = true
		}
		if n := len(p.Steps); n > 0 && step.Literal == "" && p.Steps[n-1].Open {
			return p, "two fields of a pattern need text between them", nil
		}
		p.Steps = append(p.Steps, step)
		rest = rest[i+end+1:]
	}
	if !named {
		return p, "the pattern names no field, such as <user>", nil
	}
	return p, "", nil
}

func unescapeAngles(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// Fields returns the names of the fields that the pattern makes.
func (p *Pattern) Fields() []string {
	var out []string
	for _, s := range p.Steps {
		if s.Field != "" {
			out = append(out, s.Field)
		}
	}
	return out
}

// PipeExtractRegexp takes the named groups of an expression out of a text as fields.
type PipeExtractRegexp struct {
	Regexp          *regexp.Regexp
	From            string
	If              Filter
	KeepOriginal    bool
	SkipEmptyResult bool
}

// Name is "extract_regexp".
func (*PipeExtractRegexp) Name() string { return "extract_regexp" }

func (p *PipeExtractRegexp) String() string {
	return "extract_regexp" + ifText(p.If) + " " + quoteString(p.Regexp.String()) + " from " + quoteName(p.From) +
		flagText(p.KeepOriginal, p.SkipEmptyResult)
}

// Fields returns the names of the fields that the expression makes.
func (p *PipeExtractRegexp) Fields() []string {
	var out []string
	for _, name := range p.Regexp.SubexpNames() {
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

func (p *PipeExtractRegexp) needs(s *fieldSet) {
	needsOf(s, p.Fields(), p.From, p.If, p.KeepOriginal || p.SkipEmptyResult)
}

func (p *PipeExtractRegexp) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseExtractRegexp(p *parser, _ string) (Pipe, error) {
	pipe := &PipeExtractRegexp{}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	p.space()
	start := p.pos
	text, err := p.value("a regular expression with named groups")
	if err != nil {
		return nil, err
	}
	if pipe.Regexp, err = regexp.Compile(text); err != nil {
		return nil, p.badRegexp(start, err)
	}
	if len(pipe.Fields()) == 0 {
		return nil, p.errorAt(badPattern, start, p.pos, "", "the expression names no group, such as (?P<user>\\w+)")
	}
	if pipe.From, err = p.from(); err != nil {
		return nil, err
	}
	pipe.KeepOriginal, pipe.SkipEmptyResult = p.flags()
	return pipe, nil
}
