package logs

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/store/logs/block"
)

// lookedRows finds the patterns of a templated column's rows. Rows of one template whose values look the same have the
// same pattern (model.PatternFinder.AppendLook): a line is put together for the first of them.
type lookedRows struct {
	*pieces
	finder *patternFinder
	found  []*foundPattern   // of all rows that were looked at
	places map[uint64]uint32 // by key, in found

	keys  []uint64    // of each template: its static text; 0 when it was not asked for
	alike []uint32    // of each template whose rows all look the same: 1 + its place in found; 0 when that is not known
	looks []lookTable // of each variable
}

// lookTable has the looks of a variable's values, as hashes.
type lookTable struct {
	known  bool
	same   bool                              // all values look like one
	one    uint64                            // the look of all
	dict   []uint64                          // VarDict: of each entry
	ints   [2*(block.MaxDigits+1) + 1]uint64 // VarInt: by digits, those of negative numbers first; 0 when it was not asked for
	values *block.Variable
}

func newLookedRows(f *patternFinder, p *pieces) *lookedRows {
	return &lookedRows{
		pieces: p, finder: f, places: map[uint64]uint32{},
		keys: make([]uint64, p.Len()), alike: make([]uint32, p.Len()), looks: make([]lookTable, p.Variables()),
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
	key := r.keys[t]
	if key == 0 {
		key = r.finder.templateKey(r.pieces, t)
		r.keys[t] = key
	}
	rank, same := -1, true
	for i, number := range r.Slots(t) {
		table, err := r.table(int(number))
		if err != nil {
			return 0, err
		}
		h := table.one
		if !table.same {
			if same = false; rank < 0 {
				if rank, err = r.Rank(row); err != nil {
					return 0, err
				}
			}
			h = table.at(r.finder, r.Position(t, i, rank))
		}
		key = key*0x9e3779b97f4a7c15 + h
	}
	at, ok := r.places[key]
	if !ok {
		if at, err = r.find(key, row); err != nil {
			return 0, err
		}
	}
	if same {
		r.alike[t] = at + 1
	}
	return at, nil
}

// find asks for the pattern of a row, unless an earlier block had one like it.
func (r *lookedRows) find(key uint64, row int) (at uint32, err error) {
	f := r.finder
	found := f.looks[key]
	if found == nil {
		if f.line, err = r.AppendValue(f.line[:0], row); err != nil {
			return 0, err
		}
		found = &foundPattern{id: f.Find(textOf(f.line))}
		if f.lines {
			found.line = string(f.line)
		}
		if len(f.looks) < maxLooks {
			f.looks[key] = found
		}
	}
	at = uint32(len(r.found))
	r.found, r.places[key] = append(r.found, found), at
	return at, nil
}

// same reports whether all rows of a template look the same.
func (r *lookedRows) same(t int) (bool, error) {
	for _, number := range r.Slots(t) {
		if table, err := r.table(int(number)); err != nil || !table.same {
			return false, err
		}
	}
	return true, nil
}

// table returns the looks of a variable, which is read for the first time unless the directory tells the look of all.
func (r *lookedRows) table(number int) (*lookTable, error) {
	table := &r.looks[number]
	if table.known {
		return table, nil
	}
	info := r.VariableInfo(number)
	alike, same := info.AppendAlike(r.finder.key[:0])
	if r.finder.key = alike; same {
		table.known, table.same, table.one = true, true, r.finder.lookOf(textOf(alike))
		return table, nil
	}
	v, err := r.Variable(number)
	if err != nil {
		return nil, err
	}
	table.known, table.values = true, v
	if v.Kind == block.VarDict {
		table.dict, table.same = make([]uint64, v.Distinct), true
		for i := range table.dict {
			table.dict[i] = r.finder.lookOf(v.Value(i))
			table.same = table.same && table.dict[i] == table.dict[0]
		}
		table.one = table.dict[0]
	}
	return table, nil
}

// at returns the look of the value at a position.
func (table *lookTable) at(f *patternFinder, position int) uint64 {
	v := table.values
	switch v.Kind {
	case block.VarDict:
		return table.dict[v.Index[position]]
	case block.VarInt: // numbers of one sign and as many digits look the same
		look := &table.ints[block.DigitsOf(v.Ints[position])+block.MaxDigits+1]
		if *look == 0 {
			f.key = v.Append(f.key[:0], position)
			*look = f.lookOf(textOf(f.key))
		}
		return *look
	}
	f.key = v.Append(f.key[:0], position)
	return f.lookOf(textOf(f.key))
}

// lookOf is the hash of a value's look.
func (f *patternFinder) lookOf(value string) uint64 {
	f.line = f.AppendLook(f.line[:0], value)
	return xxhash.Sum64(f.line)
}

// templateKey is the hash of a template's static text.
func (f *patternFinder) templateKey(p *pieces, t int) uint64 {
	key := f.key[:0]
	for i := range len(p.Slots(t)) + 1 {
		piece := p.Piece(t, i)
		key = append(binary.AppendUvarint(key, uint64(len(piece))), piece...)
	}
	f.key = key
	return xxhash.Sum64(key) | 1
}
