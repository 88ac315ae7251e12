package pattern

import "github.com/haetae/haetae/internal/model"

// maxFound bounds what a finder remembers of lines that only a learned variable fits.
const maxFound = 100_000

// finder implements model.PatternFinder.
type finder struct {
	*pages
	scanner
	found map[model.PatternID]model.PatternID // by looks, to what was learned
}

// Finder implements model.Patterns.
func (b *Book) Finder() model.PatternFinder {
	return &finder{pages: b.pages.Load(), found: map[model.PatternID]model.PatternID{}}
}

// Find implements model.PatternFinder.
func (f *finder) Find(line string) model.PatternID {
	if line == "" {
		return 0
	}
	f.scan(line)
	id := model.PatternID(max(f.hash(), 1))
	if p := f.known[id]; p != nil {
		return p.ID
	}
	if len(f.wild) == 0 {
		return id
	}
	to, ok := f.found[id]
	if !ok {
		to = id
		if p := f.match(f.pieces()); p != nil {
			to = p.ID
		}
		if len(f.found) < maxFound {
			f.found[id] = to
		}
	}
	return to
}

// Measured implements model.PatternFinder.
func (f *finder) Measured() []model.PatternSpan { return f.spans() }

// Others implements model.PatternFinder.
func (f *finder) Others(id model.PatternID) []model.PatternID {
	if p := f.known[id]; p != nil {
		return p.others
	}
	return nil
}

// Words implements model.PatternFinder.
func (f *finder) Words(id model.PatternID) []string {
	if p := f.known[id]; p != nil {
		return p.words
	}
	return nil
}
