package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"

	"github.com/haetae/haetae/internal/model"
)

var errCredentials = &model.AccessError{Code: model.AccessCredentials, Detail: "name or password is wrong"}

// SignIn begins a session. The cookie is always a new one, whatever the browser has sent. Unknown names, users without a
// password and wrong passwords are the same to the caller, in words and in time; only who has the password learns that a
// code is wanted too, or that the user may not sign in.
func (s *Service) SignIn(ctx context.Context, name, password, code string, from model.Caller) (cookie string, u model.User, err error) {
	passed, err := s.attempt(ctx, name, from)
	if err != nil {
		return "", u, err
	}
	a, err := s.store.AccountNamed(ctx, folded(name))
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		return "", u, err
	}
	same, outdated, err := s.guess(ctx, password, a.Password, passed)
	switch {
	case err != nil:
		return "", u, err
	case !same:
		return "", u, errCredentials
	case a.Disabled:
		passed(ctx)
		return "", u, disabled(a.User)
	case a.SecondFactor && code == "":
		passed(ctx)
		return "", u, refused(model.AccessSecondFactor, "type the code of your second factor, or a recovery code")
	case a.SecondFactor:
		if a, err = s.store.ChangeAccount(ctx, a.ID, func(a *model.Account) error { return s.useCode(a, code, s.now()) }); err != nil {
			return "", u, err
		}
	}
	// The code is used up by now: from here on only a session that cannot begin keeps anybody out.
	passed(ctx)
	s.forgive(ctx, name)
	if outdated {
		s.beside("a password is kept at the cost of an earlier version", s.rehash(ctx, a, password))
	}
	cookie, err = s.begin(ctx, a, from)
	return cookie, a.User, err
}

// SignInAs begins a session for a user whom somebody else has recognised.
func (s *Service) SignInAs(ctx context.Context, user model.User, from model.Caller) (cookie string, err error) {
	a, err := s.store.Account(ctx, user.ID)
	if err != nil {
		return "", err
	}
	if a.Disabled {
		return "", disabled(a.User)
	}
	return s.begin(ctx, a, from)
}

func disabled(u model.User) error {
	return refused(model.AccessDisabled, "the user %s is disabled; ask an administrator", u.Name)
}

// rehash keeps the password at the cost of now; its sessions go on.
func (s *Service) rehash(ctx context.Context, a model.Account, password string) error {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = s.store.ChangeAccount(ctx, a.ID, func(now *model.Account) error {
		if now.Password == a.Password {
			now.Password = hash
		}
		return nil
	})
	return s.changed(ctx, err)
}

// confirmed checks the password of a user who is signed in already, for what a browser left open must not be able to do.
func (s *Service) confirmed(ctx context.Context, p model.Principal, password string, from model.Caller) (model.Account, error) {
	if err := ownOnly(p); err != nil {
		return model.Account{}, err
	}
	passed, err := s.attempt(ctx, p.Name, from)
	if err != nil {
		return model.Account{}, err
	}
	a, err := s.store.Account(ctx, p.ID)
	if err != nil {
		return a, err
	}
	if a.Provider != "" {
		return a, breaks("provider_keeps", a.Name, a.Provider)
	}
	same, _, err := s.guess(ctx, password, a.Password, passed)
	if err != nil {
		return a, err
	}
	if !same {
		return a, &model.AccessError{Code: model.AccessCredentials, Detail: "the password is wrong"}
	}
	passed(ctx)
	return a, nil
}

// ownOnly refuses who has no account of its own, and who looks as somebody else.
func ownOnly(p model.Principal) error {
	switch {
	case p.Kind == model.KindNobody:
		return refused(model.AccessRequired, "sign in first")
	case p.SeenBy.ID != "":
		return refused(model.AccessViewOnly, "you look as %s; leave that to change something", p.Name)
	case p.Kind != model.KindUser:
		return refused(model.AccessDenied, "only who signs in with a name has an account")
	}
	return nil
}

// SetupLink returns the token of the link that makes the first administrator, "" when there is one. It is another one at each
// start, and nowhere kept.
func (s *Service) SetupLink() (token string) {
	if s.HasAdmin() {
		return ""
	}
	return s.setup
}

// Setup makes the first administrator for who has the link, and begins a session.
func (s *Service) Setup(ctx context.Context, token, name, password string, from model.Caller) (cookie string, u model.User, err error) {
	if s.HasAdmin() {
		return "", u, refused(model.AccessSetupDone, "there is an administrator already; sign in")
	}
	if err := s.addresses.attempt(from.Address, s.now()); err != nil {
		return "", u, err
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.setup)) != 1 {
		return "", u, refused(model.AccessSetupToken, "the link is not that of the running server; the right one, new at each start, is on its terminal or in the file setup-link of its data folder")
	}
	s.addresses.passed(from.Address)
	a, err := s.newAccount(ctx, model.User{Name: name, Role: model.RoleAdmin}, password)
	if err != nil {
		return "", u, err
	}
	if err := s.changed(ctx, s.store.AddAccount(ctx, a, true)); err != nil {
		return "", u, err
	}
	cookie, err = s.begin(ctx, a, from)
	return cookie, a.User, err
}

// newID names what is made.
func newID() string { return rand.Text() }
