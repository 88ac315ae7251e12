package access

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/model"
)

// Users lists all users by name.
func (s *Service) Users(ctx context.Context) ([]model.User, error) {
	state, err := s.store.AccessState(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]model.User, len(state.Accounts))
	for i, a := range state.Accounts {
		list[i] = a.User
	}
	return list, nil
}

// CheckUser tidies what somebody says of a user, and refuses what AddUser and ChangeUser would refuse whoever else there is. An
// empty password is one that will be made.
func (s *Service) CheckUser(u model.User, password string) (model.User, error) {
	a := model.Account{User: u}
	if known, ok := s.User(u.ID); ok {
		a.Folded = folded(known.Name)
	}
	err := checkUser(&a)
	if err == nil && password != "" {
		err = checkPassword(&a.User, password)
	}
	return a.User, err
}

// AddUser adds a user: name, full name, email, role, everything and teams are looked at. Without a password one is made and
// returned. Either was chosen by somebody else, so it has to be changed at the first sign-in.
func (s *Service) AddUser(ctx context.Context, u model.User, password string) (added model.User, made string, err error) {
	if password == "" {
		made = newPassword()
		password = made
	}
	a, err := s.newAccount(ctx, u, password)
	if err != nil {
		return added, "", err
	}
	a.MustChange = true
	if err := s.changed(ctx, s.store.AddAccount(ctx, a, false)); err != nil {
		return added, "", err
	}
	return a.User, made, nil
}

// newAccount checks and makes an account that is not kept yet.
func (s *Service) newAccount(ctx context.Context, u model.User, password string) (model.Account, error) {
	a := model.Account{User: model.User{
		ID: newID(), Name: u.Name, FullName: u.FullName, Email: u.Email, Role: u.Role, Everything: u.Everything, Teams: u.Teams,
		Created: s.now().UTC(), Revision: 1,
	}}
	if err := checkUser(&a); err != nil {
		return a, err
	}
	if err := checkPassword(&a.User, password); err != nil {
		return a, err
	}
	var err error
	a.Password, err = s.hasher.hash(ctx, password)
	return a, err
}

// ChangeUser replaces name, full name, email, role, everything, teams and disabled of the user u.ID, of whom the writer has
// read u.Revision. Who is disabled or gets another role is signed out everywhere. model.ErrNotFound; *model.TakenError when the
// revision is another or the name belongs to another one; access.last_admin.
func (s *Service) ChangeUser(ctx context.Context, u model.User) (model.User, error) {
	a, err := s.store.ChangeAccount(ctx, u.ID, func(a *model.Account) error {
		if a.Revision != u.Revision {
			return staleRevision(a.Revision, u.Revision)
		}
		if a.Role != u.Role || !a.Disabled && u.Disabled {
			a.Epoch++
		}
		a.Name, a.FullName, a.Email, a.Role = u.Name, u.FullName, u.Email, u.Role
		a.Everything, a.Teams, a.Disabled = u.Everything, u.Teams, u.Disabled
		return checkUser(a)
	})
	return a.User, s.changed(ctx, err)
}

func staleRevision(now, read int64) error {
	return &model.TakenError{Reason: model.TakenRevision, Text: fmt.Sprintf(
		"it was changed since you read it: revision %d, not %d; load it again", now, read)}
}

// DeleteUser deletes a user, and returns who it was.
func (s *Service) DeleteUser(ctx context.Context, id string) (model.User, error) {
	u, ok := s.User(id)
	if !ok {
		return u, model.ErrNotFound
	}
	return u, s.changed(ctx, s.store.DeleteAccount(ctx, id))
}

// ResetPassword gives a user another password, which has to be changed at the next sign-in, ends all its sessions, and lets it
// try at once when others have tried before.
func (s *Service) ResetPassword(ctx context.Context, id string) (password string, err error) {
	password = newPassword()
	a, err := s.setPassword(ctx, id, password, true)
	if err != nil {
		return "", err
	}
	s.forgive(ctx, a.Name)
	return password, nil
}

// SignOutUser ends all sessions of a user, and returns how many these were.
func (s *Service) SignOutUser(ctx context.Context, id string) (int64, error) {
	if _, ok := s.User(id); !ok {
		return 0, model.ErrNotFound
	}
	n, err := s.store.EndSessions(ctx, id, "")
	return n, s.changed(ctx, err)
}

// reservedNames are those by which the audit trail tells of the machine and of the server itself.
var reservedNames = []string{model.Local.Name, "haetae"}

// checkUser tidies what people type, and refuses what cannot be.
func checkUser(a *model.Account) error {
	a.Name, a.FullName, a.Email = normal(strings.TrimSpace(a.Name)), strings.TrimSpace(a.FullName), strings.TrimSpace(a.Email)
	before := a.Folded
	a.Folded = folded(a.Name)
	a.Teams = sorted(a.Teams)
	switch {
	case a.Name == "":
		return breaks("user_name_missing")
	case !printed(a.Name, model.MaxUserName) || strings.ContainsFunc(a.Name, unicode.IsSpace) || strings.ContainsAny(a.Name, ":/\\"):
		return breaks("user_name_form", model.MaxUserName)
	case a.Folded != before && slices.Contains(reservedNames, a.Folded):
		return breaks("user_name_reserved", a.Name)
	case !printed(a.FullName, model.MaxTitle):
		return breaks("full_name_form", model.MaxTitle)
	case !slices.Contains(PeopleRoles, a.Role):
		return breaks("user_role", a.Role)
	}
	if a.Email != "" {
		if at, err := mail.ParseAddress(a.Email); err != nil || at.Address != a.Email || !printed(a.Email, model.MaxTitle) {
			return breaks("email_form", a.Email)
		}
	}
	return nil
}

// PeopleRoles are the roles that a user can have, TokenRoles those of a token.
var (
	PeopleRoles = []model.Role{model.RoleViewer, model.RoleOperator, model.RoleAdmin}
	TokenRoles  = []model.Role{model.RoleIngest, model.RoleAgent, model.RoleViewer, model.RoleOperator, model.RoleAdmin}
)

// printed reports whether a text has at most so many characters, and all of them can be seen.
func printed(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// sorted returns the texts in order, each once; never nil.
func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}
