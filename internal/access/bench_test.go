package access

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// What each request of a sender costs beside its records.
func BenchmarkToken(b *testing.B) {
	_, text, hash := newToken()
	id, _, _ := parseToken(text)
	s := &Service{uses: uses{sessions: map[string]model.Use{}, tokens: map[string]model.Use{}}, now: time.Now}
	key := model.TokenKey{Token: model.Token{ID: id, Role: model.RoleIngest}, Hash: hash[:]}
	s.book.Store(newBook(model.AccessState{Tokens: []model.TokenKey{key}}))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := s.Token(b.Context(), text, here); err != nil {
				b.Error(err)
			}
		}
	})
}
