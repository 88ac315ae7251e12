package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// UserText is what an administrator says of a user.
type UserText struct {
	Name       string     `json:"name" doc:"what is typed to sign in"`
	FullName   string     `json:"full_name,omitempty"`
	Email      string     `json:"email,omitempty"`
	Role       model.Role `json:"role" enum:"viewer,operator,admin"`
	Everything bool       `json:"everything,omitempty" doc:"sees all datasets but the audit trail, whatever the teams see"`
	Teams      []string   `json:"teams,omitempty" doc:"codes"`
}

// TransformSchema implements huma.SchemaTransformer.
func (*UserText) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return limits{"name": model.MaxUserName, "full_name": model.MaxTitle, "email": model.MaxTitle}.on(s)
}

// MadeUser is a new user, with the password that was made for it.
type MadeUser struct {
	model.User
	Password string `json:"password,omitempty" doc:"shown once, to be changed at the first sign-in; missing when one was given"`
}

// MadePassword is a password that was made. It is shown once.
type MadePassword struct {
	Password string `json:"password"`
}

type usersBody struct {
	Users []model.User `json:"users" nullable:"false" doc:"by name"`
}

type addUserInput struct {
	Body struct {
		UserText
		Password string `json:"password,omitempty" maxLength:"1024" doc:"to be changed at the first sign-in; one is made when it is missing"`
	}
}

type changeUserInput struct {
	ID   string `path:"id"`
	Body struct {
		UserText
		Disabled bool  `json:"disabled,omitempty" doc:"may not sign in; ends its sessions"`
		Revision int64 `json:"revision" doc:"as it was read; 409 when it was changed since"`
	}
}

func (s *server) registerUsers(a huma.API) {
	const path = "/api/v1/users"
	huma.Register(a, huma.Operation{
		OperationID: "list-users", Method: http.MethodGet, Path: path, Tags: []string{accessTag},
		Summary: "Users by name",
	}, func(ctx context.Context, _ *struct{}) (*uncached[usersBody], error) {
		users, err := s.Access.Users(ctx)
		return outcome(fresh(usersBody{append([]model.User{}, users...)}), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "add-user", Method: http.MethodPost, Path: path, Tags: []string{accessTag},
		Summary: "Add a user", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *addUserInput) (*uncached[MadeUser], error) {
		u, err := s.user(&in.Body.UserText, "", in.Body.Password)
		if err != nil {
			return nil, problemOf(err)
		}
		var made MadeUser
		var after any = in.Body.UserText
		err = s.changeAudited(ctx, told("user.add", u.Name, nil, &after), func() (err error) {
			if made.User, made.Password, err = s.Access.AddUser(ctx, u, in.Body.Password); err == nil {
				after = made.User
			}
			return err
		})
		return outcome(fresh(made), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-user", Method: http.MethodPut, Path: path + "/{id}", Tags: []string{accessTag},
		Summary: "Change, disable or enable a user",
	}, func(ctx context.Context, in *changeUserInput) (*uncached[model.User], error) {
		u, err := s.user(&in.Body.UserText, in.ID, "")
		if err != nil {
			return nil, problemOf(err)
		}
		u.Disabled, u.Revision = in.Body.Disabled, in.Body.Revision
		before, err := s.userNow(ctx, in.ID)
		if err != nil {
			return nil, problemOf(err)
		}
		after := before
		after.Name, after.FullName, after.Email, after.Role = u.Name, u.FullName, u.Email, u.Role
		after.Everything, after.Teams, after.Disabled = u.Everything, u.Teams, u.Disabled
		err = s.changeAudited(ctx, told("user.change", u.Name, before, &after), func() error {
			changed, err := s.Access.ChangeUser(ctx, u)
			if err == nil {
				after = changed
			}
			return err
		})
		return outcome(fresh(after), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "delete-user", Method: http.MethodDelete, Path: path + "/{id}", Tags: []string{accessTag},
		Summary: "Delete a user", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		before, err := s.userNow(ctx, in.ID)
		if err == nil {
			err = s.changeAudited(ctx, told("user.delete", before.Name, before, nil), func() error {
				_, err := s.Access.DeleteUser(ctx, in.ID)
				return err
			})
		}
		return outcome(&struct{}{}, err)
	})
}

func (s *server) registerUserResets(a huma.API) {
	const path = "/api/v1/users/{id}"
	huma.Register(a, huma.Operation{
		OperationID: "reset-password", Method: http.MethodPost, Path: path + "/password", Tags: []string{accessTag},
		Summary: "Make a new password for a user, to be changed at the next sign-in",
	}, func(ctx context.Context, in *idInput) (*uncached[MadePassword], error) {
		var made MadePassword
		_, err := s.userReset(ctx, "user.reset_password", in.ID, func(u *model.User) { u.MustChange = true }, func() (err error) {
			made.Password, err = s.Access.ResetPassword(ctx, in.ID)
			return err
		})
		return outcome(fresh(made), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "sign-out-user", Method: http.MethodPost, Path: path + "/sign-out", Tags: []string{accessTag},
		Summary: "End all sessions of a user", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		return s.userReset(ctx, "user.sign_out", in.ID, func(*model.User) {}, func() error {
			_, err := s.Access.SignOutUser(ctx, in.ID)
			return err
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "reset-second-factor", Method: http.MethodDelete, Path: path + "/second-factor", Tags: []string{accessTag},
		Summary: "Remove the second factor of a user who has lost it", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		return s.userReset(ctx, "user.reset_second_factor", in.ID, func(u *model.User) { u.SecondFactor = false }, func() error {
			return s.Access.ResetSecondFactor(ctx, in.ID)
		})
	})
}

// userReset is a change of a user of which no more is said than that it is wanted; become is what the user becomes by it.
func (s *server) userReset(ctx context.Context, action, id string, become func(*model.User), change func() error) (*struct{}, error) {
	before, err := s.userNow(ctx, id)
	if err != nil {
		return nil, problemOf(err)
	}
	after := before
	become(&after)
	err = s.changeAudited(ctx, told(action, before.Name, before, &after), func() error {
		if err := change(); err != nil {
			return err
		}
		if now, err := s.userNow(ctx, id); err == nil { // else what was wanted stands: it is made
			after = now
		}
		return nil
	})
	return outcome(&struct{}{}, err)
}

// userNow is a user as it is kept, or model.ErrNotFound: before it is told, so that nobody can fill the trail with what there is not.
func (s *server) userNow(ctx context.Context, id string) (model.User, error) {
	list, err := s.Access.Users(ctx)
	if err != nil {
		return model.User{}, err
	}
	i := slices.IndexFunc(list, func(u model.User) bool { return u.ID == id })
	if i < 0 {
		return model.User{}, model.ErrNotFound
	}
	return list[i], nil
}

// user checks what is said of one, new when id is "", and tidies it.
func (s *server) user(t *UserText, id, password string) (model.User, error) {
	u, err := s.Access.CheckUser(model.User{
		ID: id, Name: t.Name, FullName: t.FullName, Email: t.Email, Role: t.Role, Everything: t.Everything, Teams: t.Teams,
	}, password)
	t.Name, t.FullName, t.Email, t.Teams = u.Name, u.FullName, u.Email, u.Teams
	return u, err
}
