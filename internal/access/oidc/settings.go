// Package oidc lets people sign in with an OpenID Connect provider: the authorization code flow of OpenID Connect Core 1.0 with
// PKCE (RFC 7636), a state that is bound to the browser, a nonce, and the checks of section 3.1.3.7 on the ID token.
package oidc

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"

	"github.com/haetae/haetae/internal/model"
)

// Settings are those of one provider.
type Settings struct {
	Label        string              `yaml:"label" doc:"its name on the button; empty for the key"`
	Issuer       string              `yaml:"issuer" doc:"address of the provider exactly as it calls itself, such as https://id.example.com/realms/main"`
	ClientID     string              `yaml:"client_id" doc:"as which Haetae is registered there"`
	ClientSecret string              `yaml:"client_secret" doc:"its secret, as secret:NAME; empty for a public client"`
	RedirectURL  string              `yaml:"redirect_url" doc:"https://HOST/api/v1/oidc/callback as it is registered there; empty takes the address that the browser uses"`
	Scopes       []string            `yaml:"scopes" doc:"what to ask for; empty for openid, profile, email"`
	NameClaim    string              `yaml:"name_claim" doc:"claim that names the account; empty for preferred_username, else a verified email"`
	GroupsClaim  string              `yaml:"groups_claim" doc:"claim with the groups; empty for groups. a.b is b in a"`
	Roles        map[string][]string `yaml:"roles" doc:"groups of each role: {admin: [ops], viewer: ['*']}; the highest counts, and who has none stays out"`
	Teams        map[string][]string `yaml:"teams" doc:"groups of each team, by its code"`
	Everything   []string            `yaml:"everything" doc:"groups that see the records of every team"`
	AllowSignup  bool                `yaml:"allow_signup" doc:"who signs in for the first time gets an account"`
}

// anyGroup stands for everybody whom the provider signs in.
const anyGroup = "*"

// ranks are the roles that a provider may give, the highest first.
var ranks = []model.Role{model.RoleAdmin, model.RoleOperator, model.RoleViewer}

// nameForm is that of a provider's name, a part of addresses.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// Validate says which setting of a provider is wrong.
func (s *Settings) Validate(name string) (key string, err error) {
	if !nameForm.MatchString(name) {
		return "", fmt.Errorf("%q is no name of a provider; take up to 32 small letters, digits and hyphens", name)
	}
	if err := checkAddress(s.Issuer); err != nil {
		return "issuer", err
	}
	if s.ClientID == "" {
		return "client_id", errors.New("is empty; register Haetae with the provider, which gives one")
	}
	if s.RedirectURL != "" {
		if err := checkAddress(s.RedirectURL); err != nil {
			return "redirect_url", err
		}
	}
	for role := range s.Roles {
		if !slices.Contains(ranks, model.Role(role)) {
			return "roles", fmt.Errorf("%q is no role of a person; there are admin, operator and viewer", role)
		}
	}
	if len(s.Roles) == 0 {
		return "roles", errors.New("is empty, so nobody would get in; write {viewer: ['*']} to let everybody read what their teams may see")
	}
	return "", nil
}

// checkAddress takes https, and http on this machine alone: the code and the client's secret pass there.
func checkAddress(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
		return fmt.Errorf("%q is not an address such as https://id.example.com", text)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return fmt.Errorf("%q is not https", text)
	}
	return nil
}

// checkEndpoint is checkAddress for an address of a provider, which may have a query.
func checkEndpoint(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is not an address", text)
	}
	return checkAddress(u.Scheme + "://" + u.Host)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// role is the highest that any of the groups gives; RoleNobody for none.
func (s *Settings) role(groups []string) model.Role {
	for _, role := range ranks {
		if holdsAny(s.Roles[string(role)], groups) {
			return role
		}
	}
	return model.RoleNobody
}

// teams lists the codes of the teams that the groups give, in order.
func (s *Settings) teams(groups []string) []string {
	codes := []string{}
	for code, of := range s.Teams {
		if holdsAny(of, groups) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

func holdsAny(list, groups []string) bool {
	return slices.ContainsFunc(list, func(g string) bool { return g == anyGroup || slices.Contains(groups, g) })
}
