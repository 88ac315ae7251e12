package logsql

import "strconv"

// PipeFieldNames lists the fields that the rows have, with the number of rows that have each.
type PipeFieldNames struct{ As string }

// Name is "field_names".
func (*PipeFieldNames) Name() string { return "field_names" }

func (p *PipeFieldNames) String() string { return "field_names as " + quoteName(p.As) }

func (p *PipeFieldNames) needs(s *fieldSet) { *s = fieldSet{all: true} }

func parseFieldNames(p *parser, _ string) (Pipe, error) {
	pipe := &PipeFieldNames{As: "name"}
	name, err := p.resultName()
	if name != "" {
		pipe.As = name
	}
	return pipe, err
}

// PipeFieldValues lists the values of a field, with the number of rows that have each, most first.
type PipeFieldValues struct {
	Field string
	Limit int // 0 is none
}

// Name is "field_values".
func (*PipeFieldValues) Name() string { return "field_values" }

func (p *PipeFieldValues) String() string {
	s := "field_values " + quoteName(p.Field)
	if p.Limit > 0 {
		s += " limit " + strconv.Itoa(p.Limit)
	}
	return s
}

func (p *PipeFieldValues) needs(s *fieldSet) { s.only(p.Field) }

func parseFieldValues(p *parser, _ string) (Pipe, error) {
	name, err := p.name(false)
	if err != nil {
		return nil, err
	}
	pipe := &PipeFieldValues{Field: name}
	if p.keyword("limit") != "" {
		pipe.Limit, err = p.count("a count of values")
	}
	return pipe, err
}

// PipeFacets lists the most frequent values of every field.
type PipeFacets struct {
	N         int  // values of each field
	MaxValues int  // a field with more different values is left out
	MaxLen    int  // a field with a value of more bytes is left out
	KeepConst bool // fields with one value in all rows stay
}

// Name is "facets".
func (*PipeFacets) Name() string { return "facets" }

func (p *PipeFacets) String() string {
	s := "facets " + strconv.Itoa(p.N) + " max_values_per_field " + strconv.Itoa(p.MaxValues) +
		" max_value_len " + strconv.Itoa(p.MaxLen)
	if p.KeepConst {
		s += " keep_const_fields"
	}
	return s
}

func (p *PipeFacets) needs(s *fieldSet) { *s = fieldSet{all: true} }

// NewFacets returns facets with their usual bounds.
func NewFacets(n int) *PipeFacets { return &PipeFacets{N: n, MaxValues: 1000, MaxLen: 128} }

func parseFacets(p *parser, _ string) (Pipe, error) {
	pipe := NewFacets(10)
	var err error
	if w := p.word(); w != "" && isDigit(w[0]) {
		if pipe.N, err = p.count("a count of values"); err != nil {
			return nil, err
		}
	}
	for {
		switch p.keyword("max_values_per_field", "max_value_len", "keep_const_fields") {
		case "max_values_per_field":
			pipe.MaxValues, err = p.count("a count of values")
		case "max_value_len":
			pipe.MaxLen, err = p.count("a length")
		case "keep_const_fields":
			pipe.KeepConst = true
		default:
			return pipe, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
