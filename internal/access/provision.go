package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/haetae/haetae/internal/model"
)

// Provision makes or updates the user of a provider. Who was disabled stays so, and who gets another role is signed out
// elsewhere. A user with a password is never taken over: *model.TakenError.
func (s *Service) Provision(ctx context.Context, p model.Identity, told model.TellUser) (model.User, error) {
	teams, err := s.Teams(ctx)
	if err != nil {
		return model.User{}, err
	}
	p.Teams = slices.DeleteFunc(slices.Clone(p.Teams), func(code string) bool {
		return !slices.ContainsFunc(teams, func(t model.Team) bool { return t.Code == code })
	})
	a, err := s.store.AccountOf(ctx, p.Provider, p.Subject)
	if errors.Is(err, model.ErrNotFound) {
		return s.signUp(ctx, p, told)
	}
	if err != nil {
		return model.User{}, err
	}
	if same(a, p) {
		return a.User, nil
	}
	before, after := a.User, a
	fill(&after, p)
	if err := checkUser(&after); err != nil {
		return a.User, err // before it is told: nobody can fill the trail by signing in
	}
	err = told("user.change", &before, &after.User, func() (err error) {
		a, err = s.store.ChangeAccount(ctx, a.ID, func(a *model.Account) error {
			if a.Role != p.Role {
				a.Epoch++
			}
			fill(a, p)
			return checkUser(a)
		})
		if err == nil {
			after.User = a.User
		}
		return s.changed(ctx, err)
	})
	return a.User, err
}

func (s *Service) signUp(ctx context.Context, p model.Identity, told model.TellUser) (model.User, error) {
	if !p.MayJoin {
		return model.User{}, refused(model.AccessDenied, "%s has no account here; ask an administrator", p.Name)
	}
	if p.Provider == "" || p.Subject == "" {
		return model.User{}, breaks("provider_nobody")
	}
	a := model.Account{User: model.User{ID: newID(), Name: p.Name, Provider: p.Provider, Created: s.now().UTC(), Revision: 1}, Subject: p.Subject}
	fill(&a, p)
	if err := checkUser(&a); err != nil {
		return model.User{}, err
	}
	if _, taken := s.UserNamed(a.Name); taken { // before it is told: nobody can fill the trail by trying
		return model.User{}, &model.TakenError{Reason: model.TakenName, Text: fmt.Sprintf("there is a user %q already, who is somebody else", a.Name)}
	}
	err := told("user.add", nil, &a.User, func() error { return s.changed(ctx, s.store.AddAccount(ctx, a, false)) })
	return a.User, err
}

// fill takes over what the provider says; the name stays what it was at first.
func fill(a *model.Account, p model.Identity) {
	a.FullName, a.Email, a.Role, a.Everything, a.Teams = p.FullName, p.Email, p.Role, p.Everything, p.Teams
}

func same(a model.Account, p model.Identity) bool {
	return a.FullName == p.FullName && a.Email == p.Email && a.Role == p.Role && a.Everything == p.Everything &&
		slices.Equal(sorted(a.Teams), sorted(p.Teams))
}
