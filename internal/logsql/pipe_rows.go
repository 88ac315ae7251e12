package logsql

import "strconv"

// PipeDropEmptyFields leaves out rows without any field. A field that is empty is the same as a missing one, so
// nothing else is dropped.
type PipeDropEmptyFields struct{}

// Name is "drop_empty_fields".
func (*PipeDropEmptyFields) Name() string { return "drop_empty_fields" }

func (*PipeDropEmptyFields) String() string { return "drop_empty_fields" }

// Which rows stay depends on every field that comes to the pipe.
func (*PipeDropEmptyFields) needs(s *fieldSet) { s.add("*") }

func parseDropEmptyFields(*parser, string) (Pipe, error) { return &PipeDropEmptyFields{}, nil }

// PipeUnroll makes a row of each item of the JSON arrays in some fields, the first items together, then the second.
// A row without an item comes once, with these fields empty.
type PipeUnroll struct {
	Fields []string
	If     Filter
}

// Name is "unroll".
func (*PipeUnroll) Name() string { return "unroll" }

func (p *PipeUnroll) String() string {
	return "unroll" + ifText(p.If) + " by (" + nameList(p.Fields) + ")"
}

func (p *PipeUnroll) needs(s *fieldSet) {
	s.add(p.Fields...)
	s.addFilter(p.If)
}

func (p *PipeUnroll) conditions() (Pipe, []*Filter) {
	c := *p
	return &c, []*Filter{&c.If}
}

func parseUnroll(p *parser, _ string) (Pipe, error) {
	pipe := &PipeUnroll{}
	var err error
	if pipe.If, err = p.condition(); err != nil {
		return nil, err
	}
	start := p.pos
	if pipe.Fields, err = p.byNames(); err == nil && len(pipe.Fields) == 0 {
		err = p.errorAt(missingFields, start, p.pos, "", "unroll needs the fields that hold the arrays")
	}
	return pipe, err
}

// PipeSample passes on each row with a chance of one in N.
type PipeSample struct{ N int }

// Name is "sample".
func (*PipeSample) Name() string { return "sample" }

func (p *PipeSample) String() string { return "sample " + strconv.Itoa(p.N) }

func parseSample(p *parser, _ string) (Pipe, error) {
	p.space()
	start := p.pos
	n, err := p.count("one row of how many to pass on")
	if err == nil && n == 0 {
		err = p.errorAt(badNumber, start, p.pos, "1", "sample needs a number above 0")
	}
	return &PipeSample{n}, err
}

// PipeGenerateSequence passes on N rows of its own, whose messages are the numbers from 0, instead of those that come.
type PipeGenerateSequence struct{ N int }

// Name is "generate_sequence".
func (*PipeGenerateSequence) Name() string { return "generate_sequence" }

func (p *PipeGenerateSequence) String() string { return "generate_sequence " + strconv.Itoa(p.N) }

func (p *PipeGenerateSequence) needs(s *fieldSet) { s.only() }

func parseGenerateSequence(p *parser, _ string) (Pipe, error) {
	n, err := p.count("a count of rows")
	return &PipeGenerateSequence{n}, err
}
