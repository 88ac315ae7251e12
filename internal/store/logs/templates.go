package logs

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/haetae/haetae/internal/store/logs/block"
)

// A filter of a templated column is decided by template first: where static text alone decides, for all rows of the
// template at once; only rows where variables matter are put together and looked at one by one.

// verdict is what a template says of its rows.
type verdict uint8

const (
	never verdict = iota
	undecided
	always
)

// pieces are the static texts of a templated column.
type pieces struct {
	*block.Templates
	text string
	ends []uint32
	of   []int // template of each piece
	buf  []byte
}

func newPieces(c *block.Templates) *pieces {
	p := &pieces{Templates: c}
	p.text, p.ends = c.Static()
	p.of = make([]int, len(p.ends))
	for t := range c.Len() {
		first := c.FirstPiece(t)
		for i := range c.Slots(t) {
			p.of[first+i] = t
		}
		p.of[first+len(c.Slots(t))] = t
	}
	return p
}

func (p *pieces) piece(i int) string {
	start := uint32(0)
	if i > 0 {
		start = p.ends[i-1]
	}
	return p.text[start:p.ends[i]]
}

// having calls f for each piece that holds a text.
func (p *pieces) having(text string, f func(piece int)) {
	piece := 0
	for pos := 0; pos < len(p.text); {
		i := strings.Index(p.text[pos:], text)
		if i < 0 {
			return
		}
		pos += i
		rest := p.ends[piece:]
		piece += sort.Search(len(rest), func(i int) bool { return int(rest[i]) > pos })
		if end := int(p.ends[piece]); pos+len(text) <= end {
			f(piece)
			pos = end
			continue
		}
		pos++ // it begins in one piece and ends in the next
	}
}

// mark sets the templates that have a chunk in static text, and returns the pieces that may have it.
func (p *pieces) mark(k *chunk) (found []bool, in []int) {
	found = make([]bool, p.Len())
	try := func(piece int) {
		t := p.of[piece]
		found[t] = found[t] || k.in(p.piece(piece), &p.buf)
		in = append(in, piece)
	}
	if k.fold {
		for i := range p.ends {
			try(i)
		}
		return found, in
	}
	p.having(k.text, try)
	return found, in
}

// decision is what the templates of a block say about a filter.
type decision struct {
	*pieces
	verdicts   []verdict
	varying    []found // chunks that may stand in a variable
	candidates []int   // pieces one of which a match in static text needs; those with the only chunk of the filter
}

// found is a chunk with the templates that have it in static text.
type found struct {
	chunk
	static []bool
	// The neighbours of the chunk in its text, when they are in no variable: then they stand in the pieces around it.
	before, after neighbour
}

// neighbour is a chunk of static text next to one that varies, and what is between them; "" when there is none.
type neighbour struct{ text, between string }

// beginsAt reports whether a piece behind a value may go on with the neighbour: the value may end within what is between.
func (n *neighbour) beginsAt(piece string) bool {
	for i := range len(n.between) + 1 {
		if rest, ok := strings.CutPrefix(piece, n.between[i:]); ok && strings.HasPrefix(rest, n.text) {
			return true
		}
	}
	return n.text == ""
}

// endsAt is beginsAt for the piece before a value.
func (n *neighbour) endsAt(piece string) bool {
	for i := range len(n.between) + 1 {
		if rest, ok := strings.CutSuffix(piece, n.between[:i]); ok && strings.HasSuffix(rest, n.text) {
			return true
		}
	}
	return n.text == ""
}

