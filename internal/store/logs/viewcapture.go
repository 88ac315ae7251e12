package logs

import (
	"cmp"
	"slices"
	"strings"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// steadyParser is a parser that finds the same views at the same places of lines that differ in values alone.
type steadyParser interface {
	ViewParser
	// Clock returns the part of a line that is read as a time, "" when the line is not of the format. steady says that of
	// what is outside of it the parser asks only whether bytes are of some kind, and whether lengths and numbers are within
	// bounds: what holds for two values holds for all between. What it asks of several parts at once is their length alone.
	Clock(line string) (part string, steady bool)
}

// viewCaptures finds where the templates of a block have views, by parsing lines with extreme values in the slots: where
// they agree, so do all rows.
type viewCaptures struct {
	*pieces
	parser   steadyParser
	names    []string   // views that are wanted
	extremes [][]string // by variable; nil before it is asked, empty when there are none
	known    [][]capture
	looked   []bool

	values [][]string // extremes of each slot of the template at hand
	stride []int      // lines after which a slot has its next value
	line   []byte
	slots  []lineSlot
	fields []model.Field
	found  []capture
}

// lineSlot is where a line has the value of a slot.
type lineSlot struct{ start, end int }

// newViewCaptures returns nil when the lines of the block must be parsed.
func (v *viewReader) newViewCaptures() (*viewCaptures, error) {
	e := v.e
	if e.rows.Kind(model.FieldMsg) != block.Templated || e.hasLabel(model.FieldMsg) || v.formats.Kind != block.Const {
		return nil, nil
	}
	parser, ok := v.parser(v.formats.Value(0)).(steadyParser)
	if !ok {
		return nil, nil
	}
	if _, steady := parser.Clock(""); !steady {
		return nil, nil
	}
	p, err := e.pieces(model.FieldMsg)
	if p == nil || err != nil {
		return nil, err
	}
	return &viewCaptures{
		pieces: p, parser: parser, names: v.names, extremes: make([][]string, p.Variables()),
		known: make([][]capture, p.Len()), looked: make([]bool, p.Len()),
	}, nil
}

// of returns where the rows of a template have each of the views; nil when they must be parsed.
func (v *viewCaptures) of(t int) ([]capture, error) {
	if v.looked[t] {
		return v.known[t], nil
	}
	v.looked[t] = true
	// The slots of one odd line widen the bounds of the variables that they share with others.
	for _, extremes := range [...]func(t, slot int) ([]string, error){v.ofVariable, v.SlotExtremes} {
		v.values = v.values[:0]
		for slot := range v.Slots(t) {
			values, err := extremes(t, slot)
			if err != nil {
				return nil, err
			}
			v.values = append(v.values, values)
		}
		if found := v.agreed(t); found != nil {
			v.known[t] = found
			break
		}
	}
	return v.known[t], nil
}

// Lines of which a parser measures several slots together: these come before the first line of combinations.
const (
	longestLine  = -1
	shortestLine = -2
)

// agreed returns where some lines of a template have each of the views; nil when they differ in that, or are more than
// the rows of the template. The shortest line and the longest stand for every sum of lengths.
func (v *viewCaptures) agreed(t int) []capture {
	lines := v.combine(t)
	if lines == 0 {
		return nil
	}
	var first []capture
	for k := shortestLine; k < lines; k++ {
		if !v.parse(t, k) || first != nil && !slices.Equal(first, v.found) {
			return nil
		}
		if first == nil {
			first = slices.Clone(v.found)
		}
	}
	return first
}

// combine arranges that the slots between two blanks have all combinations of their values: a parser may want that a
// part of the line is of one kind, which two of its values are only together. It returns the number of lines, and none
// when a slot has no extremes or these would be too many.
func (v *viewCaptures) combine(t int) (lines int) {
	v.stride = v.stride[:0]
	lines = 1
	stride := 1
	for i, values := range v.values {
		if strings.Contains(v.Piece(t, i), " ") {
			stride = 1
		}
		v.stride = append(v.stride, stride)
		stride *= len(values)
		if stride == 0 || stride > max(v.Rows(t), 2) {
			return 0
		}
		lines = max(lines, stride)
	}
	return lines
}

// valueOf returns the value that a slot has in a line.
func (v *viewCaptures) valueOf(slot, line int) string {
	values := v.values[slot]
	byLength := func(a, b string) int { return cmp.Compare(len(a), len(b)) }
	switch line {
	case longestLine:
		return slices.MaxFunc(values, byLength)
	case shortestLine:
		return slices.MinFunc(values, byLength)
	}
	return values[line/v.stride[slot]%len(values)]
}

// templatesTell reports whether some views of the block can be had without parsing each line.
func (v *viewReader) templatesTell() (bool, error) {
	if v.tried {
		return v.captures != nil, nil
	}
	v.tried = true
	var err error
	v.captures, err = v.newViewCaptures()
	return v.captures != nil, err
}

// fromTemplates reads a view of the rows whose templates tell where it is, and takes these out of rest.
func (v *viewReader) fromTemplates(name string, into *captured, all, rest bitmap) error {
	if tell, err := v.templatesTell(); !tell || err != nil {
		return err
	}
	view := slices.Index(v.names, name)
	const fewRows = 3 // are parsed as fast as the lines that tell
	for t := 0; t < v.captures.Len() && v.captures.Rows(t) >= fewRows; t++ {
		found, err := v.captures.of(t)
		if err != nil {
			return err
		}
		if found == nil {
			continue
		}
		if err := into.fill(v.captures.pieces, t, &found[view], all); err != nil {
			return err
		}
		rows, err := v.captures.RowsOf(t)
		if err != nil {
			return err
		}
		for _, row := range rows {
			rest.drop(int(row))
		}
	}
	return nil
}

// ofVariable returns the extremes of the variable of a slot.
func (v *viewCaptures) ofVariable(t, slot int) ([]string, error) {
	number := v.Slots(t)[slot]
	if v.extremes[number] == nil {
		values, err := v.Extremes(int(number))
		if err != nil {
			return nil, err
		}
		v.extremes[number] = append([]string{}, values...)
	}
	return v.extremes[number], nil
}

// parse finds the views of the k-th line; false when one is no part of the template.
func (v *viewCaptures) parse(t, k int) bool {
	v.line, v.slots = v.line[:0], v.slots[:0]
	for i := range v.values {
		v.line = append(v.line, v.Piece(t, i)...)
		start := len(v.line)
		v.line = append(v.line, v.valueOf(i, k)...)
		v.slots = append(v.slots, lineSlot{start, len(v.line)})
	}
	v.line = append(v.line, v.Piece(t, len(v.slots))...)
	line := textOf(v.line)
	v.found = v.found[:0]
	for range v.names {
		v.found = append(v.found, capture{slot: static})
	}
	if clock, _ := v.parser.Clock(line); !v.fixed(t, line, clock) {
		return false
	}
	v.fields = v.parser.Views(line, v.fields[:0])
	for i := range v.fields {
		f := &v.fields[i]
		if !v.constantName(t, line, f.Name) {
			return false
		}
		at := slices.Index(v.names, f.Name)
		if at < 0 || slices.ContainsFunc(v.fields[:i], func(before model.Field) bool { return before.Name == f.Name }) {
			continue
		}
		c, ok := v.capture(t, line, f.Value)
		if !ok {
			return false
		}
		v.found[at] = c
	}
	return true
}

// fixed reports whether a part of the line is made of static text, times, and variables of one value. It is not when
// there is no such part, because the line is not of the format: lines between two such ones may be.
func (v *viewCaptures) fixed(t int, line, part string) bool {
	start, ok := within(line, part)
	for i, number := range v.Slots(t) {
		if s := v.slots[i]; s.end <= start || start+len(part) <= s.start {
			continue
		}
		if v.VariableInfo(int(number)).Kind != block.VarTime && len(v.values[i]) > 1 {
			return false
		}
	}
	return ok
}

// constantName reports whether all rows of the template have a view of that name.
func (v *viewCaptures) constantName(t int, line, name string) bool {
	if _, ok := within(line, name); ok {
		c, ok := v.capture(t, line, name)
		return ok && c.slot == static
	}
	return slices.Contains(v.parser.ViewNames(), name)
}

// capture returns the part of the template that a part of the line is; false when there is none.
func (v *viewCaptures) capture(t int, line, part string) (c capture, ok bool) {
	start, ok := within(line, part)
	if !ok {
		return c, false
	}
	from, ok := v.edge(start)
	if !ok {
		return c, false
	}
	to, ok := v.edge(start + len(part))
	return v.between(t, from, to), ok
}

// edge returns where in the template a place of the line is; false when it is within a value.
func (v *viewCaptures) edge(at int) (edge, bool) {
	piece := 0
	for i, s := range v.slots {
		if at <= s.start {
			return edge{i, at - piece}, true
		}
		if at < s.end {
			return edge{}, false
		}
		piece = s.end
	}
	return edge{len(v.slots), at - piece}, true
}

// within returns where a line has a text that shares its memory; false when it does not.
func within(line, text string) (at int, ok bool) {
	offset := uintptr(unsafe.Pointer(unsafe.StringData(text))) - uintptr(unsafe.Pointer(unsafe.StringData(line)))
	return int(offset), text != "" && offset < uintptr(len(line))
}
