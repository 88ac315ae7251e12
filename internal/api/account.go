package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

type sessionsBody struct {
	Sessions []model.Session `json:"sessions" nullable:"false" doc:"last used first"`
}

type changePasswordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" maxLength:"1024"`
	}
}

type passwordInput struct {
	Body struct {
		Password string `json:"password" maxLength:"1024" doc:"one's own, so that a browser that was left open is not enough"`
	}
}

type cookieOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (s *server) registerAccount(a huma.API) {
	const path = "/api/v1/account"
	huma.Register(a, huma.Operation{
		OperationID: "list-own-sessions", Method: http.MethodGet, Path: path + "/sessions", Tags: []string{accessTag},
		Summary: "Browsers in which one has signed in",
	}, func(ctx context.Context, _ *struct{}) (*uncached[sessionsBody], error) {
		sessions, err := s.Access.Sessions(ctx, PrincipalOf(ctx))
		return outcome(fresh(sessionsBody{append([]model.Session{}, sessions...)}), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "end-other-sessions", Method: http.MethodDelete, Path: path + "/sessions", Tags: []string{accessTag},
		Summary: "Sign out everywhere but here", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		p := PrincipalOf(ctx)
		own, err := s.Access.Sessions(ctx, p)
		if err == nil && !slices.ContainsFunc(own, func(one model.Session) bool { return !one.Current }) {
			return nil, nil // there is none, and nothing to tell
		}
		if err != nil {
			return nil, problemOf(err)
		}
		return s.accountChange(ctx, "session.end_others", func(told model.TellOwn) error {
			return told(func() error {
				_, err := s.Access.SignOutOthers(ctx, p)
				return err
			})
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "end-own-session", Method: http.MethodDelete, Path: path + "/sessions/{id}", Tags: []string{accessTag},
		Summary: "Sign out one browser", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		p := PrincipalOf(ctx)
		own, err := s.Access.Sessions(ctx, p)
		if err == nil && !slices.ContainsFunc(own, func(one model.Session) bool { return one.ID == in.ID }) {
			err = model.ErrNotFound // before it is told: nobody can fill the trail with what there is not
		}
		if err != nil {
			return nil, problemOf(err)
		}
		return s.accountChange(ctx, "session.end", func(told model.TellOwn) error {
			return told(func() error { return s.Access.EndSession(ctx, p, in.ID) })
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-own-password", Method: http.MethodPut, Path: path + "/password", Tags: []string{accessTag},
		Summary: "Choose another password, which ends all other sessions", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *changePasswordInput) (*cookieOutput, error) {
		var out cookieOutput
		_, err := s.accountChange(ctx, "account.password", func(told model.TellOwn) error {
			cookie, err := s.Access.ChangePassword(ctx, PrincipalOf(ctx), in.Body.Old, in.Body.New, visitOf(ctx).caller, told)
			if cookie != "" {
				out.SetCookie = []http.Cookie{setSession(visitOf(ctx), cookie)}
			}
			return err
		})
		return &out, err
	})
}

// accountChange is a change of one's own account. One that is refused is told as such and never as begun: whoever is signed in may try
// as often as he likes, and refusals are folded (see audit).
func (s *server) accountChange(ctx context.Context, action string, change func(told model.TellOwn) error) (*struct{}, error) {
	e, begun := told(action, PrincipalOf(ctx).Name, nil, nil), false
	err := change(func(change func() error) error {
		begun = true
		return s.changeAudited(ctx, e, change)
	})
	if err != nil && !begun {
		s.accountRefused(ctx, e, err)
	}
	return outcome(&struct{}{}, err)
}

// accountRefused tells of a change of one's own account that was not begun. A wrong password or code is a guess, as at the sign-in.
func (s *server) accountRefused(ctx context.Context, e model.AuditEntry, err error) {
	var access *model.AccessError
	if errors.As(err, &access) && (access.Code == model.AccessCredentials || access.Code == model.AccessThrottled) {
		s.auditFailure(ctx, e.Action, PrincipalOf(ctx), err)
		return
	}
	s.auditDone(ctx, e, err)
}
