package pipeline

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// refusalError says that a record is not what a rule requires.
type refusalError struct{ reason string }

func (e *refusalError) Error() string { return e.reason }

// maxRefusalText bounds the part of a rule that a refusal quotes, in bytes.
const maxRefusalText = 200

// extractor reads fields out of a text by an expression whose groups have names.
type extractor struct {
	from    string
	re      *regexp.Regexp
	fields  []string      // name of each group, "" for groups without one
	refusal *refusalError // of what it does not match; nil leaves that alone
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
	if e.Required {
		x.refusal = &refusalError{fmt.Sprintf("%s does not match %s: %s", key, x.from, strings.ToValidUTF8(text[:min(len(text), maxRefusalText)], ""))}
	}
	return x, nil
}

// run writes what it finds. A record that it requires to match and that does not is a *refusalError.
func (x *extractor) run(p *processor, r *model.Record) error {
	text := p.row.Value(x.from)
	var m []int
	if text != "" {
		m = x.re.FindStringSubmatchIndex(text)
	}
	if m == nil {
		if x.refusal != nil {
			return x.refusal
		}
		return nil
	}
	for i, name := range x.fields {
		if from := m[2*i]; name != "" && from >= 0 && m[2*i+1] > from {
			p.setField(r, name, text[from:m[2*i+1]])
		}
	}
	return nil
}
