package pattern

import (
	"sync"

	"github.com/haetae/haetae/internal/model"
)

// maxBooks bounds the books of scopes that are kept; the one that was not asked for longest is forgotten, and begun anew.
const maxBooks = 16

// books are those of scopes that do not see everything: what a book has learned shows in the texts and ids of patterns, so
// that it must come of rows that are seen. They live as long as the process.
type books struct {
	mu      sync.Mutex
	byScope map[model.Scope]*Book
	last    map[model.Scope]int // number of the last call that asked for it
	calls   int
}

// Of returns the book of a scope: b itself for one that sees everything.
func (b *Book) Of(scope model.Scope) *Book {
	if scope.Whole() {
		return b
	}
	s := &b.within
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byScope == nil {
		s.byScope, s.last = map[model.Scope]*Book{}, map[model.Scope]int{}
	}
	s.calls++
	s.last[scope] = s.calls
	own := s.byScope[scope]
	if own == nil {
		s.makeRoom()
		own = newBook(nil, b.log)
		own.pages.Store(&pages{known: map[model.PatternID]*page{}, wild: map[string][]*page{}})
		s.byScope[scope] = own
	}
	return own
}

// Within implements model.Patterns.
func (b *Book) Within(scope model.Scope) model.Patterns { return b.Of(scope) }

func (s *books) makeRoom() {
	if len(s.byScope) < maxBooks {
		return
	}
	var oldest model.Scope
	at := s.calls + 1
	for scope := range s.byScope {
		if s.last[scope] < at {
			oldest, at = scope, s.last[scope]
		}
	}
	delete(s.byScope, oldest)
	delete(s.last, oldest)
}
