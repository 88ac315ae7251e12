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

// pieces are the static texts of a templated column. Most are pieces of many templates, so what is looked for is
// looked for once in each text.
type pieces struct {
	*block.Templates
	static string
	ends   []uint32
	buf    []byte
}

func newPieces(c *block.Templates) *pieces {
	p := &pieces{Templates: c}
	p.static, p.ends = c.Texts()
	return p
}

func (p *pieces) text(n int) string {
	start := uint32(0)
	if n > 0 {
		start = p.ends[n-1]
	}
	return p.static[start:p.ends[n]]
}

// having returns which texts hold a text.
func (p *pieces) having(text string) (in []int) {
	n := 0
	for pos := 0; pos < len(p.static); {
		i := strings.Index(p.static[pos:], text)
		if i < 0 {
			break
		}
		pos += i
		rest := p.ends[n:]
		n += sort.Search(len(rest), func(i int) bool { return int(rest[i]) > pos })
		if end := int(p.ends[n]); pos+len(text) <= end {
			in = append(in, n)
			pos = end
			continue
		}
		pos++ // it begins in one text and ends in the next
	}
	return in
}

// holding returns which texts may hold a chunk.
func (p *pieces) holding(k *chunk) (in []int) {
	if !k.fold {
		return slices.DeleteFunc(p.having(k.text), func(n int) bool { return !k.in(p.text(n), nil) })
	}
	for n := range p.ends {
		if k.in(p.text(n), &p.buf) {
			in = append(in, n)
		}
	}
	return in
}

// with returns the templates that have one of the texts.
func (p *pieces) with(texts []int) []bool {
	found := make([]bool, p.Len())
	if len(texts) == 0 {
		return found
	}
	wanted := make([]bool, len(p.ends))
	for _, n := range texts {
		wanted[n] = true
	}
	for t := range found {
		for _, n := range p.Pieces(t) {
			if wanted[n] {
				found[t] = true
				break
			}
		}
	}
	return found
}

// decision is what the templates of a block say about a filter.
type decision struct {
	*pieces
	verdicts   []verdict
	varying    []found // chunks that may stand in a variable
	candidates []int   // texts one of which a match in static text needs; those with the only chunk of the filter
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
		d.candidates = d.holding(&k)
		static := d.with(d.candidates)
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
		d.only(d.with(d.having(l.core)))
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
		if v != undecided {
			continue
		}
		if len(d.Slots(t)) > 0 {
			if n.any { // a value in a slot is a word at least
				d.verdicts[t] = always
			}
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
	var candidates []int
	switch text, chunks := n.anchor(); {
	case chunks == 1:
		candidates = d.candidates
	case text != "":
		candidates = d.having(text)
	default:
		for text := range d.ends {
			candidates = append(candidates, text)
		}
	}
	matching := slices.DeleteFunc(candidates, func(text int) bool { return !n.matcher.Match(d.text(text)) })
	for t, ok := range d.with(matching) {
		if ok && d.verdicts[t] == undecided {
			d.verdicts[t] = always
		}
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
