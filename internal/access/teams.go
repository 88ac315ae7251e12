package access

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Bounds of what one team, token or role may name.
const (
	maxGrants   = 100
	maxDatasets = 50
	maxMasked   = 200
	maxStream   = 4096 // bytes of a filter
	maxField    = 200  // bytes of a name
)

var (
	codeForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
	datasetForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// Teams lists all teams by code.
func (s *Service) Teams(ctx context.Context) ([]model.Team, error) {
	state, err := s.store.AccessState(ctx)
	return append([]model.Team{}, state.Teams...), err
}

// AddTeam adds a team: code, name and grants are looked at. *model.TakenError when there is one of that code.
func (s *Service) AddTeam(ctx context.Context, t model.Team) (model.Team, error) {
	if !codeForm.MatchString(t.Code) {
		return t, refused(model.AccessInvalid, "the code %q wants 1 to 40 small letters, digits, - and _, and begins with a letter or digit", t.Code)
	}
	if err := checkTeam(&t); err != nil {
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
	if t.Name == "" || !printed(t.Name, maxTitle) {
		return refused(model.AccessInvalid, "the name wants 1 to %d printable characters", maxTitle)
	}
	if len(t.Grants) > maxGrants {
		return refused(model.AccessInvalid, "a team may have %d grants at most", maxGrants)
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
	if len(names) > maxDatasets {
		return nil, refused(model.AccessInvalid, "at most %d datasets may be named", maxDatasets)
	}
	for _, name := range names {
		if !datasetForm.MatchString(name) {
			return nil, refused(model.AccessInvalid, "%q is not the name of a dataset", name)
		}
		if name == model.DatasetAudit {
			return nil, refused(model.AccessInvalid, "the audit trail is for administrators alone; it cannot be granted")
		}
	}
	return sorted(names), nil
}

// checkStream wants a filter of streams alone, such as {service="checkout"}.
func checkStream(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == "*" {
		return "", nil
	}
	if len(text) > maxStream {
		return "", refused(model.AccessInvalid, "a stream filter may have %d bytes at most", maxStream)
	}
	filter, err := logsql.ParseStreamFilter(text)
	if err != nil {
		return "", refused(model.AccessInvalid, "the stream filter %s cannot be: %v; write it like {service=\"checkout\"}", text, err)
	}
	return filter.String(), nil
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
	if role != model.RoleViewer && role != model.RoleOperator {
		return refused(model.AccessInvalid, "only viewers and operators see fields masked")
	}
	if len(fields) > maxMasked {
		return refused(model.AccessInvalid, "at most %d fields may be masked", maxMasked)
	}
	for _, name := range fields {
		if name == "" || len(name) > maxField || !printed(name, maxField) {
			return refused(model.AccessInvalid, "%q cannot be the name of a field", name)
		}
		prefix := strings.TrimSuffix(name, "*")
		if strings.Contains(prefix, "*") {
			return refused(model.AccessInvalid, "%q cannot be masked: a * stands at the end alone, as in user*, of all fields that begin so; * alone is of all fields", name)
		}
		if model.ReservedName(prefix) {
			return refused(model.AccessInvalid, "%s cannot be masked; mask the fields whose values it holds, they are masked in it too", name)
		}
	}
	return s.changed(ctx, s.store.SetMasks(ctx, role, sorted(fields)))
}
