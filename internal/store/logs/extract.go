package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Extract makes fields of the message, in the place of stored ones of their names. Where the static text around a
// placeholder is the template's, the field is one of its variables, and no message is put together.
type Extract struct {
	Pattern *logsql.Pattern
	// Match returns what matches one text after another for one goroutine: the values of the steps as far as the
	// pattern fits, valid until the next call.
	Match func() func(text string) []string
}

// step returns which step of the pattern gives a field, -1 when none does.
func (x *Extract) step(name string) int {
	if x == nil {
		return -1
	}
	return slices.IndexFunc(x.Pattern.Steps, func(s logsql.PatternStep) bool { return s.Field == name })
}

// capture is where the rows of a template have the value of a step.
type capture struct {
	slot int    // of the template; -1 when the value is
	text string // this for all rows
}

// extraction is what a pattern finds in the rows of one block.
type extraction struct {
	spec     *Extract
	match    func(text string) []string
	msg      values
	pieces   *pieces // nil when messages are not templated
	captures [][]capture
	looked   []bool // templates with captures; nil ones there must be matched row by row
}

// wanted returns the values of a field that the search shows: a made one, or the row's own.
func (e *eval) wanted(req *Search, name string) (values, error) {
	step := req.Extract.step(name)
	if step < 0 {
		return e.field(name)
	}
	if e.extracted == nil {
		msg, err := e.field(model.FieldMsg)
		if err != nil {
			return nil, err
		}
		p, err := e.pieces(model.FieldMsg)
		if err != nil {
			return nil, err
		}
		e.extracted = &extraction{spec: req.Extract, match: req.Extract.Match(), msg: msg, pieces: p}
		if p != nil {
			e.extracted.captures, e.extracted.looked = make([][]capture, p.Len()), make([]bool, p.Len())
		}
	}
	return &extractedValues{extraction: e.extracted, step: step, codes: map[string]uint32{}}, nil
}

// of returns the captures of a template; nil when its rows must be matched one by one.
func (x *extraction) of(t int) ([]capture, error) {
	if x.looked[t] {
		return x.captures[t], nil
	}
	x.looked[t] = true
	s := skeleton{pieces: x.pieces, t: t}
	found, ok, err := s.match(x.spec.Pattern.Steps)
	if ok {
		x.captures[t] = found
	}
	return x.captures[t], err
}

// skeleton matches a pattern with the static text of a template.
type skeleton struct {
	*pieces
	t      int
	piece  int
	offset int
}

func (s *skeleton) rest() string { return s.Piece(s.t, s.piece)[s.offset:] }

// find moves to a text and returns where it was; ok is false when a value might hold or touch it, so that rows differ.
func (s *skeleton) find(text string) (at skeleton, found, ok bool, err error) {
	for at = *s; ; at.piece, at.offset = at.piece+1, 0 {
		if i := strings.Index(at.rest(), text); i >= 0 {
			at.offset += i
			*s = at
			s.offset += len(text)
			return at, true, true, nil
		}
		if at.piece == len(s.Slots(s.t)) {
			return at, false, true, nil
		}
		free, err := s.apart(text, int(s.Slots(s.t)[at.piece]))
		if !free || err != nil {
			return at, false, false, err
		}
	}
}

// match returns the captures of the steps as far as the pattern fits; ok is false when rows may differ in that.
func (s *skeleton) match(steps []logsql.PatternStep) (found []capture, ok bool, err error) {
	found = []capture{}
	_, there, ok, err := s.find(steps[0].Literal)
	if !there || !ok || err != nil {
		return found, ok, err
	}
	for k, step := range steps {
		if !step.Open {
			return found, true, nil
		}
		if rest := s.rest(); rest != "" && (rest[0] == '"' || rest[0] == '`') && !step.Plain {
			return nil, false, nil // a quoted value
		}
		start := *s
		if k+1 == len(steps) {
			s.piece = len(s.Slots(s.t))
			s.offset = len(s.Piece(s.t, s.piece))
			c, ok := s.between(start, *s)
			return append(found, c), ok, nil
		}
		end, there, ok, err := s.find(steps[k+1].Literal)
		if !there || !ok || err != nil {
			return found, ok, err
		}
		c, ok := s.between(start, end)
		if !ok {
			return nil, false, nil
		}
		found = append(found, c)
	}
	return found, true, nil
}

// between is the capture from one place to another; ok is false unless it is static text, or one variable that cannot
// begin with a quote.
func (s *skeleton) between(from, to skeleton) (c capture, ok bool) {
	if from.piece == to.piece {
		return capture{slot: -1, text: s.Piece(s.t, from.piece)[from.offset:to.offset]}, true
	}
	if from.rest() != "" || to.piece != from.piece+1 || to.offset != 0 {
		return c, false
	}
	kind := s.VariableInfo(int(s.Slots(s.t)[from.piece])).Kind
	return capture{slot: from.piece}, kind != block.VarText && kind != block.VarDict
}

