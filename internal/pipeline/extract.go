package pipeline

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/haetae/haetae/internal/model"
)

// extractor reads fields out of a text by an expression whose groups have names.
type extractor struct {
	from   string
	re     *regexp.Regexp
	fields []string // name of each group, "" for groups without one
}

func compileExtract(e *Extract) (*extractor, *RuleError) {
	x := &extractor{from: e.From}
	if x.from == "" {
		x.from = model.FieldMsg
	}
	var err error
	key, text := "extract.regexp", e.Regexp
	switch {
	case e.Regexp != "" && e.Grok != "":
		return nil, wrongKey("extract", "", errors.New("has both regexp and grok"))
	case e.Regexp != "":
		if x.re, err = regexp.Compile(e.Regexp); err == nil {
			x.fields = x.re.SubexpNames()
		}
	case e.Grok != "":
		key, text = "extract.grok", e.Grok
		x.re, x.fields, err = compileGrok(e.Grok)
	default:
		return nil, wrongKey("extract", "", errors.New("wants regexp or grok"))
	}
	if err != nil {
		return nil, wrongKey(key, text, err)
	}
	named := 0
	for _, name := range x.fields {
		if name == "" {
			continue
		}
		if !settable(name) {
			return nil, wrongKey(key, text, &partError{name, fmt.Errorf("%q cannot be written", name)})
		}
		named++
	}
	if named == 0 {
		return nil, wrongKey(key, text, errors.New("names no field; write (?P<name>...) or %{PATTERN:name}"))
	}
	return x, nil
}

func (x *extractor) run(p *processor, r *model.Record) {
	text := p.row.Value(x.from)
	if text == "" {
		return
	}
	m := x.re.FindStringSubmatchIndex(text)
	if m == nil {
		return
	}
	for i, name := range x.fields {
		if from := m[2*i]; name != "" && from >= 0 && m[2*i+1] > from {
			p.setField(r, name, text[from:m[2*i+1]])
		}
	}
}