// decide asks the templates of the block about a filter; nil when the field is not a templated column alone.
func (e *eval) decide(n *fieldNode) (*decision, error) {
	if d, ok := e.decided[n]; ok {
		return d, nil
	}
	if e.rows.Kind(n.field) != block.Templated || e.hasLabel(n.field) || e.hasFallback(n.field) {
		return nil, nil
	}
	p, err := e.pieces(n.field)
	if p == nil || err != nil {
		return nil, err
	}
	d := &decision{pieces: p, verdicts: make([]verdict, p.Len())}
	for t := range d.verdicts {
		d.verdicts[t] = undecided
	}
	for i := range n.literals {
		if err := d.require(e, n, &n.literals[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(d.varying, func(a, b found) int { return cmp.Compare(len(b.text), len(a.text)) })
	d.settle(n)
	e.decided[n] = d
	return d, nil
}

// pieces returns the static texts of a templated column, nil for other ones.
func (e *eval) pieces(field string) (*pieces, error) {
	if p, ok := e.templated[field]; ok {
		return p, nil
	}
	c, err := e.rows.Templates(field)
	if c == nil || err != nil {
		return nil, err
	}
	p := newPieces(c)
	e.templated[field] = p
	return p, nil
}

// require rules out the templates whose rows cannot hold a text.
func (d *decision) require(e *eval, n *fieldNode, l *literal) error {
	varies := false
	vary := make([]bool, len(l.chunks))
	before := len(d.varying)
	for i, k := range l.chunks {
		may, err := d.mayVary(e, n.field, &k)
		if err != nil {
			return err
		}
		static, in := d.mark(&k)
		d.candidates = in
		if may {
			varies, vary[i] = true, true
			d.varying = append(d.varying, found{chunk: k, static: static})
			continue
		}
		d.only(static)
	}
	d.neighbours(l, vary, d.varying[before:])
	// Between two pieces lies a value, which has a word byte; so words that are not in values are in one piece.
	if !varies && len(l.chunks) > 1 && !l.chunks[0].fold {
		together := make([]bool, d.Len())
		d.having(l.core, func(piece int) { together[d.of[piece]] = true })
		d.only(together)
	}
	return nil
}

// neighbours notes what static text stands beside the varying chunks of a text.
func (d *decision) neighbours(l *literal, vary []bool, varying []found) {
	for i := range l.chunks {
		if !vary[i] {
			continue
		}
		f := &varying[0]
		varying = varying[1:]
		if f.fold {
			continue
		}
		if i > 0 && !vary[i-1] {
			f.before = neighbour{l.chunks[i-1].text, l.parts[i-1]}
		}
		if i+1 < len(vary) && !vary[i+1] {
			f.after = neighbour{l.chunks[i+1].text, l.parts[i]}
		}
	}
}

func (d *decision) only(templates []bool) {
	for t, ok := range templates {
		if !ok {
			d.verdicts[t] = never
		}
	}
}

// mayVary reports whether a value of any variable may hold a chunk.
func (d *decision) mayVary(e *eval, field string, k *chunk) (bool, error) {
	for _, token := range k.tokens() {
		if may, err := e.rows.MayVary(field, token); !may || err != nil {
			return false, err
		}
	}
	for v := range d.Variables() {
		info := d.VariableInfo(v)
		if !k.mayBeIn(&info) {
			continue
		}
		if info.Kind != block.VarDict {
			return true, nil
		}
		variable, err := d.Variable(v)
		if err != nil || k.inEntries(variable) != nil {
			return true, err
		}
	}
	return false, nil
}

// settle decides the templates whose static text alone matches, and those without variables.
func (d *decision) settle(n *fieldNode) {
	for t, v := range d.verdicts {
		if v != undecided || len(d.Slots(t)) > 0 {
			continue
		}
		d.verdicts[t] = never
		if n.matcher.Match(d.Piece(t, 0)) {
			d.verdicts[t] = always
		}
	}
	if !n.local {
		return
	}
	try := func(piece int) {
		if t := d.of[piece]; d.verdicts[t] == undecided && n.matcher.Match(d.piece(piece)) {
			d.verdicts[t] = always
		}
	}
	text, chunks := n.anchor()
	switch {
	case chunks == 1:
		for _, piece := range d.candidates {
			try(piece)
		}
		return
	case text != "":
		d.having(text, try)
		return
	}
	for i := range d.ends {
		try(i)
	}
}

// anchor returns the longest text that every match contains, "" when there is none or case does not matter; and how many
// chunks all texts have.
func (n *fieldNode) anchor() (longest string, chunks int) {
	for i := range n.literals {
		l := &n.literals[i]
		chunks += len(l.chunks)
		if !l.chunks[0].fold && len(l.core) > len(longest) {
			longest = l.core
		}
	}
	return longest, chunks
}

// any reports whether any template has a verdict.
func (d *decision) any(v verdict) bool {
	for _, got := range d.verdicts {
		if got == v {
			return true
		}
	}
	return false
}
