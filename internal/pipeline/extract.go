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

func compileExtract(e *Extract) (*extractor, error) {
	x := &extractor{from: e.From}
	if x.from == "" {
		x.from = model.FieldMsg
	}
	var err error
	switch {
	case e.Regexp != "" && e.Grok != "":
		return nil, errors.New("has both regexp and grok")
	case e.Regexp != "":
		if x.re, err = regexp.Compile(e.Regexp); err != nil {
			return nil, fmt.Errorf("regexp: %w", err)
		}
		x.fields = x.re.SubexpNames()
	case e.Grok != "":
		if x.re, x.fields, err = compileGrok(e.Grok); err != nil {
			return nil, fmt.Errorf("grok: %w", err)
		}
	default:
		return nil, errors.New("wants regexp or grok")
	}
	named := 0
	for _, name := range x.fields {
		if name == "" {
			continue
		}
		if !settable(name) {
			return nil, fmt.Errorf("%q cannot be written", name)
		}
		named++
	}
	if named == 0 {
		return nil, errors.New("names no field; write (?P<name>...) or %{PATTERN:name}")
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
