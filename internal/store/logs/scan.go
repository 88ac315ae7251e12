package logs

import (
	"bytes"
	"sort"
	"strings"
)

// Plain columns are looked through as one text: what every match contains is looked for, and the matcher is asked
// about the values that have it.

// needle is a text that every value of a matcher contains; "" when there is none.
type needle struct {
	text string
	fold bool // text is in lower case and stands for any case
}

// needleOf chooses the longest word or required text; one in any case only when there is no other.
func needleOf(words []string, literals []literal) (n needle) {
	for _, w := range words {
		if len(w) > len(n.text) {
			n.text = w
		}
	}
	for i := range literals {
		l := &literals[i]
		if fold := l.chunks[0].fold; n.text == "" || fold == n.fold && len(l.core) > len(n.text) || n.fold && !fold {
			n = needle{l.core, fold}
		}
	}
	return n
}

// exactIn reports whether a value of these texts that has the needle has it byte by byte, but for ASCII letters. The
// lower case of two other letters is ASCII: that of the Kelvin sign, and that of the dotted capital I.
func (n *needle) exactIn(texts []byte) bool {
	return !n.fold || !bytes.Contains(texts, []byte("\u212a")) && !bytes.Contains(texts, []byte("\u0130"))
}

// scan drops the rows that do not match; every match has the needle.
func (s stored) scan(n *fieldNode, rows bitmap) {
	f := &finding{stored: s, node: n, rows: rows, found: newBitmap(nil, len(rows)*64)}
	if !n.needle.fold {
		f.in(textOf(s.Data), 0)
		rows.and(f.found)
		return
	}
	// In lower case they are looked through piece by piece, which stays in the processor's cache.
	const piece = 32 << 10
	var lower []byte
	for row, start := 0, 0; start < len(s.Data); {
		last := s.rowAt(row, min(start+piece, len(s.Data)-1))
		end := int(s.Ends[last])
		lower, _ = lowerASCII(lower[:0], textOf(s.Data[start:end]))
		f.in(textOf(lower), start)
		row, start = last+1, end
	}
	rows.and(f.found)
}

// finding is a scan under way.
type finding struct {
	stored
	node  *fieldNode
	rows  bitmap
	found bitmap
	row   int // that holds the byte looked at last
}

// in looks through a text that is the values from a byte of the column on.
func (f *finding) in(text string, from int) {
	wanted := f.node.needle.text
	for pos := 0; pos < len(text); {
		i := strings.Index(text[pos:], wanted)
		if i < 0 {
			return
		}
		pos += i
		f.row = f.rowAt(f.row, from+pos)
		end := int(f.Ends[f.row]) - from
		if pos+len(wanted) > end { // it begins in one value and ends in the next
			pos++
			continue
		}
		if f.row/64 >= len(f.rows) {
			return
		}
		if f.rows.has(f.row) && f.node.matcher.Match(f.Value(f.row)) {
			f.found.add(f.row)
		}
		pos = end
	}
}

// rowAt returns the row from on whose value holds the byte at pos.
func (s stored) rowAt(from, pos int) int {
	step := 1
	for from+step < len(s.Ends) && int(s.Ends[from+step]) <= pos {
		step *= 2
	}
	ends := s.Ends[from:min(from+step+1, len(s.Ends))]
	return from + sort.Search(len(ends), func(i int) bool { return int(ends[i]) > pos })
}
