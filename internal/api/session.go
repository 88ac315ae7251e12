package api

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// What people may type to sign in, in bytes: longer texts are no passwords of anybody.
type signInInput struct {
	Body struct {
		Name     string `json:"name" maxLength:"256"`
		Password string `json:"password" maxLength:"1024"`
		Code     string `json:"code,omitempty" maxLength:"64" doc:"of the second factor, or a recovery code; answered with access.second_factor when it is wanted and missing"`
	}
}

// SetupText makes the first administrator.
type SetupText struct {
	Token    string `json:"token" maxLength:"256" doc:"of the link that the server's terminal shows, or the file setup-link of its data folder has"`
	Name     string `json:"name"`
	Password string `json:"password" maxLength:"1024"`
}

// TransformSchema implements huma.SchemaTransformer.
func (*SetupText) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return limits{"name": model.MaxUserName}.on(s)
}

type setupInput struct{ Body SetupText }

type viewInput struct {
	Body struct {
		User string `json:"user" maxLength:"256" doc:"id"`
	}
}

func (s *server) registerSession(a huma.API) {
	const path = "/api/v1/session"
	huma.Register(a, huma.Operation{
		OperationID: "setup", Method: http.MethodPost, Path: "/api/v1/setup", Tags: []string{accessTag},
		Summary: "Make the first administrator, by the link that the server keeps for that, and sign in",
	}, func(ctx context.Context, in *setupInput) (*meOutput, error) {
		b := &in.Body
		cookie, u, err := s.Access.Setup(ctx, b.Token, b.Name, b.Password, visitOf(ctx).caller)
		return s.signedIn(ctx, "setup", b.Name, cookie, u, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: path, Tags: []string{accessTag},
		Summary: "Sign in; the answer sets the cookie of a new session",
	}, func(ctx context.Context, in *signInInput) (*meOutput, error) {
		b := &in.Body
		cookie, u, err := s.Access.SignIn(ctx, b.Name, b.Password, b.Code, visitOf(ctx).caller)
		return s.signedIn(ctx, "session.sign_in", b.Name, cookie, u, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "sign-out", Method: http.MethodDelete, Path: path, Tags: []string{accessTag},
		Summary: "Sign out",
	}, func(ctx context.Context, _ *struct{}) (*meOutput, error) {
		err := s.Access.SignOut(ctx, PrincipalOf(ctx))
		s.auditDone(ctx, told("session.sign_out", PrincipalOf(ctx).Name, nil, nil), err)
		if err != nil {
			return nil, problemOf(err)
		}
		return s.me(model.Principal{}, setSession(visitOf(ctx), "")), nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "view-as", Method: http.MethodPut, Path: path + "/view", Tags: []string{accessTag},
		Summary:     "Look as a user",
		Description: "The session then may and sees what the user may and sees, and changes nothing, until it leaves.",
	}, func(ctx context.Context, in *viewInput) (*meOutput, error) {
		return s.view(ctx, "session.view", in.Body.User, func(p model.Principal) error {
			_, err := s.Access.ViewAs(ctx, p, in.Body.User)
			return err
		})
	})
	huma.Register(a, huma.Operation{
		OperationID: "leave-view", Method: http.MethodDelete, Path: path + "/view", Tags: []string{accessTag},
		Summary: "Look as oneself again",
	}, func(ctx context.Context, _ *struct{}) (*meOutput, error) {
		p := PrincipalOf(ctx)
		if p.SeenBy.ID == "" {
			return s.me(p), nil // nothing is left, and nothing told
		}
		return s.view(ctx, "session.leave_view", p.ID, func(p model.Principal) error { return s.Access.LeaveView(ctx, p) })
	})
}

// view changes as whom a session looks; the audit trail has the administrator.
func (s *server) view(ctx context.Context, action, user string, change func(model.Principal) error) (*meOutput, error) {
	name := user
	if u, ok := s.Access.User(user); ok {
		name = u.Name
	}
	err := s.changeAudited(ctx, told(action, name, nil, nil), func() error { return change(PrincipalOf(ctx)) })
	if err != nil {
		return nil, problemOf(err)
	}
	v := visitOf(ctx)
	p, _, err := s.Access.Session(ctx, v.session, v.caller)
	return outcome(s.me(p), err)
}

// signedIn answers an attempt to sign in, and tells of it.
func (s *server) signedIn(ctx context.Context, action, name, cookie string, u model.User, err error) (*meOutput, error) {
	v := visitOf(ctx)
	name = s.nameToTell(name)
	if err != nil {
		s.auditFailure(ctx, action, model.Principal{Name: name}, err)
		return nil, problemOf(err)
	}
	p, _, err := s.Access.Session(ctx, cookie, v.caller)
	if err != nil {
		return nil, problemOf(err)
	}
	s.auditDone(ctx, model.AuditEntry{Action: action, By: p, Target: u.Name, Count: 1 + s.throttled.take(name, v.caller.Address)}, nil)
	return s.me(p, setSession(v, cookie)), nil
}

// unknownName stands in the audit trail for names that no user has.
const unknownName = "(unknown name)"

// nameToTell is a name that was typed to sign in, when a user has it: people type their password there.
func (s *server) nameToTell(name string) string {
	if u, ok := s.Access.UserNamed(name); ok {
		return u.Name
	}
	return unknownName
}

// auditFailure tells of a password or code that was wrong, at the sign-in or of who is signed in. Those that the throttle has refused are
// counted, and told with the next one that it lets through: nobody can fill the trail by trying.
func (s *server) auditFailure(ctx context.Context, action string, by model.Principal, err error) {
	caller := visitOf(ctx).caller
	var access *model.AccessError
	if errors.As(err, &access) && access.Code == model.AccessThrottled {
		s.throttled.add(by.Name, caller.Address)
		return
	}
	// A right password without the code is told too: its owner types the code next, a thief stops here.
	s.auditDone(ctx, model.AuditEntry{
		Action: "session.failed", By: by, Target: action, Count: 1 + s.throttled.take(by.Name, caller.Address),
	}, err)
}

// attempts counts what the throttle has refused, by name and address.
type attempts struct {
	mu sync.Mutex
	of map[[2]string]int
}

// maxAttempts bounds what is counted apart; beyond it the counts are given up.
const maxAttempts = 1024

func (a *attempts) add(name, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil || len(a.of) >= maxAttempts {
		a.of = map[[2]string]int{}
	}
	a.of[[2]string{name, address}]++
}

// take returns a count and begins it anew.
func (a *attempts) take(name, address string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := [2]string{name, address}
	n := a.of[key]
	delete(a.of, key)
	return n
}
