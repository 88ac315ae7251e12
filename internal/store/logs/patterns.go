package logs

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// patternValues answers _pattern: each message is looked at once, and each pattern of the block asked about once.
type patternValues struct {
	finder  model.PatternFinder
	msg     block.Column
	done    bitmap
	index   []uint32 // of each row that is done, in ids
	ids     []model.PatternID
	texts   []string // of ids
	numbers map[model.PatternID]uint32
}

// finder returns what finds patterns for this eval, nil when the store keeps none.
func (e *eval) finder() model.PatternFinder {
	if e.find == nil && e.known != nil {
		e.find = e.known.Finder()
	}
	return e.find
}

func (e *eval) patterns() (values, error) {
	finder := e.finder()
	if finder == nil {
		return constant(""), nil
	}
	msg, err := e.rows.Column(model.FieldMsg)
	if err != nil {
		return nil, err
	}
	n := e.rows.Info().Rows
	return &patternValues{
		finder: finder, msg: msg, done: newBitmap(nil, n), index: make([]uint32, n),
		numbers: map[model.PatternID]uint32{},
	}, nil
}

// patternLines answers model.FieldPatternLine.
func (e *eval) patternLines() (values, error) { return e.field(model.FieldMsg) }

func (p *patternValues) prepare(rows bitmap) error {
	rows.all(func(row int) {
		if p.done.has(row) {
			return
		}
		p.done.add(row)
		p.index[row] = p.number(p.finder.Find(p.msg.At(row)))
	})
	return nil
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

func (p *patternValues) at(row int) string { return p.texts[p.index[row]] }

func (p *patternValues) narrow(n *fieldNode, rows bitmap) error {
	if err := p.prepare(rows); err != nil {
		return err
	}
	match := make([]bool, len(p.ids))
	for i, id := range p.ids {
		match[i] = n.matcher.Match(p.texts[i]) || slices.ContainsFunc(p.finder.Others(id), func(other model.PatternID) bool {
			return n.matcher.Match(other.String())
		})
	}
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

// patternPossible rules blocks out that lack a word of the one pattern asked for.
func (n *fieldNode) patternPossible(e *eval) (bool, error) {
	finder := e.finder()
	if finder == nil || n.matchesEmpty {
		return n.matchesEmpty, nil
	}
	if len(n.words) != 1 || e.rows.Kind(model.FieldMsg) != block.Plain {
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
