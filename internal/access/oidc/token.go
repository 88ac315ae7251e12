package oidc

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/haetae/haetae/internal/model"
)

// believe checks the ID token (OpenID Connect Core 1.0 section 3.1.3.7) and returns its claims. The verifier has checked signature,
// algorithm, issuer, audience and expiry.
func (a *about) believe(ctx context.Context, tokens *oauth2.Token, begun *pending, now time.Time) (claims, error) {
	raw, ok := tokens.Extra("id_token").(string)
	if !ok || raw == "" {
		return nil, errors.New("it sends no ID token")
	}
	token, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	said, err := claimsOf(token)
	if err != nil {
		return nil, err
	}
	began := time.Unix(begun.Began, 0)
	switch azp := said.text("azp"); {
	case token.Subject == "":
		return nil, errors.New("the ID token is of nobody")
	case token.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(begun.Nonce)) != 1:
		return nil, errors.New("the ID token is not of this sign-in: its nonce is another")
	case azp != a.oauth.ClientID && (azp != "" || len(token.Audience) > 1):
		return nil, fmt.Errorf("the ID token was made for %q", azp)
	case token.IssuedAt.After(now.Add(skew)):
		return nil, fmt.Errorf("the ID token is of the future: %s; compare the clocks", token.IssuedAt.UTC().Format(time.RFC3339))
	case token.IssuedAt.Before(began.Add(-skew)):
		return nil, fmt.Errorf("the ID token is older than this sign-in: %s; compare the clocks", token.IssuedAt.UTC().Format(time.RFC3339))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(tokens.AccessToken); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// askMore asks for the user info when the ID token lacks what the settings want; many providers keep their tokens small.
func (a *about) askMore(ctx context.Context, tokens *oauth2.Token, said claims, s *Settings) error {
	if a.UserInfoEndpoint() == "" || said.has(s.groupsClaim()) && s.accountName(said) != "" {
		return nil
	}
	if err := checkEndpoint(a.UserInfoEndpoint()); err != nil {
		return fmt.Errorf("its userinfo_endpoint: %w", err)
	}
	info, err := a.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return &Error{CodeUnreachable, fmt.Errorf("its user info: %w", err)}
	}
	if info.Subject != said.text("sub") {
		return errors.New("its user info is of somebody else than the ID token")
	}
	more, err := claimsOf(info)
	if err != nil {
		return err
	}
	said.add(more)
	return nil
}

func (s *Settings) groupsClaim() string {
	return cmp.Or(s.GroupsClaim, "groups")
}

// accountName is the name of the account; "" when no claim has one. An email counts when the provider has verified it.
func (s *Settings) accountName(said claims) string {
	if s.NameClaim != "" {
		return said.text(s.NameClaim)
	}
	if name := said.text("preferred_username"); name != "" {
		return name
	}
	if said.yes("email_verified") {
		return said.text("email")
	}
	return ""
}

// identity is who the claims say it is, with what the groups give.
func (p *provider) identity(said claims) (model.Identity, error) {
	s := &p.settings
	groups := said.texts(s.groupsClaim())
	who := model.Identity{
		Provider: p.name, Subject: said.text("sub"), Name: s.accountName(said), FullName: said.text("name"),
		Role: s.role(groups), Teams: s.teams(groups), Everything: holdsAny(s.Everything, groups), MayJoin: s.AllowSignup,
	}
	if !said.has("email_verified") || said.yes("email_verified") {
		who.Email = said.text("email")
	}
	switch {
	case who.Name == "":
		return who, &Error{CodeNoName, errors.New("no claim names the account; look at name_claim")}
	case who.Role == model.RoleNobody:
		return who, &Error{CodeNoRole, fmt.Errorf("no role for %s of the groups %q", who.Name, groups)}
	}
	return who, nil
}
