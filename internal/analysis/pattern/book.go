// Package pattern groups log lines by what a person would call the same event, and names each group so that it
// is found again.
//
// A line is split into static text and variables by the looks of its parts (scanner), the header of a raw line
// left out. Its pattern is the hash of the static text: a pure function of the line, the same on every machine
// and after every restart. What looks do not show, such as a user's name in letters, a Book learns from the
// patterns that queries see: those that differ in one word only, in many ways, become one. The Book keeps what
// it has learned, and the ids of what it joined stay valid.
//
// The idea of templates with learned variable positions is Drain's (He et al., ICWS 2017); here it works on the
// few patterns instead of on each line, and on positions instead of a tree.
package pattern

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/haetae/haetae/internal/model"
)

// State keeps the book, durably; *meta.State is one.
type State interface {
	Keys(ctx context.Context, prefix string) ([]string, error)
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, values map[string][]byte) error
}

// Book knows the patterns that queries have seen. It is safe for concurrent use and implements model.Patterns.
type Book struct {
	state State
	pages atomic.Pointer[pages] // replaced as a whole: a query sees the same book from its beginning to its end

	log    *slog.Logger
	within books

	mu      sync.Mutex                // of Learn
	queries int64                     // that learned
	used    map[model.PatternID]int64 // the last of queries that saw a pattern
}

// maxPatterns bounds the book. When it is full, the patterns told by their looks alone that no query has seen for longest
// make room; they are still found by the same ids. Those with learned variables stay, so that the book may be full of
// them; then it learns no more, and lines keep the ids of their looks. maxIDs bounds the ids that patterns stand for.
const (
	maxPatterns = 10_000
	maxIDs      = 10 * maxPatterns
)

// pages is one state of the book.
type pages struct {
	known map[model.PatternID]*page // by its id and those that it was known by
	wild  map[string][]*page        // with learned variables, by shape
	count int                       // of pages
}

// page is one pattern. It does not change.
type page struct {
	model.Pattern
	others []model.PatternID // ids of the patterns that became this one
	pieces []piece
	shape  string
	sum    uint64   // of the hashes of pieces
	words  []string // that each line has
}

// Open reads the book that state keeps; without a state the book lives as long as the process.
func Open(ctx context.Context, state State, log *slog.Logger) (*Book, error) {
	b := newBook(state, log.With("component", "patterns"))
	p, err := load(ctx, state, b.log)
	if err != nil {
		return nil, err
	}
	b.pages.Store(p)
	return b, nil
}

func newBook(state State, log *slog.Logger) *Book {
	return &Book{state: state, log: log, used: map[model.PatternID]int64{}}
}

// Pattern implements model.Patterns.
func (b *Book) Pattern(id model.PatternID) *model.Pattern {
	if p := b.pages.Load().known[id]; p != nil {
		found := p.Pattern
		return &found
	}
	return nil
}

// Learn implements model.Patterns.
func (b *Book) Learn(seen []model.SeenPattern) []*model.Pattern {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := newLearner(b.pages.Load())
	if l.count+len(seen) > maxPatterns {
		l.forget(b.used, min(len(seen), maxPatterns/10))
	}
	last := make([]*page, len(seen))
	for i, s := range seen {
		last[i] = l.see(s)
	}
	l.join()
	b.queries++
	out := make([]*model.Pattern, len(seen))
	for i, p := range last {
		if joined := l.known[p.ID]; joined != nil {
			p = joined
		}
		found := p.Pattern
		out[i], b.used[p.ID] = &found, b.queries
	}
	maps.DeleteFunc(b.used, func(id model.PatternID, _ int64) bool { return l.known[id] == nil || l.known[id].ID != id })
	if len(l.changed) == 0 {
		return out
	}
	b.pages.Store(&l.pages)
	if b.state != nil {
		if err := save(context.Background(), b.state, l.changed); err != nil {
			b.log.Warn("cannot keep what was learned of patterns", "error", err)
		}
	}
	return out
}
