package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// learner makes the next state of a book.
type learner struct {
	pages
	scan    scanner
	touched map[string]bool           // shapes that have new pages
	changed map[model.PatternID]*page // by id; nil for one that became another
}

func newLearner(from *pages) *learner {
	return &learner{
		pages:   pages{known: maps.Clone(from.known), wild: maps.Clone(from.wild), count: from.count},
		touched: map[string]bool{}, changed: map[model.PatternID]*page{},
	}
}

// see returns the page of a pattern; a new one is added while there is room.
func (l *learner) see(s model.SeenPattern) *page {
	p := l.known[s.ID]
	var pieces []piece
	if s.Line != "" {
		l.scan.scan(s.Line)
		pieces = l.scan.pieces()
	}
	if p == nil {
		p = l.match(pieces)
	}
	if p == nil {
		p = newPage(s.ID, s.First, pieces, nil)
		if l.count < maxPatterns && len(l.known) < maxIDs {
			l.count++
			l.put(p)
			l.touched[p.shape] = true
		}
		return p
	}
	since, kinds := min(p.Since, s.First), p.kinds(pieces)
	if since < p.Since || kinds != nil {
		if kinds == nil {
			kinds = p.pieces
		}
		p = newPage(p.ID, since, kinds, p.others)
		l.put(p)
	}
	return p
}

// kinds returns the pieces of a page with variables that take the values of another line too; nil when they do.
func (p *page) kinds(line []piece) []piece {
	if len(line) != len(p.pieces) {
		return nil
	}
	var out []piece
	for i, own := range p.pieces {
		kind := line[i].Kind
		switch {
		case own.Kind == "", own.Kind == kind, own.Kind == model.PatternAny, kind == "", kind == empty:
			continue
		case own.Kind != empty:
			kind = model.PatternAny
		}
		if out == nil {
			out = slices.Clone(p.pieces)
		}
		out[i].Kind = kind
	}
	return out
}

// forget takes out n pages, those first that were not used for longest. A page with learned variables stays: without it
// lines would have other ids, and the ids that it stands for would find nothing.
func (l *learner) forget(used map[model.PatternID]int64, n int) {
	var all []*page
	for id, p := range l.known {
		if p.ID == id && !p.wild() {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *page) int {
		return cmp.Or(cmp.Compare(used[a.ID], used[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range all[:min(n, len(all))] {
		l.drop(p)
		delete(l.known, p.ID)
	}
}

// drop takes out a page; its ids may become those of another one.
func (l *learner) drop(p *page) {
	l.changed[p.ID] = nil
	l.count--
	if p.wild() {
		l.pages.wild[p.shape] = slices.DeleteFunc(slices.Clone(l.pages.wild[p.shape]), func(q *page) bool { return q == p })
	}
}

// put makes a page the one of its ids.
func (l *learner) put(p *page) {
	l.known[p.ID], l.changed[p.ID] = p, p
	for _, id := range p.others {
		l.known[id] = p
	}
	if p.wild() {
		same := slices.DeleteFunc(slices.Clone(l.pages.wild[p.shape]), func(q *page) bool { return q.ID == p.ID })
		l.pages.wild[p.shape] = append(same, p)
	}
}

// match returns the page with learned variables that pieces fit, nil when there is none.
func (p *pages) match(pieces []piece) *page {
	if len(p.wild) == 0 {
		return nil
	}
	for _, q := range p.wild[shapeOf(pieces)] {
		if q.fits(pieces) {
			return q
		}
	}
	return nil
}

// fits reports whether a line's pieces are those of the page. They have the same shape.
func (p *page) fits(pieces []piece) bool {
	for i := range pieces {
		if own := &p.pieces[i]; own.Kind == "" && (pieces[i].Kind != "" || own.Text != pieces[i].Text) ||
			own.Kind != "" && own.Text == "" && pieces[i].Kind == "" {
			return false
		}
	}
	return true
}

// learned marks the text of a piece that is a learned variable, which words fit too.
const learned = "*"

// wild reports whether any variable of the page was learned.
func (p *page) wild() bool {
	return slices.ContainsFunc(p.pieces, func(q piece) bool { return q.Kind != "" && q.Text == learned })
}

// shapeOf is what patterns share that may become one: the same marks and blanks, and words or variables between.
func shapeOf(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Spaced {
			b.WriteByte(' ')
		}
		if p.Kind != "" || isWord(p.Text) {
			b.WriteByte('w')
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func newPage(id model.PatternID, since int64, pieces []piece, others []model.PatternID) *page {
	p := &page{Pattern: model.Pattern{ID: id, Since: since, Parts: parts(pieces)}, others: others, pieces: pieces, shape: shapeOf(pieces)}
	for i, q := range pieces {
		p.sum += q.hash(i)
		if q.Kind == "" {
			logsql.Tokenize(q.Text, func(w string) { p.words = append(p.words, w) })
		}
	}
	return p
}
