package logs

// narrow drops the rows that do not match.
func (d *decision) narrow(n *fieldNode, rows bitmap) error {
	open := d.any(undecided)
	if !open && !d.any(always) {
		clear(rows)
		return nil
	}
	if !open && !d.any(never) {
		return nil
	}
	of, err := d.TemplateOf()
	if err != nil {
		return err
	}
	rows.keepOf(of, d.verdicts)
	if !open {
		return nil
	}
	if err := d.narrowVarying(of, rows); err != nil {
		return err
	}
	var buf []byte
	rows.keep(func(row int) bool {
		if err != nil || d.verdicts[of[row]] == always {
			return err == nil
		}
		buf, err = d.AppendValue(buf[:0], row)
		return n.matcher.Match(textOf(buf))
	})
	return err
}

// keepOf drops the rows whose template never matches.
func (b bitmap) keepOf(of []uint16, verdicts []verdict) {
	for i, w := range b {
		if w == 0 {
			continue
		}
		some := uint64(0)
		for bit, t := range of[i*64 : min(i*64+64, len(of))] {
			some |= uint64(min(verdicts[t], 1)) << bit // without a branch, which would be guessed wrongly
		}
		b[i] = w & some
	}
}

// fewRows are looked at one by one, rather than variables in whole.
const fewRows = 256

// narrowVarying drops undecided rows none of whose values can hold a chunk that their static text lacks.
func (d *decision) narrowVarying(of []uint16, rows bitmap) error {
	for i := range d.varying {
		if d.undecidedRows(of, rows) <= fewRows {
			return nil
		}
		hits := newBitmap(nil, len(of))
		k := &d.varying[i]
		held := map[uint32]bitmap{} // by variable, the values that may hold the chunk
		for t, v := range d.verdicts {
			if v != undecided || k.static[t] {
				continue
			}
			if err := d.addHits(t, k, held, hits); err != nil {
				return err
			}
		}
		rows.keep(func(row int) bool {
			t := of[row]
			return d.verdicts[t] == always || k.static[t] || hits.has(row)
		})
	}
	return nil
}

func (d *decision) undecidedRows(of []uint16, rows bitmap) int {
	n := 0
	rows.all(func(row int) {
		if d.verdicts[of[row]] == undecided {
			n++
		}
	})
	return n
}

// addHits adds the rows of a template that have a value that may hold a chunk.
func (d *decision) addHits(t int, k *found, held map[uint32]bitmap, hits bitmap) error {
	for slot, v := range d.Slots(t) {
		info := d.VariableInfo(int(v))
		if !k.mayBeIn(&info) || !k.before.endsAt(d.Piece(t, slot)) || !k.after.beginsAt(d.Piece(t, slot+1)) {
			continue
		}
		set, known := held[v]
		if !known {
			variable, err := d.Variable(int(v))
			if err != nil {
				return err
			}
			set = k.values(variable)
			held[v] = set
		}
		rows, err := d.RowsOf(t)
		if err != nil {
			return err
		}
		at, stride := d.Position(t, slot, 0), d.Stride(t, slot)
		for _, row := range rows {
			if set.has(at) {
				hits.add(int(row))
			}
			at += stride
		}
	}
	return nil
}

// templatedValues puts the values of a templated column together for the rows that are asked for.
type templatedValues struct {
	computed
	*pieces
}

func newTemplatedValues(p *pieces) *templatedValues {
	return &templatedValues{pieces: p, computed: computed{write: func(dst []byte, row int) []byte {
		dst, _ = p.AppendValue(dst, row) // prepare has read everything
		return dst
	}}}
}

func (v *templatedValues) prepare(rows bitmap) error {
	of, err := v.TemplateOf()
	if err != nil {
		return err
	}
	used := make([]bool, v.Len())
	rows.all(func(row int) { used[of[row]] = true })
	for t, ok := range used {
		if !ok {
			continue
		}
		if _, err := v.RowsOf(t); err != nil {
			return err
		}
		for _, variable := range v.Slots(t) {
			if _, err := v.Variable(int(variable)); err != nil {
				return err
			}
		}
	}
	return nil
}
