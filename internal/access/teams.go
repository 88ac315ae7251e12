package access

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

var (
	codeForm    = regexp.MustCompile(fmt.Sprintf(`^[a-z0-9][a-z0-9_-]{0,%d}$`, model.MaxTeamCode-1))
	datasetForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// Teams lists all teams by code.
func (s *Service) Teams(ctx context.Context) ([]model.Team, error) {
	state, err := s.store.AccessState(ctx)
	return append([]model.Team{}, state.Teams...), err
}

// CheckTeam tidies what somebody says of a team, and refuses what AddTeam, of one without a revision, and ChangeTeam would refuse
// whatever else there is.
func (s *Service) CheckTeam(t model.Team) (model.Team, error) {
	if t.Revision == 0 && !codeForm.MatchString(t.Code) {
		return t, breaks("team_code_form", t.Code, model.MaxTeamCode)
	}
	err := checkTeam(&t)
	return t, err
}

// AddTeam adds a team: code, name and grants are looked at. *model.TakenError when there is one of that code.
func (s *Service) AddTeam(ctx context.Context, t model.Team) (model.Team, error) {
	t.Revision = 0
	t, err := s.CheckTeam(t)
	if err != nil {
		return t, err
	}
	t.Revision, t.Members = 1, 0
	return t, s.changed(ctx, s.store.AddTeam(ctx, t))
}

// ChangeTeam replaces name and grants of the team t.Code, of which the writer has read t.Revision.
func (s *Service) ChangeTeam(ctx context.Context, t model.Team) (model.Team, error) {
	if err := checkTeam(&t); err != nil {
		return t, err
	}
	if err := s.changed(ctx, s.store.ChangeTeam(ctx, t)); err != nil {
		return t, err
	}
	t.Revision++
	t.Members = s.members(t.Code)
	return t, nil
}

func (s *Service) members(code string) (n int) {
	for _, u := range s.book.Load().users {
		if slices.Contains(u.user.Teams, code) {
			n++
		}
	}
	return n
}

// DeleteTeam deletes a team; its members see what their other teams see.
func (s *Service) DeleteTeam(ctx context.Context, code string) error {
	return s.changed(ctx, s.store.DeleteTeam(ctx, code))
}

func checkTeam(t *model.Team) error {
	t.Name = strings.TrimSpace(t.Name)
	if t.Name == "" || !printed(t.Name, model.MaxTitle) {
		return breaks("title_form", model.MaxTitle)
	}
	if len(t.Grants) > model.MaxGrants {
		return breaks("grant_count", model.MaxGrants)
	}
	t.Grants = append([]model.Grant{}, cloned(t.Grants)...)
	for i := range t.Grants {
		g := &t.Grants[i]
		var err error
		if g.Datasets, err = checkDatasets(g.Datasets); err == nil {
			g.Stream, err = checkStream(g.Stream)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkDatasets refuses the audit trail: it is for who has the permission.
func checkDatasets(names []string) ([]string, error) {
	if len(names) > model.MaxDatasets {
		return nil, breaks("dataset_count", model.MaxDatasets)
	}
	for _, name := range names {
		if !datasetForm.MatchString(name) {
			return nil, breaks("dataset_name", name)
		}
		if name == model.DatasetAudit {
			return nil, breaks("dataset_audit")
		}
	}
	return sorted(names), nil
}

// CheckStream tidies a stream filter, such as {service="checkout"}, as it is kept of a team or token, and refuses one that they cannot
// have: what is wrong in it is told as of a query, at its place.
func (s *Service) CheckStream(text string) (string, error) { return checkStream(text) }

func checkStream(typed string) (string, error) {
	text := strings.TrimSpace(typed)
	if text == "" || text == "*" {
		return "", nil
	}
	if len(text) > model.MaxStreamText {
		return "", breaks("stream_long", model.MaxStreamText)
	}
	filter, err := logsql.ParseStreamFilter(text)
	if err != nil {
		return "", wrongStream(typed, err)
	}
	kept := filter.String()
	if len(kept) > model.MaxStreamText {
		return "", breaks("stream_written_long", model.MaxStreamText, kept, len(kept))
	}
	return kept, nil
}

// wrongStream is why a filter is refused, with the place in what was typed.
func wrongStream(typed string, err error) error {
	e := &model.AccessError{Code: model.AccessInvalid, Err: err}
	e.Detail = fmt.Sprintf("the stream filter %s cannot be: %v; write it like {service=\"checkout\"}", strings.TrimSpace(typed), err)
	var syntax *logsql.SyntaxError
	if errors.As(err, &syntax) {
		before := len(typed) - len(strings.TrimLeftFunc(typed, unicode.IsSpace))
		syntax.Pos += before
		syntax.End += before
		e.Params = map[string]string{"column": strconv.Itoa(utf8.RuneCountInString(typed[:min(syntax.Pos, len(typed))]) + 1)}
	}
	return e
}

// RoleMasks returns the fields that each role sees masked.
func (s *Service) RoleMasks(ctx context.Context) (model.RoleMasks, error) {
	state, err := s.store.AccessState(ctx)
	if err != nil {
		return nil, err
	}
	masks := model.RoleMasks{}
	for _, role := range []model.Role{model.RoleViewer, model.RoleOperator} {
		masks[role] = sorted(state.Masks[role])
	}
	return masks, nil
}

// SetRoleMasks replaces the fields that a role sees masked.
func (s *Service) SetRoleMasks(ctx context.Context, role model.Role, fields []string) error {
	fields, err := s.CheckMasks(role, fields)
	if err != nil {
		return err
	}
	return s.changed(ctx, s.store.SetMasks(ctx, role, fields))
}

// CheckMasks puts names of fields in order, and refuses those that the role cannot see masked.
func (s *Service) CheckMasks(role model.Role, fields []string) ([]string, error) {
	if role != model.RoleViewer && role != model.RoleOperator {
		return nil, breaks("mask_role")
	}
	if len(fields) > model.MaxMasked {
		return nil, breaks("mask_count", model.MaxMasked)
	}
	names := make([]string, len(fields))
	for i, field := range fields {
		name := strings.TrimSpace(field)
		if name == "" || len(name) > model.MaxMaskText || !printed(name, model.MaxMaskText) {
			return nil, breaks("mask_name", name, model.MaxMaskText)
		}
		prefix := strings.TrimSuffix(name, "*")
		if strings.Contains(prefix, "*") {
			return nil, breaks("mask_star", name)
		}
		if model.ReservedName(prefix) {
			return nil, breaks("mask_reserved", name)
		}
		names[i] = name
	}
	return sorted(names), nil
}
