package access

import (
	"context"
	"errors"

	"github.com/haetae/haetae/internal/model"
)

// ChangePassword replaces one's own password. All sessions end; the one that asks goes on under the new cookie, which is empty when the
// session cannot begin.
func (s *Service) ChangePassword(
	ctx context.Context, p model.Principal, old, password string, from model.Caller, told model.TellOwn,
) (cookie string, err error) {
	a, err := s.confirmed(ctx, p, old, from)
	if err != nil {
		return "", err
	}
	if normal(old) == normal(password) {
		return "", wrongPassword("password_old", nil, "the new password is the old one")
	}
	if err := checkPassword(&a.User, password); err != nil {
		return "", err
	}
	err = told(func() error {
		a, err := s.setPassword(ctx, a.ID, password, false)
		if err != nil {
			return err
		}
		cookie, err = s.begin(context.WithoutCancel(ctx), a, from)
		s.beside("who has changed the password has to sign in again", err)
		return nil
	})
	return cookie, err
}

// setPassword ends all sessions of the account too.
func (s *Service) setPassword(ctx context.Context, id, password string, mustChange bool) (model.Account, error) {
	a, err := s.store.Account(ctx, id)
	if err != nil {
		return a, err
	}
	if err := checkPassword(&a.User, password); err != nil {
		return a, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return a, err
	}
	a, err = s.store.ChangeAccount(ctx, id, func(a *model.Account) error {
		if a.Provider != "" {
			return breaks("provider_no_password", a.Name, a.Provider)
		}
		a.Password, a.MustChange = hash, mustChange
		a.Epoch++
		return nil
	})
	return a, s.changed(ctx, err)
}

// Sessions lists the sessions of a principal that are not over, the last used first.
func (s *Service) Sessions(ctx context.Context, p model.Principal) ([]model.Session, error) {
	keys, err := s.store.Sessions(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	u := s.book.Load().users[p.ID]
	list := []model.Session{}
	for _, key := range keys {
		if u == nil || key.Epoch != u.epoch || !s.alive(key, s.now()) {
			continue
		}
		if last, ok := s.uses.lastOf(key.ID); ok && last.After(key.LastUsed) {
			key.LastUsed = last
		}
		key.Current = key.ID == p.Session
		list = append(list, key.Session)
	}
	return list, nil
}

// SignOut ends the session of a principal.
func (s *Service) SignOut(ctx context.Context, p model.Principal) error {
	err := s.store.EndSession(ctx, ownerOf(p), p.Session)
	if errors.Is(err, model.ErrNotFound) {
		err = nil // it is over, as was wished
	}
	return s.changed(ctx, err)
}

// ownerOf is the account that a session belongs to: of who looks as somebody else, the administrator's.
func ownerOf(p model.Principal) string {
	if p.SeenBy.ID != "" {
		return p.SeenBy.ID
	}
	return p.ID
}

// SignOutOthers ends all sessions of a principal but its own, and returns how many these were.
func (s *Service) SignOutOthers(ctx context.Context, p model.Principal) (int64, error) {
	if err := ownOnly(p); err != nil {
		return 0, err
	}
	n, err := s.store.EndSessions(ctx, p.ID, p.Session)
	return n, s.changed(ctx, err)
}

// EndSession ends one of the sessions of a principal. model.ErrNotFound.
func (s *Service) EndSession(ctx context.Context, p model.Principal, id string) error {
	if err := ownOnly(p); err != nil {
		return err
	}
	return s.changed(ctx, s.store.EndSession(ctx, p.ID, id))
}

// ViewAs lets the session of an administrator look as another user from now on, and change nothing meanwhile.
func (s *Service) ViewAs(ctx context.Context, p model.Principal, user string) (model.User, error) {
	if err := errors.Join(ownOnly(p), Check(p, model.PermitAccess)); err != nil {
		return model.User{}, err
	}
	u, ok := s.User(user)
	switch {
	case !ok:
		return u, model.ErrNotFound
	case u.Disabled:
		return u, disabled(u)
	case user == p.ID:
		return u, breaks("view_self", u.Name)
	}
	return u, s.changed(ctx, s.store.ViewSession(ctx, p.Session, user))
}

// LeaveView lets an administrator be itself again.
func (s *Service) LeaveView(ctx context.Context, p model.Principal) error {
	if p.SeenBy.ID == "" {
		return nil
	}
	return s.changed(ctx, s.store.ViewSession(ctx, p.Session, ""))
}
