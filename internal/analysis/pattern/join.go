package pattern

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

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
