package access

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/model"
)

const (
	rotateEvery = time.Hour
	// grace is how long the cookie before the last rotation is taken once the new one has come: requests that were under way carry it.
	grace       = 30 * time.Second
	maxClient   = 200 // bytes of what a browser calls itself
	useRemember = time.Minute
)

type cachedSession struct {
	model.SessionKey
	hash digest // of the cookie that came: the session's Hash, Previous or Withdrawn
}

// begin makes a session for an account and returns its cookie.
func (s *Service) begin(ctx context.Context, a model.Account, from model.Caller) (cookie string, err error) {
	now := s.now()
	cookie, hash := newCookie()
	key := model.SessionKey{
		Session: model.Session{ID: newID(), User: a.ID, Created: now, LastUsed: now, Address: from.Address, Client: clientText(from.Client)},
		Hash:    hash[:], Epoch: a.Epoch,
	}
	if err := s.store.AddSession(ctx, key); err != nil {
		return "", err
	}
	s.beside("the time of a sign-in is not kept", s.store.NoteSignIn(ctx, a.ID, now))
	return cookie, nil
}

func clientText(s string) string {
	if len(s) > maxClient {
		s = s[:maxClient]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

var errSessionOver = &model.AccessError{Code: model.AccessExpired, Detail: "the session is over; sign in again"}

// Session returns who a cookie belongs to. When renewed is not empty it is the cookie from now on: each hour there is another
// one. The one before it is taken until a few seconds after the new one came, since an answer may be lost on its way; when it
// comes later somebody has copied it, and the session ends with a *model.CopiedError.
func (s *Service) Session(ctx context.Context, cookie string, from model.Caller) (p model.Principal, renewed string, err error) {
	hash, ok := parseCookie(cookie)
	if !ok {
		return p, "", errSessionOver
	}
	known, now := s.book.Load(), s.now()
	session, err := s.session(ctx, hash, known.generation, now)
	if err != nil {
		return p, "", err
	}
	u, err := known.holder(session)
	if err != nil {
		return p, "", err
	}
	if session.copied(now) {
		return p, "", s.endCopied(ctx, session, u.user)
	}
	if renewed, err = s.renew(ctx, session, now); err != nil {
		return p, "", err
	}
	s.uses.session(session.ID, model.Use{Time: now, Address: from.Address})
	return known.seen(u, session), renewed, nil
}

// session finds a session that is not over by the clock.
func (s *Service) session(ctx context.Context, hash digest, generation int64, now time.Time) (*cachedSession, error) {
	return find(s, &s.sessions, hash, generation, now, func() (*cachedSession, error) {
		key, err := s.store.SessionOf(ctx, hash[:])
		return &cachedSession{key, hash}, err
	})
}

// holder is whose session it is, or why it is over.
func (b *book) holder(session *cachedSession) (*bookUser, error) {
	u := b.users[session.User]
	switch {
	case u == nil || u.epoch != session.Epoch:
		return nil, errSessionOver
	case u.user.Disabled:
		return nil, disabled(u.user)
	}
	return u, nil
}

func (s *Service) alive(key model.SessionKey, now time.Time) bool {
	used := key.LastUsed
	if last, ok := s.uses.lastOf(key.ID); ok && last.After(used) {
		used = last
	}
	return now.Sub(used) < time.Duration(s.settings.SessionIdle) && now.Sub(key.Created) < time.Duration(s.settings.SessionMax)
}

// seen is the principal of a session: the user, or whom an administrator looks as.
func (b *book) seen(u *bookUser, session *cachedSession) model.Principal {
	p := u.principal
	if session.View != "" && May(p, model.PermitAccess) {
		if as := b.users[session.View]; as != nil {
			p = as.principal
		} else {
			p = deleted(session.View)
		}
		p.SeenBy, p.MustChange = model.Viewer{ID: u.user.ID, Name: u.user.Name}, false
	}
	p.Session = session.ID
	return p
}

// deleted is whom an administrator looks as who is no more: it may only leave, so that nobody changes something as the
// administrator whom he believes to be somebody else.
func deleted(id string) model.Principal {
	return model.Principal{ID: id, Name: "(deleted)", Kind: model.KindUser, Role: model.RoleNobody}
}

// uses are when sessions and tokens were last used, until they are written down.
type uses struct {
	mu               sync.Mutex
	sessions, tokens map[string]model.Use
}

func (u *uses) session(id string, use model.Use) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sessions[id] = use
}

func (u *uses) token(id string, use model.Use) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tokens[id] = use
}

func (u *uses) lastOf(session string) (time.Time, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	use, ok := u.sessions[session]
	return use.Time, ok
}

func (u *uses) ofToken(id string) (model.Use, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	use, ok := u.tokens[id]
	return use, ok
}
