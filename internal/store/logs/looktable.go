package logs

import (
	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/store/logs/block"
)

// lookTable has the looks of a variable's values, as hashes.
type lookTable struct {
	finder   *patternFinder
	measured bool
	known    bool
	same     bool     // all values look like one
	one      uint64   // the look of all
	dict     []uint64 // VarDict: of each entry
	numbers  []uint64 // VarInt and VarIPv4: by class; 0 when it was not asked for
	values   *block.Variable
}

// table returns the looks of a variable, which is read for the first time unless the directory tells the look of all.
func (r *lookedRows) table(number int, measured bool) (*lookTable, error) {
	table := &r.looks[0][number]
	if measured {
		table = &r.looks[1][number]
	}
	if table.known {
		return table, nil
	}
	table.finder, table.measured = r.finder, measured
	info := r.VariableInfo(number)
	alike, same := info.AppendAlike(r.finder.key[:0], measured)
	if r.finder.key = alike; same {
		table.known, table.same, table.one = true, true, table.lookOf(textOf(alike))
		return table, nil
	}
	v, err := r.Variable(number)
	if err != nil {
		return nil, err
	}
	table.known, table.values = true, v
	switch v.Kind {
	case block.VarDict:
		table.dict, table.same = make([]uint64, v.Distinct), true
		for i := range table.dict {
			table.dict[i] = table.lookOf(v.Value(i))
			table.same = table.same && table.dict[i] == table.dict[0]
		}
		table.one = table.dict[0]
	case block.VarInt, block.VarIPv4:
		table.numbers = make([]uint64, v.LengthClasses())
	}
	return table, nil
}

// at returns the look of the value at a position.
func (t *lookTable) at(position int) uint64 {
	if t.dict != nil {
		return t.dict[t.values.Index[position]]
	}
	if t.numbers == nil {
		return t.look(position)
	}
	look := &t.numbers[t.values.LengthClass(position)]
	if *look == 0 {
		*look = t.look(position)
	}
	return *look
}

func (t *lookTable) look(position int) uint64 {
	t.finder.key = t.values.Append(t.finder.key[:0], position)
	return t.lookOf(textOf(t.finder.key))
}

// lookOf is the hash of a value's look.
func (t *lookTable) lookOf(value string) uint64 {
	f := t.finder
	f.line = f.AppendLook(f.line[:0], value, t.measured)
	return xxhash.Sum64(f.line)
}
