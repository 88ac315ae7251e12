package logs

import (
	"encoding/binary"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

// lookedRows finds the patterns of a templated column's rows. Rows of one template whose values look the same have the
// same pattern (model.PatternFinder.AppendLook): a line is put together for the first of them.
type lookedRows struct {
	*pieces
	finder *patternFinder
	found  []*foundPattern   // of all rows that were looked at
	places map[uint64]uint32 // by key, in found

	templates []*knownTemplate // nil of those that were not asked for
	alike     []uint32         // of each template whose rows all look the same: 1 + its place in found; 0 when that is not known
	looks     [2][]lookTable   // of each variable: without lengths, and measured
}

// knownTemplate is what a finder knows of a template, in whatever block it is.
type knownTemplate struct {
	key      uint64 // hash of its static text
	measured uint64 // set of the slots where lengths have counted so far; the last bit stands for all slots from there on
}

func (t *knownTemplate) measures(slot int) bool { return t.measured>>min(slot, 63)&1 != 0 }

func newLookedRows(f *patternFinder, p *pieces) *lookedRows {
	return &lookedRows{
		pieces: p, finder: f, places: map[uint64]uint32{}, templates: make([]*knownTemplate, p.Len()),
		alike: make([]uint32, p.Len()), looks: [2][]lookTable{make([]lookTable, p.Variables()), make([]lookTable, p.Variables())},
	}
}

// look returns the place of a row's pattern in found.
func (r *lookedRows) look(row int) (uint32, error) {
	of, err := r.TemplateOf()
	if err != nil {
		return 0, err
	}
	t := int(of[row])
	if at := r.alike[t]; at > 0 {
		return at - 1, nil
	}
	if r.templates[t] == nil {
		r.templates[t] = r.finder.template(r.pieces, t)
	}
	key, same, err := r.key(t, row)
	if err != nil {
		return 0, err
	}
	at, ok := r.places[key]
	if !ok {
		found, measured, err := r.find(key, row)
		if err != nil {
			return 0, err
		}
		if known := r.templates[t]; measured&^known.measured != 0 { // the key says too little
			known.measured |= measured
			if key, same, err = r.key(t, row); err != nil {
				return 0, err
			}
		}
		at = uint32(len(r.found))
		r.found, r.places[key] = append(r.found, found), at
		r.finder.keep(key, found)
	}
	if same {
		r.alike[t] = at + 1
	}
	return at, nil
}

// key is a hash of the static text of a row's template and the looks of its values. It reports whether it is that of all
// rows of the template.
func (r *lookedRows) key(t, row int) (key uint64, same bool, err error) {
	known := r.templates[t]
	key = known.key + known.measured
	rank, same := -1, true
	for i, number := range r.Slots(t) {
		table, err := r.table(int(number), known.measures(i))
		if err != nil {
			return 0, false, err
		}
		h := table.one
		if !table.same {
			if same = false; rank < 0 {
				if rank, err = r.Rank(row); err != nil {
					return 0, false, err
				}
			}
			h = table.at(r.Position(t, i, rank))
		}
		key = key*0x9e3779b97f4a7c15 + h
	}
	return key, same, nil
}

// find asks for the pattern of a row, unless an earlier block had one like it, and in which slots lengths counted.
func (r *lookedRows) find(key uint64, row int) (found *foundPattern, measured uint64, err error) {
	f := r.finder
	if found = f.looks[key]; found != nil {
		return found, 0, nil
	}
	if f.line, err = r.AppendValue(f.line[:0], row); err != nil {
		return nil, 0, err
	}
	found = &foundPattern{id: f.Find(textOf(f.line))}
	if f.lines {
		found.line = string(f.line)
	}
	measured, err = r.measured(row, f.Measured())
	return found, measured, err
}

// measured returns the set of slots whose values touch one of the spans in a row's line.
func (r *lookedRows) measured(row int, spans []model.PatternSpan) (set uint64, err error) {
	of, err := r.TemplateOf()
	if err != nil {
		return 0, err
	}
	rank, err := r.Rank(row)
	if err != nil {
		return 0, err
	}
	t, start := int(of[row]), 0
	for i, number := range r.Slots(t) {
		v, err := r.Variable(int(number))
		if err != nil {
			return 0, err
		}
		r.finder.key = v.Append(r.finder.key[:0], r.Position(t, i, rank))
		start += len(r.Piece(t, i))
		end := start + len(r.finder.key)
		if slices.ContainsFunc(spans, func(s model.PatternSpan) bool { return s.Touches(start, end) }) {
			set |= 1 << min(i, 63)
		}
		start = end
	}
	return set, nil
}

// templateKey is the hash of a template's static text.
func (f *patternFinder) templateKey(p *pieces, t int) uint64 {
	key := f.key[:0]
	for i := range len(p.Slots(t)) + 1 {
		piece := p.Piece(t, i)
		key = append(binary.AppendUvarint(key, uint64(len(piece))), piece...)
	}
	f.key = key
	return xxhash.Sum64(key)
}

// template returns what is known of a template.
func (f *patternFinder) template(p *pieces, t int) *knownTemplate {
	key := f.templateKey(p, t)
	known := f.templates[key]
	if known == nil {
		known = &knownTemplate{key: key}
		if len(f.templates) < maxLooks {
			f.templates[key] = known
		}
	}
	return known
}
