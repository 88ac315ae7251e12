package block

import (
	"encoding/binary"
	"slices"
	"strings"
)

// A Templated column is stored in these regions:
//
//	directory  u templates, u variables; each variable; u rows of each template; u slots of each; u variable of each
//	           slot; u different pieces of static text; u number of each piece, one more than a template has slots;
//	           u length of each different piece; these pieces. When they hardly repeat: 0 different pieces, then u
//	           length of each piece and the pieces
//	counts     for each template u pairs, each u stream (less the last, for the first itself) and u rows;
//	           left out when there are too many
//	planes     row -> template: low bytes, then high bytes when there are more than 256 templates
//	variables  the regions that the directory names
//
//	variable   byte kind; u values; then
//	           VarInt: u scale, u width, ints; VarTime: u layout, ints; VarIPv4: ints
//	           VarHex: u width, region data, region lengths when width is 0; VarUUID: region data
//	           VarDict: u values of the dictionary, regions lengths and data, one or two planes of the index, none
//	           when there is one value
//	           VarText: regions lengths and data
//	ints       z lowest, u highest less it, byte mode and 16 times the planes, z first when mode is 1; each plane

// countsShare bounds the counts by stream: a pair for so many rows.
const countsShare = 16

// templated stores the gathered column as templates and variables. It reports false, and has stored nothing, when
// the column does not gain by it.
func (e *Encoder) templated(h *columnHeader, times []int64) bool {
	t := &e.templates
	if !t.split(e.plain, e.ends) {
		return false
	}
	t.arrange()
	if !e.assign() {
		return false
	}
	e.fill(columnSeed(h.name), times)
	e.directory = e.appendDirectory(e.directory[:0], h.name)
	h.kind = Templated
	h.data = e.region(e.directory, e.text)
	h.lengths = e.counts()
	e.scratch = e.scratch[:0]
	for _, n := range t.of {
		e.scratch = append(e.scratch, byte(t.rank[n]))
	}
	h.index = e.region(e.scratch, e.numbers)
	if len(t.list) > 256 {
		e.scratch = e.scratch[:0]
		for _, n := range t.of {
			e.scratch = append(e.scratch, byte(t.rank[n]>>8))
		}
		h.high = e.region(e.scratch, e.numbers)
	}
	return true
}

// maxValues bounds the values of one variable, so that a damaged directory cannot exhaust memory. Blocks are cut long
// before they have as many.
const maxValues = 1 << 24

// assign gives each slot that varies a variable; slots in the same surroundings share one. It reports false when one
// has too many values.
func (e *Encoder) assign() bool {
	t := &e.templates
	clear(e.byContext)
	used := 0
	for _, n := range t.sorted {
		o := &t.list[n]
		for k := range t.slots[o.slots:][:o.count] {
			slot := &t.slots[int(o.slots)+k]
			if !slot.varies && o.rows >= constantRows && slot.can&canTime == 0 {
				slot.column = -1
				continue
			}
			col, known := e.byContext[slot.context]
			if !known {
				col = int32(used)
				e.byContext[slot.context] = col
				if used == len(e.variables) {
					e.variables = append(e.variables, openVariable{})
				}
				v := &e.variables[used]
				v.openSlot, v.Values = *slot, 0
				used++
			}
			slot.column = col
			v := &e.variables[col]
			v.Values += int(o.rows)
			v.and(slot.shape)
			v.min, v.max = min(v.min, slot.min), max(v.max, slot.max)
		}
	}
	e.used = used
	for i := range e.variables[:used] {
		v := &e.variables[i]
		values := v.Values
		v.VariableInfo = kindOf(&v.openSlot)
		if v.Values = values; values > maxValues {
			return false
		}
		v.reset()
	}
	return true
}

// fill gathers the values of the variables, and adds their words to the filter, but for those of VarText.
func (e *Encoder) fill(seed uint64, times []int64) {
	t := &e.templates
	at := 0
	for _, n := range t.sorted {
		o := &t.list[n]
		slots := t.slots[o.slots:][:o.count]
		for _, row := range t.order[at:][:o.rows] {
			text := t.text(row)
			for k, s := range t.spansOf(row, o.count) {
				if slots[k].column < 0 {
					continue
				}
				v, value := &e.variables[slots[k].column], text[s.start:s.end]
				switch {
				case v.add(value, times[row]):
				case v.oneWord():
					e.tokens.add(tokenHash(seed, strings.TrimPrefix(alias(value), "-")))
				default:
					e.tokens.addWords(seed, alias(value))
				}
			}
		}
		at += int(o.rows)
	}
	for i := range e.variables[:e.used] {
		v := &e.variables[i]
		e.tokens.addTimes(seed, v.layout, v.times)
		e.tokens.addOctets(seed, &v.octets)
	}
}

