package logs

import (
	"encoding/binary"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// patternFinder finds patterns for the goroutine of one eval.
type patternFinder struct {
	model.PatternFinder
	// templates are those of earlier blocks, by their static text and the kinds of their variables: what a line's
	// pattern depends on. So a line of each is put together once, and not in every block.
	templates map[uint64]*foundTemplate
	key       []byte
	line      []byte
	lines     bool // the search asks for model.FieldPatternLine
}

// foundTemplate is the pattern of a template, with the line that told it until that was shown.
type foundTemplate struct {
	id   model.PatternID
	line string
}

// maxTemplates bounds the templates that a finder remembers.
const maxTemplates = 100_000

// finder returns what finds patterns for this eval, nil when the store keeps none.
func (e *eval) finder() *patternFinder {
	if e.find == nil && e.known != nil {
		e.find = &patternFinder{PatternFinder: e.known.Finder(), templates: map[uint64]*foundTemplate{}, lines: slices.Contains(e.needed, model.FieldPatternLine)}
	}
	return e.find
}

// patternValues answers _pattern. Each pattern of the block is asked about once; of a templated column one line of
// each template is looked at, else each line.
type patternValues struct {
	finder  *patternFinder
	ids     []model.PatternID
	texts   []string // of ids
	numbers map[model.PatternID]uint32
	done    bitmap
	index   []uint32 // of each row that is done, in ids

	msg   block.Column     // when there are no templates
	of    *pieces          // else
	found []*foundTemplate // of each template; nil when it was not looked at
	place []uint32         // of each template that was found, in ids
}

func (e *eval) patterns() (values, error) {
	finder := e.finder()
	if finder == nil {
		return constant(""), nil
	}
	n := e.rows.Info().Rows
	p := &patternValues{finder: finder, done: newBitmap(nil, n), index: make([]uint32, n), numbers: map[model.PatternID]uint32{}}
	var err error
	if p.of, err = e.pieces(model.FieldMsg); err != nil {
		return nil, err
	}
	if p.of != nil {
		p.found, p.place = make([]*foundTemplate, p.of.Len()), make([]uint32, p.of.Len())
		return p, nil
	}
	p.msg, err = e.rows.Column(model.FieldMsg)
	return p, err
}

// number returns the place of a pattern in ids.
func (p *patternValues) number(id model.PatternID) uint32 {
	n, ok := p.numbers[id]
	if !ok {
		n = uint32(len(p.ids))
		p.numbers[id] = n
		p.ids, p.texts = append(p.ids, id), append(p.texts, id.String())
	}
	return n
}

func (p *patternValues) prepare(rows bitmap) error {
	todo := newBitmap(nil, len(p.index))
	todo.or(rows)
	todo.andNot(p.done)
	p.done.or(todo)
	if p.of == nil {
		todo.all(func(row int) { p.index[row] = p.number(p.finder.Find(p.msg.At(row))) })
		return nil
	}
	of, err := p.of.TemplateOf()
	if err != nil {
		return err
	}
	todo.all(func(row int) {
		t := of[row]
		if p.found[t] == nil && err == nil {
			err = p.look(int(t), row)
		}
		p.index[row] = p.place[t]
	})
	return err
}

// look finds the pattern of a template, by a row of it.
func (p *patternValues) look(t, row int) (err error) {
	f := p.finder
	key := f.templateKey(p.of, t)
	found := f.templates[key]
	if found == nil {
		if f.line, err = p.of.AppendValue(f.line[:0], row); err != nil {
			return err
		}
		found = &foundTemplate{id: f.Find(textOf(f.line))}
		if f.lines {
			found.line = string(f.line)
		}
		if len(f.templates) < maxTemplates {
			f.templates[key] = found
		}
	}
	p.found[t], p.place[t] = found, p.number(found.id)
	return nil
}

// templateKey is the hash of what a template has in common in all blocks.
func (f *patternFinder) templateKey(p *pieces, t int) uint64 {
	key := f.key[:0]
	for i, v := range p.Slots(t) {
		piece := p.Piece(t, i)
		key = append(binary.AppendUvarint(key, uint64(len(piece))), piece...)
		key = append(key, byte(p.VariableInfo(int(v)).Kind))
	}
	f.key = append(key, p.Piece(t, len(p.Slots(t)))...)
	return xxhash.Sum64(f.key)
}

func (p *patternValues) at(row int) string { return p.texts[p.index[row]] }

// matching returns which of the patterns match: by their ids, or by those that they were known by.
func (p *patternValues) matching(n *fieldNode) []bool {
	match := make([]bool, len(p.ids))
	for i, id := range p.ids {
		match[i] = n.matcher.Match(p.texts[i]) || slices.ContainsFunc(p.finder.Others(id), func(other model.PatternID) bool {
			return n.matcher.Match(other.String())
		})
	}
	return match
}

func (p *patternValues) narrow(n *fieldNode, rows bitmap) error {
	if err := p.prepare(rows); err != nil {
		return err
	}
	match := p.matching(n)
	rows.keep(func(row int) bool { return match[p.index[row]] })
	return nil
}

func (p *patternValues) column(name string, rows []uint32) logsql.Column {
	index := make([]uint32, len(rows))
	for i, row := range rows {
		index[i] = p.index[row]
	}
	return logsql.DictColumn(name, p.texts, index)
}

// patternLines answers model.FieldPatternLine: a line where the pattern may be a new one, else nothing.
type patternLines struct{ *patternValues }

func (e *eval) patternLines() (values, error) {
	v, err := e.field(model.FieldPattern)
	if err != nil {
		return nil, err
	}
	if p, ok := v.(*patternValues); ok && p.of != nil {
		return patternLines{p}, nil
	}
	return e.field(model.FieldMsg)
}

func (p patternLines) column(name string, rows []uint32) logsql.Column {
	of, _ := p.of.TemplateOf() // prepare has read it
	index, lines := make([]uint32, len(rows)), make([]string, len(p.found))
	for i, row := range rows {
		t := of[row]
		index[i] = uint32(t)
		if found := p.found[t]; found.line != "" {
			lines[t], found.line = found.line, ""
		}
	}
	return logsql.DictColumn(name, lines, index)
}

// byPattern decides by the patterns of the templates.
func (n *fieldNode) byPattern(e *eval) (choice, error) {
	v, err := e.field(model.FieldPattern)
	p, ok := v.(*patternValues)
	if !ok || p.of == nil || err != nil {
		return choice{}, err
	}
	for t := range p.found {
		rows, err := p.of.RowsOf(t)
		if err == nil && p.found[t] == nil {
			err = p.look(t, int(rows[0]))
		}
		if err != nil {
			return choice{}, err
		}
	}
	match, c := p.matching(n), choice{known: true, of: make([]bool, len(p.found))}
	for t, at := range p.place {
		c.of[t] = match[at]
	}
	return c, nil
}

// patternPossible rules blocks out that lack a word of the one pattern asked for.
func (n *fieldNode) patternPossible(e *eval) (bool, error) {
	finder := e.finder()
	if finder == nil || n.matchesEmpty {
		return n.matchesEmpty, nil
	}
	if len(n.words) != 1 || e.rows.Kind(model.FieldMsg) != block.Plain && e.rows.Kind(model.FieldMsg) != block.Templated {
		return true, nil
	}
	id, err := model.ParsePatternID(n.words[0])
	if err != nil {
		return true, nil // a part of an id, or none: the rows will tell
	}
	if words := finder.Words(id); len(words) > 0 {
		return e.rows.MayHave(model.FieldMsg, words)
	}
	return true, nil
}
