package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

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

type masksInput struct {
	Role model.Role `path:"role" enum:"viewer,operator"`
	Body struct {
		Masked []string `json:"masked" nullable:"false" maxItems:"100" doc:"fields"`
	}
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
		masked, err := fieldList(in.Body.Masked)
		if err != nil {
			return nil, err
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

// fieldList trims names of fields, and refuses none and those that are too long.
func fieldList(names []string) ([]string, error) {
	list := []string{}
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			return nil, invalid("masked", errors.New("has an empty name"))
		}
		if err := checkChars("masked", name, maxFolderChars); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
