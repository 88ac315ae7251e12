package app

import (
	"context"
	"errors"
	"net/url"

	"github.com/haetae/haetae/internal/access/oidc"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/netguard"
)

// signIns asks the providers of OpenID Connect who somebody is; it implements api.SignInWith.
type signIns struct {
	providers *oidc.Providers
}

func (a *app) newSignIns() (*signIns, error) {
	guard, err := netguard.New(a.cfg.Access.AllowAddresses)
	if err != nil {
		return nil, a.cfg.tree.Wrong("access.allow_addresses", err)
	}
	return &signIns{
		providers: oidc.New(oidc.Options{Settings: a.cfg.Access.OIDC, Guard: guard, Seals: a.box, Log: a.log.With("component", "oidc")}),
	}, nil
}

var _ api.SignInWith = (*signIns)(nil)

// list names the providers, for their buttons.
func (s *signIns) list() []api.Provider {
	var list []api.Provider
	for _, p := range s.providers.List() {
		list = append(list, api.Provider(p))
	}
	return list
}

// Begin implements api.SignInWith.
func (s *signIns) Begin(ctx context.Context, provider, origin, to string) (address, keep string, err error) {
	address, keep, err = s.providers.Begin(ctx, provider, origin, to)
	return address, keep, asRefusal(err)
}

// Finish implements api.SignInWith.
func (s *signIns) Finish(ctx context.Context, keep string, query url.Values) (who model.Identity, to string, err error) {
	who, to, err = s.providers.Finish(ctx, keep, query)
	return who, to, asRefusal(err)
}

// asRefusal is why somebody does not get in, with the code that the sign-in page words.
func asRefusal(err error) error {
	var e *oidc.Error
	if errors.As(err, &e) {
		return &model.AccessError{Code: e.Code, Detail: e.Err.Error()}
	}
	return err
}
