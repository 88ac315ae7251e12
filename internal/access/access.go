// Package access knows who may do and see what: accounts that sign in, the sessions that follow, tokens of programs, teams
// with what they see, and the permissions of roles. It answers from memory; what changes is in the metadata.
package access

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Options are what the application hands in.
type Options struct {
	Store    model.AccessStore
	Box      Box // of the secrets of second factors; without one none can be set up
	Settings Settings
	Log      *slog.Logger
	Now      func() time.Time // nil for the clock
}

// Box seals what must not be read from a stolen disk. about says what it is: what was sealed as one thing opens as no other.
type Box interface {
	Seal(plain []byte, about string) ([]byte, error)
	Open(sealed []byte, about string) ([]byte, error)
}

// Service is who may what. It is safe for concurrent use.
type Service struct {
	store    model.AccessStore
	box      Box
	settings Settings
	log      *slog.Logger
	now      func() time.Time

	book    atomic.Pointer[book]
	reading sync.Mutex // one reads the book at a time: what is read later is newer

	hasher    hasher
	addresses addresses
	sessions  sessionCache[digest] // by the hash of a cookie
	followed  sessionCache[string] // by id
	uses      uses
	setup     string // token of the link; made at each start, nowhere written
}

// New reads who may what.
func New(ctx context.Context, o Options) (*Service, error) {
	s := &Service{
		store: o.Store, box: o.Box, settings: o.Settings, log: o.Log, now: o.Now,
		hasher: newHasher(costNow), addresses: addresses{of: map[string]*addressFailures{}}, sessions: newSessionCache[digest](), followed: newSessionCache[string](),
		uses: uses{sessions: map[string]model.Use{}, tokens: map[string]model.Use{}}, setup: rand.Text(),
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s, s.reload(ctx)
}

// HasAdmin reports whether there is an administrator who may sign in. It costs nothing.
func (s *Service) HasAdmin() bool { return s.book.Load().admins > 0 }

// User returns a user by id.
func (s *Service) User(id string) (model.User, bool) {
	u, ok := s.book.Load().users[id]
	if !ok {
		return model.User{}, false
	}
	return u.user, true
}

// UserNamed returns a user by a name as it is typed to sign in.
func (s *Service) UserNamed(name string) (model.User, bool) {
	name = folded(name)
	for _, u := range s.book.Load().users {
		if folded(u.user.Name) == name {
			return u.user, true
		}
	}
	return model.User{}, false
}

// reload reads the book. Whoever calls it after a change sees the change in it.
func (s *Service) reload(ctx context.Context) error {
	s.reading.Lock()
	defer s.reading.Unlock()
	state, err := s.store.AccessState(ctx)
	if err != nil {
		return err
	}
	s.book.Store(newBook(state).after(s.book.Load()))
	return nil
}

// changed is what every change ends with: a change that is answered holds at once in this process, and within pollEvery in
// others. When the book cannot be read anew it holds here too with the next poll that succeeds.
func (s *Service) changed(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	s.beside("a change of access is kept, and holds here once the metadata can be read", s.reload(context.WithoutCancel(ctx)))
	return nil
}

// beside logs what went wrong beside something that is done and kept: who asked must not be told that it failed.
func (s *Service) beside(what string, err error) {
	if err != nil {
		s.log.Error(what, "error", err)
	}
}

func refused(code, format string, args ...any) error {
	return &model.AccessError{Code: code, Detail: fmt.Sprintf(format, args...)}
}