// appendDirectory stores the variables and appends the directory; static words, and those of VarText, go into the filter.
func (e *Encoder) appendDirectory(dst []byte, column string) []byte {
	t := &e.templates
	dst = binary.AppendUvarint(dst, uint64(len(t.list)))
	dst = binary.AppendUvarint(dst, uint64(e.used))
	for i := range e.variables[:e.used] {
		dst = e.variable(dst, &e.variables[i], columnSeed(column))
	}
	for _, n := range t.sorted {
		dst = binary.AppendUvarint(dst, uint64(t.list[n].rows))
	}
	variables := e.scratch[:0]
	e.static, e.pieces = e.static[:0], e.pieces[:0]
	for _, n := range t.sorted {
		o := &t.list[n]
		count, from := 0, uint32(0)
		text := t.text(o.text)
		for k, s := range t.spansOf(o.text, o.count) {
			column := t.slots[int(o.slots)+k].column
			if column < 0 {
				continue
			}
			e.static = append(e.static, text[from:s.start]...)
			e.pieces = append(e.pieces, uint32(len(e.static)))
			variables = binary.AppendUvarint(variables, uint64(column))
			count, from = count+1, s.end
		}
		e.static = append(e.static, text[from:]...)
		e.pieces = append(e.pieces, uint32(len(e.static)))
		dst = binary.AppendUvarint(dst, uint64(count))
	}
	e.scratch = variables
	return e.appendPieces(append(dst, variables...), staticSeed(column))
}

// appendPieces appends the static text, equal pieces once, and adds its words to the filter.
func (e *Encoder) appendPieces(dst []byte, seed uint64) []byte {
	data, ends := e.static, e.pieces
	if e.wide.build(data, ends) {
		data, ends = e.wide.data, e.wide.ends
		dst = binary.AppendUvarint(dst, uint64(len(ends)))
		for _, n := range e.wide.index {
			dst = binary.AppendUvarint(dst, uint64(n))
		}
	} else {
		dst = append(dst, 0)
	}
	e.tokens.addTexts(seed, data, ends)
	return append(appendLengths(dst, ends), data...)
}

// variable stores one variable and appends its description. Words of a dictionary are added once.
func (e *Encoder) variable(dst []byte, v *openVariable, seed uint64) []byte {
	if v.Kind == VarText {
		if e.wide.build(v.data, v.ends) {
			v.Kind = VarDict
			e.tokens.addTexts(seed, e.wide.data, e.wide.ends)
		} else {
			e.tokens.addTexts(seed, v.data, v.ends)
		}
	}
	dst = append(dst, byte(v.Kind))
	dst = binary.AppendUvarint(dst, uint64(v.Values))
	switch v.Kind {
	case VarInt:
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(v.Scale)), uint64(v.Width))
		return e.appendIntRegions(dst, v.ints)
	case VarTime:
		return e.appendIntRegions(binary.AppendUvarint(dst, uint64(v.layout)), v.ints)
	case VarIPv4:
		return e.appendIntRegions(dst, v.ints)
	case VarUUID:
		return appendRegion(dst, e.region(v.data, e.numbers))
	case VarHex:
		dst = binary.AppendUvarint(dst, uint64(v.Width))
		dst = appendRegion(dst, e.region(v.data, e.numbers))
		if v.Width == 0 {
			dst = appendRegion(dst, e.lengthRegion(v.ends))
		}
		return dst
	case VarDict:
		dst = binary.AppendUvarint(dst, uint64(len(e.wide.ends)))
		dst = appendRegion(dst, e.lengthRegion(e.wide.ends))
		dst = appendRegion(dst, e.region(e.wide.data, e.text))
		for shift := 0; shift < 8*planesOf(uint64(len(e.wide.ends)-1)); shift += 8 {
			e.plane = e.plane[:0]
			for _, n := range e.wide.index {
				e.plane = append(e.plane, byte(n>>shift))
			}
			dst = appendRegion(dst, e.region(e.plane, e.numbers))
		}
		return dst
	}
	dst = appendRegion(dst, e.lengthRegion(v.ends))
	return appendRegion(dst, e.region(v.data, e.text))
}

func (e *Encoder) appendIntRegions(dst []byte, values []int64) []byte {
	h := e.planes(values)
	return h.append(dst)
}

func (e *Encoder) lengthRegion(ends []uint32) region {
	e.plane = appendLengths(e.plane[:0], ends)
	return e.region(e.plane, e.numbers)
}

// counts stores the rows of each template by stream, unless there are too many pairs.
func (e *Encoder) counts() region {
	t := &e.templates
	e.scratch = e.scratch[:0]
	at, pairs := 0, 0
	for _, n := range t.sorted {
		rows := t.order[at:][:t.list[n].rows]
		at += len(rows)
		e.pairs = e.pairs[:0]
		for _, row := range rows {
			stream := int(e.streamAt[row])
			if n := len(e.pairs); n > 0 && e.pairs[n-1].Stream == stream {
				e.pairs[n-1].Rows++
			} else {
				e.pairs = append(e.pairs, StreamRows{stream, 1})
			}
		}
		if pairs += len(e.pairs); pairs > len(t.of)/countsShare {
			return region{}
		}
		e.scratch = binary.AppendUvarint(e.scratch, uint64(len(e.pairs)))
		last := 0
		for _, p := range e.pairs {
			e.scratch = binary.AppendUvarint(e.scratch, uint64(p.Stream-last))
			e.scratch = binary.AppendUvarint(e.scratch, uint64(p.Rows))
			last = p.Stream
		}
	}
	return e.region(e.scratch, e.numbers)
}

// growTo returns a slice of that length whose values are not defined.
func growTo[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }
