package logsql

import "strings"

// TextPipe is a pipe that makes one field of the text of another, or changes the text of one.
type TextPipe interface {
	Pipe
	// Fields returns the field that is read and the one that is made.
	Fields() (from, to string)
	// Condition returns the filter that rows must match to be changed; nil is none.
	Condition() Filter
}

// TextFields are the two fields of a TextPipe.
type TextFields struct{ From, To string }

// Fields returns both.
func (f *TextFields) Fields() (from, to string) { return f.From, f.To }

// Condition is none.
func (*TextFields) Condition() Filter { return nil }

func (f *TextFields) needs(s *fieldSet) {
	if s.has(f.To) {
		s.remove(f.To)
		s.add(f.From)
	}
}

// at returns fields of a pipe that changes a text in its place.
func at(field string) TextFields { return TextFields{field, field} }

// atField reads at field; the message when it is not there.
func (p *parser) atField() (string, error) {
	if p.keyword("at") == "" {
		return msgField, nil
	}
	return p.name(false)
}

// callFields reads (from) as to behind the name of a pipe; the parentheses may be left out, and the result is the message
// when it has no name.
func (p *parser) callFields() (TextFields, error) {
	p.space()
	open := p.pos
	paren := p.take("(")
	from, err := p.name(false)
	if err != nil {
		return TextFields{}, err
	}
	if paren {
		if err := p.close(")", open); err != nil {
			return TextFields{}, err
		}
	}
	to, err := p.resultName()
	if to == "" {
		to = msgField
	}
	return TextFields{from, to}, err
}

func (f *TextFields) callText(pipe string) string {
	return pipe + "(" + quoteName(f.From) + ") as " + quoteName(f.To)
}

// PipeCollapseNums puts <N> in the place of decimal and hexadecimal numbers, so that lines of one event become equal.
type PipeCollapseNums struct {
	TextFields
	If       Filter
	Prettify bool // <IP4>, <UUID>, <DATETIME> ... for what is more than a number
}

// Name is "collapse_nums".
func (*PipeCollapseNums) Name() string { return "collapse_nums" }

// Condition returns the filter behind if.
func (p *PipeCollapseNums) Condition() Filter { return p.If }

func (p *PipeCollapseNums) String() string {
	s := "collapse_nums" + ifText(p.If) + " at " + quoteName(p.From)
	if p.Prettify {
		s += " prettify"
	}
	return s
}

func (p *PipeCollapseNums) needs(s *fieldSet) {
	if s.has(p.From) {
		s.addFilter(p.If)
	}
}

func (p *PipeCollapseNums) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseCollapseNums(p *parser, _ string) (Pipe, error) {
	cond, err := p.condition()
	if err != nil {
		return nil, err
	}
	field, err := p.atField()
	if err != nil {
		return nil, err
	}
	return &PipeCollapseNums{at(field), cond, p.keyword("prettify") != ""}, nil
}

// PipeDecolorize takes the colour codes of terminals (ECMA-48 control sequences) out of a field.
type PipeDecolorize struct{ TextFields }

// Name is "decolorize".
func (*PipeDecolorize) Name() string { return "decolorize" }

func (p *PipeDecolorize) String() string { return "decolorize " + quoteName(p.From) }

func parseDecolorize(p *parser, _ string) (Pipe, error) {
	if p.atEnd() {
		return &PipeDecolorize{at(msgField)}, nil
	}
	p.keyword("at")
	field, err := p.name(false)
	return &PipeDecolorize{at(field)}, err
}

// PipeTimeAdd moves the time in a field by a duration.
type PipeTimeAdd struct {
	TextFields
	Add int64 // ns
}

// Name is "time_add".
func (*PipeTimeAdd) Name() string { return "time_add" }

func (p *PipeTimeAdd) String() string {
	return "time_add " + quoteValue(FormatDuration(p.Add)) + " at " + quoteName(p.From)
}

