package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// RoleView is a role with what it may, and what it sees masked.
type RoleView struct {
	Role        model.Role         `json:"role"`
	Permissions []model.Permission `json:"permissions" nullable:"false" doc:"of a user who sees everything"`
	Masked      []string           `json:"masked" nullable:"false" doc:"fields that it sees masked"`
}

type rolesBody struct {
	Roles []RoleView `json:"roles" nullable:"false"`
}

// MaskText is what an administrator says of the fields that a role sees masked.
type MaskText struct {
	Masked []string `json:"masked" nullable:"false" doc:"fields"`
}

// TransformSchema implements huma.SchemaTransformer.
func (*MaskText) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return limits{"masked": model.MaxMasked}.on(s)
}

type masksInput struct {
	Role model.Role `path:"role" enum:"viewer,operator"`
	Body MaskText
}

// roles in the order in which they are listed.
var roles = [...]model.Role{model.RoleIngest, model.RoleAgent, model.RoleViewer, model.RoleOperator, model.RoleAdmin}

func (s *server) registerRoles(a huma.API) {
	const path = "/api/v1/roles"
	huma.Register(a, huma.Operation{
		OperationID: "list-roles", Method: http.MethodGet, Path: path, Tags: []string{accessTag},
		Summary: "Roles with their permissions and masked fields",
	}, func(ctx context.Context, _ *struct{}) (*uncached[rolesBody], error) {
		return s.listRoles(ctx)
	})
	huma.Register(a, huma.Operation{
		OperationID: "mask-fields", Method: http.MethodPut, Path: path + "/{role}", Tags: []string{accessTag},
		Summary: "Choose the fields that a role sees masked",
	}, func(ctx context.Context, in *masksInput) (*uncached[rolesBody], error) {
		masked, err := s.Access.CheckMasks(in.Role, in.Body.Masked)
		if err != nil {
			return nil, problemOf(err)
		}
		before, err := s.Access.RoleMasks(ctx)
		if err != nil {
			return nil, problemOf(err)
		}
		was := append([]string{}, before[in.Role]...)
		err = s.changeAudited(ctx, told("role.masks", string(in.Role), was, masked), func() error { return s.Access.SetRoleMasks(ctx, in.Role, masked) })
		if err != nil {
			return nil, problemOf(err)
		}
		return s.listRoles(ctx)
	})
}

func (s *server) listRoles(ctx context.Context) (*uncached[rolesBody], error) {
	masks, err := s.Access.RoleMasks(ctx)
	if err != nil {
		return nil, problemOf(err)
	}
	var out rolesBody
	for _, role := range roles {
		kind := model.KindUser
		if role == model.RoleIngest || role == model.RoleAgent {
			kind = model.KindToken
		}
		out.Roles = append(out.Roles, RoleView{
			Role: role, Permissions: s.permissionsOf(model.Principal{Kind: kind, Role: role, Scope: model.Everything}),
			Masked: append([]string{}, masks[role]...),
		})
	}
	return fresh(out), nil
}
