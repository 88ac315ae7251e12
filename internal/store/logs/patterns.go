package logs

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// patternFinder finds patterns for the goroutine of one eval.
type patternFinder struct {
	model.PatternFinder
	// looks are the patterns of earlier rows, by their static text and the looks of their values: what a line's pattern
	// depends on. So a line of each is put together once, and not in every block.
	looks     map[uint64]*foundPattern
	templates map[uint64]*knownTemplate
	key       []byte
	line      []byte
	lines     bool // the search asks for model.FieldPatternLine
	held      int  // bytes of the lines in looks
}

// foundPattern is the pattern of rows that look the same, with the line that told it until that was shown.
type foundPattern struct {
	id   model.PatternID
	line string
	kept bool // in patternFinder.looks
}

// What a finder remembers is bounded, for it counts in no query's memory: about 2 MB for each goroutine of a search, and the
// lines that were not shown yet. A block asks again for what is not remembered.
const (
	maxLooks = 1 << 14 // and as many templates
	maxLines = 4 << 20 // bytes
)

// keep remembers a pattern for the next blocks.
func (f *patternFinder) keep(key uint64, found *foundPattern) {
	if found.kept || len(f.looks) >= maxLooks || f.held+len(found.line) > maxLines {
		return
	}
	found.kept = true
	f.held += len(found.line)
	f.looks[key] = found
}

// show gives the line of a pattern away, "" when it did before.
func (f *patternFinder) show(found *foundPattern) string {
	line := found.line
	if found.line = ""; found.kept {
		f.held -= len(line)
	}
	return line
}

// finder returns what finds patterns for this eval, nil when the store keeps none.
func (e *eval) finder() *patternFinder {
	if e.find == nil && e.known != nil {
		e.find = &patternFinder{
			PatternFinder: e.known.Finder(), looks: map[uint64]*foundPattern{}, templates: map[uint64]*knownTemplate{},
			lines: slices.Contains(e.needed, model.FieldPatternLine),
		}
	}
	return e.find
}

// patternValues answers _pattern. Each pattern of the block is asked about once; of a templated column one line of
// each template and looks of its values is looked at, else each line.
type patternValues struct {
	finder  *patternFinder
	ids     []model.PatternID
	texts   []string // of ids
	numbers map[model.PatternID]uint32
	done    bitmap
	index   []uint32 // of each row that is done, in ids

	msg    block.Column // when there are no templates
	of     *lookedRows  // else
	looked []uint32     // of each row that is done, in of.found
}

func (e *eval) patterns() (values, error) {
	finder := e.finder()
	if finder == nil {
		return constant(""), nil
	}
	n := e.rows.Info().Rows
	p := &patternValues{finder: finder, done: newBitmap(nil, n), index: make([]uint32, n), numbers: map[model.PatternID]uint32{}}
	of, err := e.pieces(model.FieldMsg)
	if err != nil {
		return nil, err
	}
	if of != nil {
		p.of, p.looked = newLookedRows(finder, of), make([]uint32, n)
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
	var err error
	todo.all(func(row int) {
		if err == nil {
			p.looked[row], err = p.of.look(row)
		}
	})
	if err != nil {
		return err
	}
	place := make([]uint32, len(p.of.found))
	for i, found := range p.of.found {
		place[i] = p.number(found.id)
	}
	todo.all(func(row int) { p.index[row] = place[p.looked[row]] })
	return nil
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
	index, lines := make([]uint32, len(rows)), make([]string, len(p.of.found))
	for i, row := range rows {
		n := p.looked[row]
		index[i] = n
		if line := p.finder.show(p.of.found[n]); line != "" {
			lines[n] = line
		}
	}
	return logsql.DictColumn(name, lines, index)
}

// byPattern decides by the patterns of the templates, when the rows of each look the same.
func (n *fieldNode) byPattern(e *eval) (choice, error) {
	v, err := e.field(model.FieldPattern)
	p, ok := v.(*patternValues)
	if !ok || p.of == nil || err != nil {
		return choice{}, err
	}
	places := make([]uint32, p.of.Len())
	for t := range places {
		rows, err := p.of.RowsOf(t)
		if err != nil {
			return choice{}, err
		}
		at, err := p.of.look(int(rows[0]))
		if p.of.alike[t] == 0 || err != nil {
			return choice{}, err
		}
		places[t] = p.number(p.of.found[at].id)
	}
	match, c := p.matching(n), choice{known: true, of: make([]bool, len(places))}
	for t, at := range places {
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