func parseTimeAdd(p *parser, _ string) (Pipe, error) {
	p.space()
	start := p.pos
	text, err := p.value("a duration such as 1h or -30m")
	if err != nil {
		return nil, err
	}
	ns, ok := ParseDuration(text)
	if !ok {
		return nil, p.errorAt(badDuration, start, p.pos, "", "%q is no duration such as 1h or -30m", text)
	}
	field := timeField
	if p.keyword("at") != "" {
		field, err = p.name(false)
	}
	return &PipeTimeAdd{at(field), ns}, err
}

// PipeLen puts the length of a field in bytes into another.
type PipeLen struct{ TextFields }

// Name is "len".
func (*PipeLen) Name() string { return "len" }

func (p *PipeLen) String() string { return p.callText("len") }

func parseLen(p *parser, _ string) (Pipe, error) {
	f, err := p.callFields()
	return &PipeLen{f}, err
}

// PipeHash puts a hash of a field into another: the lower 53 bits of its xxHash64 (seed 0), which math computes exactly.
type PipeHash struct{ TextFields }

// Name is "hash".
func (*PipeHash) Name() string { return "hash" }

func (p *PipeHash) String() string { return p.callText("hash") }

func parseHash(p *parser, _ string) (Pipe, error) {
	f, err := p.callFields()
	return &PipeHash{f}, err
}

// PipeJSONArrayLen puts the number of items of the JSON array in a field into another; 0 for what is no array.
type PipeJSONArrayLen struct{ TextFields }

// Name is "json_array_len".
func (*PipeJSONArrayLen) Name() string { return "json_array_len" }

func (p *PipeJSONArrayLen) String() string { return p.callText("json_array_len") }

func parseJSONArrayLen(p *parser, _ string) (Pipe, error) {
	f, err := p.callFields()
	return &PipeJSONArrayLen{f}, err
}

// PipeUnpackWords puts the words of a field as a JSON array into another.
type PipeUnpackWords struct {
	TextFields
	Unique bool // each word once
}

// Name is "unpack_words".
func (*PipeUnpackWords) Name() string { return "unpack_words" }

func (p *PipeUnpackWords) String() string {
	s := "unpack_words from " + quoteName(p.From) + " as " + quoteName(p.To)
	if p.Unique {
		s += " drop_duplicates"
	}
	return s
}

func parseUnpackWords(p *parser, _ string) (Pipe, error) {
	pipe := &PipeUnpackWords{TextFields: at(msgField)}
	err := p.fromAs(&pipe.TextFields, "drop_duplicates")
	if err != nil {
		return nil, err
	}
	pipe.Unique = p.keyword("drop_duplicates") != ""
	return pipe, nil
}

// fromAs reads from a as b, or a b, or one of them, up to the word that ends them.
func (p *parser) fromAs(f *TextFields, end string) error {
	ends := func() bool { return p.atEnd() || strings.EqualFold(p.word(), end) }
	var err error
	if !ends() && !strings.EqualFold(p.word(), "as") {
		p.keyword("from")
		if f.From, err = p.name(false); err != nil {
			return err
		}
		f.To = f.From
	}
	if !ends() {
		p.keyword("as")
		f.To, err = p.name(false)
	}
	return err
}

// PipeSplit puts the parts of a field between separators as a JSON array into another.
type PipeSplit struct {
	TextFields
	Separator string // "" parts characters
}

// Name is "split".
func (*PipeSplit) Name() string { return "split" }

func (p *PipeSplit) String() string {
	return "split " + quoteString(p.Separator) + " from " + quoteName(p.From) + " as " + quoteName(p.To)
}

func parseSplit(p *parser, _ string) (Pipe, error) {
	pipe := &PipeSplit{TextFields: at(msgField)}
	var err error
	if pipe.Separator, err = p.value(`a separator such as ","`); err != nil {
		return nil, err
	}
	return pipe, p.fromAs(&pipe.TextFields, "")
}
