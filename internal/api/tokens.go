package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// MadeToken is a new token with its text.
type MadeToken struct {
	model.Token
	Secret string `json:"secret" doc:"what programs send; shown once and kept nowhere"`
}

type tokensBody struct {
	Tokens []model.Token `json:"tokens" nullable:"false" doc:"by name"`
}

// TokenText is what somebody says of a new token.
type TokenText struct {
	Name     string     `json:"name"`
	Role     model.Role `json:"role" enum:"ingest,agent,viewer,operator,admin"`
	Datasets []string   `json:"datasets,omitempty" doc:"that it may send to, or read; none for all. What is sent goes to logs: a token that sends and names others alone is refused when it sends"`
	Stream   string     `json:"stream,omitempty" doc:"stream filter of what it may read; empty for all" example:"{service.name=\"shop\"}"`
	Expires  *time.Time `json:"expires,omitempty" doc:"null: never"`
}

// TransformSchema implements huma.SchemaTransformer.
func (*TokenText) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return limits{"name": model.MaxTitle, "datasets": model.MaxDatasets, "stream": model.MaxStreamText}.on(s)
}

type addTokenInput struct{ Body TokenText }

func (s *server) registerTokens(a huma.API) {
	const path = "/api/v1/tokens"
	huma.Register(a, huma.Operation{
		OperationID: "list-tokens", Method: http.MethodGet, Path: path, Tags: []string{accessTag},
		Summary: "Tokens of programs",
	}, func(ctx context.Context, _ *struct{}) (*uncached[tokensBody], error) {
		tokens, err := s.Access.Tokens(ctx)
		return outcome(fresh(tokensBody{append([]model.Token{}, tokens...)}), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "add-token", Method: http.MethodPost, Path: path, Tags: []string{accessTag},
		Summary: "Make a token", DefaultStatus: http.StatusCreated,
		Description: "Programs send it as Authorization: Bearer TOKEN, as the password of Basic, as ApiKey, or in X-Api-Key.",
	}, func(ctx context.Context, in *addTokenInput) (*uncached[MadeToken], error) {
		b, p := &in.Body, PrincipalOf(ctx)
		t, err := s.Access.CheckToken(model.Token{
			Name: b.Name, Role: b.Role, Datasets: b.Datasets, Stream: b.Stream, Owner: p.Name, OwnerID: p.ID, Expires: b.Expires,
		})
		if err != nil {
			return nil, problemOf(err)
		}
		var made MadeToken
		var after any = b // its id is known once it is made
		err = s.changeAudited(ctx, told("token.add", t.Name, nil, &after), func() (err error) {
			if made.Token, made.Secret, err = s.Access.AddToken(ctx, t); err == nil {
				after = made.Token
			}
			return err
		})
		return outcome(fresh(made), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "revoke-token", Method: http.MethodDelete, Path: path + "/{id}", Tags: []string{accessTag},
		Summary: "Revoke a token, which is refused at once", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		tokens, err := s.Access.Tokens(ctx)
		if err != nil {
			return nil, problemOf(err)
		}
		e := told("token.revoke", in.ID, nil, nil)
		for _, t := range tokens {
			if t.ID == in.ID {
				e.Target, e.Before = t.Name, t
			}
		}
		return outcome(&struct{}{}, s.changeAudited(ctx, e, func() error {
			_, err := s.Access.RevokeToken(ctx, in.ID)
			return err
		}))
	})
}