// apart reports whether no occurrence of a text can have a byte of a variable's value.
func (s *skeleton) apart(text string, v int) (bool, error) {
	info := s.VariableInfo(v)
	own, known := map[block.VariableKind]string{
		block.VarInt: "-.", block.VarIPv4: ".", block.VarHex: "", block.VarUUID: "-", block.VarTime: "-/:.,+ ",
	}[info.Kind]
	if !known || text == "" {
		return false, nil
	}
	for i := range len(text) {
		if !logsql.IsWordByte(text[i]) && strings.IndexByte(own, text[i]) >= 0 {
			return false, nil
		}
	}
	l, _ := newLiteral(logsql.Literal{Text: text, OpenLeft: true, OpenRight: true})
	for i := range l.chunks {
		if l.chunks[i].mayBeIn(&info) {
			return false, nil
		}
	}
	return true, nil
}

// extractedValues are those of one step.
type extractedValues struct {
	*extraction
	step   int
	texts  []string // different values so far
	codes  map[string]uint32
	ints   map[numberForm]*numberCodes
	arena  []byte         // texts of numbers
	static map[int]uint32 // by template, the code of the text that all its rows have
	buf    []byte
}

func (v *extractedValues) prepare(rows bitmap) error {
	if err := v.msg.prepare(rows); err != nil || v.pieces == nil {
		return err
	}
	of, err := v.pieces.TemplateOf()
	if err != nil {
		return err
	}
	rows.all(func(row int) {
		if err == nil {
			_, err = v.of(int(of[row]))
		}
	})
	return err
}

func (v *extractedValues) at(row int) string { return v.texts[v.code(row)] }

// code returns the number of a row's value.
func (v *extractedValues) code(row int) uint32 {
	if v.pieces == nil {
		return v.matched(row)
	}
	of, _ := v.pieces.TemplateOf() // prepare has read everything
	t := int(of[row])
	captures, _ := v.of(t)
	switch {
	case captures == nil:
		return v.matched(row)
	case v.step >= len(captures):
		return v.intern("")
	}
	c := captures[v.step]
	if c.slot < 0 {
		code, known := v.static[t]
		if !known {
			if v.static == nil {
				v.static = map[int]uint32{}
			}
			code = v.intern(c.text)
			v.static[t] = code
		}
		return code
	}
	number := v.pieces.Slots(t)[c.slot]
	variable, _ := v.pieces.Variable(int(number))
	rank, _ := v.pieces.Rank(row)
	return v.variable(number, variable, v.pieces.Position(t, c.slot, rank))
}

// variable returns the number of a value of a variable.
func (v *extractedValues) variable(number uint32, values *block.Variable, at int) uint32 {
	if values.Ints == nil {
		v.buf = values.Append(v.buf[:0], at)
		return v.intern(textOf(v.buf))
	}
	form := numberForm{kind: values.Kind, scale: values.Scale, width: values.Width}
	if values.Kind == block.VarTime {
		form.variable = number // each may have a layout of its own
	}
	known := v.ints[form]
	if known == nil {
		if v.ints == nil {
			v.ints = map[numberForm]*numberCodes{}
		}
		known = &numberCodes{}
		v.ints[form] = known
	}
	code, ok := known.find(values.Ints[at], uint32(len(v.texts)))
	if !ok {
		v.texts = append(v.texts, v.text(values, at))
	}
	return code
}

// text makes the text of a number that lives as long as the block.
func (v *extractedValues) text(values *block.Variable, at int) string {
	const piece, longest = 16 << 10, 64
	if cap(v.arena)-len(v.arena) < longest {
		v.arena = make([]byte, 0, piece)
	}
	start := len(v.arena)
	v.arena = values.Append(v.arena, at)
	return textOf(v.arena[start:])
}

// matched returns the number of the value that the pattern finds in the message of a row.
func (v *extractedValues) matched(row int) uint32 {
	if found := v.match(v.msg.at(row)); v.step < len(found) {
		return v.intern(found[v.step])
	}
	return v.intern("")
}

// intern returns the number of a value, and copies one that is new.
func (v *extractedValues) intern(text string) uint32 {
	code, ok := v.codes[text]
	if !ok {
		text = strings.Clone(text)
		code = uint32(len(v.texts))
		v.texts = append(v.texts, text)
		v.codes[text] = code
	}
	return code
}

func (v *extractedValues) narrow(n *fieldNode, rows bitmap) error {
	rows.keep(func(row int) bool { return n.matcher.Match(v.at(row)) })
	return nil
}

func (v *extractedValues) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = v.code(int(row))
	}
	return logsql.DictColumn(name, v.texts, index)
}
