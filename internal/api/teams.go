package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

type teamsBody struct {
	Teams []model.Team `json:"teams" nullable:"false" doc:"by code; for those who may not change them names alone"`
}

type addTeamInput struct {
	Body struct {
		Code   string        `json:"code" doc:"never changes; small letters, digits, - and _"`
		Name   string        `json:"name" doc:"at most 100 characters"`
		Grants []model.Grant `json:"grants,omitempty" doc:"what its members see; none means nothing"`
	}
}

type changeTeamInput struct {
	Code string `path:"code"`
	Body struct {
		Name     string        `json:"name" doc:"at most 100 characters"`
		Grants   []model.Grant `json:"grants,omitempty" doc:"what its members see; none means nothing"`
		Revision int64         `json:"revision" doc:"as it was read; 409 when it was changed since"`
	}
}

type teamInput struct {
	Code string `path:"code"`
}

func (s *server) registerTeams(a huma.API) {
	const path = "/api/v1/teams"
	huma.Register(a, huma.Operation{
		OperationID: "list-teams", Method: http.MethodGet, Path: path, Tags: []string{accessTag},
		Summary: "Teams by code",
	}, s.listTeams)
	huma.Register(a, huma.Operation{
		OperationID: "add-team", Method: http.MethodPost, Path: path, Tags: []string{accessTag},
		Summary: "Add a team", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *addTeamInput) (*uncached[model.Team], error) {
		b := &in.Body
		t, err := s.team(b.Code, b.Name, b.Grants, 0)
		if err != nil {
			return nil, err
		}
		err = s.changeAudited(ctx, told("team.add", t.Code, nil, t), func() (err error) {
			t, err = s.Access.AddTeam(ctx, t)
			return err
		})
		return outcome(fresh(t), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-team", Method: http.MethodPut, Path: path + "/{code}", Tags: []string{accessTag},
		Summary: "Change what a team is called and sees",
	}, func(ctx context.Context, in *changeTeamInput) (*uncached[model.Team], error) {
		b := &in.Body
		t, err := s.team(in.Code, b.Name, b.Grants, b.Revision)
		if err != nil {
			return nil, err
		}
		before, err := s.teamBefore(ctx, in.Code)
		if err != nil {
			return nil, problemOf(err)
		}
		err = s.changeAudited(ctx, told("team.change", t.Code, before, t), func() (err error) {
			t, err = s.Access.ChangeTeam(ctx, t)
			return err
		})
		return outcome(fresh(t), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "delete-team", Method: http.MethodDelete, Path: path + "/{code}", Tags: []string{accessTag},
		Summary: "Delete a team; its members then see what their other teams see", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *teamInput) (*struct{}, error) {
		before, err := s.teamBefore(ctx, in.Code)
		if err == nil {
			err = s.changeAudited(ctx, told("team.delete", in.Code, before, nil), func() error { return s.Access.DeleteTeam(ctx, in.Code) })
		}
		return outcome(&struct{}{}, err)
	})
}

func (s *server) listTeams(ctx context.Context, _ *struct{}) (*uncached[teamsBody], error) {
	teams, err := s.Access.Teams(ctx)
	out := teamsBody{append([]model.Team{}, teams...)}
	if p := PrincipalOf(ctx); p.Kind != model.KindLocal && s.Access.Check(p, model.PermitAccess) != nil {
		for i, t := range out.Teams { // what others see tells of what there is
			out.Teams[i] = model.Team{Code: t.Code, Name: t.Name, Grants: []model.Grant{}}
		}
	}
	return outcome(fresh(out), err)
}

// teamBefore is a team as it is before a change, for the audit trail; nil when there is none.
func (s *server) teamBefore(ctx context.Context, code string) (any, error) {
	teams, err := s.Access.Teams(ctx)
	for _, t := range teams {
		if t.Code == code {
			return t, err
		}
	}
	return nil, err
}

// team checks what somebody says of one.
func (s *server) team(code, name string, grants []model.Grant, revision int64) (model.Team, error) {
	t := model.Team{Code: code, Name: strings.TrimSpace(name), Grants: append([]model.Grant{}, grants...), Revision: revision}
	if err := checkName(t.Name); err != nil {
		return t, err
	}
	for _, g := range grants {
		if err := checkStream("grants.stream", g.Stream); err != nil {
			return t, err
		}
	}
	return t, nil
}
