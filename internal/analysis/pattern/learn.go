package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

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
		if l.count < maxPatterns {
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

// forget takes out n pages, those first that were not used for longest, and of these those that stand for no others.
func (l *learner) forget(used map[model.PatternID]int64, n int) {
	var all []*page
	for id, p := range l.known {
		if p.ID == id {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *page) int {
		return cmp.Or(cmp.Compare(used[a.ID], used[b.ID]), cmp.Compare(len(a.others), len(b.others)), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range all[:min(n, len(all))] {
		l.drop(p)
		delete(l.known, p.ID)
		for _, id := range p.others {
			delete(l.known, id)
		}
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

// join makes one pattern of those that differ in one word only, when it takes enough values.
func (l *learner) join() {
	of := map[string][]*page{}
	for id, p := range l.known {
		if p.ID == id && l.touched[p.shape] {
			of[p.shape] = append(of[p.shape], p)
		}
	}
	for _, same := range of {
		slices.SortFunc(same, func(a, b *page) int { return cmp.Compare(a.ID, b.ID) })
		for joined := true; joined && len(same) > 1; {
			same, joined = l.joinOne(same)
		}
	}
}

// joinOne joins pages of one shape that differ in one word only.
func (l *learner) joinOne(of []*page) (_ []*page, joined bool) {
	for at := range of[0].pieces {
		if p := of[0].pieces[at]; p.Kind == "" && !isWord(p.Text) {
			continue
		}
		var order []uint64
		same := map[uint64][]*page{}
		for _, p := range of {
			key := p.without(at)
			if same[key] == nil {
				order = append(order, key)
			}
			same[key] = append(same[key], p)
		}
		if len(order) == len(of) {
			continue // none differ here alone
		}
		of = of[:0:0]
		for _, key := range order {
			if group := same[key]; enough(group, at) {
				of = append(of, l.merge(group, at))
				joined = true
			} else {
				of = append(of, group...)
			}
		}
	}
	return of, joined
}

// without is a hash of all pieces but one, variables all the same: a sum, so that one is taken out at once.
func (p *page) without(at int) uint64 { return p.sum - p.pieces[at].hash(at) }

// hash is that of a piece at its place.
func (p *piece) hash(at int) uint64 {
	text := p.Text
	if p.Kind != "" {
		text = "\x00"
	}
	return xxhash.Sum64String(text) * (uint64(at)*0x9e3779b97f4a7c15 | 1)
}

// enough reports whether pages that differ at one place only are one pattern. The fewer words they share, the
// more values it takes: five in a sentence are the names of users or hosts, three may be created, changed and deleted.
// Words in capitals are names of states, which people tell apart.
func enough(group []*page, at int) bool {
	if len(group) < 2 {
		return false
	}
	shared := 0
	for i, p := range group[0].pieces {
		if i != at && p.Kind == "" && hasLetter(p.Text) {
			shared++
		}
	}
	variable := false
	for _, p := range group {
		q := p.pieces[at]
		variable = variable || q.Kind != ""
		if q.Kind == "" && strings.ToUpper(q.Text) == q.Text {
			return false
		}
	}
	switch {
	case shared >= 3 && variable:
		return true
	case shared >= 4:
		return len(group) >= 5
	case shared == 3:
		return len(group) >= 8
	case shared == 2:
		return len(group) >= 12
	case shared == 1:
		return len(group) >= 30
	}
	return false
}

// merge makes one page of several. It keeps the id of the one that is known longest.
func (l *learner) merge(group []*page, at int) *page {
	first := slices.MinFunc(group, func(a, b *page) int {
		return cmp.Or(-cmp.Compare(len(a.others), len(b.others)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
	})
	pieces := slices.Clone(first.pieces)
	kind := model.PatternAny
	if isUser(nameOf(pieces[:at])) {
		kind = model.PatternUser
	}
	pieces[at] = piece{Text: learned, Kind: kind, Spaced: pieces[at].Spaced}
	since, others := first.Since, slices.Clone(first.others)
	for _, p := range group {
		since = min(since, p.Since)
		for i := range pieces {
			if p.pieces[i].Text == learned && p.pieces[i].Kind != "" {
				pieces[i].Text = learned
			}
		}
		if p == first {
			continue
		}
		others = append(append(others, p.ID), p.others...)
		l.drop(p)
	}
	one := newPage(first.ID, since, pieces, others)
	l.put(one)
	return one
}
