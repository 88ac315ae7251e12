package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// Me is who asks, and what it may.
type Me struct {
	SignedIn     bool               `json:"signed_in" doc:"somebody, and not just whoever"`
	Setup        bool               `json:"setup" doc:"there is no administrator yet; the terminal of the server has the link that makes one"`
	ID           string             `json:"id"`
	Name         string             `json:"name"`
	FullName     string             `json:"full_name"`
	Kind         string             `json:"kind" doc:"user, token, certificate, local (this machine itself), or empty: nobody"`
	Role         string             `json:"role"`
	Provider     string             `json:"provider" doc:"of OpenID Connect that the user comes from; empty for a password"`
	Teams        []string           `json:"teams" nullable:"false" doc:"codes"`
	Whole        bool               `json:"whole" doc:"sees all records but the audit trail, none masked"`
	Everything   bool               `json:"everything" doc:"sees all records but the audit trail, though fields of them may be masked"`
	Masked       []string           `json:"masked" nullable:"false" doc:"fields that are masked"`
	SecondFactor bool               `json:"second_factor"`
	MustChange   bool               `json:"must_change" doc:"has to choose a password before anything else"`
	SeenBy       string             `json:"seen_by" doc:"name of the administrator who looks as this user; nothing can be changed then"`
	SeenByID     string             `json:"seen_by_id"`
	Permissions  []model.Permission `json:"permissions" nullable:"false"`
	SignIn       WaysIn             `json:"sign_in"`
	Password     PasswordRules      `json:"password"`
	OpenIngest   bool               `json:"open_ingest" doc:"records are taken from this machine itself without a token"`
}

// WaysIn are the ways to sign in beside name and password.
type WaysIn struct {
	Providers []Provider `json:"providers" nullable:"false"`
}

// Provider is one of OpenID Connect.
type Provider struct {
	ID   string `json:"id" doc:"as in /api/v1/oidc/{provider}/start"`
	Name string `json:"name"`
}

// PasswordRules are what a password has to be.
type PasswordRules struct {
	MinLength int `json:"min_length" doc:"characters"`
}

type meOutput struct {
	CacheControl string        `header:"Cache-Control"`
	SetCookie    []http.Cookie `header:"Set-Cookie"`
	Body         Me
}

func (s *server) registerMe(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: "/api/v1/me", Tags: []string{accessTag},
		Summary: "Who asks, what it may, and how to sign in",
	}, func(ctx context.Context, _ *struct{}) (*meOutput, error) {
		return s.me(PrincipalOf(ctx)), nil
	})
}

// me describes a principal, with the cookies that the answer sets.
func (s *server) me(p model.Principal, cookies ...http.Cookie) *meOutput {
	me := Me{
		SignedIn: p.Kind != model.KindNobody, ID: p.ID, Name: p.Name, Kind: string(p.Kind), Role: string(p.Role), Teams: []string{}, Whole: p.Scope.Whole(),
		Everything: p.Scope.AllRecords(), Masked: append([]string{}, p.Scope.Masked()...), MustChange: p.MustChange, SeenBy: p.SeenBy.Name, SeenByID: p.SeenBy.ID, Permissions: s.permissionsOf(p),
		SignIn: WaysIn{Providers: append([]Provider{}, s.Providers...)}, OpenIngest: s.OpenIngest,
	}
	if !me.SignedIn {
		me.ID, me.Name, me.Role = "", "", ""
	}
	me.Setup, me.Password.MinLength = !s.Access.HasAdmin(), s.Access.MinPassword()
	if u, ok := s.Access.User(p.ID); ok && p.Kind == model.KindUser {
		me.FullName, me.Provider, me.Teams, me.SecondFactor = u.FullName, u.Provider, append(me.Teams, u.Teams...), u.SecondFactor
	}
	return &meOutput{CacheControl: "no-store", SetCookie: cookies, Body: me}
}

func (s *server) permissionsOf(p model.Principal) []model.Permission {
	if p.Kind == model.KindLocal {
		return slices.DeleteFunc(slices.Clone(model.Permissions), func(perm model.Permission) bool { return perm == model.PermitSelf })
	}
	list := []model.Permission{}
	for _, perm := range model.Permissions {
		if s.Access.Check(p, perm) == nil {
			list = append(list, perm)
		}
	}
	return list
}
