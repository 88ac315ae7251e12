package access

import (
	"slices"

	"github.com/haetae/haetae/internal/model"
)

// book is who may what, as read at one moment. It is never changed, and holds no password.
type book struct {
	generation int64
	users      map[string]*bookUser  // by id
	tokens     map[string]*bookToken // by id
	admins     int                   // that may sign in
	gone       []*bookToken          // that were revoked while this process ran, the last at the end
}

// maxGone bounds the revoked tokens of which a process knows the names.
const maxGone = 1000

type bookUser struct {
	user      model.User
	epoch     int64
	principal model.Principal // without session
}

type bookToken struct {
	key       model.TokenKey
	principal model.Principal
}

func newBook(s model.AccessState) *book {
	b := &book{generation: s.Generation, users: map[string]*bookUser{}, tokens: map[string]*bookToken{}}
	grants := map[string][]model.Grant{}
	for _, t := range s.Teams {
		grants[t.Code] = t.Grants
	}
	for _, a := range s.Accounts {
		b.users[a.ID] = &bookUser{a.User, a.Epoch, principalOf(a.User, grants, s.Masks[a.Role])}
		if a.Role == model.RoleAdmin && !a.Disabled {
			b.admins++
		}
	}
	for _, t := range s.Tokens {
		b.tokens[t.ID] = &bookToken{t, tokenPrincipal(t.Token, s.Masks[t.Role])}
	}
	return b
}

// after has the book remember what was revoked since an earlier one, nil for the first: who still sends such a token is told of by its name.
func (b *book) after(earlier *book) *book {
	if earlier == nil {
		return b
	}
	b.gone = slices.Clip(earlier.gone)
	for id, t := range earlier.tokens {
		if b.tokens[id] == nil {
			b.gone = append(b.gone, t)
		}
	}
	b.gone = b.gone[max(0, len(b.gone)-maxGone):]
	return b
}

// goneToken says which token is refused that the book does not have.
func (b *book) goneToken(id, secret string) *model.TokenError {
	for _, t := range b.gone {
		if t.key.ID == id {
			return &model.TokenError{Token: t.key.Token, Proved: t.proved(secret), Why: errTokenWrong}
		}
	}
	return &model.TokenError{Token: model.Token{ID: id}, Why: errTokenWrong}
}

func principalOf(u model.User, teams map[string][]model.Grant, masked []string) model.Principal {
	p := model.Principal{ID: u.ID, Name: u.Name, Kind: model.KindUser, Role: u.Role, MustChange: u.MustChange}
	if u.Role == model.RoleAdmin {
		p.Scope = model.Everything
		return p
	}
	var grants []model.Grant
	for _, code := range u.Teams {
		grants = append(grants, cloned(teams[code])...)
	}
	if u.Everything {
		grants = append(grants, model.Grant{})
	}
	p.Scope = model.NewScope(grants, masked)
	return p
}

func tokenPrincipal(t model.Token, masked []string) model.Principal {
	p := model.Principal{ID: t.ID, Name: t.Name, Kind: model.KindToken, Role: t.Role}
	if len(t.Datasets) > 0 {
		p.Send = t.Datasets
	}
	switch t.Role {
	case model.RoleAdmin:
		p.Scope = model.Everything
	case model.RoleViewer, model.RoleOperator:
		p.Scope = model.NewScope([]model.Grant{{Datasets: slices.Clone(t.Datasets), Stream: t.Stream}}, masked)
	}
	return p
}

// cloned copies grants with their datasets, which NewScope sorts in place.
func cloned(grants []model.Grant) []model.Grant {
	out := slices.Clone(grants)
	for i := range out {
		out[i].Datasets = slices.Clone(out[i].Datasets)
	}
	return out
}
