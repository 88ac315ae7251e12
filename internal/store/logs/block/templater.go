package block

import (
	"bytes"
	"cmp"
	"slices"
)

// Bounds of the templates of a column.
const (
	maxTemplates = 1<<16 - 1
	// A column with more than one template for this many rows is text without a form.
	rowsPerTemplate = 2
	// From so many rows on, a slot that always held the same is taken for static text.
	constantRows = 8
	// From so many rows on, a column is given up as soon as three of four rows bring a new template.
	trialRows = 4096
)

// templater splits the texts of a column into templates and variables. Its working memory is used again.
type templater struct {
	data []byte // texts of the column being split, and where they end
	ends []uint32

	scanner  scanner
	firstVar []uint32 // text -> its first span
	of       []uint32 // text -> template
	list     []openTemplate
	slots    []openSlot
	table    []uint32 // open addressing: template+1
	order    []uint32 // texts by template
	rank     []uint32 // template -> its number by rows
	sorted   []uint32 // number -> template
	next     []uint32
}

// openTemplate is a template while texts are added; its static text is that of its first text.
type openTemplate struct {
	hash  uint64
	text  uint32 // the first that had it
	rows  uint32
	slots uint32 // its first slot
	count uint32 // slots
}

// openSlot is what the values of one slot have in common.
type openSlot struct {
	shape
	varies   bool
	min, max uint32 // bytes
	context  uint64 // slots in the same surroundings share a variable
	column   int32  // -1: static text
}

func (t *templater) text(i uint32) []byte {
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.data[start:t.ends[i]]
}

// split finds the template of each text. It reports false when the column does not gain by templates.
func (t *templater) split(data []byte, ends []uint32) bool {
	t.data, t.ends = data, ends
	t.scanner.spans = t.scanner.spans[:0]
	t.firstVar, t.of, t.list, t.slots = t.firstVar[:0], t.of[:0], t.list[:0], t.slots[:0]
	if t.table == nil {
		t.table = make([]uint32, 1<<10)
	}
	clear(t.table)
	start := uint32(0)
	for row, end := range ends {
		t.add(data[start:end])
		start = end
		if row%trialRows == trialRows-1 && len(t.list) > row/4*3 || len(t.list) > maxTemplates {
			return false
		}
	}
	return len(t.list)*rowsPerTemplate <= len(ends)
}

func (t *templater) add(text []byte) {
	first := len(t.scanner.spans)
	t.scanner.shapes = t.scanner.shapes[:0]
	t.scanner.scan(text)
	spans := t.scanner.spans[first:]
	h, from := uint64(len(spans)), uint32(0)
	for _, s := range spans {
		h = hashText(h, alias(text[from:s.start]))
		from = s.end
	}
	h = hashText(h, alias(text[from:]))
	t.firstVar = append(t.firstVar, uint32(first))
	n := t.find(h, text, spans)
	t.of = append(t.of, n)
	o := &t.list[n]
	o.rows++
	if o.rows > 1 {
		t.narrow(o, text, spans)
	}
}

// find returns the number of the template with that static text, a new one when there is none.
func (t *templater) find(h uint64, text []byte, spans []span) uint32 {
	mask := uint64(len(t.table) - 1)
	i := h & mask
	for ; t.table[i] != 0; i = (i + 1) & mask {
		n := t.table[i] - 1
		if o := &t.list[n]; o.hash == h && t.same(o, text, spans) {
			return n
		}
	}
	n := uint32(len(t.list))
	t.table[i] = n + 1
	o := openTemplate{hash: h, text: uint32(len(t.of)), slots: uint32(len(t.slots)), count: uint32(len(spans))}
	t.list = append(t.list, o)
	t.addSlots(text, spans)
	if 2*len(t.list) > len(t.table) {
		t.grow()
	}
	return n
}

func (t *templater) grow() {
	t.table = make([]uint32, 2*len(t.table))
	mask := uint64(len(t.table) - 1)
	for n := range t.list {
		i := t.list[n].hash & mask
		for t.table[i] != 0 {
			i = (i + 1) & mask
		}
		t.table[i] = uint32(n) + 1
	}
}

// spansOf returns the variables of a text that was added.
func (t *templater) spansOf(text, count uint32) []span {
	return t.scanner.spans[t.firstVar[text]:][:count]
}

func (t *templater) same(o *openTemplate, text []byte, spans []span) bool {
	if int(o.count) != len(spans) {
		return false
	}
	other := t.text(o.text)
	from, otherFrom := uint32(0), uint32(0)
	for k, s := range t.spansOf(o.text, o.count) {
		if !bytes.Equal(text[from:spans[k].start], other[otherFrom:s.start]) {
			return false
		}
		from, otherFrom = spans[k].end, s.end
	}
	return bytes.Equal(text[from:], other[otherFrom:])
}

// Surroundings of a slot: this many bytes before it, and the variable before when there are fewer than contextNear.
const (
	contextBytes = 8
	contextNear  = 4
)

// addSlots adds the slots of a new template.
func (t *templater) addSlots(text []byte, spans []span) {
	from, last := uint32(0), uint64(0)
	for k, s := range spans {
		before := text[from:s.start]
		h := last
		if len(before) >= contextNear {
			h = 0
		}
		if len(before) > contextBytes {
			before = before[len(before)-contextBytes:]
		}
		h = hashText(h, alias(before))
		sh := t.scanner.shapes[k]
		h ^= uint64(sh.can&(canIPv4|canUUID|canTime)) << 8
		if int(s.end) < len(text) {
			h ^= uint64(text[s.end])
		}
		h = fold(h, mix3)
		n := s.end - s.start
		t.slots = append(t.slots, openSlot{shape: sh, min: n, max: n, context: h})
		from, last = s.end, h
	}
}

// narrow notes what the values of a further text have in common with the others of its template.
func (t *templater) narrow(o *openTemplate, text []byte, spans []span) {
	var first []byte
	var firsts []span
	for k, s := range spans {
		slot := &t.slots[int(o.slots)+k]
		n := s.end - s.start
		if !slot.varies {
			if first == nil {
				first, firsts = t.text(o.text), t.spansOf(o.text, o.count)
			}
			if bytes.Equal(text[s.start:s.end], first[firsts[k].start:firsts[k].end]) {
				continue
			}
			slot.varies = true
		}
		slot.min, slot.max = min(slot.min, n), max(slot.max, n)
		slot.and(t.scanner.shapes[k])
	}
}

// and keeps the forms that both have in common.
func (s *shape) and(other shape) {
	s.can &= other.can
	if s.scale != other.scale {
		s.can &^= canDecimal
	}
	if s.layout != other.layout {
		s.can &^= canTime
	}
}

// arrange numbers the templates by falling rows, and the texts by template.
func (t *templater) arrange() {
	t.sorted = growTo(t.sorted, len(t.list))
	for i := range t.sorted {
		t.sorted[i] = uint32(i)
	}
	slices.SortFunc(t.sorted, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(t.list[b].rows, t.list[a].rows), cmp.Compare(a, b))
	})
	t.rank = growTo(t.rank, len(t.list))
	t.next = growTo(t.next, len(t.list))
	at := uint32(0)
	for number, n := range t.sorted {
		t.rank[n] = uint32(number)
		t.next[n] = at
		at += t.list[n].rows
	}
	t.order = growTo(t.order, len(t.of))
	for text, n := range t.of {
		t.order[t.next[n]] = uint32(text)
		t.next[n]++
	}
}
