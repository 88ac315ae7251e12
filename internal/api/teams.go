package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

type teamsBody struct {
	Teams []model.Team `json:"teams" nullable:"false" doc:"by code; for those who may not change them the names of their own"`
}

// TeamText is what an administrator says of a team.
type TeamText struct {
	Name   string        `json:"name"`
	Grants []model.Grant `json:"grants,omitempty" doc:"what its members see; none means nothing. Each names datasets, a stream filter or both; {\"stream\": \"*\"} is everything but the audit trail"`
}

// TransformSchema implements huma.SchemaTransformer.
func (*TeamText) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return limits{"code": model.MaxTeamCode, "name": model.MaxTitle, "grants": model.MaxGrants}.on(s)
}

type addTeamInput struct {
	Body struct {
		Code string `json:"code" doc:"never changes; small letters, digits, - and _"`
		TeamText
	}
}

type changeTeamInput struct {
	Code string `path:"code"`
	Body struct {
		TeamText
		Revision int64 `json:"revision" doc:"as it was read; 409 when it was changed since"`
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
		t, err := s.team(model.Team{Code: b.Code, Name: b.Name, Grants: b.Grants})
		if err != nil {
			return nil, problemOf(err)
		}
		after := spelled(t)
		err = s.changeAudited(ctx, told("team.add", t.Code, nil, &after), func() error {
			added, err := s.Access.AddTeam(ctx, t)
			if err == nil {
				after = spelled(added)
			}
			return err
		})
		return outcome(fresh(after), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-team", Method: http.MethodPut, Path: path + "/{code}", Tags: []string{accessTag},
		Summary: "Change what a team is called and sees",
	}, func(ctx context.Context, in *changeTeamInput) (*uncached[model.Team], error) {
		b := &in.Body
		t, err := s.team(model.Team{Code: in.Code, Name: b.Name, Grants: b.Grants, Revision: b.Revision})
		if err != nil {
			return nil, problemOf(err)
		}
		before, err := s.teamNow(ctx, in.Code)
		if err != nil {
			return nil, problemOf(err)
		}
		after := before
		after.Name, after.Grants = t.Name, spelled(t).Grants
		err = s.changeAudited(ctx, told("team.change", t.Code, before, &after), func() error {
			changed, err := s.Access.ChangeTeam(ctx, t)
			if err == nil {
				after = spelled(changed)
			}
			return err
		})
		return outcome(fresh(after), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "delete-team", Method: http.MethodDelete, Path: path + "/{code}", Tags: []string{accessTag},
		Summary: "Delete a team; its members then see what their other teams see", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *teamInput) (*struct{}, error) {
		before, err := s.teamNow(ctx, in.Code)
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
		u, _ := s.Access.User(p.ID)
		out.Teams = out.Teams[:0]
		for _, t := range teams { // which others there are, and what they see, tells of what there is
			if slices.Contains(u.Teams, t.Code) {
				out.Teams = append(out.Teams, model.Team{Code: t.Code, Name: t.Name, Grants: []model.Grant{}})
			}
		}
	}
	for i, t := range out.Teams {
		out.Teams[i] = spelled(t)
	}
	return outcome(fresh(out), err)
}

// teamNow is a team as it is kept, or model.ErrNotFound.
func (s *server) teamNow(ctx context.Context, code string) (model.Team, error) {
	teams, err := s.Access.Teams(ctx)
	if err != nil {
		return model.Team{}, err
	}
	i := slices.IndexFunc(teams, func(t model.Team) bool { return t.Code == code })
	if i < 0 {
		return model.Team{}, model.ErrNotFound
	}
	return spelled(teams[i]), nil
}

// everyStream is how a grant is written that has no bound: one that names nothing is as soon forgotten as meant.
const everyStream = "*"

// team checks what is said of one, and tidies it.
func (s *server) team(t model.Team) (model.Team, error) {
	for i, g := range t.Grants {
		if len(g.Datasets) == 0 && strings.TrimSpace(g.Stream) == "" {
			return t, &model.AccessError{Code: model.AccessInvalid, Detail: fmt.Sprintf(
				`grants[%d] names neither datasets nor a stream; everything but the audit trail is written {"stream":"*"}`, i)}
		}
	}
	return s.Access.CheckTeam(t)
}

// spelled is a team as it is shown: what it is read as can be sent back.
func spelled(t model.Team) model.Team {
	t.Grants = slices.Clone(t.Grants)
	for i, g := range t.Grants {
		if len(g.Datasets) == 0 && g.Stream == "" {
			t.Grants[i].Stream = everyStream
		}
	}
	return t
}
