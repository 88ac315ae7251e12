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
	Regexp  *RegexpParts // in the place of Pattern
	// Match returns what matches one text after another for one goroutine: the values of the steps or groups as far as
	// the pattern fits, valid until the next call.
	Match func() func(text string) []string
}

// Fields returns the field that each value of Match is, "" for one that is not kept.
func (x *Extract) Fields() []string {
	if x.Regexp != nil {
		return x.Regexp.re.SubexpNames()
	}
	names := make([]string, len(x.Pattern.Steps))
	for i := range names {
		names[i] = x.Pattern.Steps[i].Field
	}
	return names
}

// step returns which step of the pattern gives a field, -1 when none does.
func (x *Extract) step(name string) int {
	if x == nil {
		return -1
	}
	return slices.Index(x.Fields(), name)
}

// extraction is what a pattern finds in the rows of one block.
type extraction struct {
	spec     *Extract
	match    func(text string) []string
	msg      values
	rows     int
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
		e.extracted = &extraction{spec: req.Extract, match: req.Extract.Match(), msg: msg, pieces: p, rows: e.rows.Info().Rows}
		if p != nil {
			e.extracted.captures, e.extracted.looked = make([][]capture, p.Len()), make([]bool, p.Len())
		}
	}
	return &extractedValues{extraction: e.extracted, step: step}, nil
}

// of returns the captures of a template; nil when its rows must be matched one by one.
func (x *extraction) of(t int) ([]capture, error) {
	if x.looked[t] {
		return x.captures[t], nil
	}
	x.looked[t] = true
	s := skeleton{pieces: x.pieces, t: t}
	var found []capture
	var ok bool
	var err error
	if x.spec.Regexp != nil {
		found, ok, err = s.matchRegexp(x.spec.Regexp)
	} else {
		found, ok, err = s.match(x.spec.Pattern.Steps)
	}
	if ok {
		x.captures[t] = found
	}
	return x.captures[t], err
}

// skeleton matches a pattern with the static text of a template.
type skeleton struct {
	*pieces
	t int
	edge
}

func (s *skeleton) rest() string { return s.Piece(s.t, s.slot)[s.offset:] }

// find moves to a text and returns where it was; ok is false when a value might hold or touch it, so that rows differ.
func (s *skeleton) find(text string) (at skeleton, found, ok bool, err error) {
	for at = *s; ; at.slot, at.offset = at.slot+1, 0 {
		if i := strings.Index(at.rest(), text); i >= 0 {
			at.offset += i
			*s = at
			s.offset += len(text)
			return at, true, true, nil
		}
		if at.slot == len(s.Slots(s.t)) {
			return at, false, true, nil
		}
		free, err := s.apart(text, int(s.Slots(s.t)[at.slot]))
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
			s.slot = len(s.Slots(s.t))
			s.offset = len(s.Piece(s.t, s.slot))
			c, ok := s.value(start.edge)
			return append(found, c), ok, nil
		}
		end, there, ok, err := s.find(steps[k+1].Literal)
		if !there || !ok || err != nil {
			return found, ok, err
		}
		c, ok := end.value(start.edge)
		if !ok {
			return nil, false, nil
		}
		found = append(found, c)
	}
	return found, true, nil
}

// value is the part from a place up to here; ok is false when it may begin with a quote.
func (s *skeleton) value(from edge) (c capture, ok bool) {
	c = s.between(s.t, from, s.edge)
	if c.slot == static || from.offset < len(s.Piece(s.t, from.slot)) {
		return c, true // begins with static text, which match has looked at
	}
	kind := s.VariableInfo(int(s.Slots(s.t)[from.slot])).Kind
	return c, kind != block.VarText && kind != block.VarDict
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
	captured
	step int
	done bitmap // rows that the index knows
}

func (v *extractedValues) prepare(rows bitmap) error {
	if v.index == nil {
		v.index, v.done = make([]uint32, v.rows), newBitmap(nil, v.rows)
	}
	todo := slices.Clone(rows)
	todo.andNot(v.done)
	v.done.or(todo)
	if v.pieces != nil {
		if err := v.fromTemplates(todo); err != nil {
			return err
		}
	}
	if err := v.msg.prepare(todo); err != nil {
		return err
	}
	todo.all(func(row int) {
		text := ""
		if found := v.match(v.msg.at(row)); v.step < len(found) {
			text = found[v.step]
		}
		v.index[row] = v.intern(text)
	})
	return nil
}

// part returns what the rows of a template have as the value; nil when they must be matched one by one.
func (v *extractedValues) part(t int) (*capture, error) {
	captures, err := v.of(t)
	switch {
	case captures == nil || err != nil:
		return nil, err
	case v.step < len(captures):
		return &captures[v.step], nil
	}
	return &capture{slot: static}, nil
}

// fromTemplates takes the values of the rows that captures tell, and leaves the other rows in the set.
func (v *extractedValues) fromTemplates(rows bitmap) error {
	of, wanted, err := v.pieces.ofRows(rows)
	if err != nil {
		return err
	}
	for t, ok := range wanted {
		if !ok {
			continue
		}
		c, err := v.part(t)
		if err != nil {
			return err
		}
		if wanted[t] = c != nil; c == nil {
			continue
		}
		if err := v.fill(v.pieces, t, c, rows); err != nil {
			return err
		}
	}
	rows.keep(func(row int) bool { return !wanted[of[row]] })
	return nil
}

func (v *extractedValues) at(row int) string { return v.texts[v.index[row]] }

func (v *extractedValues) narrow(n *fieldNode, rows bitmap) error {
	rows.keep(func(row int) bool { return n.matcher.Match(v.at(row)) })
	return nil
}

func (v *extractedValues) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = v.index[row]
	}
	return logsql.DictColumn(name, v.texts, index)
}
