package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// Bounds of what people type.
const (
	maxNameChars   = 100
	maxFolderChars = 200
	maxTextChars   = 2000
	maxQueryBytes  = 64 << 10
)

// SavedQueries keeps queries under names. Errors: *model.TakenError, model.ErrNotFound, or the store's.
type SavedQueries interface {
	// SavedQueries lists them by folder and name: all of them for who sees other people's queries, for others their own, because
	// what somebody looks for tells of what is there. So it is with changes.
	SavedQueries(ctx context.Context, who model.Principal) ([]model.SavedQuery, error)
	AddSavedQuery(ctx context.Context, who model.Principal, text model.SavedQueryText) (model.SavedQuery, error)
	// ChangeSavedQuery replaces the text of the one whose revision the writer has read.
	ChangeSavedQuery(ctx context.Context, who model.Principal, id string, revision int64, text model.SavedQueryText) (model.SavedQuery, error)
	DeleteSavedQuery(ctx context.Context, who model.Principal, id string) error
}

type savedQueriesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Queries []model.SavedQuery `json:"queries" nullable:"false"`
	}
}

type savedQueryOutput struct {
	Body model.SavedQuery
}

type addSavedQueryInput struct {
	Body model.SavedQueryText
}

type changeSavedQueryInput struct {
	ID   string `path:"id"`
	Body struct {
		model.SavedQueryText
		Revision int64 `json:"revision" doc:"as it was read; 409 when it was changed since"`
	}
}

type idInput struct {
	ID string `path:"id"`
}

func (s *server) registerSaved(a huma.API) {
	const path, tag = "/api/v1/saved-queries", "saved queries"
	huma.Register(a, huma.Operation{
		OperationID: "list-saved-queries", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "Saved queries by folder and name",
	}, func(ctx context.Context, _ *struct{}) (*savedQueriesOutput, error) {
		out := savedQueriesOutput{CacheControl: "no-store"}
		queries, err := s.Saved.SavedQueries(ctx, PrincipalOf(ctx))
		out.Body.Queries = append([]model.SavedQuery{}, queries...)
		return outcome(&out, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "add-saved-query", Method: http.MethodPost, Path: path, Tags: []string{tag},
		Summary: "Save a query under a name", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *addSavedQueryInput) (*savedQueryOutput, error) {
		if err := checkSavedQuery(&in.Body); err != nil {
			return nil, err
		}
		q, err := s.Saved.AddSavedQuery(ctx, PrincipalOf(ctx), in.Body)
		after := in.Body
		if err == nil {
			after = q.SavedQueryText
		}
		s.auditDone(ctx, model.AuditEntry{Action: "query.save", Brief: true, Target: cmp.Or(q.ID, in.Body.Name), After: after}, err)
		return outcome(&savedQueryOutput{q}, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-saved-query", Method: http.MethodPut, Path: path + "/{id}", Tags: []string{tag},
		Summary: "Change, rename or move a saved query",
	}, func(ctx context.Context, in *changeSavedQueryInput) (*savedQueryOutput, error) {
		if err := checkSavedQuery(&in.Body.SavedQueryText); err != nil {
			return nil, err
		}
		before := s.savedText(ctx, in.ID)
		q, err := s.Saved.ChangeSavedQuery(ctx, PrincipalOf(ctx), in.ID, in.Body.Revision, in.Body.SavedQueryText)
		after := in.Body.SavedQueryText
		if err == nil {
			after = q.SavedQueryText
		}
		s.auditDone(ctx, model.AuditEntry{Action: "query.change", Brief: true, Target: in.ID, Before: before, After: after}, err)
		return outcome(&savedQueryOutput{q}, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "delete-saved-query", Method: http.MethodDelete, Path: path + "/{id}", Tags: []string{tag},
		Summary: "Delete a saved query",
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		before := s.savedText(ctx, in.ID)
		err := s.Saved.DeleteSavedQuery(ctx, PrincipalOf(ctx), in.ID)
		s.auditDone(ctx, model.AuditEntry{Action: "query.delete", Brief: true, Target: in.ID, Before: before}, err)
		return outcome(&struct{}{}, err)
	})
}

// savedText is what a saved query says now, for the audit trail; nil when there is none.
func (s *server) savedText(ctx context.Context, id string) any {
	list, err := s.Saved.SavedQueries(ctx, PrincipalOf(ctx))
	i := slices.IndexFunc(list, func(q model.SavedQuery) bool { return q.ID == id })
	if err != nil || i < 0 { // the change then says what is wrong
		return nil
	}
	return list[i].SavedQueryText
}

// checkSavedQuery trims the names and refuses what is missing or too long.
func checkSavedQuery(q *model.SavedQueryText) error {
	q.Name, q.Folder = strings.TrimSpace(q.Name), strings.Trim(strings.TrimSpace(q.Folder), "/")
	if strings.TrimSpace(q.Query) == "" {
		return invalid("query", errors.New("is missing; * asks for everything"))
	}
	if err := errors.Join(
		checkName(q.Name), checkChars("folder", q.Folder, maxFolderChars), checkChars("description", q.Description, maxTextChars),
		checkBytes("query", q.Query, maxQueryBytes), checkChars("from", q.From, maxNameChars), checkChars("to", q.To, maxNameChars),
		checkChars("view", q.View, maxNameChars), checkChars("cols", q.Cols, maxTextChars),
	); err != nil {
		return problemOf(err) // the first one
	}
	return nil
}

func checkName(name string) error {
	if name == "" {
		return invalid("name", errors.New("is missing"))
	}
	return checkChars("name", name, maxNameChars)
}

func checkChars(param, text string, most int) error {
	if n := utf8.RuneCountInString(text); n > most {
		return invalid(param, fmt.Errorf("has %d characters, at most %d", n, most))
	}
	return nil
}

func checkBytes(param, text string, most int) error {
	if len(text) > most {
		return invalid(param, fmt.Errorf("has %d bytes, at most %d", len(text), most))
	}
	return nil
}

// outcome returns out, or the problem that err is.
func outcome[T any](out *T, err error) (*T, error) {
	if err != nil {
		return nil, problemOf(err)
	}
	return out, nil
}
